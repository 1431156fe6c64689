/* SPDX-License-Identifier: BSD-2-Clause */
/* What is the system's: init's own objects, its log, and memory that several share. */
#include "tool/plan/parts.h"

#include <inttypes.h>
#include <string.h>

/* Init's own maps lie in a gigabyte of their own: its page tables are the plan's alone, whatever
 * the kernel mapped for it elsewhere. */
#define INIT_WINDOW UINT64_C(0x40000000)
#define INIT_REGION UINT64_C(0x40010000)

static handle_t system_object(struct builder *builder, const char *name, enum plan_type type,
                              uint32_t count)
{
    return build_object(builder, (struct build_object){
                                     .component = SYSTEM,
                                     .name = name,
                                     .type = type,
                                     .count = count,
                                     .file = NO_FILE,
                                 });
}

void system_begin(struct builder *builder)
{
    const struct manifest *manifest = builder->manifest;
    struct plan_header *header = &builder->header;
    uint32_t core = 0;

    build_component(builder, (struct build_component){.name = "system"});
    space_begin(builder, &builder->init, PLAN_INIT, SYSTEM);
    builder->init.next_region = INIT_REGION;
    builder->init.window = INIT_WINDOW;
    header->endpoint = system_object(builder, "init's endpoint", PLAN_TYPE_ENDPOINT, 1);
    header->ready = system_object(builder, "ready", PLAN_TYPE_NOTIFICATION, 1);
    header->window = INIT_WINDOW;
    header->log_doorbell = PLAN_NONE;
    if (core_choose(builder, &manifest->init_core, 0, &core) && core >= builder->core_count)
        builder->core_count = core + 1;
    header->core = (uint8_t)core;
    header->priority = (uint8_t)manifest->init_priority.value;
    header->budget_us = (uint32_t)manifest->init_time.budget_us.value;
    header->period_us = (uint32_t)manifest->init_time.period_us.value;
    header->board_off = manifest->board_off == BOARD_OFF_NEVER ? PLAN_BOARD_OFF_NEVER
                        : manifest->board_off == BOARD_OFF_IDLE || manifest->component_count == 0
                            ? PLAN_BOARD_OFF_IDLE
                            : PLAN_BOARD_OFF_NEVER;
    build_fact(builder, "init", "board off", source_of(builder, manifest->board_off_place), "%s",
               header->board_off == PLAN_BOARD_OFF_IDLE ? "when every VM is off" : "never");
}

void system_map_log(struct builder *builder, const struct device *log, bool keep)
{
    struct plan_header *header = &builder->header;
    uint64_t addresses[BOARD_DEVICE_REG_MAX];

    device_map(builder, &builder->init, log, addresses);
    header->log_uart = addresses[0];
    header->log_keep = keep;
    builder->log_compatible = board_uart_name(&log->board);
    build_fact(builder, "init", "log", "stdout-path of the board's device tree, or console: log",
               "%s (%s)%s", log->board.path, builder->log_compatible,
               keep ? "" : " until the console starts, then through it");
}

void system_share(struct builder *builder)
{
    const struct manifest *manifest = builder->manifest;

    for (size_t i = 0; i < manifest->shared_count; i++) {
        const struct manifest_shared *shared = &manifest->shared[i];
        bool large = shared->size.value % LARGE_BYTES == 0;
        handle_t object = system_object(
            builder, build_text(builder, "shared memory %s", shared->name.value),
            large ? PLAN_TYPE_LARGE_PAGE : PLAN_TYPE_SMALL_PAGE,
            (uint32_t)(shared->size.value >> (large ? LARGE_BITS : PAGE_BITS)));

        bytes_add(&builder->shared, &object, sizeof(object));
        build_fact(builder, shared->name.value, "size", source_of(builder, shared->size.place),
                   "%" PRIu64 " KiB, of %s pages", shared->size.value >> 10,
                   large ? "2 MiB" : "4 KiB");
    }
}

/* What a guest shares lies between its devices and its RAM. */
#define GUEST_SHARED_FIRST UINT64_C(0x10000000)

static unsigned rights_of(const struct manifest_sharer *sharer)
{
    return (sharer->rights & SHARE_READ ? PLAN_MAP_READ : 0) |
           (sharer->rights & SHARE_WRITE ? PLAN_MAP_READ | PLAN_MAP_WRITE : 0);
}

static bool map_one(struct builder *builder, struct space *space,
                    const struct manifest_sharer *sharer, struct shared_map *map)
{
    handle_t handle = ((handle_t *)builder->shared.data)[map->shared - builder->manifest->shared];
    const struct build_object *object = object_of(builder, handle);
    uint64_t size = map->shared->size.value, page = UINT64_C(1) << object_bits(object);

    map->rights = sharer->rights;
    map->address = sharer->address.value;
    if (map->address == 0) {
        map->address = space_map_region(builder, space, handle, rights_of(sharer));
        return true;
    }
    if (map->address % page != 0)
        return complain_at(builder->complaints, sharer->address.place,
                           "address: 0x%" PRIx64 " is no multiple of %s, the pages of '%s': "
                           "choose another, or leave it out",
                           map->address, page == PAGE_BYTES ? "4 KiB" : "2 MiB",
                           map->shared->name.value);
    if (!space_is_free(builder, space, map->address, size))
        return complain_at(builder->complaints, sharer->address.place,
                           "address: 0x%" PRIx64 " is taken in '%s' by something else: choose "
                           "another, or leave it out",
                           map->address, sharer->name.value);
    space_map(builder, space, handle, 0, object->count, map->address, rights_of(sharer));
    return true;
}

bool shared_map(struct builder *builder, struct space *space, const char *name, bool guest,
                struct shared_map *found, size_t *count)
{
    const struct manifest *manifest = builder->manifest;
    bool fine = true;

    if (guest)
        space->next_region = GUEST_SHARED_FIRST;
    *count = 0;
    for (size_t i = 0; i < manifest->shared_count; i++) {
        for (size_t j = 0; j < manifest->shared[i].sharer_count; j++) {
            const struct manifest_sharer *sharer = &manifest->shared[i].sharers[j];
            struct shared_map *map = &found[*count];

            if (strcmp(sharer->name.value, name) != 0)
                continue;
            map->shared = &manifest->shared[i];
            if (!map_one(builder, space, sharer, map)) {
                fine = false;
                continue;
            }
            build_fact(
                builder, name, build_text(builder, "shared memory %s", map->shared->name.value),
                sharer->address.value == 0 ? "chosen" : source_of(builder, sharer->address.place),
                "0x%" PRIx64 ", %s", map->address,
                map->rights & SHARE_WRITE ? "read and write" : "read only");
            (*count)++;
        }
    }
    return fine;
}
