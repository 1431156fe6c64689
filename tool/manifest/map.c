/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where guests and components see things, as far as it is written down: apart from each other and
 * below the end of addresses; and each interrupt of a guest once. Stands on manifest.h.
 */
#include <inttypes.h>
#include <string.h>

#include "abi/vchan.h"
#include "abi/vmm.h"
#include "tool/manifest/check.h"
#include "tool/manifest/find.h"
#include "tool/manifest/storage.h"

/* Of a guest's machine itself: RAM, distributor, CPU interface, UART, bells. */
#define OWN_COUNT 5

struct thing {
    const char *key; /* that tells where it is */
    const char *what;
    const char *name; /* of shared memory or a channel, else NULL */
    uint64_t first, size;
    struct place place; /* line 0: a default */
};

/* What one of them sees. */
struct sight {
    const char *owner;
    struct thing *things;
    size_t count;
};

/* What could not be read was complained of, and lies nowhere. */
static void add_thing(struct sight *sight, const char *key, const char *what, const char *name,
                      const struct number *address, uint64_t size)
{
    if ((address->place.line == 0 && address->value == 0) || size == 0)
        return;
    sight->things[sight->count++] = (struct thing){key,  what,          name, address->value,
                                                   size, address->place};
}

static void add_machine(struct sight *sight, const struct manifest_vm *vm)
{
    const struct manifest_map *map = &vm->map;

    add_thing(sight, "ram", "RAM", NULL, &map->ram, vm->memory.value);
    add_thing(sight, "gic-distributor", "GIC distributor", NULL, &map->gicd, VMM_GICD_BYTES);
    add_thing(sight, "gic-cpu", "GIC CPU interface", NULL, &map->gicc, VMM_GICC_BYTES);
    add_thing(sight, "uart", "UART", NULL, &map->uart, VMM_UART_BYTES);
    add_thing(sight, "bells", "bells", NULL, &map->bells, VMM_BELLS_BYTES);
}

static void add_shared(struct sight *sight, const struct manifest_shared *shared)
{
    for (size_t i = 0; i < shared->sharer_count; i++) {
        const struct manifest_sharer *sharer = &shared->sharers[i];

        if (find_is_same(sharer->name.value, sight->owner) && sharer->address.place.line != 0)
            add_thing(sight, "address", "shared memory", shared->name.value, &sharer->address,
                      shared->size.value);
    }
}

static void add_channel(struct sight *sight, const struct manifest_channel *channel)
{
    uint64_t sizes[] = {VCHAN_REGION_BYTES(channel->size.value),
                        VCHAN_REGION_BYTES(channel->one_way ? 0 : channel->size.value)};

    for (size_t i = 0; i < channel->end_count; i++) {
        const struct manifest_end *end = &channel->ends[i];

        if (!find_is_same(end->name.value, sight->owner))
            continue;
        if (end->own.place.line != 0)
            add_thing(sight, "own-address", "channel", channel->name.value, &end->own, sizes[i]);
        if (end->peer.place.line != 0)
            add_thing(sight, "peer-address", "channel", channel->name.value, &end->peer, sizes[!i]);
    }
}

/* As a part of a sentence: " 'frames'". */
static const char *show_name(const struct manifest *manifest, const struct thing *thing)
{
    return thing->name == NULL ? "" : storage_print(manifest->storage, " '%s'", thing->name);
}

static const char *show_place(const struct manifest *manifest, struct place place)
{
    return place.line == 0 ? "by default"
                           : storage_print(manifest->storage, "by line %u", place.line);
}

/* Of two the later is wrong, and never a default. */
static void complain_of_overlap(const struct manifest *manifest, const struct sight *sight,
                                const struct thing *one, const struct thing *other,
                                struct complaints *complaints)
{
    const struct thing *wrong = find_is_before(other->place, one->place) ? one : other;
    const struct thing *right = wrong == one ? other : one;

    complain_at(complaints, wrong->place,
                "'%s' puts the %s%s of '%s' over its %s%s, 0x%" PRIx64 " to 0x%" PRIx64
                " %s: move one of the two",
                wrong->key, wrong->what, show_name(manifest, wrong), sight->owner, right->what,
                show_name(manifest, right), right->first, right->first + right->size - 1,
                show_place(manifest, right->place));
}

static bool is_beyond(const struct thing *thing)
{
    return thing->size > VMM_ADDRESS_END || thing->first > VMM_ADDRESS_END - thing->size;
}

/* Shared memory has its own check of this, and of other shared memory. */
static bool is_shared(const struct thing *thing)
{
    return strcmp(thing->key, "address") == 0;
}

static bool do_overlap(const struct thing *a, const struct thing *b)
{
    return a->first < b->first + b->size && b->first < a->first + a->size &&
           !(is_shared(a) && is_shared(b));
}

/* Against all before it; one complaint is enough. */
static void check_thing(const struct manifest *manifest, const struct sight *sight, size_t index,
                        struct complaints *complaints)
{
    const struct thing *thing = &sight->things[index];

    if (is_beyond(thing)) {
        if (!is_shared(thing))
            complain_at(
                complaints, thing->place,
                "'%s' puts the %s%s of '%s' beyond 0x%" PRIx64 ", where addresses end: lower it",
                thing->key, thing->what, show_name(manifest, thing), sight->owner, VMM_ADDRESS_END);
        return;
    }
    for (size_t i = 0; i < index; i++) {
        const struct thing *other = &sight->things[i];

        if (!is_beyond(other) && do_overlap(thing, other)) {
            complain_of_overlap(manifest, sight, thing, other, complaints);
            return;
        }
    }
}

/* As many as could be written down at all. */
static size_t thing_count(const struct manifest *manifest)
{
    size_t count = OWN_COUNT;

    for (size_t i = 0; i < manifest->shared_count; i++)
        count += manifest->shared[i].sharer_count;
    for (size_t i = 0; i < manifest->channel_count; i++)
        count += 2 * manifest->channels[i].end_count;
    return count;
}

static void check_sight(const struct manifest *manifest, struct sight *sight,
                        struct complaints *complaints)
{
    if (sight->owner == NULL)
        sight->count = 0;
    for (size_t i = 0; i < manifest->shared_count; i++)
        add_shared(sight, &manifest->shared[i]);
    for (size_t i = 0; i < manifest->channel_count; i++)
        add_channel(sight, &manifest->channels[i]);
    for (size_t i = 0; i < sight->count; i++)
        check_thing(manifest, sight, i, complaints);
    sight->count = 0;
}

/* ---- interrupts ---- */

/* The first end before this one whose interrupt in that VM is the same; NULL: none. */
static const struct manifest_channel *find_interrupt(const struct manifest *manifest, size_t index,
                                                     const struct manifest_end *end,
                                                     struct place *place)
{
    for (size_t i = 0; i < index; i++) {
        const struct manifest_channel *channel = &manifest->channels[i];

        for (size_t j = 0; j < channel->end_count; j++) {
            const struct manifest_end *other = &channel->ends[j];

            *place = other->interrupt.place;
            if (place->line != 0 && other->interrupt.value == end->interrupt.value &&
                find_is_same(other->name.value, end->name.value))
                return channel;
        }
    }
    return NULL;
}

static void check_interrupt(const struct manifest *manifest, size_t index,
                            const struct manifest_end *end, struct complaints *complaints)
{
    const struct manifest_vm *vm = find_vm(manifest, end->name.value);
    const struct number *interrupt = &end->interrupt;
    const struct manifest_channel *other;
    struct place place;

    if (interrupt->place.line == 0)
        return;
    if (vm == NULL && find_is_component(manifest, end->name.value))
        complain_at(complaints, interrupt->place,
                    "'interrupt' is a guest's, and '%s' is a component: leave it out",
                    end->name.value);
    if (vm == NULL)
        return;
    other = find_interrupt(manifest, index, end, &place);
    if (vm->map.uart_interrupt.value == interrupt->value)
        complain_at(complaints, interrupt->place,
                    "the interrupt %" PRIu64 " is that of the UART of '%s', %s: choose another",
                    interrupt->value, end->name.value,
                    show_place(manifest, vm->map.uart_interrupt.place));
    else if (other != NULL && other->name.value != NULL)
        complain_at(complaints, interrupt->place,
                    "the interrupt %" PRIu64 " is that of the channel '%s' in '%s', %s: choose "
                    "another",
                    interrupt->value, other->name.value, end->name.value,
                    show_place(manifest, place));
}

/* ---- all ---- */

static void check_files(const struct manifest_vm *vm, struct complaints *complaints)
{
    if (vm->map.initrd.place.line != 0 && vm->initrd.source == FILE_ABSENT)
        complain_at(complaints, vm->map.initrd.place,
                    "'initrd' tells where to put an initial RAM disk that the VM does not have: "
                    "give it one, or leave this out");
}

void manifest_check_map(const struct manifest *manifest, struct complaints *complaints)
{
    struct sight sight = {
        .things = storage_take(manifest->storage, thing_count(manifest), sizeof(*sight.things)),
    };

    for (size_t i = 0; i < manifest->vm_count; i++) {
        sight.owner = manifest->vms[i].name.value;
        add_machine(&sight, &manifest->vms[i]);
        check_sight(manifest, &sight, complaints);
        check_files(&manifest->vms[i], complaints);
    }
    for (size_t i = 0; i < manifest->component_count; i++) {
        sight.owner = manifest->components[i].name.value;
        check_sight(manifest, &sight, complaints);
    }
    for (size_t i = 0; i < manifest->channel_count; i++) {
        for (size_t j = 0; j < manifest->channels[i].end_count; j++)
            check_interrupt(manifest, i, &manifest->channels[i].ends[j], complaints);
    }
}
