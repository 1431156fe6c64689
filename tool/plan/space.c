/* SPDX-License-Identifier: BSD-2-Clause */
/* Address spaces of a plan in the making: who maps what where. */
#include "tool/plan/builder.h"

#include "abi/component.h"

void space_begin(struct builder *builder, struct space *space, handle_t vspace, uint32_t component)
{
    *space = (struct space){
        .vspace = vspace,
        .component = component,
        .next_region = COMPONENT_REGION_ADDRESS,
        .next_file = COMPONENT_FILE_ADDRESS,
    };
    *builder->last_space = space;
    builder->last_space = &space->next;
}

/* A component's life ends while what it maps of the system lives on: so it maps copies, which end
 * with it. */
void space_map(struct builder *builder, struct space *space, handle_t handle, uint32_t index,
               uint32_t count, uint64_t address, uint32_t flags)
{
    struct build_object *object = object_of(builder, handle);
    struct plan_map map = {
        .vspace = space->vspace,
        .object = handle,
        .index = index,
        .count = count,
        .address = address,
        .flags = flags,
    };

    if (object->component == space->component && !object->mapped) {
        object->mapped = true;
        map.slot = object->slot + index;
    } else {
        map.slot = build_slots(builder, count);
    }
    bytes_add(&space->maps, &map, sizeof(map));
}

void space_keep(struct space *space, uint64_t from, uint64_t size)
{
    space->kept[space->kept_count++] = (struct kept){from, size};
}

static uint64_t align_to(uint64_t value, unsigned bits)
{
    uint64_t bytes = UINT64_C(1) << bits;

    return (value + bytes - 1) & ~(bytes - 1);
}

/* The end of something that lies in the way of `size` bytes at `address`, or 0. */
static uint64_t find_obstacle(const struct builder *builder, const struct space *space,
                              uint64_t address, uint64_t size)
{
    const struct plan_map *maps = (const struct plan_map *)space->maps.data;

    for (unsigned i = 0; i < space->kept_count; i++) {
        uint64_t from = space->kept[i].from, end = from + space->kept[i].size;

        if (address < end && from < address + size)
            return end;
    }
    for (size_t i = 0; i < space->maps.size / sizeof(*maps); i++) {
        unsigned bits = object_bits(object_of(builder, maps[i].object));
        uint64_t end = maps[i].address + ((uint64_t)maps[i].count << bits);

        if (address < end && maps[i].address < address + size)
            return end;
    }
    return 0;
}

bool space_is_free(const struct builder *builder, const struct space *space, uint64_t address,
                   uint64_t size)
{
    return find_obstacle(builder, space, address, size) == 0;
}

/* Each obstacle is passed once, as the address only grows. */
uint64_t space_map_region(struct builder *builder, struct space *space, handle_t handle,
                          uint32_t flags)
{
    const struct build_object *object = object_of(builder, handle);
    unsigned bits = object_bits(object);
    uint64_t size = (uint64_t)object->count << bits;
    uint64_t address = align_to(space->next_region, bits), obstacle;

    while ((obstacle = find_obstacle(builder, space, address, size)) != 0)
        address = align_to(obstacle, bits);
    space->next_region = address + size + PAGE_BYTES;
    space_map(builder, space, handle, 0, object->count, address, flags);
    return address;
}

uint64_t space_map_file(struct builder *builder, struct space *space, uint32_t file)
{
    handle_t handle = store_object(builder, file);
    const struct build_object *object = object_of(builder, handle);
    uint64_t address = align_to(space->next_file, LARGE_BITS);

    space->next_file = address + ((uint64_t)object->count << object_bits(object)) + PAGE_BYTES;
    space_map(builder, space, handle, 0, object->count, address, PLAN_MAP_READ);
    return address;
}
