/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads a plan's tables. */
#include "tests/unit/plan/view.h"

#include <libfdt.h>

#include "abi/component.h"
#include "abi/crc32.h"

static const size_t sizes[PLAN_TABLE_COUNT] = {
    [PLAN_COMPONENTS] = sizeof(struct plan_component),
    [PLAN_OBJECTS] = sizeof(struct plan_object),
    [PLAN_MAPS] = sizeof(struct plan_map),
    [PLAN_FILLS] = sizeof(struct plan_fill),
    [PLAN_CAPS] = sizeof(struct plan_cap),
    [PLAN_BUDGETS] = sizeof(struct plan_budget),
    [PLAN_INTERRUPTS] = sizeof(struct plan_interrupt),
    [PLAN_THREADS] = sizeof(struct plan_thread),
    [PLAN_STRINGS] = 1,
};

uint32_t view_count(const struct view *view, enum plan_table table)
{
    return view->header->tables[table].count;
}

static void check_header(const struct plan_header *header, size_t size)
{
    uint64_t end = sizeof(*header);

    assert_int_equal(header->magic, PLAN_MAGIC);
    assert_int_equal(header->version, PLAN_VERSION);
    assert_int_equal(header->size, size);
    assert_int_equal(header->checksum,
                     crc32_feed(0, &header->size, size - offsetof(struct plan_header, size)));
    for (unsigned i = 0; i < PLAN_TABLE_COUNT; i++) {
        assert_int_equal(header->tables[i].offset % 8, 0);
        assert_true(header->tables[i].offset >= end);
        end = header->tables[i].offset + header->tables[i].count * sizes[i];
        assert_true(end <= size);
    }
}

/* No gaps, no overlap, nothing left over. */
static void check_ranges(const struct view *view)
{
    for (enum plan_table table = PLAN_OBJECTS; table <= PLAN_THREADS; table++) {
        uint32_t next = 0;

        for (uint32_t i = 0; i < view_count(view, PLAN_COMPONENTS); i++) {
            const struct plan_range *range = &view->components[i].ranges[PLAN_RANGE(table)];

            assert_int_equal(range->first, next);
            next += range->count;
        }
        assert_int_equal(next, view_count(view, table));
    }
}

struct view view_of(const struct plan_test *test)
{
    const uint8_t *plan = test->plan.plan.data;
    const struct plan_header *header = (const void *)plan;

    assert_true(test->fine);
    check_header(header, test->plan.plan.size);
    struct view view = {
        .header = header,
        .components = (const void *)(plan + header->tables[PLAN_COMPONENTS].offset),
        .objects = (const void *)(plan + header->tables[PLAN_OBJECTS].offset),
        .maps = (const void *)(plan + header->tables[PLAN_MAPS].offset),
        .fills = (const void *)(plan + header->tables[PLAN_FILLS].offset),
        .caps = (const void *)(plan + header->tables[PLAN_CAPS].offset),
        .budgets = (const void *)(plan + header->tables[PLAN_BUDGETS].offset),
        .interrupts = (const void *)(plan + header->tables[PLAN_INTERRUPTS].offset),
        .threads = (const void *)(plan + header->tables[PLAN_THREADS].offset),
        .strings = (const char *)plan + header->tables[PLAN_STRINGS].offset,
        .files = &test->plan.files,
    };
    check_ranges(&view);
    return view;
}

const char *view_string(const struct view *view, uint32_t offset)
{
    assert_true(offset < view_count(view, PLAN_STRINGS));
    return view->strings + offset;
}

/* Sizes from the seL4 manual, not from the tool's own table. */
unsigned view_bits(const struct plan_object *object)
{
    switch (object->type) {
    case PLAN_TYPE_UNTYPED:
    case PLAN_TYPE_SCHED_CONTEXT:
        return object->size_bits;
    case PLAN_TYPE_TCB:
        return 11;
    case PLAN_TYPE_ENDPOINT:
        return 4;
    case PLAN_TYPE_NOTIFICATION:
        return 6;
    case PLAN_TYPE_CNODE:
        return 5u + object->size_bits;
    case PLAN_TYPE_REPLY:
        return 5;
    case PLAN_TYPE_VSPACE:
        return 13;
    case PLAN_TYPE_PAGE_TABLE:
    case PLAN_TYPE_SMALL_PAGE:
    case PLAN_TYPE_VCPU:
        return 12;
    case PLAN_TYPE_LARGE_PAGE:
        return 21;
    case PLAN_TYPE_INTERRUPT:
        return 0;
    default:
        fail_msg("an object of type %u", object->type);
        return 0;
    }
}

uint32_t view_component(const struct view *view, const char *name)
{
    for (uint32_t i = 0; i < view_count(view, PLAN_COMPONENTS); i++) {
        if (strcmp(view_string(view, view->components[i].name), name) == 0)
            return i;
    }
    fail_msg("no component %s", name);
    return 0;
}

uint32_t view_owner(const struct view *view, enum plan_table table, uint32_t index)
{
    uint32_t owner = 0;

    for (;; owner++) {
        const struct plan_range *range = &view->components[owner].ranges[PLAN_RANGE(table)];

        if (index - range->first < range->count)
            return owner;
    }
}

const struct plan_map *view_map(const struct view *view, uint32_t vspace, uint64_t address)
{
    for (uint32_t i = 0; i < view_count(view, PLAN_MAPS); i++) {
        const struct plan_map *map = &view->maps[i];
        const struct plan_object *object = &view->objects[map->object];

        if (map->vspace == vspace && object->type != PLAN_TYPE_PAGE_TABLE &&
            address >= map->address &&
            address - map->address < (uint64_t)map->count << view_bits(object))
            return map;
    }
    return NULL;
}

const void *view_config(const struct view *view, uint32_t component)
{
    const struct plan_range *range = &view->components[component].ranges[PLAN_RANGE(PLAN_THREADS)];
    const struct plan_thread *thread = &view->threads[range->first];
    const struct plan_map *map = view_map(view, thread->vspace, thread->arguments[2]);

    assert_int_equal(thread->arguments[2], COMPONENT_CONFIG_ADDRESS);
    assert_non_null(map);
    assert_int_equal(map->flags, PLAN_MAP_READ);
    const void *blob = view->files->data + view->objects[map->object].address;
    assert_int_equal(fdt_check_full(blob, thread->arguments[3]), 0);
    return blob;
}

const struct plan_thread *view_thread(const struct view *view, uint32_t component)
{
    return &view->threads[view->components[component].ranges[PLAN_RANGE(PLAN_THREADS)].first];
}

const struct plan_cap *view_cap(const struct view *view, uint32_t cnode, uint32_t slot)
{
    for (uint32_t i = 0; i < view_count(view, PLAN_CAPS); i++) {
        if (view->caps[i].cnode == cnode && view->caps[i].slot == slot)
            return &view->caps[i];
    }
    return NULL;
}

const struct plan_cap *view_cap_in(const struct view *view, uint32_t component, uint32_t slot)
{
    return view_cap(view, view_thread(view, component)->cnode, slot);
}

uint64_t config_number(const void *blob, int node, const char *name, unsigned index)
{
    int length;
    const fdt64_t *cells = fdt_getprop(blob, node, name, &length);

    assert_non_null(cells);
    assert_true((index + 1) * 8 <= (unsigned)length);
    return fdt64_ld(cells + index);
}

uint32_t config_word(const void *blob, int node, const char *name, unsigned index)
{
    int length;
    const fdt32_t *cells = fdt_getprop(blob, node, name, &length);

    assert_non_null(cells);
    assert_true((index + 1) * 4 <= (unsigned)length);
    return fdt32_ld(cells + index);
}

uint32_t view_map_flags(const struct view *view, uint32_t vspace, const void *blob, int node,
                        const char *address, uint32_t *object)
{
    const struct plan_map *map = view_map(view, vspace, config_number(blob, node, address, 0));

    *object = map->object;
    return map->flags;
}

struct view view_good(struct plan_test *test, const char *text)
{
    plan_open(test, text);
    assert_string_equal(test->complaints, "");
    return view_of(test);
}
