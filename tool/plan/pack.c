/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Objects in the plan's order. A component's objects are made from untypeds of its own whose sizes
 * are the bits of the objects' exact sum. Sizes are powers of two, so objects that follow each
 * other by falling size fill untypeds that do the same without a gap, and none lies across two of
 * them.
 */
#include "tool/plan/finish.h"

#include <stdlib.h>

#define BITS_MAX 64

/* What one record is to hold: `count` of `handle` from `index` on. */
struct piece {
    handle_t handle;
    uint32_t index, count;
};

static struct plan_object *record_at(struct packing *packing, size_t index)
{
    return (struct plan_object *)packing->records.data + index;
}

static uint32_t record_count(const struct packing *packing)
{
    return (uint32_t)(packing->records.size / sizeof(struct plan_object));
}

static void add_record(struct packing *packing, const char *name, struct plan_object record)
{
    bytes_add(&packing->records, &record, sizeof(record));
    bytes_add(&packing->names, &name, sizeof(name));
}

static void add_piece(struct builder *builder, struct packing *packing, struct piece piece,
                      uint32_t parent)
{
    struct build_object *object = object_of(builder, piece.handle);

    if (piece.index == 0)
        object->record = record_count(packing);
    add_record(packing, object->name,
               (struct plan_object){
                   .type = (uint8_t)object->type,
                   .size_bits = object->size_bits,
                   .flags = object->flags,
                   .count = piece.count,
                   .parent = parent,
                   .address = object->address,
                   .slot = object->slot + piece.index,
               });
}

/* System objects: what may be anywhere by falling size; then by address; then files by place. */
static unsigned group_of(const struct build_object *object)
{
    return object->flags & PLAN_IN_FILES ? 2 : object->flags & PLAN_AT_ADDRESS ? 1 : 0;
}

static const struct builder *sorted_builder; /* qsort() passes no context on */

static int compare(const void *left, const void *right)
{
    handle_t l = *(const handle_t *)left, r = *(const handle_t *)right;
    const struct build_object *a = object_of(sorted_builder, l), *b = object_of(sorted_builder, r);

    if (group_of(a) != group_of(b))
        return group_of(a) < group_of(b) ? -1 : 1;
    if (group_of(a) != 0)
        return a->address < b->address ? -1 : a->address > b->address;
    if (object_bits(a) != object_bits(b))
        return object_bits(a) > object_bits(b) ? -1 : 1;
    return l < r ? -1 : l > r;
}

/* The component's objects in order. */
static size_t collect(const struct builder *builder, uint32_t component, struct bytes *handles)
{
    size_t count = builder->objects.size / sizeof(struct build_object);

    for (handle_t i = 0; i < count; i++) {
        if (object_of(builder, i)->component == component)
            bytes_add(handles, &i, sizeof(i));
    }
    sorted_builder = builder;
    if (handles->size > 0)
        qsort(handles->data, handles->size / sizeof(handle_t), sizeof(handle_t), compare);
    return handles->size / sizeof(handle_t);
}

static void pack_system(struct builder *builder, struct packing *packing, const handle_t *handles,
                        size_t count)
{
    for (size_t i = 0; i < count; i++)
        add_piece(builder, packing,
                  (struct piece){handles[i], 0, object_of(builder, handles[i])->count}, PLAN_NONE);
}

static uint64_t sum(const struct builder *builder, const handle_t *handles, size_t count)
{
    uint64_t total = 0;

    for (size_t i = 0; i < count; i++) {
        const struct build_object *object = object_of(builder, handles[i]);

        total += (uint64_t)object->count << object_bits(object);
    }
    return total;
}

static void add_untypeds(struct builder *builder, struct packing *packing, uint64_t total)
{
    for (unsigned bits = BITS_MAX; bits-- > 0;) {
        if (total >> bits & 1)
            add_record(packing, "untyped",
                       (struct plan_object){
                           .type = PLAN_TYPE_UNTYPED,
                           .size_bits = (uint8_t)bits,
                           .count = 1,
                           .parent = PLAN_NONE,
                           .slot = build_slots(builder, 1),
                       });
    }
}

static void pack_component(struct builder *builder, struct packing *packing,
                           const handle_t *handles, size_t count)
{
    uint32_t parent = record_count(packing);
    uint64_t room;

    add_untypeds(builder, packing, sum(builder, handles, count));
    room = UINT64_C(1) << record_at(packing, parent)->size_bits;
    for (size_t i = 0; i < count; i++) {
        const struct build_object *object = object_of(builder, handles[i]);
        unsigned bits = object_bits(object);

        for (uint32_t done = 0, some; done < object->count; done += some) {
            if (room == 0)
                room = UINT64_C(1) << record_at(packing, ++parent)->size_bits;
            some = object->count - done;
            if (some > room >> bits)
                some = (uint32_t)(room >> bits);
            add_piece(builder, packing, (struct piece){handles[i], done, some}, parent);
            room -= (uint64_t)some << bits;
        }
    }
}

void pack_objects(struct builder *builder, struct packing *packing)
{
    uint32_t count = (uint32_t)(builder->components.size / sizeof(struct build_component));

    for (uint32_t component = 0; component < count; component++) {
        struct plan_range range = {.first = record_count(packing)};
        struct bytes handles = {0};
        size_t handle_count = collect(builder, component, &handles);

        if (component == SYSTEM)
            pack_system(builder, packing, (const handle_t *)handles.data, handle_count);
        else if (handle_count > 0)
            pack_component(builder, packing, (const handle_t *)handles.data, handle_count);
        range.count = record_count(packing) - range.first;
        bytes_add(&packing->ranges, &range, sizeof(range));
        bytes_release(&handles);
    }
}

void packing_release(struct packing *packing)
{
    bytes_release(&packing->records);
    bytes_release(&packing->names);
    bytes_release(&packing->ranges);
}
