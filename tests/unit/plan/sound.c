/* SPDX-License-Identifier: BSD-2-Clause */
/* What must be true of every plan. */
#include "libs/plan/check.h"
#include "tests/unit/plan/view.h"

#define PAGE 4096u
#define MIB2 0x200000u

static void check_own_or_system(const struct view *view, uint32_t owner, uint32_t object)
{
    uint32_t of;

    if (object == PLAN_NONE || object == PLAN_INIT)
        return;
    assert_true(object < view_count(view, PLAN_OBJECTS));
    of = view_owner(view, PLAN_OBJECTS, object);
    assert_true(of == 0 || of == owner);
}

static void check_references(const struct view *view)
{
    for (uint32_t i = 0; i < view_count(view, PLAN_MAPS); i++) {
        uint32_t owner = view_owner(view, PLAN_MAPS, i);

        check_own_or_system(view, owner, view->maps[i].vspace);
        check_own_or_system(view, owner, view->maps[i].object);
        assert_true(view->maps[i].count > 0);
        assert_true(view->maps[i].index + view->maps[i].count <=
                    view->objects[view->maps[i].object].count);
    }
    for (uint32_t i = 0; i < view_count(view, PLAN_CAPS); i++) {
        const struct plan_cap *cap = &view->caps[i];
        uint32_t owner = view_owner(view, PLAN_CAPS, i);

        check_own_or_system(view, owner, cap->object);
        assert_int_equal(view_owner(view, PLAN_OBJECTS, cap->cnode), owner);
        assert_int_equal(view->objects[cap->cnode].type, PLAN_TYPE_CNODE);
        assert_true(cap->slot < 1u << view->objects[cap->cnode].size_bits);
        if (cap->end != PLAN_NONE)
            check_own_or_system(view, owner, cap->end);
        for (uint32_t j = 0; j < i; j++)
            assert_false(view->caps[j].cnode == cap->cnode && view->caps[j].slot == cap->slot);
    }
    for (uint32_t i = 0; i < view_count(view, PLAN_THREADS); i++) {
        const struct plan_thread *thread = &view->threads[i];
        uint32_t owner = view_owner(view, PLAN_THREADS, i);

        assert_int_equal(view_owner(view, PLAN_OBJECTS, thread->tcb), owner);
        assert_int_equal(view->objects[thread->tcb].type, PLAN_TYPE_TCB);
        assert_int_equal(view->objects[thread->cnode].type, PLAN_TYPE_CNODE);
        assert_int_equal(view->objects[thread->vspace].type, PLAN_TYPE_VSPACE);
        assert_int_equal(view->objects[thread->fault_endpoint].type, PLAN_TYPE_ENDPOINT);
        check_own_or_system(view, owner, thread->fault_endpoint);
        check_own_or_system(view, owner, thread->notification);
        check_own_or_system(view, owner, thread->buffer);
    }
}

/* An untyped's objects fall in size and fill it to the last byte, or hold none of the last. */
static void check_untyped(const struct view *view, uint32_t index)
{
    uint64_t sum = 0;
    unsigned bits = 64;

    for (uint32_t i = index + 1; i < view_count(view, PLAN_OBJECTS); i++) {
        const struct plan_object *object = &view->objects[i];

        if (object->parent != index)
            continue;
        assert_int_equal(view_owner(view, PLAN_OBJECTS, i), view_owner(view, PLAN_OBJECTS, index));
        assert_true(view_bits(object) <= bits);
        bits = view_bits(object);
        sum += (uint64_t)object->count << bits;
    }
    assert_int_equal(sum, UINT64_C(1) << view->objects[index].size_bits);
}

static void check_objects(const struct view *view)
{
    uint64_t next[2] = {0, 0}; /* of objects at an address, and in files */

    for (uint32_t i = 0; i < view_count(view, PLAN_OBJECTS); i++) {
        const struct plan_object *object = &view->objects[i];
        uint32_t owner = view_owner(view, PLAN_OBJECTS, i);
        unsigned kind = object->flags & PLAN_IN_FILES ? 1 : 0;

        assert_true(object->count > 0);
        view_string(view, object->name);
        if (object->type == PLAN_TYPE_UNTYPED)
            check_untyped(view, i);
        else
            assert_int_equal(object->parent == PLAN_NONE, owner == 0);
        if (!(object->flags & (PLAN_AT_ADDRESS | PLAN_IN_FILES)))
            continue;
        assert_int_equal(owner, 0);
        assert_int_equal(object->address % (UINT64_C(1) << view_bits(object)), 0);
        assert_true(object->address >= next[kind]);
        next[kind] = object->address + ((uint64_t)object->count << view_bits(object));
    }
    assert_true(next[1] <= view->files->size);
    assert_int_equal(view->files->size % MIB2, 0);
}

static void take_slots(uint8_t *taken, const struct view *view, uint32_t first, uint32_t count)
{
    assert_true(first <= view->header->slot_count && count <= view->header->slot_count - first);
    for (uint32_t i = 0; i < count; i++) {
        if (taken[first + i]++)
            fail_msg("slot %u is given twice", first + i);
    }
}

static void check_slots(const struct view *view)
{
    uint8_t *taken = calloc(1, view->header->slot_count);

    for (uint32_t i = 0; i < view_count(view, PLAN_OBJECTS); i++)
        take_slots(taken, view, view->objects[i].slot, view->objects[i].count);
    for (uint32_t i = 0; i < view_count(view, PLAN_MAPS); i++) {
        const struct plan_map *map = &view->maps[i];

        if (map->slot != view->objects[map->object].slot + map->index)
            take_slots(taken, view, map->slot, map->count);
        else /* what outlives a component must not be mapped itself */
            assert_int_equal(view_owner(view, PLAN_OBJECTS, map->object),
                             view_owner(view, PLAN_MAPS, i));
    }
    for (uint32_t i = 0; i < view_count(view, PLAN_INTERRUPTS); i++)
        take_slots(taken, view, view->interrupts[i].slot, 1);
    for (uint32_t i = 0; i < view_count(view, PLAN_THREADS); i++)
        take_slots(taken, view, view->threads[i].fault_slot, 1);
    for (uint32_t i = 0; i < view->header->slot_count; i++)
        assert_int_equal(taken[i], 1);
    free(taken);
}

/* Whether a map before `end` is a page table for that address. */
static bool has_table(const struct view *view, uint32_t end, uint32_t vspace, uint64_t address,
                      unsigned which)
{
    for (uint32_t i = 0; i < end; i++) {
        const struct plan_map *map = &view->maps[i];

        if (map->vspace == vspace && map->address == address && map->count == 1 &&
            view->objects[map->object].type == PLAN_TYPE_PAGE_TABLE && which-- == 0)
            return true;
    }
    return false;
}

/* The first table of an address is the upper one, so at a multiple of 1 GiB the second is the
 * lower. */
static void check_tables(const struct view *view, uint32_t index, uint64_t address, bool small)
{
    uint32_t vspace = view->maps[index].vspace;
    uint64_t upper = address >> 30 << 30, lower = address >> 21 << 21;

    assert_true(has_table(view, index, vspace, upper, 0));
    assert_true(!small || has_table(view, index, vspace, lower, upper == lower ? 1 : 0));
}

static void check_maps(const struct view *view)
{
    for (uint32_t i = 0; i < view_count(view, PLAN_MAPS); i++) {
        const struct plan_map *map = &view->maps[i];
        const struct plan_object *object = &view->objects[map->object];
        unsigned bits = view_bits(object);
        uint64_t end = map->address + ((uint64_t)map->count << bits);

        if (object->type == PLAN_TYPE_PAGE_TABLE)
            continue;
        assert_int_equal(map->address % (UINT64_C(1) << bits), 0);
        assert_true(end <= UINT64_C(1) << 40);
        for (uint64_t at = map->address; at < end; at += UINT64_C(1) << bits)
            check_tables(view, i, at, object->type == PLAN_TYPE_SMALL_PAGE);
        for (uint32_t j = 0; j < i; j++) {
            const struct plan_map *other = &view->maps[j];
            const struct plan_object *held = &view->objects[other->object];

            assert_false(other->vspace == map->vspace && held->type != PLAN_TYPE_PAGE_TABLE &&
                         other->address < end &&
                         map->address <
                             other->address + ((uint64_t)other->count << view_bits(held)));
        }
        assert_false((map->flags & PLAN_MAP_WRITE) && (object->flags & PLAN_IN_FILES));
        assert_int_equal((map->flags & PLAN_MAP_DEVICE) != 0,
                         (object->flags & PLAN_AT_ADDRESS) != 0);
    }
    assert_true(has_table(view, view_count(view, PLAN_MAPS), PLAN_INIT,
                          view->header->window >> 30 << 30, 0));
    assert_true(has_table(view, view_count(view, PLAN_MAPS), PLAN_INIT,
                          view->header->window >> 21 << 21, 1));
    assert_null(view_map(view, PLAN_INIT, view->header->window));
    assert_null(view_map(view, PLAN_INIT, view->header->window + PAGE));
}

/* What a fill copies is in the files and fits its pages. */
static void check_fills(const struct view *view)
{
    for (uint32_t i = 0; i < view_count(view, PLAN_FILLS); i++) {
        const struct plan_fill *fill = &view->fills[i];
        uint64_t pages = (fill->size + PAGE - 1) / PAGE;

        assert_int_equal(view->objects[fill->object].type, PLAN_TYPE_SMALL_PAGE);
        assert_true(view->objects[fill->files].flags & PLAN_IN_FILES);
        assert_int_equal(view->objects[fill->files].type, PLAN_TYPE_SMALL_PAGE);
        assert_true(fill->index + pages <= view->objects[fill->object].count);
        assert_true(fill->files_index + pages <= view->objects[fill->files].count);
        check_own_or_system(view, view_owner(view, PLAN_FILLS, i), fill->object);
    }
}

void view_check(const struct view *view)
{
    struct plan_verdict verdict = plan_check(view->header, view->header->size);

    if (verdict.fault != PLAN_GOOD)
        fail_msg("%s: record %u of table %u", plan_fault_text(verdict.fault), verdict.record,
                 verdict.table);
    check_objects(view);
    check_references(view);
    check_slots(view);
    check_maps(view);
    check_fills(view);
}
