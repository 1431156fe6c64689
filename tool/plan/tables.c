/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The page tables that an address space needs: below its root of 1 GiB entries one for each 1 GiB
 * with anything in it, and one for each 2 MiB with 4 KiB pages in it.
 */
#include "tool/plan/finish.h"

#include <stdlib.h>

#define GIB_BITS 30

static void add_places(struct bytes *places, uint64_t first, uint64_t last, unsigned bits)
{
    for (uint64_t at = first >> bits; at <= last >> bits; at++)
        bytes_add(places, &at, sizeof(at));
}

static int compare(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

    return a < b ? -1 : a > b;
}

/* Ascending and each once; answers how many. */
static uint32_t sort_places(struct bytes *places)
{
    uint64_t *list = (uint64_t *)places->data;
    size_t count = places->size / sizeof(*list), kept = 0;

    if (count == 0)
        return 0;
    qsort(list, count, sizeof(*list), compare);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || list[kept - 1] != list[i])
            list[kept++] = list[i];
    }
    return (uint32_t)kept;
}

static void add_map(struct builder *builder, uint32_t component, const struct plan_map *map)
{
    struct build_map record = {component, *map};

    bytes_add(&builder->maps, &record, sizeof(record));
}

static void add_tables(struct builder *builder, const struct space *space, struct bytes *places,
                       unsigned bits, const char *name)
{
    uint32_t count = sort_places(places);
    handle_t tables;

    if (count == 0)
        return;
    tables = build_object(builder, (struct build_object){
                                       .component = space->component,
                                       .name = name,
                                       .type = PLAN_TYPE_PAGE_TABLE,
                                       .count = count,
                                       .file = NO_FILE,
                                   });
    for (uint32_t i = 0; i < count; i++)
        add_map(builder, space->component,
                &(struct plan_map){
                    .vspace = space->vspace,
                    .object = tables,
                    .index = i,
                    .count = 1,
                    .address = ((uint64_t *)places->data)[i] << bits,
                    .slot = object_of(builder, tables)->slot + i,
                });
}

void tables_add(struct builder *builder, struct space *space)
{
    const struct plan_map *maps = (const struct plan_map *)space->maps.data;
    size_t count = space->maps.size / sizeof(*maps);
    struct bytes upper = {0}, lower = {0};

    for (size_t i = 0; i < count; i++) {
        const struct build_object *object = object_of(builder, maps[i].object);
        uint64_t size = (uint64_t)maps[i].count << object_bits(object);
        uint64_t last = maps[i].address + size - 1;

        add_places(&upper, maps[i].address, last, GIB_BITS);
        if (object->type == PLAN_TYPE_SMALL_PAGE)
            add_places(&lower, maps[i].address, last, LARGE_BITS);
    }
    if (space->window != 0) {
        add_places(&upper, space->window, space->window, GIB_BITS);
        add_places(&lower, space->window, space->window, LARGE_BITS);
    }
    add_tables(builder, space, &upper, GIB_BITS, "page tables of 1 GiB");
    add_tables(builder, space, &lower, LARGE_BITS, "page tables of 2 MiB");
    for (size_t i = 0; i < count; i++)
        add_map(builder, space->component, &maps[i]);
    bytes_release(&upper);
    bytes_release(&lower);
}
