/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory that several can reach: made once, mapped by each of them with the rights it is given. */
#include "tool/plan/parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void shared_begin(struct builder *builder)
{
    const struct manifest *manifest = builder->manifest;

    for (size_t i = 0; i < manifest->shared_count; i++) {
        const struct manifest_shared *shared = &manifest->shared[i];
        bool large = shared->size.value % LARGE_BYTES == 0;
        handle_t object = build_object(
            builder,
            (struct build_object){
                .component = SYSTEM,
                .name = build_text(builder, "shared memory %s", shared->name.value),
                .type = large ? PLAN_TYPE_LARGE_PAGE : PLAN_TYPE_SMALL_PAGE,
                .count = (uint32_t)(shared->size.value >> (large ? LARGE_BITS : PAGE_BITS)),
                .file = NO_FILE,
            });

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
    map->place = sharer->address.place;
    map->address = sharer->address.value;
    if (map->address == 0) {
        map->address = space_map_region(builder, space, handle, rights_of(sharer));
        return true;
    }
    if (map->address % page != 0)
        return complain_at(
            builder->complaints, sharer->address.place,
            "'address' is 0x%" PRIx64
            ", no multiple of %s, the pages of '%s': choose another, or leave it out",
            map->address, page == PAGE_BYTES ? "4 KiB" : "2 MiB", map->shared->name.value);
    if (!space_is_free(builder, space, map->address, size))
        return complain_at(
            builder->complaints, sharer->address.place,
            "'address' is 0x%" PRIx64
            ", which is taken in '%s' by something else: choose another, or leave it out",
            map->address, sharer->name.value);
    space_map(builder, space, handle, 0, object->count, map->address, rights_of(sharer));
    return true;
}

/* What has an address written down comes first: what has none finds another. */
static bool map_all(struct builder *builder, struct space *space, const char *name, bool written,
                    struct shared_map *found, size_t *count)
{
    const struct manifest *manifest = builder->manifest;
    bool fine = true;

    for (size_t i = 0; i < manifest->shared_count; i++) {
        for (size_t j = 0; j < manifest->shared[i].sharer_count; j++) {
            const struct manifest_sharer *sharer = &manifest->shared[i].sharers[j];
            struct shared_map *map = &found[*count];

            if (strcmp(sharer->name.value, name) != 0 || (sharer->address.value != 0) != written)
                continue;
            map->shared = &manifest->shared[i];
            if (map_one(builder, space, sharer, map))
                (*count)++;
            else
                fine = false;
        }
    }
    return fine;
}

/* As the manifest has them. */
static int compare(const void *left, const void *right)
{
    const struct shared_map *a = left, *b = right;

    return a->shared < b->shared ? -1 : a->shared > b->shared;
}

static void tell(struct builder *builder, const char *name, const struct shared_map *map)
{
    build_fact(builder, name, build_text(builder, "shared memory %s", map->shared->name.value),
               map->place.line == 0 ? "the next free address" : source_of(builder, map->place),
               "0x%" PRIx64 ", %s", map->address,
               map->rights & SHARE_WRITE ? "read and write" : "read only");
}

bool shared_map(struct builder *builder, struct space *space, const char *name, bool guest,
                struct shared_map *found, size_t *count)
{
    bool fine;

    if (guest)
        space->next_region = GUEST_SHARED_FIRST;
    *count = 0;
    fine = map_all(builder, space, name, true, found, count);
    fine = map_all(builder, space, name, false, found, count) && fine;
    qsort(found, *count, sizeof(*found), compare);
    for (size_t i = 0; i < *count; i++)
        tell(builder, name, &found[i]);
    return fine;
}

void shared_describe(struct builder *builder, struct blob *config, const struct shared_map *maps,
                     size_t count)
{
    blob_open(config, "shared");
    for (size_t i = 0; i < count; i++) {
        blob_open(config, build_text(builder, "%zu", i));
        blob_text(config, "name", maps[i].shared->name.value);
        blob_u64(config, "address", &maps[i].address, 1);
        blob_u64(config, "size", &maps[i].shared->size.value, 1);
        if (maps[i].rights & SHARE_WRITE)
            blob_flag(config, "writable");
        blob_close(config);
    }
    blob_close(config);
}
