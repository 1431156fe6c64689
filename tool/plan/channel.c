/* SPDX-License-Identifier: BSD-2-Clause */
/* Channels between VMs: the two regions of each (abi/vchan.h), mapped by page tables that keep one
 * end from writing what the other wrote, and a bell each way, which rings the other's monitor. */
#include "tool/plan/parts.h"

#include <inttypes.h>
#include <string.h>

#include "abi/vchan.h"
#include "abi/vmm.h"

#define ENDS 2

_Static_assert(VCHAN_HEADER_BYTES == PAGE_BYTES, "a header is a page");

/* The region of each end, which that end writes. */
struct channel {
    handle_t regions[ENDS];
    uint32_t rings[ENDS];
    unsigned vms[ENDS];
    unsigned numbers[ENDS]; /* which of its VM's channels it is */
};

static unsigned find_vm(const struct manifest *manifest, const char *name)
{
    unsigned index = 0;

    while (strcmp(manifest->vms[index].name.value, name) != 0)
        index++;
    return index;
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
        channel.vms[end] = find_vm(builder->manifest, wanted->ends[end].value);
        channel.numbers[end] = counts[channel.vms[end]]++;
    }
    bytes_add(&builder->channels, &channel, sizeof(channel));
    build_fact(builder, wanted->name.value, "channel", source_of(builder, wanted->place),
               "%s %s %s, rings of %" PRIu32 " KiB", wanted->ends[0].value,
               wanted->one_way ? "to" : "and", wanted->ends[1].value, size >> 10);
}

void channels_begin(struct builder *builder)
{
    const struct manifest *manifest = builder->manifest;
    unsigned *counts = storage_take(builder->storage, manifest->vm_count + 1, sizeof(*counts));

    for (size_t i = 0; i < manifest->vm_count; i++) {
        handle_t bell = process_notification(builder, manifest->vms[i].name.value);

        bytes_add(&builder->bells, &bell, sizeof(bell));
    }
    for (size_t i = 0; i < manifest->channel_count; i++)
        begin_channel(builder, &manifest->channels[i], counts);
}

const handle_t *channels_bell(const struct builder *builder, unsigned vm)
{
    return (const handle_t *)builder->bells.data + vm;
}

static void describe(struct builder *builder, struct blob *config,
                     const struct manifest_channel *wanted, const struct channel *channel,
                     unsigned end, const uint64_t addresses[3])
{
    blob_open(config, build_text(builder, "%u", channel->numbers[end]));
    blob_text(config, "name", wanted->name.value);
    blob_text(config, "peer", wanted->ends[!end].value);
    blob_u64(config, "own", &addresses[0], 1);
    blob_u64(config, "other", &addresses[1], 1);
    blob_u64(config, "view", &addresses[2], 1);
    if (channel->rings[end] != 0)
        blob_u32(config, "send-ring", channel->rings[end]);
    if (channel->rings[!end] != 0)
        blob_u32(config, "receive-ring", channel->rings[!end]);
    blob_close(config);
}

static void connect_end(struct builder *builder, const struct process *process,
                        const struct manifest_channel *wanted, const struct channel *channel,
                        unsigned end, struct space *guest, struct blob *config)
{
    uint64_t addresses[3] = {
        space_map_region(builder, guest, channel->regions[end], PLAN_MAP_READ | PLAN_MAP_WRITE),
        space_map_region(builder, guest, channel->regions[!end], PLAN_MAP_READ),
        space_map_region(builder, process->space, channel->regions[end],
                         PLAN_MAP_READ | PLAN_MAP_WRITE),
    };

    process_bell(builder, process, VMM_SLOT_CHANNEL + channel->numbers[end],
                 *channels_bell(builder, channel->vms[!end]),
                 VMM_BADGE_CHANNEL(channel->numbers[!end]), channel->regions[end]);
    describe(builder, config, wanted, channel, end, addresses);
    build_fact(builder, process->name, build_text(builder, "channel %s", wanted->name.value),
               "the next free addresses", "0x%" PRIx64 ", read and write; 0x%" PRIx64 ", read only",
               addresses[0], addresses[1]);
}

void channels_connect(struct builder *builder, const struct process *process, unsigned vm,
                      struct space *guest, struct blob *config)
{
    const struct channel *channels = (const struct channel *)builder->channels.data;

    blob_open(config, "channel");
    for (size_t i = 0; i < builder->manifest->channel_count; i++) {
        for (unsigned end = 0; end < ENDS; end++) {
            if (channels[i].vms[end] == vm)
                connect_end(builder, process, &builder->manifest->channels[i], &channels[i], end,
                            guest, config);
        }
    }
    blob_close(config);
}
