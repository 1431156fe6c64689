/* SPDX-License-Identifier: BSD-2-Clause */
/* Channels: the two regions of each (abi/vchan.h), mapped by page tables that keep one end from writing
 * what the other wrote, and a bell each way, which rings a native component or a VM's monitor. */
#include "tool/plan/parts.h"

#include <inttypes.h>
#include <string.h>

#include "abi/component.h"
#include "abi/vchan.h"
#include "abi/vmm.h"

#define ENDS 2

_Static_assert(VCHAN_HEADER_BYTES == PAGE_BYTES, "a header is a page");

/* The region of each end, which that end writes. */
struct channel {
    handle_t regions[ENDS];
    uint32_t rings[ENDS];
    unsigned owners[ENDS];
    unsigned numbers[ENDS]; /* which of its owner's channels it is */
};

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
                          channel->ends[end].value);
    return build_text(builder, "channel %s, %s to %s", channel->name.value,
                      channel->ends[end].value, channel->ends[!end].value);
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
        channel.owners[end] = find_owner(builder->manifest, wanted->ends[end].value);
        channel.numbers[end] = counts[channel.owners[end]]++;
    }
    bytes_add(&builder->channels, &channel, sizeof(channel));
    build_fact(builder, wanted->name.value, "channel", source_of(builder, wanted->place),
               "%s %s %s, rings of %" PRIu32 " KiB", wanted->ends[0].value,
               wanted->one_way ? "to" : "and", wanted->ends[1].value, size >> 10);
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
    struct space *space; /* of who opens it */
};

static void map_end(struct builder *builder, const struct end *end, uint64_t addresses[2])
{
    const handle_t *regions = end->channel->regions;

    addresses[0] = space_map_region(builder, end->space, regions[end->index],
                                    PLAN_MAP_READ | PLAN_MAP_WRITE);
    addresses[1] = space_map_region(builder, end->space, regions[!end->index], PLAN_MAP_READ);
    build_fact(builder, end->process->name,
               build_text(builder, "channel %s", end->wanted->name.value),
               "the next free addresses", "0x%" PRIx64 ", read and write; 0x%" PRIx64 ", read only",
               addresses[0], addresses[1]);
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

    map_end(builder, end, addresses);
    blob_text(config, "name", end->wanted->name.value);
    blob_text(config, "peer", end->wanted->ends[!end->index].value);
    blob_u64(config, "own", &addresses[0], 1);
    blob_u64(config, "other", &addresses[1], 1);
    if (rings[end->index] != 0)
        blob_u32(config, "send-ring", rings[end->index]);
    if (rings[!end->index] != 0)
        blob_u32(config, "receive-ring", rings[!end->index]);
}

static void connect_end(struct builder *builder, const struct end *end, struct blob *config)
{
    blob_open(config, build_text(builder, "%u", end->channel->numbers[end->index]));
    describe(builder, end, config);
    if (end->space == end->process->space)
        blob_u32(config, "doorbell", end->doorbell);
    else if (end->wanted->port.value != 0)
        blob_u32(config, "compat-port", (uint32_t)end->wanted->port.value);
    give_doorbell(builder, end);
    blob_close(config);
}

void channels_connect(struct builder *builder, const struct process *process, unsigned owner,
                      struct space *space, uint32_t first_doorbell, struct blob *config)
{
    const struct channel *channels = (const struct channel *)builder->channels.data;

    blob_open(config, "channel");
    for (size_t i = 0; i < builder->manifest->channel_count; i++) {
        for (unsigned end = 0; end < ENDS; end++) {
            if (channels[i].owners[end] == owner)
                connect_end(builder,
                            &(struct end){
                                .process = process,
                                .wanted = &builder->manifest->channels[i],
                                .channel = &channels[i],
                                .index = end,
                                .doorbell = first_doorbell + channels[i].numbers[end],
                                .space = space,
                            },
                            config);
        }
    }
    blob_close(config);
}
