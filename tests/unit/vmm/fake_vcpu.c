/* SPDX-License-Identifier: BSD-2-Clause */
/* See fake_vcpu.h. Asserts that counts and indices are in range. */
#include "tests/unit/vmm/fake_vcpu.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static void read_context(void *owner, unsigned count, seL4_Word *words)
{
    struct fake *fake = owner;

    assert_in_range(count, 1, seL4_UserContext_Length);
    memcpy(words, &fake->context, count * sizeof(*words));
    fake->read_count++;
}

static void write_context(void *owner, unsigned count, const seL4_Word *words)
{
    struct fake *fake = owner;

    assert_in_range(count, 1, seL4_UserContext_Length);
    memcpy(&fake->context, words, count * sizeof(*words));
    fake->write_count++;
}

static uint64_t read_system(void *owner, seL4_VCPUReg reg)
{
    struct fake *fake = owner;

    assert_in_range(reg, 0, seL4_VCPUReg_Num - 1);
    return fake->system[reg];
}

static void write_system(void *owner, seL4_VCPUReg reg, uint64_t value)
{
    struct fake *fake = owner;

    assert_in_range(reg, 0, seL4_VCPUReg_Num - 1);
    fake->system[reg] = value;
}

static const struct vcpu_ops fake_vcpu_ops = {
    .read_context = read_context,
    .write_context = write_context,
    .read_system = read_system,
    .write_system = write_system,
};

static uint64_t device_read(void *device, unsigned cpu, uint64_t offset, unsigned size)
{
    struct fake *fake = device;

    fake->device_offset = offset;
    fake->device_size = size;
    fake->device_reads++;
    return fake->device_value;
}

static void device_write(void *device, unsigned cpu, uint64_t offset, unsigned size, uint64_t value)
{
    struct fake *fake = device;

    fake->device_offset = offset;
    fake->device_size = size;
    fake->device_value = value;
    fake->device_writes++;
}

const struct bus_device_ops device_ops = {.read = device_read, .write = device_write};

static enum gic_inject_result inject(void *owner, unsigned cpu, unsigned list, unsigned intid,
                                     unsigned priority, unsigned group)
{
    struct fake *fake = owner;

    fake->injected = intid;
    return list < 4 ? GIC_INJECTED : GIC_LIST_MISSING;
}

static const struct gic_ops fake_gic_ops = {.inject = inject};

static bool start_cpu(void *owner, unsigned cpu, uint64_t entry, uint64_t context)
{
    struct fake *fake = owner;

    assert_in_range(cpu, 0, CPUS - 1);
    if (fake->start_fails)
        return false;
    fake->started++;
    fake->started_cpu = cpu;
    fake->started_at = entry;
    fake->started_with = context;
    return true;
}

static const struct psci_ops fake_psci_ops = {.start = start_cpu};

void put_instruction(struct fake *fake, uint64_t address, uint32_t instruction)
{
    void *view = ram_view(&fake->ram, IPA(address), sizeof(instruction));

    assert_non_null(view);
    memcpy(view, &instruction, sizeof(instruction));
}

struct fake *start(void)
{
    static struct fake fake;
    seL4_Word *words = (seL4_Word *)&fake.context;

    memset(&fake, 0, sizeof(fake));
    bus_init(&fake.bus);
    assert_int_equal(bus_add(&fake.bus, IPA(DEVICE), DEVICE_SIZE, &device_ops, &fake), BUS_ADDED);
    gic_init(&fake.gic, CPUS, 64, &fake_gic_ops, &fake);
    psci_init(&fake.psci, CPUS, &fake.ram, &fake_psci_ops, &fake);
    for (unsigned i = 0; i < CPUS; i++)
        vcpu_init(&fake.vcpus[i], &fake_vcpu_ops, &fake);
    fake.ram = (struct ram){.base = IPA(PC), .size = sizeof(fake.memory), .host = fake.memory};
    fake.exits = (struct exits){.bus = &fake.bus,
                                .ram = &fake.ram,
                                .gic = &fake.gic,
                                .psci = &fake.psci,
                                .vcpus = fake.vcpus,
                                .counts = fake.counts};
    for (unsigned i = 0; i < seL4_UserContext_Length; i++)
        words[i] = UINT64_C(0x1111111111111111) * (i % 15 + 1);
    fake.context.pc = PC;
    fake.context.spsr = 0x80000005; /* EL1h, N set, nothing masked */
    fake.system[seL4_VCPUReg_VBAR] = VBAR;
    fake.system[seL4_VCPUReg_SCTLR] = SCTLR_M | SCTLR_SPAN;
    return &fake;
}

void vm_fault(struct fake *fake, uint64_t address, uint64_t syndrome, bool fetch)
{
    struct exit_message message = {
        .label = seL4_Fault_VMFault,
        .words = {fake->context.pc, address, fetch, syndrome},
    };
    struct exit_answer answer = exits_handle(&fake->exits, fake->cpu, &message);

    assert_int_equal(answer.action, EXIT_RESUME);
    assert_int_equal(answer.reply_words, 0);
}
