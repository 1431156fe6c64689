/* SPDX-License-Identifier: BSD-2-Clause */
/* Channels: the two regions of each (abi/vchan.h), mapped by page tables that keep one end from
 * writing what the other wrote, and a bell each way, which rings a native component or a VM's
 * monitor. */
#include "tool/plan/parts.h"

#include <inttypes.h>
#include <string.h>

#include "abi/component.h"
#include "abi/vchan.h"
#include "abi/vmm.h"

#define ENDS                    2
#define CHANNEL_INTERRUPT_FIRST 64

/* A UART, and as many channels as a VM has at most, may have any others. */
_Static_assert(VMM_INTERRUPT_LAST - CHANNEL_INTERRUPT_FIRST > 2 * VMM_CHANNEL_MAX, "enough");

_Static_assert(VCHAN_HEADER_BYTES == PAGE_BYTES, "a header is a page");

/* The region of each end, which that end writes. */
struct channel {
    handle_t regions[ENDS];
    uint32_t rings[ENDS];
    unsigned owners[ENDS];
    unsigned numbers[ENDS]; /* which of its owner's channels it is */
};

/* Where an end sees one of the regions: as written, or 0. */
static const struct number *address_of(const struct manifest_channel *wanted, unsigned end,
                                       bool is_own)
{
    return is_own ? &wanted->ends[end].own : &wanted->ends[end].peer;
}

/* VMs and components by one number: VMs first. */
static const char *owner_name(const struct manifest *manifest, unsigned owner)
{
    return owner < manifest->vm_count ? manifest->vms[owner].name.value
                                      : manifest->components[owner - manifest->vm_count].name.value;
}

static unsigned find_owner(const struct manifest *manifest, const char *name)
{
    unsigned owner = 0;

    while (strcmp(owner_name(manifest, owner), name) != 0)
        owner++;
    return owner;
}

/* As people read it in reports. Without a ring an end writes its header alone. */
static const char *name_region(struct builder *builder, const struct manifest_channel *channel,
                               unsigned end, uint32_t ring)
{
    if (ring == 0)
        return build_text(builder, "channel %s, how far %s has read", channel->name.value,
                          channel->ends[end].name.value);
    return build_text(builder, "channel %s, %s to %s", channel->name.value,
                      channel->ends[end].name.value, channel->ends[!end].name.value);
}

static handle_t make_region(struct builder *builder, const struct manifest_channel *channel,
                            unsigned end, uint32_t ring)
{
    return build_object(builder,
                        (struct build_object){
                            .component = SYSTEM,
                            .name = name_region(builder, channel, end, ring),
                            .type = PLAN_TYPE_SMALL_PAGE,
                            .count = (uint32_t)(VCHAN_REGION_BYTES((uint64_t)ring) >> PAGE_BITS),
                            .file = NO_FILE,
                        });
}

static void begin_channel(struct builder *builder, const struct manifest_channel *wanted,
                          unsigned counts[])
{
    uint32_t size = (uint32_t)wanted->size.value;
    struct channel channel = {.rings = {size, wanted->one_way ? 0 : size}};

    for (unsigned end = 0; end < ENDS; end++) {
        channel.regions[end] = make_region(builder, wanted, end, channel.rings[end]);
        channel.owners[end] = find_owner(builder->manifest, wanted->ends[end].name.value);
        channel.numbers[end] = counts[channel.owners[end]]++;
    }
    bytes_add(&builder->channels, &channel, sizeof(channel));
    build_fact(builder, wanted->name.value, "channel", source_of(builder, wanted->place),
               "%s %s %s, rings of %" PRIu32 " KiB", wanted->ends[0].name.value,
               wanted->one_way ? "to" : "and", wanted->ends[1].name.value, size >> 10);
}

void channels_begin(struct builder *builder)
{
    const struct manifest *manifest = builder->manifest;
    size_t owner_count = manifest->vm_count + manifest->component_count;
    unsigned *counts = storage_take(builder->storage, owner_count + 1, sizeof(*counts));

    for (unsigned i = 0; i < owner_count; i++) {
        handle_t bell = process_notification(builder, owner_name(manifest, i));

        bytes_add(&builder->bells, &bell, sizeof(bell));
    }
    for (size_t i = 0; i < manifest->channel_count; i++)
        begin_channel(builder, &manifest->channels[i], counts);
}

const handle_t *channels_bell(const struct builder *builder, unsigned owner)
{
    return (const handle_t *)builder->bells.data + owner;
}

unsigned channels_count(const struct builder *builder, unsigned owner)
{
    const struct channel *channels = (const struct channel *)builder->channels.data;
    unsigned count = 0;

    for (size_t i = 0; i < builder->manifest->channel_count; i++) {
        for (unsigned end = 0; end < ENDS; end++)
            count += channels[i].owners[end] == owner;
    }
    return count;
}

/* What an owner hears when the other end rings. */
static uint64_t badge_of(const struct builder *builder, const struct channel *channel, unsigned end)
{
    unsigned number = channel->numbers[end];

    return channel->owners[end] < builder->manifest->vm_count ? VMM_BADGE_CHANNEL(number)
                                                              : COMPONENT_BADGE_CHANNEL(number);
}

/* One end, for its owner. */
struct end {
    const struct process *process;
    const struct manifest_channel *wanted;
    const struct channel *channel;
    unsigned index;
    uint32_t doorbell;
    unsigned interrupt;  /* of a guest; 0: a component's end */
    struct space *space; /* of who opens it */
};

/* An end writes its own region, and reads the other's. */
static uint32_t flags_of(bool is_own)
{
    return is_own ? PLAN_MAP_READ | PLAN_MAP_WRITE : PLAN_MAP_READ;
}

static bool place_region(struct builder *builder, const struct end *end, bool is_own)
{
    handle_t region = end->channel->regions[is_own ? end->index : !end->index];
    const struct number *address = address_of(end->wanted, end->index, is_own);
    uint32_t count = object_of(builder, region)->count;

    if (address->place.line == 0)
        return true;
    if (!space_is_free(builder, end->space, address->value, (uint64_t)count << PAGE_BITS))
        return complain_at(
            builder->complaints, address->place,
            "'%s' is 0x%" PRIx64
            ", which is taken in '%s' by something else: choose another, or leave it out",
            is_own ? "own-address" : "peer-address", address->value,
            end->wanted->ends[end->index].name.value);
    space_map(builder, end->space, region, 0, count, address->value, flags_of(is_own));
    return true;
}

bool channels_place(struct builder *builder, unsigned owner, struct space *space)
{
    const struct channel *channels = (const struct channel *)builder->channels.data;
    bool fine = true;

    for (size_t i = 0; i < builder->manifest->channel_count; i++) {
        for (unsigned index = 0; index < ENDS; index++) {
            struct end end = {
                .wanted = &builder->manifest->channels[i],
                .channel = &channels[i],
                .index = index,
                .space = space,
            };

            if (channels[i].owners[index] != owner)
                continue;
            fine = place_region(builder, &end, true) && fine;
            fine = place_region(builder, &end, false) && fine;
        }
    }
    return fine;
}

static uint64_t map_region(struct builder *builder, const struct end *end, bool is_own)
{
    handle_t region = end->channel->regions[is_own ? end->index : !end->index];
    const struct number *written = address_of(end->wanted, end->index, is_own);
    uint64_t address = written->value;

    if (written->place.line == 0)
        address = space_map_region(builder, end->space, region, flags_of(is_own));
    build_fact(
        builder, end->process->name,
        build_text(builder, "channel %s, %s", end->wanted->name.value, is_own ? "own" : "peer's"),
        written->place.line == 0 ? "the next free address" : source_of(builder, written->place),
        "0x%" PRIx64 ", %s", address, is_own ? "read and write" : "read only");
    return address;
}

static void give_doorbell(struct builder *builder, const struct end *end)
{
    process_bell(builder, end->process, end->doorbell,
                 *channels_bell(builder, end->channel->owners[!end->index]),
                 badge_of(builder, end->channel, !end->index), end->channel->regions[end->index]);
}

static void describe(struct builder *builder, const struct end *end, struct blob *config)
{
    const uint32_t *rings = end->channel->rings;
    uint64_t addresses[2];

    addresses[0] = map_region(builder, end, true);
    addresses[1] = map_region(builder, end, false);
    blob_text(config, "name", end->wanted->name.value);
    blob_text(config, "peer", end->wanted->ends[!end->index].name.value);
    blob_u64(config, "own", &addresses[0], 1);
    blob_u64(config, "other", &addresses[1], 1);
    if (rings[end->index] != 0)
        blob_u32(config, "send-ring", rings[end->index]);
    if (rings[!end->index] != 0)
        blob_u32(config, "receive-ring", rings[!end->index]);
}

/* How a guest is rung, and rings. */
static void describe_bells(struct builder *builder, const struct end *end, struct blob *config)
{
    const char *owner = end->process->name, *name = end->wanted->name.value;
    struct place place = end->wanted->ends[end->index].interrupt.place;

    blob_u32(config, "interrupt", end->interrupt);
    build_fact(builder, owner, build_text(builder, "channel %s, interrupt", name),
               place.line == 0 ? "the next free from 64 on" : source_of(builder, place), "%u",
               end->interrupt);
    build_fact(builder, owner, build_text(builder, "channel %s, bell", name),
               "its place among the VM's channels", "%u", end->channel->numbers[end->index]);
}

static void connect_end(struct builder *builder, const struct end *end, struct blob *config)
{
    blob_open(config, build_text(builder, "%u", end->channel->numbers[end->index]));
    describe(builder, end, config);
    if (end->space == end->process->space)
        blob_u32(config, "doorbell", end->doorbell);
    else
        describe_bells(builder, end, config);
    if (end->space != end->process->space && end->wanted->port.value != 0)
        blob_u32(config, "compat-port", (uint32_t)end->wanted->port.value);
    give_doorbell(builder, end);
    blob_close(config);
}

/* Interrupts of a guest that something has. */
struct interrupts {
    bool taken[VMM_INTERRUPT_LAST + 1];
};

static void take_written(const struct builder *builder, unsigned owner, struct interrupts *all)
{
    const struct channel *channels = (const struct channel *)builder->channels.data;
    const struct manifest *manifest = builder->manifest;

    all->taken[manifest->vms[owner].map.uart_interrupt.value] = true;
    for (size_t i = 0; i < manifest->channel_count; i++) {
        for (unsigned end = 0; end < ENDS; end++) {
            if (channels[i].owners[end] == owner)
                all->taken[manifest->channels[i].ends[end].interrupt.value] = true;
        }
    }
}

/* As written, or the next free one: there are more than a VM has channels. */
static unsigned choose_interrupt(const struct manifest_end *end, struct interrupts *all)
{
    unsigned number = CHANNEL_INTERRUPT_FIRST;

    if (end->interrupt.place.line != 0)
        return (unsigned)end->interrupt.value;
    while (all->taken[number])
        number++;
    all->taken[number] = true;
    return number;
}

void channels_connect(struct builder *builder, const struct process *process, unsigned owner,
                      struct space *space, uint32_t first_doorbell, struct blob *config)
{
    const struct channel *channels = (const struct channel *)builder->channels.data;
    bool is_guest = owner < builder->manifest->vm_count;
    struct interrupts interrupts = {0};

    if (is_guest)
        take_written(builder, owner, &interrupts);
    blob_open(config, "channel");
    for (size_t i = 0; i < builder->manifest->channel_count; i++) {
        for (unsigned index = 0; index < ENDS; index++) {
            const struct manifest_channel *wanted = &builder->manifest->channels[i];
            struct end end = {
                .process = process,
                .wanted = wanted,
                .channel = &channels[i],
                .index = index,
                .doorbell = first_doorbell + channels[i].numbers[index],
                .space = space,
            };

            if (channels[i].owners[index] != owner)
                continue;
            if (is_guest)
                end.interrupt = choose_interrupt(&wanted->ends[index], &interrupts);
            connect_end(builder, &end, config);
        }
    }
    blob_close(config);
}
