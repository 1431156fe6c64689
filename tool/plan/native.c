/* SPDX-License-Identifier: BSD-2-Clause */
/* A native component of the user's. */
#include "tool/plan/parts.h"

#include <inttypes.h>
#include <string.h>

#include "abi/component.h"

/* Slots: the fixed ones, then one each interrupt, then one each channel. */
#define SLOT_BITS_MIN 4
#define BADGE_BITS    63 /* the last is the console's */

struct native {
    const struct manifest_component *wanted;
    struct process process;
    struct blob config;
    struct device *devices;
    unsigned interrupt_count;
    unsigned owner; /* of channels */
    unsigned channel_count;
};

static bool claim_devices(struct builder *builder, struct native *native)
{
    const struct manifest_component *wanted = native->wanted;
    bool fine = true;

    native->devices = storage_take(builder->storage, wanted->device_count + 1,
                                   sizeof(*native->devices));
    for (size_t i = 0; i < wanted->device_count; i++) {
        const struct text *path = &wanted->devices[i].path;

        fine = device_claim(builder, wanted->name.value, path, "devices", &native->devices[i]) &&
               fine;
        native->interrupt_count += native->devices[i].board.interrupt_count;
    }
    return fine;
}

/* Each interrupt and each channel has a bit of its own. */
static bool judge_interrupts(struct builder *builder, const struct native *native)
{
    unsigned most = native->channel_count > 0 ? COMPONENT_CHANNEL_BIT : BADGE_BITS;

    return native->interrupt_count <= most ||
           complain_at(builder->complaints, native->wanted->place,
                       "'devices' of '%s' have %u interrupts, of at most %u%s: give some to "
                       "another component",
                       native->wanted->name.value, native->interrupt_count, most,
                       native->channel_count > 0 ? " beside channels" : "");
}

static unsigned slot_bits(const struct native *native)
{
    unsigned bits = SLOT_BITS_MIN;

    while (1u << bits < COMPONENT_SLOT_OWN + native->interrupt_count + native->channel_count)
        bits++;
    return bits;
}

static void describe_arguments(struct builder *builder, struct native *native)
{
    const struct manifest_component *wanted = native->wanted;
    struct bytes list = {0};

    for (size_t i = 0; i < wanted->argument_count; i++)
        bytes_add(&list, wanted->arguments[i].value, strlen(wanted->arguments[i].value) + 1);
    if (list.size > 0)
        blob_bytes(&native->config, "arguments", list.data, list.size);
    bytes_release(&list);
}

static void connect_console(struct builder *builder, struct native *native, struct console *console)
{
    const struct process *process = &native->process;
    struct console_bell bell = {process->notification, COMPONENT_BADGE_CONSOLE};
    struct console_end end;

    if (console == NULL || !native->wanted->console)
        return;
    end = console_connect(builder, console, native->wanted->name.value, process->component,
                          process->space, bell, PLAN_NONE);
    blob_u64(&native->config, "console", (uint64_t[]){end.own, end.peer}, 2);
    process_bell(builder, process, COMPONENT_SLOT_CONSOLE, console->process.notification, end.badge,
                 end.output);
}

/* Answers how many interrupts came before; each has a slot and a bit of its own. */
static unsigned give_interrupts(struct builder *builder, struct native *native,
                                const struct device *device, unsigned before)
{
    unsigned count = device->board.interrupt_count;
    uint32_t slots[BOARD_DEVICE_INTERRUPT_MAX];
    uint64_t badges[BOARD_DEVICE_INTERRUPT_MAX];

    for (unsigned i = 0; i < count; i++) {
        slots[i] = COMPONENT_SLOT_OWN + before + i;
        badges[i] = UINT64_C(1) << (before + i);
        process_cap(builder, &native->process, slots[i], device->handlers[i], RIGHTS_ALL, 0);
        build_interrupt(builder, native->process.component,
                        (struct plan_interrupt){
                            .object = device->handlers[i],
                            .notification = native->process.notification,
                            .badge = badges[i],
                        });
    }
    if (count > 0) {
        blob_u32s(&native->config, "handler", slots, count);
        blob_u64(&native->config, "badge", badges, count);
    }
    return before + count;
}

static void tell_device(struct builder *builder, const char *name, const struct device *device,
                        const uint64_t *addresses)
{
    for (unsigned i = 0; i < device->board.register_count; i++)
        build_fact(builder, name, build_text(builder, "registers of %s", device->board.path),
                   "reg of the board's device tree",
                   "0x%" PRIx64 ", 0x%" PRIx64 " bytes, at 0x%" PRIx64,
                   device->board.registers[i].base, device->board.registers[i].size, addresses[i]);
    for (unsigned i = 0; i < device->board.interrupt_count; i++)
        build_fact(builder, name, build_text(builder, "interrupt of %s", device->board.path),
                   "interrupts of the board's device tree", "%u, by %s",
                   device->board.interrupts[i].number,
                   device->board.interrupts[i].edge ? "edge" : "level");
}

static void give_devices(struct builder *builder, struct native *native)
{
    struct blob *config = &native->config;
    unsigned interrupts = 0;

    blob_open(config, "device");
    for (size_t i = 0; i < native->wanted->device_count; i++) {
        const struct device *device = &native->devices[i];
        uint64_t addresses[BOARD_DEVICE_REG_MAX], sizes[BOARD_DEVICE_REG_MAX];

        device_map(builder, native->process.space, device, addresses);
        for (unsigned j = 0; j < device->board.register_count; j++)
            sizes[j] = device->board.registers[j].size;
        blob_open(config, build_text(builder, "%zu", i));
        blob_text(config, "path", device->board.path);
        if (device->board.compatible != NULL)
            blob_bytes(config, "compatible", device->board.compatible,
                       device->board.compatible_size);
        blob_u64(config, "address", addresses, device->board.register_count);
        blob_u64(config, "size", sizes, device->board.register_count);
        interrupts = give_interrupts(builder, native, device, interrupts);
        blob_close(config);
        tell_device(builder, native->wanted->name.value, device, addresses);
    }
    blob_close(config);
}

static void connect_channels(struct builder *builder, struct native *native)
{
    if (native->channel_count > 0)
        channels_connect(builder, &native->process, native->owner, native->process.space,
                         COMPONENT_SLOT_OWN + native->interrupt_count, &native->config);
}

static void plan_thread(struct builder *builder, struct native *native, uint32_t core)
{
    const struct manifest_component *wanted = native->wanted;
    const char *name = wanted->name.value;

    process_finish(
        builder, &native->process, &native->config,
        (struct plan_thread){
            .sched_context = process_time(builder, &native->process, "time", core, &wanted->time),
            .lent = PLAN_NONE,
            .heir = PLAN_NONE,
            .priority = (uint8_t)wanted->priority.value,
        });
    build_fact(builder, name, "core", source_of(builder, wanted->core.place), "%u", core);
    build_fact(builder, name, "priority", source_of(builder, wanted->priority.place), "%" PRIu64,
               wanted->priority.value);
    build_fact(builder, name, "time", source_of(builder, wanted->time.budget_us.place),
               "%" PRIu64 " us of each %" PRIu64 " us", wanted->time.budget_us.value,
               wanted->time.period_us.value);
}

bool native_add(struct builder *builder, unsigned index, struct console *console)
{
    const struct manifest_component *wanted = &builder->manifest->components[index];
    unsigned owner = (unsigned)builder->manifest->vm_count + index;
    struct native native = {
        .wanted = wanted,
        .owner = owner,
        .channel_count = channels_count(builder, owner),
    };
    struct process_request request = {
        .name = wanted->name.value,
        .kind = PLAN_KIND_NATIVE,
        .restart = wanted->restart,
        .program = load_file(builder, wanted->elf.path, wanted->elf.text.place, "elf"),
        .program_key = "elf",
        .place = wanted->elf.text.place,
        .notification = channels_bell(builder, owner),
    };
    struct shared_map *maps = storage_take(builder->storage, builder->manifest->shared_count + 1,
                                           sizeof(*maps));
    bool fine = claim_devices(builder, &native);
    uint32_t core = 0;
    size_t count;

    fine = core_choose(builder, &wanted->core, 0, &core) && fine;
    fine = judge_interrupts(builder, &native) && fine;
    request.slot_bits = slot_bits(&native);
    if (!fine || request.program == NULL || !process_begin(builder, &request, &native.process))
        return false;
    blob_begin(&native.config);
    describe_arguments(builder, &native);
    connect_console(builder, &native, console);
    fine = channels_place(builder, owner, native.process.space);
    fine = shared_map(builder, native.process.space, wanted->name.value, false, maps, &count) &&
           fine;
    shared_describe(builder, &native.config, maps, count);
    give_devices(builder, &native);
    connect_channels(builder, &native);
    plan_thread(builder, &native, core);
    return fine;
}
