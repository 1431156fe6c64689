/* SPDX-License-Identifier: BSD-2-Clause */
/* Puts the parts of a VM together, boots it, and waits for what it does. */
#include "vmm/alone/machine.h"

#include <inttypes.h>
#include <stdio.h>

#include "abi/payload.h"
#include "hw/sysreg.h"
#include "libs/rt/rt.h"
#include "vmm/machine/guest_dt.h"
#include "vmm/machine/seed.h"
#include "vmm/mem/copy.h"
#include "vmm/mem/layout.h"

static enum gic_inject_result machine_inject(void *owner, unsigned cpu, unsigned list,
                                             unsigned intid, unsigned priority, unsigned group)
{
    struct machine *machine = owner;

    return objects_inject(&machine->objects, list, intid, priority, group);
}

/* The kernel reports a rise of the timer's line, then nothing until it is acknowledged. */
static bool machine_sample(void *owner, unsigned cpu, unsigned intid)
{
    struct machine *machine = owner;

    if (intid != GIC_PPI_VIRTUAL_TIMER || objects_timer_is_due(&machine->objects))
        return true;
    objects_timer_acknowledge(&machine->objects);
    return false;
}

static void machine_ended(void *owner, unsigned cpu, unsigned intid)
{
    struct machine *machine = owner;

    if (intid != GIC_PPI_VIRTUAL_TIMER)
        return;
    /* If the line is still high, the kernel reports it again. */
    gic_set_line(&machine->gic, cpu, intid, false);
    objects_timer_acknowledge(&machine->objects);
}

static bool machine_deliver_timer(void *owner, unsigned cpu, const struct gic_timer *timer)
{
    struct machine *machine = owner;

    return objects_deliver_timer(&machine->objects, timer);
}

static struct gic_timer_state machine_timer_state(void *owner, unsigned cpu)
{
    struct machine *machine = owner;

    return objects_timer_state(&machine->objects);
}

static const struct gic_ops machine_gic_ops = {
    .inject = machine_inject,
    .sample = machine_sample,
    .ended = machine_ended,
    .deliver_timer = machine_deliver_timer,
    .timer_state = machine_timer_state,
};

static bool machine_find_files(struct machine *machine, const void *payload, size_t payload_size,
                               struct image_file *config, struct complaint *complaint)
{
    if (payload_check(payload, payload_size) != PAYLOAD_OK)
        return complain(complaint, "no payload behind the VMM: pack its files with mkimage "
                                   "--payload NAME=FILE");
    if (payload_find(payload, "kernel", &machine->kernel.data, &machine->kernel.size) != PAYLOAD_OK)
        return complain(complaint, "no kernel in the payload: pack one with mkimage "
                                   "--payload kernel=FILE");
    if (payload_find(payload, "config", &config->data, &config->size) != PAYLOAD_OK)
        return complain(complaint, "no config in the payload: pack a VM's device tree blob with "
                                   "mkimage --payload config=FILE");
    if (payload_find(payload, "initrd", &machine->initrd.data, &machine->initrd.size) != PAYLOAD_OK)
        machine->initrd = (struct image_file){.data = NULL, .size = 0};
    return true;
}

static bool machine_read_board(struct machine *machine, const seL4_BootInfo *bootinfo,
                               struct complaint *complaint)
{
    size_t size = 0;
    const void *tree = rt_bootinfo_fdt(bootinfo, &size);

    return board_read(tree, size, &machine->board, complaint);
}

static void machine_add_device(struct machine *machine, uint64_t base, uint64_t size,
                               const struct bus_device_ops *ops, void *device)
{
    CHECK(bus_add(&machine->bus, IPA(base), size, ops, device) == BUS_ADDED);
}

static void machine_wire(struct machine *machine)
{
    bus_init(&machine->bus);
    machine_add_device(machine, LAYOUT_GICD_BASE, LAYOUT_GICD_SIZE, &gicd_bus_ops, &machine->gic);
    machine_add_device(machine, LAYOUT_UART_BASE, LAYOUT_UART_SIZE, &pl011_bus_ops,
                       &machine->terminal.uart);
    vcpu_init(&machine->vcpu, &objects_vcpu_ops, &machine->objects);
    machine->exits = (struct exits){
        .bus = &machine->bus,
        .ram = &machine->ram,
        .gic = &machine->gic,
        .vcpu = &machine->vcpu,
        .counts = machine->counts,
    };
}

static void machine_reset_devices(struct machine *machine, struct console *console)
{
    gic_init(&machine->gic, LAYOUT_CPU_COUNT, LAYOUT_GIC_LINES, &machine_gic_ops, machine);
    terminal_reset(&machine->terminal, console, &machine->gic);
}

bool machine_create(struct machine *machine, struct alloc *alloc, const seL4_BootInfo *bootinfo,
                    struct console *console, const void *payload, size_t payload_size,
                    struct complaint *complaint)
{
    struct image_file config = {0};

    if (!machine_find_files(machine, payload, payload_size, &config, complaint) ||
        !config_read(config.data, config.size, &machine->config, complaint) ||
        !machine_read_board(machine, bootinfo, complaint))
        return false;

    /* Places first: what does not fit is told before gigabytes are mapped. */
    machine->ram = (struct ram){.base = IPA(LAYOUT_RAM_BASE), .size = machine->config.memory};
    if (!image_plan(&machine->ram, &machine->kernel, &machine->initrd, &machine->plan, complaint))
        return false;

    if (!objects_create(&machine->objects, alloc, bootinfo, machine->board.gicv, complaint) ||
        !objects_create_ram(&machine->objects, IPA(LAYOUT_RAM_BASE), machine->config.memory,
                            &machine->ram, complaint))
        return false;
    machine_wire(machine);
    machine_reset_devices(machine, console);
    return terminal_open(&machine->terminal, &machine->objects, complaint);
}

/* The guest's own seed: as configured, or derived from the board's, or none. */
static void machine_choose_seed(struct machine *machine, uint8_t derived[SEED_SIZE],
                                struct guest_dt *tree)
{
    tree->seed = machine->config.seed;
    tree->seed_size = machine->config.seed_size;
    if (tree->seed_size > 0 || machine->board.seed_size == 0)
        return;
    seed_derive(machine->board.seed, machine->board.seed_size, machine->config.name,
                machine->start_count, derived);
    tree->seed = derived;
    tree->seed_size = SEED_SIZE;
}

static bool machine_write_tree(struct machine *machine, struct complaint *complaint)
{
    const struct image_plan *plan = &machine->plan;
    void *place = ram_view(&machine->ram, plan->tree.address, plan->tree.size);
    uint8_t derived[SEED_SIZE];
    struct guest_dt tree = {
        .ram_base = machine->ram.base,
        .ram_size = machine->ram.size,
        .bootargs = machine->config.bootargs,
        .initrd = plan->initrd.address,
        .initrd_size = plan->initrd.size,
        .cpu_count = LAYOUT_CPU_COUNT,
    };

    machine_choose_seed(machine, derived, &tree);
    if (!guest_dt_write(place, plan->tree.size, &tree))
        return complain(complaint,
                        "config: the guest's device tree does not fit into %" PRIu64
                        " bytes: shorten bootargs",
                        plan->tree.size);
    copy_clean(place, plan->tree.size);
    return true;
}

static void machine_announce(const struct machine *machine)
{
    const struct image_plan *plan = &machine->plan;
    struct mib memory, kernel, initrd;

    printf("vmm: %s: %s MiB of RAM, kernel %s MiB at 0x%" PRIx64, machine->config.name,
           mib(&memory, machine->ram.size), mib(&kernel, plan->kernel.size),
           plan->kernel.address.value);
    if (plan->initrd.size > 0)
        printf(", initrd %s MiB at 0x%" PRIx64, mib(&initrd, plan->initrd.size),
               plan->initrd.address.value);
    printf(", device tree at 0x%" PRIx64 "\n", plan->tree.address.value);
}

/*
 * Not every kernel lets a program read a counter, so only who asks for reports does. Until the
 * first vCPU runs the virtual counter is the physical one, which QEMU 7.2 traps at EL0.
 */
static void machine_note_start(struct machine *machine)
{
    if (!machine->config.report_exits || machine->start_count > 1)
        return;
    machine->started.hz = sysreg_read_cntfrq_el0();
    machine->started.physical = sysreg_read_cntvct_el0();
    machine->started.virtual = machine->started.physical -
                               objects_counter_offset(&machine->objects);
}

bool machine_boot(struct machine *machine, struct complaint *complaint)
{
    struct objects_start start = {
        .pc = machine->plan.kernel.address,
        .x0 = machine->plan.tree.address.value,
    };

    /* The kernel zeroed the frames when it made them; a restart finds the last guest's bytes. */
    if (machine->start_count++ > 0)
        copy_zero(machine->ram.host, machine->ram.size);
    if (!image_load(&machine->ram, &machine->kernel, &machine->initrd, &machine->plan, complaint) ||
        !machine_write_tree(machine, complaint))
        return false;
    machine_announce(machine);
    machine->exits.rich = objects_ask_for_rich_exits(&machine->objects);
    if (!objects_start(&machine->objects, &start, complaint))
        return false;
    machine_note_start(machine);
    return true;
}

static bool machine_restart(struct machine *machine, struct complaint *complaint)
{
    printf("vmm: %s: restarts\n", machine->config.name);
    if (!objects_stop(&machine->objects, complaint))
        return false;
    machine_reset_devices(machine, machine->terminal.console);
    return machine_boot(machine, complaint);
}

/* A message longer than the registers that carry it has the rest in the IPC buffer. */
static void machine_take_message(struct exit_message *message, seL4_MessageInfo_t info)
{
    seL4_Word length = seL4_MessageInfo_get_length(info);

    message->label = seL4_MessageInfo_get_label(info);
    for (seL4_Word i = seL4_FastMessageRegisters; i < length && i < seL4_UnknownSyscall_Length; i++)
        message->words[i] = seL4_GetMR((int)i);
}

static seL4_MessageInfo_t machine_make_reply(const struct exit_message *message, unsigned words)
{
    for (unsigned i = seL4_FastMessageRegisters; i < words; i++)
        seL4_SetMR((int)i, message->words[i]);
    return seL4_MessageInfo_new(0, 0, 0, words);
}

/* Waits for the next thing to happen. */
static seL4_MessageInfo_t machine_wait(const struct objects *objects, seL4_Word *badge,
                                       seL4_Word *words)
{
    return seL4_RecvWithMRs(objects->endpoint, badge, &words[0], &words[1], &words[2], &words[3],
                            objects->reply);
}

/* Lets the guest go on, then waits for the next thing to happen. */
static seL4_MessageInfo_t machine_resume(const struct objects *objects, seL4_MessageInfo_t info,
                                         seL4_Word *badge, seL4_Word *words)
{
    return seL4_ReplyRecvWithMRs(objects->endpoint, info, badge, &words[0], &words[1], &words[2],
                                 &words[3], objects->reply);
}

bool machine_run(struct machine *machine, struct complaint *complaint)
{
    const struct objects *objects = &machine->objects;
    struct exit_message message;
    seL4_Word badge;
    seL4_MessageInfo_t info = machine_wait(objects, &badge, message.words);

    for (;;) {
        if (badge & BADGE_CONSOLE) {
            machine->interrupt_count++;
            terminal_interrupt(&machine->terminal);
            info = machine_wait(objects, &badge, message.words);
            continue;
        }
        machine_take_message(&message, info);

        struct exit_answer answer = exits_handle(&machine->exits, &message);
        switch (answer.action) {
        case EXIT_RESUME:
            info = machine_resume(objects, machine_make_reply(&message, answer.reply_words), &badge,
                                  message.words);
            break;
        case EXIT_RESET:
            if (!machine_restart(machine, complaint))
                return false;
            info = machine_wait(objects, &badge, message.words);
            break;
        case EXIT_POWER_OFF:
            return true;
        }
    }
}
