/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Devices of the board and who has them. Everything a device consists of, 4 KiB pages of registers
 * and interrupts, is claimed; what is claimed twice is refused.
 */
#include "tool/plan/parts.h"

#include <inttypes.h>
#include <string.h>

#define PRIVATE_INTERRUPTS 32
#define DEVICE_BYTES_MAX   (UINT64_C(1) << 30)

struct claim {
    const char *owner, *path;
    bool interrupt;
    uint64_t first, last; /* pages, or interrupts */
};

static const struct claim *find_claim(const struct builder *builder, const struct claim *wanted)
{
    const struct claim *claims = (const struct claim *)builder->claims.data;

    for (size_t i = 0; i < builder->claims.size / sizeof(*claims); i++) {
        if (claims[i].interrupt == wanted->interrupt && claims[i].first <= wanted->last &&
            wanted->first <= claims[i].last)
            return &claims[i];
    }
    return NULL;
}

static struct claim claim_of_pages(const char *owner, const char *path,
                                   const struct board_range *range)
{
    return (struct claim){
        .owner = owner,
        .path = path,
        .first = range->base >> PAGE_BITS,
        .last = (range->base + range->size - 1) >> PAGE_BITS,
    };
}

void devices_begin(struct builder *builder)
{
    const struct board_device *gic = &builder->board->gic;

    for (unsigned i = 0; i < gic->register_count; i++) {
        struct claim claim = claim_of_pages("the kernel", gic->path, &gic->registers[i]);

        if (gic->registers[i].size > 0)
            bytes_add(&builder->claims, &claim, sizeof(claim));
    }
    builder->gicv[0] = builder->gicv[1] = PLAN_NONE;
}

static bool is_ram(const struct board *board, const struct board_range *range)
{
    for (unsigned i = 0; i < board->ram_count; i++) {
        const struct board_range *ram = &board->ram[i];

        if (range->base < ram->base + ram->size && ram->base < range->base + range->size)
            return true;
    }
    return false;
}

static bool complain_unknown(struct builder *builder, const struct text *path, const char *key)
{
    const char *near = board_nearest(builder->board, path->value);

    if (near == NULL)
        return complain_at(builder->complaints, path->place,
                           "'%s' names '%s', which the board does not have: give a path or an "
                           "alias of its device tree",
                           key, path->value);
    return complain_at(builder->complaints, path->place,
                       "'%s' names '%s', which the board does not have: did you mean '%s'?", key,
                       path->value, near);
}

/* Whether one of several entries of `reg` lies across the pages of an earlier one's end. */
static bool straddles(const struct board_device *device, unsigned index)
{
    const struct claim own = claim_of_pages("", "", &device->registers[index]);

    for (unsigned i = 0; i < index; i++) {
        const struct claim other = claim_of_pages("", "", &device->registers[i]);

        if (own.first <= other.last && other.first <= own.last &&
            (own.first < other.first || own.last > other.last))
            return true;
    }
    return false;
}

static bool judge_registers(struct builder *builder, const struct text *path, const char *key,
                            const struct board_device *device)
{
    for (unsigned i = 0; i < device->register_count; i++) {
        const struct board_range *range = &device->registers[i];

        if (is_ram(builder->board, range))
            return complain_at(builder->complaints, path->place,
                               "'%s' names '%s', memory and no device: share memory with 'shared'",
                               key, path->value);
        if (range->size == 0 || range->size > DEVICE_BYTES_MAX || range->base >= SPACE_END ||
            range->size > SPACE_END - range->base || straddles(device, i))
            return complain_at(builder->complaints, path->place,
                               "'%s' names '%s', whose registers cannot be mapped (0x%" PRIx64
                               ", 0x%" PRIx64 " bytes): name another device",
                               key, path->value, range->base, range->size);
    }
    return true;
}

static bool judge_device(struct builder *builder, const struct text *path, const char *key,
                         const struct board_device *device)
{
    if (device->node == builder->board->gic.node)
        return complain_at(builder->complaints, path->place,
                           "'%s' names '%s', the interrupt controller, which the kernel needs: "
                           "name another device",
                           key, path->value);
    if (device->register_count == 0)
        return complain_at(
            builder->complaints, path->place,
            "'%s' names '%s', which has no registers (no 'reg'): name another device", key,
            path->value);
    for (unsigned i = 0; i < device->interrupt_count; i++) {
        if (device->interrupts[i].number < PRIVATE_INTERRUPTS)
            return complain_at(builder->complaints, path->place,
                               "'%s' names '%s', whose interrupt %u is one of each core's own, "
                               "which nobody can be given: name another device",
                               key, path->value, device->interrupts[i].number);
    }
    return judge_registers(builder, path, key, device);
}

static bool find_device(struct builder *builder, const struct text *path, const char *key,
                        struct board_device *device)
{
    switch (board_find(builder->board, path->value, device)) {
    case BOARD_FOUND:
        return judge_device(builder, path, key, device);
    case BOARD_UNKNOWN:
        return complain_unknown(builder, path, key);
    case BOARD_UNREADABLE:
        break;
    }
    return complain_at(
        builder->complaints, path->place,
        "'%s' names '%s', whose registers or interrupts cannot be made out: name another device",
        key, path->value);
}

static bool claim_one(struct builder *builder, const struct text *path, const char *key,
                      const struct claim *claim)
{
    const struct claim *other = find_claim(builder, claim);

    if (other == NULL || other->path == claim->path)
        return true;
    if (claim->interrupt)
        return complain_at(builder->complaints, path->place,
                           "'%s' names '%s', whose interrupt %" PRIu64
                           " is that of '%s' too, which '%s' has: give away one of the two",
                           key, claim->path, claim->first, other->path, other->owner);
    return complain_at(builder->complaints, path->place,
                       "'%s' names '%s', which shares the 4 KiB page of registers at 0x%" PRIx64
                       " with '%s', which '%s' has: give away one of the two",
                       key, claim->path,
                       (claim->first > other->first ? claim->first : other->first) << PAGE_BITS,
                       other->path, other->owner);
}

static bool claim_all(struct builder *builder, const char *owner, const struct text *path,
                      const char *key, const struct board_device *device)
{
    const char *name = build_text(builder, "%s", device->path);
    const struct claim *other;

    for (unsigned i = 0; i < device->register_count; i++) {
        struct claim claim = claim_of_pages(owner, name, &device->registers[i]);

        other = find_claim(builder, &claim);
        if (other != NULL && other->path != name && strcmp(other->path, name) == 0)
            return complain_at(
                builder->complaints, path->place,
                "'%s' names '%s', which belongs to '%s' already: take it out here or there", key,
                path->value, other->owner);
        if (!claim_one(builder, path, key, &claim))
            return false;
        bytes_add(&builder->claims, &claim, sizeof(claim));
    }
    for (unsigned i = 0; i < device->interrupt_count; i++) {
        struct claim claim = {.owner = owner,
                              .path = name,
                              .interrupt = true,
                              .first = device->interrupts[i].number,
                              .last = device->interrupts[i].number};

        if (!claim_one(builder, path, key, &claim))
            return false;
        bytes_add(&builder->claims, &claim, sizeof(claim));
    }
    return true;
}

static handle_t make_frames(struct builder *builder, const struct board_device *device,
                            const struct board_range *range)
{
    bool large = range->base % LARGE_BYTES == 0 && range->size % LARGE_BYTES == 0;
    unsigned bits = large ? LARGE_BITS : PAGE_BITS;
    uint64_t first = range->base >> bits, last = (range->base + range->size - 1) >> bits;

    return build_object(builder, (struct build_object){
                                     .component = SYSTEM,
                                     .name = build_text(builder, "registers of %s", device->path),
                                     .type = large ? PLAN_TYPE_LARGE_PAGE : PLAN_TYPE_SMALL_PAGE,
                                     .flags = PLAN_AT_ADDRESS,
                                     .count = (uint32_t)(last - first + 1),
                                     .address = first << bits,
                                     .file = NO_FILE,
                                 });
}

/* Entries of `reg` may share pages: whoever comes later finds itself within an earlier one's. */
static bool holds(const struct builder *builder, handle_t frames, const struct board_range *range)
{
    const struct build_object *object = object_of(builder, frames);
    uint64_t end = object->address + ((uint64_t)object->count << object_bits(object));

    return range->base >= object->address && range->base + range->size <= end;
}

static void make_objects(struct builder *builder, struct device *device)
{
    const struct board_device *board = &device->board;

    for (unsigned i = 0; i < board->register_count; i++) {
        device->frames[i] = PLAN_NONE;
        for (unsigned j = 0; j < i && device->frames[i] == PLAN_NONE; j++) {
            if (holds(builder, device->frames[j], &board->registers[i]))
                device->frames[i] = device->frames[j];
        }
        if (device->frames[i] == PLAN_NONE)
            device->frames[i] = make_frames(builder, board, &board->registers[i]);
    }
    for (unsigned i = 0; i < board->interrupt_count; i++)
        device->handlers[i] = build_object(
            builder, (struct build_object){
                         .component = SYSTEM,
                         .name = build_text(builder, "interrupt of %s", board->path),
                         .type = PLAN_TYPE_INTERRUPT,
                         .flags = board->interrupts[i].edge ? PLAN_EDGE : 0,
                         .count = 1,
                         .address = board->interrupts[i].number,
                         .file = NO_FILE,
                     });
}

bool device_claim(struct builder *builder, const char *owner, const struct text *path,
                  const char *key, struct device *device)
{
    if (!find_device(builder, path, key, &device->board) ||
        !claim_all(builder, owner, path, key, &device->board))
        return false;
    make_objects(builder, device);
    return true;
}

void device_map(struct builder *builder, struct space *space, const struct device *device,
                uint64_t addresses[BOARD_DEVICE_REG_MAX])
{
    uint64_t pages[BOARD_DEVICE_REG_MAX];

    for (unsigned i = 0; i < device->board.register_count; i++) {
        unsigned first = 0;

        while (device->frames[first] != device->frames[i])
            first++;
        pages[i] = first < i ? pages[first]
                             : space_map_region(builder, space, device->frames[i],
                                                PLAN_MAP_READ | PLAN_MAP_WRITE | PLAN_MAP_DEVICE);
        addresses[i] = pages[i] + device->board.registers[i].base -
                       object_of(builder, device->frames[i])->address;
    }
}

bool gicv_pages(struct builder *builder, struct place place, handle_t pages[2])
{
    const struct board *board = builder->board;

    if (board->gicv[0] == 0)
        return complain_at(builder->complaints, place,
                           "the board '%s' has %s, and guests need the virtual CPU interface of a "
                           "GICv2: choose another board",
                           board->name,
                           board->gic_version == 3 ? "a GICv3" : "a GICv2 without one");
    for (unsigned i = 0; i < 2 && builder->gicv[i] == PLAN_NONE; i++)
        builder->gicv[i] = build_object(builder, (struct build_object){
                                                     .component = SYSTEM,
                                                     .name = "virtual CPU interface",
                                                     .type = PLAN_TYPE_SMALL_PAGE,
                                                     .flags = PLAN_AT_ADDRESS,
                                                     .count = 1,
                                                     .address = board->gicv[i],
                                                     .file = NO_FILE,
                                                 });
    pages[0] = builder->gicv[0];
    pages[1] = builder->gicv[1];
    return true;
}
