/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the parts of a manifest must be to each other. Stands on manifest.h. Parts that could not be
 * read are zero here and were complained of: nothing more is said of them.
 */
#include <inttypes.h>
#include <string.h>

#include "abi/component.h"
#include "abi/plan.h"
#include "abi/vmm.h"
#include "tool/manifest/check.h"
#include "tool/manifest/find.h"
#include "tool/manifest/nearest.h"

#define ADDRESS_TOP VMM_ADDRESS_END /* what every core can translate */

/* ---- names ---- */

/* VMs and components by one number: VMs first. */
static const struct text *name_at(const struct manifest *manifest, size_t index)
{
    return index < manifest->vm_count ? &manifest->vms[index].name
                                      : &manifest->components[index - manifest->vm_count].name;
}

static struct place place_at(const struct manifest *manifest, size_t index)
{
    return index < manifest->vm_count ? manifest->vms[index].place
                                      : manifest->components[index - manifest->vm_count].place;
}

static size_t name_count(const struct manifest *manifest)
{
    return manifest->vm_count + manifest->component_count;
}

/* The first of two is right, and the second is complained of. */
static void complain_of_name(const struct text *one, const struct text *other,
                             struct complaints *complaints)
{
    bool later = find_is_before(other->place, one->place);

    complain_at(complaints, later ? one->place : other->place,
                "the name '%s' is taken, in line %u: choose another", one->value,
                later ? other->place.line : one->place.line);
}

static void check_name(const struct manifest *manifest, size_t index, struct complaints *complaints)
{
    static const char *const ours[] = {"init", "system", "console", "kernel"};
    const struct text *name = name_at(manifest, index);

    for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
        if (find_is_same(name->value, ours[i]))
            complain_at(complaints, name->place,
                        "the name '%s' is that of a part of the system: choose another",
                        name->value);
    }
    for (size_t i = 0; i < index; i++) {
        if (find_is_same(name->value, name_at(manifest, i)->value)) {
            complain_of_name(name, name_at(manifest, i), complaints);
            return;
        }
    }
}

static void check_counts(const struct manifest *manifest, bool lost, struct complaints *complaints)
{
    size_t most = PLAN_COMPONENT_MAX - 1 - manifest->console.present; /* the system is one, too */

    if (name_count(manifest) == 0 && !lost)
        complain_at(complaints, (struct place){1, 1},
                    "nothing to run: add a VM under 'vms' or a component under 'components'");
    else if (name_count(manifest) > most)
        complain_at(complaints, place_at(manifest, most),
                    "%zu VMs and components%s: leave at most %zu", name_count(manifest),
                    manifest->console.present ? " beside the console" : "", most);
}

/* ---- VMs ---- */

static void check_cores(struct manifest_vm *vm, struct complaints *complaints)
{
    uint64_t count = 0;

    while (count < MANIFEST_CORE_MAX && vm->cores[count].value >= 0)
        count++;
    if (vm->cpus.value == 0 && vm->cpus.place.line == 0)
        vm->cpus.value = count == 0 ? 1 : count;
    else if (count != 0 && vm->cpus.value != 0 && count != vm->cpus.value)
        complain_at(complaints, vm->cpus.place,
                    "'cpus' is %" PRIu64 ", but 'cores' in line %u names %" PRIu64
                    ": make them agree, or leave one out",
                    vm->cpus.value, vm->cores[0].place.line, count);
}

static void check_vm(struct manifest_vm *vm, struct complaints *complaints)
{
    check_cores(vm, complaints);
    if (vm->initrd.text.value == NULL && vm->kernel.source == FILE_BUILT_IN) {
        vm->initrd.source = FILE_BUILT_IN;
        vm->initrd.text.value = "demo";
    }
    if (vm->tree.source != FILE_ABSENT && vm->overlay.source != FILE_ABSENT)
        complain_at(complaints, vm->overlay.text.place,
                    "'overlay' is for the generated device tree, which 'dtb' in line %u replaces: "
                    "leave one out",
                    vm->tree.text.place.line);
}

/* What wants the console although there is none. */
static void check_console_wish(bool *console, struct place place, const char *what,
                               const struct manifest *manifest, struct complaints *complaints)
{
    if (*console && place.line != 0)
        complain_at(complaints, place,
                    "this %s wants the console, which 'console: none' in line %u leaves out: take "
                    "one of the two out",
                    what, manifest->console.place.line);
    *console = false;
}

static void check_console(struct manifest *manifest, struct complaints *complaints)
{
    bool wanted = false;

    for (size_t i = 0; i < manifest->vm_count; i++) {
        struct manifest_vm *vm = &manifest->vms[i];

        if (!manifest->console.present)
            check_console_wish(&vm->console, vm->console_place, "VM", manifest, complaints);
        wanted |= vm->console;
    }
    for (size_t i = 0; i < manifest->component_count; i++) {
        struct manifest_component *component = &manifest->components[i];

        if (!manifest->console.present)
            check_console_wish(&component->console, component->console_place, "component", manifest,
                               complaints);
        wanted |= component->console;
    }
    manifest->console.present &= wanted;
}

/* ---- devices ---- */

struct device_list {
    const struct device_use *devices;
    size_t count;
};

static struct device_list devices_at(const struct manifest *manifest, size_t index)
{
    const struct manifest_component *component;

    if (index < manifest->vm_count)
        return (struct device_list){manifest->vms[index].devices,
                                    manifest->vms[index].device_count};
    component = &manifest->components[index - manifest->vm_count];
    return (struct device_list){component->devices, component->device_count};
}

static void complain_of_device(const struct text *one, const struct text *other,
                               struct complaints *complaints)
{
    bool later = find_is_before(other->place, one->place);

    complain_at(complaints, later ? one->place : other->place,
                "device '%.80s' is given twice, first in line %u: a device has one owner, take it "
                "out here or there",
                one->value, later ? other->place.line : one->place.line);
}

/* Complains of a device that was given before, to whomever. */
static void check_owners(const struct manifest *manifest, size_t owner, size_t index,
                         struct complaints *complaints)
{
    const struct text *path = &devices_at(manifest, owner).devices[index].path;

    for (size_t i = 0; i <= owner; i++) {
        struct device_list list = devices_at(manifest, i);

        for (size_t j = 0; j < (i == owner ? index : list.count); j++) {
            if (find_is_same(path->value, list.devices[j].path.value)) {
                complain_of_device(path, &list.devices[j].path, complaints);
                return;
            }
        }
    }
}

static void check_uart(const struct text *path, const struct text *uart, const char *whose,
                       struct complaints *complaints)
{
    if (find_is_same(path->value, uart->value))
        complain_at(complaints, path->place,
                    "device '%.80s' is %s, by line %u: take one of the two out", path->value, whose,
                    uart->place.line);
}

static void check_device(const struct manifest *manifest, size_t owner, size_t index,
                         struct complaints *complaints)
{
    const struct manifest_console *console = &manifest->console;
    const struct text *path = &devices_at(manifest, owner).devices[index].path;

    if (console->present)
        check_uart(path, &console->uart, "the console's", complaints);
    if (!find_is_same(console->uart.value, console->log.value) || !console->present)
        check_uart(path, &console->log, "that of init's log", complaints);
    check_owners(manifest, owner, index, complaints);
}

static void check_devices(const struct manifest *manifest, struct complaints *complaints)
{
    for (size_t i = 0; i < name_count(manifest); i++) {
        for (size_t j = 0; j < devices_at(manifest, i).count; j++)
            check_device(manifest, i, j, complaints);
    }
}

/* ---- shared memory ---- */

/* Whether there is one of this name, or might be among those without one. */
static bool is_known(const struct manifest *manifest, const char *name, struct nearest *nearest)
{
    for (size_t i = 0; i < name_count(manifest); i++) {
        const char *other = name_at(manifest, i)->value;

        if (other == NULL || strcmp(name, other) == 0)
            return true;
        nearest_offer(nearest, other);
    }
    return false;
}

static void check_known(const struct manifest *manifest, const struct text *name,
                        struct complaints *complaints)
{
    struct nearest nearest = {.text = name->value};

    if (name->value == NULL || is_known(manifest, name->value, &nearest))
        return;
    if (nearest.word != NULL)
        complain_at(complaints, name->place, "there is no VM or component '%s': did you mean '%s'?",
                    name->value, nearest.word);
    else
        complain_at(complaints, name->place,
                    "there is no VM or component '%s': add it, or name one that there is",
                    name->value);
}

static bool is_behind(const struct manifest_shared *shared, const struct manifest_sharer *sharer)
{
    return sharer->address.value > ADDRESS_TOP - shared->size.value;
}

static void check_sharer(const struct manifest *manifest, const struct manifest_shared *shared,
                         size_t index, bool lost, struct complaints *complaints)
{
    const struct manifest_sharer *sharer = &shared->sharers[index];

    if (!lost)
        check_known(manifest, &sharer->name, complaints);
    for (size_t i = 0; i < index; i++) {
        if (find_is_same(sharer->name.value, shared->sharers[i].name.value)) {
            complain_at(complaints, sharer->name.place,
                        "'%s' is named twice, first in line %u: keep one", sharer->name.value,
                        shared->sharers[i].name.place.line);
            break;
        }
    }
    if (is_behind(shared, sharer))
        complain_at(complaints, sharer->address.place,
                    "memory of this size does not fit below 0x%" PRIx64
                    " from there: lower 'address', or leave it out",
                    ADDRESS_TOP);
}

/* Whether anyone could write it; what could not be read might have. */
static bool has_writer(const struct manifest_shared *shared)
{
    for (size_t i = 0; i < shared->sharer_count; i++) {
        if (shared->sharers[i].rights != SHARE_READ)
            return true;
    }
    return shared->sharer_count == 0;
}

static void check_overlap(const struct manifest_shared *a, const struct manifest_sharer *one,
                          const struct manifest_shared *b, const struct manifest_sharer *other,
                          struct complaints *complaints)
{
    if (!find_is_same(one->name.value, other->name.value) || one->address.value == 0 ||
        other->address.value == 0 || is_behind(a, one) || is_behind(b, other))
        return;
    if (one->address.value < other->address.value + b->size.value &&
        other->address.value < one->address.value + a->size.value)
        complain_at(complaints, one->address.place,
                    "'%s' sees other shared memory here already, by line %u: move one of the two",
                    one->name.value, other->address.place.line);
}

/* Against all shared memory before it. */
static void check_overlaps(const struct manifest *manifest, size_t index,
                           struct complaints *complaints)
{
    const struct manifest_shared *shared = &manifest->shared[index];

    for (size_t i = 0; i < index; i++) {
        const struct manifest_shared *other = &manifest->shared[i];

        for (size_t j = 0; j < shared->sharer_count; j++) {
            for (size_t k = 0; k < other->sharer_count; k++)
                check_overlap(shared, &shared->sharers[j], other, &other->sharers[k], complaints);
        }
    }
}

static void check_shared_name(const struct manifest *manifest, size_t index,
                              struct complaints *complaints)
{
    const struct text *name = &manifest->shared[index].name;

    for (size_t i = 0; i < index; i++) {
        if (find_is_same(name->value, manifest->shared[i].name.value)) {
            complain_of_name(name, &manifest->shared[i].name, complaints);
            return;
        }
    }
}

static void check_shared(const struct manifest *manifest, bool lost, struct complaints *complaints)
{
    for (size_t i = 0; i < manifest->shared_count; i++) {
        const struct manifest_shared *shared = &manifest->shared[i];

        check_shared_name(manifest, i, complaints);
        for (size_t j = 0; j < shared->sharer_count; j++)
            check_sharer(manifest, shared, j, lost, complaints);
        if (!has_writer(shared))
            complain_at(complaints, shared->place,
                        "nobody may write the shared memory '%s': give one of its sharers rw",
                        shared->name.value != NULL ? shared->name.value : "");
        check_overlaps(manifest, i, complaints);
    }
}

/* ---- channels ---- */

static void check_ends(const struct manifest *manifest, const struct manifest_channel *channel,
                       bool lost, struct complaints *complaints)
{
    for (size_t i = 0; i < channel->end_count; i++) {
        if (!lost)
            check_known(manifest, &channel->ends[i].name, complaints);
    }
    if (channel->end_count == 1 && channel->ends[0].name.value != NULL)
        complain_at(complaints, channel->ends[0].name.place,
                    "a channel between one alone: name two in 'between'");
    if (channel->end_count == 2 &&
        find_is_same(channel->ends[0].name.value, channel->ends[1].name.value))
        complain_at(complaints, channel->ends[1].name.place,
                    "a channel from '%s' to itself: name another", channel->ends[1].name.value);
}

static void check_channel_name(const struct manifest *manifest, size_t index,
                               struct complaints *complaints)
{
    const struct text *name = &manifest->channels[index].name;

    for (size_t i = 0; i < index; i++) {
        if (find_is_same(name->value, manifest->channels[i].name.value)) {
            complain_of_name(name, &manifest->channels[i].name, complaints);
            return;
        }
    }
}

/* How many channels before this one have an end there, too. */
static size_t channels_before(const struct manifest *manifest, size_t index, const char *name)
{
    size_t count = 0;

    for (size_t i = 0; i < index; i++) {
        for (size_t j = 0; j < manifest->channels[i].end_count; j++)
            count += find_is_same(name, manifest->channels[i].ends[j].name.value);
    }
    return count;
}

static void check_channel_count(const struct manifest *manifest, size_t index,
                                struct complaints *complaints)
{
    const struct manifest_channel *channel = &manifest->channels[index];

    for (size_t i = 0; i < channel->end_count; i++) {
        const char *name = channel->ends[i].name.value;
        unsigned most = find_is_component(manifest, name) ? COMPONENT_CHANNEL_MAX : VMM_CHANNEL_MAX;

        if (channels_before(manifest, index, name) == most)
            complain_at(complaints, channel->ends[i].name.place,
                        "'%s' has more than %u channels: leave this one out", name, most);
    }
}

static bool has_end(const struct manifest_channel *channel, const char *name)
{
    for (size_t i = 0; i < channel->end_count; i++) {
        if (find_is_same(name, channel->ends[i].name.value))
            return true;
    }
    return false;
}

/* A port is a pair of nodes in Linux. A component at one end finds the messages in its ring. */
static void check_port_has_vm(const struct manifest *manifest,
                              const struct manifest_channel *channel, struct complaints *complaints)
{
    for (size_t i = 0; i < channel->end_count; i++) {
        if (!find_is_component(manifest, channel->ends[i].name.value))
            return;
    }
    complain_at(complaints, channel->port.place,
                "'compat-port' is for an end in a VM, and '%s' has none: leave it out",
                channel->name.value);
}

/* Each port once in a VM. */
static void check_port(const struct manifest *manifest, size_t index, struct complaints *complaints)
{
    const struct manifest_channel *channel = &manifest->channels[index];

    for (size_t i = 0; i < index; i++) {
        const struct manifest_channel *other = &manifest->channels[i];

        for (size_t j = 0; j < channel->end_count; j++) {
            if (other->port.value == channel->port.value &&
                has_end(other, channel->ends[j].name.value)) {
                complain_at(complaints, channel->port.place,
                            "the port %llu of '%s' is taken, in line %u: choose another",
                            (unsigned long long)channel->port.value, channel->ends[j].name.value,
                            other->port.place.line);
                return;
            }
        }
    }
}

static void check_channels(const struct manifest *manifest, bool lost,
                           struct complaints *complaints)
{
    for (size_t i = 0; i < manifest->channel_count; i++) {
        const struct manifest_channel *channel = &manifest->channels[i];
        uint64_t size = channel->size.value;

        check_channel_name(manifest, i, complaints);
        check_ends(manifest, channel, lost, complaints);
        check_channel_count(manifest, i, complaints);
        if (channel->port.value != 0) {
            check_port_has_vm(manifest, channel, complaints);
            check_port(manifest, i, complaints);
        }
        if ((size & (size - 1)) != 0)
            complain_at(complaints, channel->size.place,
                        "'size' of a channel is a power of two: write 4K, 8K, 16K and so on");
    }
}

void manifest_check(struct manifest *manifest, bool lost, struct complaints *complaints)
{
    for (size_t i = 0; i < manifest->vm_count; i++)
        check_vm(&manifest->vms[i], complaints);
    check_console(manifest, complaints);
    for (size_t i = 0; i < name_count(manifest); i++)
        check_name(manifest, i, complaints);
    check_counts(manifest, lost, complaints);
    check_devices(manifest, complaints);
    check_shared(manifest, lost, complaints);
    check_channels(manifest, lost, complaints);
    manifest_check_map(manifest, complaints);
}
