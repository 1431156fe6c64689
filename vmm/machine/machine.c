/* SPDX-License-Identifier: BSD-2-Clause */
/* Puts the parts of a VM together, loads its guest, and answers what it does. */
#include "vmm/machine/machine.h"

#include <inttypes.h>
#include <sel4/sel4.h>
#include <stdio.h>

#include "abi/component.h"
#include "hw/sysreg.h"
#include "libs/rt/rt.h"
#include "vmm/machine/guest_dt.h"
#include "vmm/machine/seed.h"
#include "vmm/mem/copy.h"
#include "vmm/mem/layout.h"

static enum gic_inject_result machine_inject(void *owner, unsigned cpu, unsigned list,
                                             unsigned intid, unsigned priority, unsigned group)
{
    return objects_inject(cpu, list, intid, priority, group);
}

/* The kernel reports a rise of the timer's line, then nothing until it is acknowledged. */
static bool machine_sample(void *owner, unsigned cpu, unsigned intid)
{
    if (intid != GIC_PPI_VIRTUAL_TIMER || objects_timer_is_due(cpu))
        return true;
    objects_timer_acknowledge(cpu);
    return false;
}

static void machine_ended(void *owner, unsigned cpu, unsigned intid)
{
    struct machine *machine = owner;

    if (intid != GIC_PPI_VIRTUAL_TIMER)
        return;
    /* If the line is still high, the kernel reports it again. */
    gic_set_line(&machine->gic, cpu, intid, false);
    objects_timer_acknowledge(cpu);
}

static bool machine_deliver_timer(void *owner, unsigned cpu, const struct gic_timer *timer)
{
    return objects_deliver_timer(cpu, timer);
}

static struct gic_timer_state machine_timer_state(void *owner, unsigned cpu)
{
    return objects_timer_state(cpu);
}

static const struct gic_ops machine_gic_ops = {
    .inject = machine_inject,
    .sample = machine_sample,
    .ended = machine_ended,
    .deliver_timer = machine_deliver_timer,
    .timer_state = machine_timer_state,
};

/* ---- vCPUs that the guest starts ---- */

static bool machine_start_cpu(void *owner, unsigned cpu, uint64_t entry, uint64_t context)
{
    const struct objects_start start = {.pc = IPA(entry), .x0 = context};
    struct complaint complaint;

    return objects_start(cpu, &start, &complaint);
}

static const struct psci_ops machine_psci_ops = {.start = machine_start_cpu};

/* ---- the console ---- */

static void machine_ring(void *owner)
{
    seL4_Signal(VMM_SLOT_CONSOLE_DOORBELL);
}

static void machine_pause(void *owner)
{
    seL4_Yield();
}

/* Where there is a console the counter may be read: the console does. */
static uint64_t machine_now(void *owner)
{
    return sysreg_read_cntvct_el0();
}

static uint64_t machine_frequency(void *owner)
{
    return sysreg_read_cntfrq_el0();
}

static const struct terminal_ops machine_terminal_ops = {
    .ring = machine_ring,
    .pause = machine_pause,
    .now = machine_now,
    .frequency = machine_frequency,
};

/* What printf() and the end of the program know of it. */
static struct terminal *machine_terminal;

static void machine_put(char c)
{
    terminal_put(machine_terminal, c);
}

static void machine_close(void)
{
    terminal_close(machine_terminal);
}

static void machine_open_terminal(struct machine *machine)
{
    const struct config *config = &machine->config;

    terminal_open(&machine->terminal, (void *)(uintptr_t)config->console_own,
                  (const void *)(uintptr_t)config->console_peer, &machine->gic,
                  config->layout.uart_intid, &machine_terminal_ops, machine);
    machine_terminal = &machine->terminal;
    rt_console_set(machine_put);
    rt_console_set_drain(machine_close);
}

/* ---- channels ---- */

static void machine_ring_peer(void *owner, unsigned channel)
{
    seL4_Signal(VMM_SLOT_CHANNEL + channel);
}

static const struct bells_ops machine_bells_ops = {.ring = machine_ring_peer};

/* Which of them rang, as far as the badge tells. */
static void machine_hear_bells(struct machine *machine, seL4_Word badge)
{
    for (unsigned i = 0; i < machine->config.channel_count; i++) {
        if (badge & VMM_BADGE_CHANNEL(i))
            bells_hear(&machine->bells, i);
    }
}

/* ---- from the configuration to a guest that may run ---- */

static void machine_add_bells(struct machine *machine)
{
    const struct config *config = &machine->config;

    bells_init(&machine->bells, &machine->gic, &machine_bells_ops, machine);
    for (unsigned i = 0; i < config->channel_count; i++)
        bells_add(&machine->bells, config->channels[i].intid);
}

static bool machine_add_devices(struct machine *machine, struct complaint *complaint)
{
    const struct layout *layout = &machine->config.layout;
    struct bus *bus = &machine->bus;

    bus_init(bus);
    machine_add_bells(machine);
    if (bus_add(bus, layout->gicd, VMM_GICD_BYTES, &gicd_bus_ops, &machine->gic) != BUS_ADDED ||
        bus_add(bus, layout->uart, VMM_UART_BYTES, &pl011_bus_ops, &machine->terminal.uart) !=
            BUS_ADDED ||
        bus_add(bus, layout->bells, VMM_BELLS_BYTES, &bells_bus_ops, &machine->bells) != BUS_ADDED)
        return complain(complaint, "config: 'gic', 'uart' and 'bells' overlap");
    return true;
}

static void machine_wire(struct machine *machine)
{
    unsigned cpu_count = machine->config.cpu_count;

    psci_init(&machine->psci, cpu_count, &machine->ram, &machine_psci_ops, machine);
    for (unsigned cpu = 0; cpu < cpu_count; cpu++)
        vcpu_init(&machine->vcpus[cpu], &objects_vcpu_ops, objects_vcpu_owner(cpu));
    machine->exits = (struct exits){
        .bus = &machine->bus,
        .ram = &machine->ram,
        .gic = &machine->gic,
        .psci = &machine->psci,
        .vcpus = machine->vcpus,
        .counts = machine->status->exits,
    };
}

bool machine_create(struct machine *machine, const void *config, size_t config_size,
                    uint64_t start_count, struct complaint *complaint)
{
    bool read = config_read(config, config_size, &machine->config, complaint);

    machine->start_count = start_count;
    gic_init(&machine->gic, read ? machine->config.cpu_count : 1, machine->config.line_count,
             &machine_gic_ops, machine);
    machine_open_terminal(machine);
    if (!read)
        return false;
    machine->ram = (struct ram){
        .base = machine->config.layout.ram,
        .size = machine->config.memory,
        .host = (uint8_t *)COMPONENT_RAM_ADDRESS,
    };
    machine->status = (struct vmm_status *)(uintptr_t)machine->config.status;
    *machine->status = (struct vmm_status){.booted = 0};
    machine_wire(machine);
    return machine_add_devices(machine, complaint);
}

/* The configured seed itself is no guest's: each start gets another. */
static void machine_choose_seed(struct machine *machine, uint8_t derived[SEED_SIZE],
                                struct guest_dt *tree)
{
    const struct config *config = &machine->config;

    if (config->seed_size == 0)
        return;
    seed_derive(config->seed, config->seed_size, config->name, machine->start_count, derived);
    tree->seed = derived;
    tree->seed_size = SEED_SIZE;
    tree->kaslr_seed = seed_kaslr(derived);
}

static bool machine_make_tree(struct machine *machine, void *place, size_t size,
                              struct complaint *complaint)
{
    const struct image_plan *plan = &machine->plan;
    const struct image_file *overlay = &machine->config.overlay;
    uint8_t derived[SEED_SIZE];
    struct guest_dt tree = {
        .layout = machine->config.layout,
        .ram_size = machine->ram.size,
        .bootargs = machine->config.bootargs,
        .initrd = plan->initrd.address,
        .initrd_size = plan->initrd.size,
        .cpu_count = machine->config.cpu_count,
        .shared = machine->config.shared,
        .shared_count = machine->config.shared_count,
        .channels = machine->config.channels,
        .channel_count = machine->config.channel_count,
    };

    machine_choose_seed(machine, derived, &tree);
    if (!guest_dt_write(place, size, &tree))
        return complain(complaint,
                        "bootargs: the guest's device tree does not fit into %zu bytes: shorten "
                        "them",
                        size);
    /* Nothing is loaded yet: the kernel's place is free, and apart from the tree's. */
    return overlay->size == 0 || guest_dt_overlay(place, size, overlay->data, overlay->size,
                                                  machine->ram.host, complaint);
}

static bool machine_write_tree(struct machine *machine, struct complaint *complaint)
{
    const struct image_place *place = &machine->plan.tree;
    const struct image_file *given = &machine->config.tree;
    void *to = ram_view(&machine->ram, place->address, place->size);

    if (given->size > 0 ? !guest_dt_take(to, place->size, given->data, given->size, complaint)
                        : !machine_make_tree(machine, to, place->size, complaint))
        return false;
    copy_clean(to, place->size);
    return true;
}

static void machine_announce(const struct machine *machine)
{
    const struct image_plan *plan = &machine->plan;
    struct size_text memory, kernel, initrd;

    printf("vmm: %s: %s of RAM, kernel %s at 0x%" PRIx64, machine->config.name,
           size_text(&memory, machine->ram.size), size_text(&kernel, plan->kernel.size),
           plan->kernel.address.value);
    if (plan->initrd.size > 0)
        printf(", initrd %s at 0x%" PRIx64, size_text(&initrd, plan->initrd.size),
               plan->initrd.address.value);
    printf(", device tree at 0x%" PRIx64 "\n", plan->tree.address.value);
}

/*
 * Not every kernel lets a program read a counter, so only who asks for reports does. Outside of the
 * guest the virtual counter is the physical one, which QEMU 7.2 traps at EL0.
 */
static void machine_note_start(struct machine *machine)
{
    if (!machine->config.report_exits)
        return;
    machine->life.hz = sysreg_read_cntfrq_el0();
    machine->life.physical = sysreg_read_cntvct_el0();
    machine->life.virtual = machine->life.physical - objects_counter_offset(0);
}

void machine_note_end(struct machine *machine)
{
    if (machine->config.report_exits)
        machine->life.ended = sysreg_read_cntvct_el0();
}

/* The first vCPU runs; the guest starts the others. */
static bool machine_start(struct machine *machine, struct complaint *complaint)
{
    struct objects_start start = {
        .pc = machine->plan.kernel.address,
        .x0 = machine->plan.tree.address.value,
    };

    /* The same kernel answers the same for all. */
    for (unsigned cpu = 0; cpu < machine->config.cpu_count; cpu++)
        machine->exits.rich = objects_ask_for_rich_exits(cpu);
    return objects_start(0, &start, complaint);
}

bool machine_boot(struct machine *machine, struct complaint *complaint)
{
    const struct config *config = &machine->config;

    if (!image_plan(&machine->ram, &config->kernel, &config->initrd, &config->wish, &machine->plan,
                    complaint))
        return false;
    /* The kernel zeroed the frames when it made them; later starts find the last guest's bytes. */
    if (machine->start_count > 0)
        copy_zero(machine->ram.host, machine->ram.size);
    if (!machine_write_tree(machine, complaint) ||
        !image_load(&machine->ram, &config->kernel, &config->initrd, &machine->plan, complaint))
        return false;
    machine_announce(machine);
    if (!machine_start(machine, complaint))
        return false;
    machine->status->booted = 1;
    machine_note_start(machine);
    return true;
}

/* ---- serving it ---- */

/*
 * A message longer than the registers that carry it has the rest in the IPC buffer. Rich exits have
 * none: copying is apart, so that they do not pay for a copy of nothing.
 */
static __attribute__((noinline)) void machine_take_rest(struct exit_message *message,
                                                        seL4_Word length)
{
    for (seL4_Word i = seL4_FastMessageRegisters; i < length && i < seL4_UnknownSyscall_Length; i++)
        message->words[i] = seL4_GetMR((int)i);
}

static __attribute__((noinline)) void machine_leave_rest(const struct exit_message *message,
                                                         unsigned words)
{
    for (unsigned i = seL4_FastMessageRegisters; i < words; i++)
        seL4_SetMR((int)i, message->words[i]);
}

static inline void machine_take_message(struct exit_message *message, seL4_MessageInfo_t info)
{
    seL4_Word length = seL4_MessageInfo_get_length(info);

    message->label = seL4_MessageInfo_get_label(info);
    if (length > seL4_FastMessageRegisters)
        machine_take_rest(message, length);
}

static inline seL4_MessageInfo_t machine_make_reply(const struct exit_message *message,
                                                    unsigned words)
{
    if (words > seL4_FastMessageRegisters)
        machine_leave_rest(message, words);
    return seL4_MessageInfo_new(0, 0, 0, words);
}

/* In one call: init takes this thread's time away as soon as it hears. */
static seL4_MessageInfo_t machine_say_ready(seL4_Word *badge, seL4_Word *words)
{
    return seL4_NBSendRecvWithMRs(COMPONENT_SLOT_READY, seL4_MessageInfo_new(0, 0, 0, 0),
                                  VMM_SLOT_ENDPOINT, badge, &words[0], &words[1], &words[2],
                                  &words[3], VMM_SLOT_REPLY);
}

/* Waits for the next thing to happen. */
static seL4_MessageInfo_t machine_wait(seL4_Word *badge, seL4_Word *words)
{
    return seL4_RecvWithMRs(VMM_SLOT_ENDPOINT, badge, &words[0], &words[1], &words[2], &words[3],
                            VMM_SLOT_REPLY);
}

/* Lets the guest go on, then waits for the next thing to happen. */
static seL4_MessageInfo_t machine_resume(seL4_MessageInfo_t info, seL4_Word *badge,
                                         seL4_Word *words)
{
    return seL4_ReplyRecvWithMRs(VMM_SLOT_ENDPOINT, info, badge, &words[0], &words[1], &words[2],
                                 &words[3], VMM_SLOT_REPLY);
}

/* vCPUs that are off, and have their time back. */
static void machine_park(struct machine *machine)
{
    for (; machine->parking != 0; machine->parking &= machine->parking - 1)
        objects_stop((unsigned)__builtin_ctz(machine->parking));
}

/*
 * A vCPU that is off is to have its time back and yet not to run. The answer gives the time back;
 * the guest then stands in front of the same instruction. The signal makes this thread go on at
 * once, on the time that its notification lends it, before it hears any exit, and stop the vCPU.
 */
static void machine_begin_parking(struct machine *machine, unsigned cpu)
{
    machine->parking |= UINT32_C(1) << cpu;
    seL4_Signal(VMM_SLOT_PARK);
}

static void machine_serve_signals(struct machine *machine, seL4_Word badge)
{
    if (badge & VMM_BADGE_PARK)
        machine_park(machine);
    if (badge & VMM_BADGE_CONSOLE) {
        machine->interrupt_count++;
        terminal_serve(&machine->terminal);
    }
    if (machine->config.channel_count > 0)
        machine_hear_bells(machine, badge);
}

/* Before anybody hears of the end. */
static void machine_stop(struct machine *machine)
{
    for (unsigned cpu = 0; cpu < machine->config.cpu_count; cpu++)
        objects_stop(cpu);
}

enum exit_action machine_run(struct machine *machine)
{
    struct exit_message message = {.words = {0}};
    seL4_Word badge;
    seL4_MessageInfo_t info = machine_say_ready(&badge, message.words);

    for (;;) {
        if (!(badge & VMM_BADGE_VCPU)) {
            machine_serve_signals(machine, badge);
            info = machine_wait(&badge, message.words);
            continue;
        }
        machine_take_message(&message, info);

        unsigned cpu = (unsigned)(badge >> VMM_BADGE_CPU_SHIFT);
        struct exit_answer answer = exits_handle(&machine->exits, cpu, &message);
        if (answer.action != EXIT_RESUME) {
            if (answer.action != EXIT_CPU_OFF) {
                machine_stop(machine);
                return answer.action;
            }
            machine_begin_parking(machine, cpu);
        }
        info = machine_resume(machine_make_reply(&message, answer.reply_words), &badge,
                              message.words);
    }
}
