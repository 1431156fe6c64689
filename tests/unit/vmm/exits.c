/* SPDX-License-Identifier: BSD-2-Clause */
/* Fault messages and what is done about them: PSCI, devices, injected exceptions, random ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/vmm/random.h"
#include "vmm/arch/access.h"
#include "vmm/arch/decode.h"
#include "vmm/arch/esr.h"
#include "vmm/arch/walk.h"
#include "vmm/machine/exits.h"

/* A vCPU whose registers lie in plain memory, and a device that remembers the last access. */
struct fake {
    struct bus bus;
    struct gic gic;
    struct vcpu vcpu;
    struct exits exits;

    seL4_UserContext context;
    uint64_t system[seL4_VCPUReg_Num];
    unsigned read_count, write_count; /* of contexts */

    struct ram ram;
    uint8_t memory[0x10000]; /* RAM, from PC's page on */

    uint64_t device_value, device_offset;
    unsigned device_size, device_writes, device_reads;
    unsigned injected; /* last INTID */
};

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

static const struct bus_device_ops device_ops = {.read = device_read, .write = device_write};

static enum gic_inject_result inject(void *owner, unsigned cpu, unsigned list, unsigned intid,
                                     unsigned priority, unsigned group)
{
    struct fake *fake = owner;

    fake->injected = intid;
    return list < 4 ? GIC_INJECTED : GIC_LIST_MISSING;
}

static const struct gic_ops fake_gic_ops = {.inject = inject};

enum { DEVICE = 0x9000000, DEVICE_SIZE = 0x1000, PC = 0x40200000, VBAR = 0x40300000 };

static void put_instruction(struct fake *fake, uint64_t address, uint32_t instruction)
{
    void *view = ram_view(&fake->ram, IPA(address), sizeof(instruction));

    assert_non_null(view);
    memcpy(view, &instruction, sizeof(instruction));
}

static struct fake *start(void)
{
    static struct fake fake;
    seL4_Word *words = (seL4_Word *)&fake.context;

    memset(&fake, 0, sizeof(fake));
    bus_init(&fake.bus);
    assert_int_equal(bus_add(&fake.bus, IPA(DEVICE), DEVICE_SIZE, &device_ops, &fake), BUS_ADDED);
    gic_init(&fake.gic, 1, 64, &fake_gic_ops, &fake);
    vcpu_init(&fake.vcpu, &fake_vcpu_ops, &fake);
    fake.ram = (struct ram){.base = IPA(PC), .size = sizeof(fake.memory), .host = fake.memory};
    fake.exits = (struct exits){
        .bus = &fake.bus, .ram = &fake.ram, .gic = &fake.gic, .vcpu = &fake.vcpu};
    for (unsigned i = 0; i < seL4_UserContext_Length; i++)
        words[i] = UINT64_C(0x1111111111111111) * (i % 15 + 1);
    fake.context.pc = PC;
    fake.context.spsr = 0x80000005; /* EL1h, N set, nothing masked */
    fake.system[seL4_VCPUReg_VBAR] = VBAR;
    fake.system[seL4_VCPUReg_SCTLR] = SCTLR_M | SCTLR_SPAN;
    return &fake;
}

static void vm_fault(struct fake *fake, uint64_t address, uint64_t syndrome, bool fetch)
{
    struct exit_message message = {
        .label = seL4_Fault_VMFault,
        .words = {fake->context.pc, address, fetch, syndrome},
    };
    struct exit_answer answer = exits_handle(&fake->exits, &message);

    assert_int_equal(answer.action, EXIT_RESUME);
    assert_int_equal(answer.reply_words, 0);
}

static struct exit_answer vcpu_fault(struct fake *fake, uint64_t class, uint64_t iss)
{
    struct exit_message message = {
        .label = seL4_Fault_VCPUFault,
        .words = {class << 26 | ESR_IL | iss},
    };

    return exits_handle(&fake->exits, &message);
}

static uint64_t data_syndrome(unsigned size_log2, unsigned reg, bool write, uint64_t more)
{
    return (uint64_t)0x24 << 26 | ESR_IL | ESR_DATA_ISV | (uint64_t)size_log2 << 22 |
           (uint64_t)reg << 16 | (write ? ESR_DATA_WNR : 0) | more | 0x07;
}

static void assert_abort(const struct fake *fake, uint64_t esr)
{
    assert_int_equal(fake->context.pc, VBAR + 0x200);
    assert_int_equal(fake->context.spsr, 0x800003c5);
    assert_int_equal(fake->system[seL4_VCPUReg_ELR_EL1], PC);
    assert_int_equal(fake->system[seL4_VCPUReg_SPSR_EL1], 0x80000005);
    assert_int_equal(fake->system[seL4_VCPUReg_ESR], esr);
}

static void stores(void **state)
{
    struct fake *fake = start();

    fake->context.x9 = 0x1122334455667788;
    vm_fault(fake, DEVICE + 4, data_syndrome(2, 9, true, 0), false);
    assert_int_equal(fake->device_value, 0x55667788);
    assert_int_equal(fake->device_offset, 4);
    assert_int_equal(fake->device_size, 4);
    assert_int_equal(fake->context.pc, PC + 4);
    vm_fault(fake, DEVICE + 8, data_syndrome(3, 9, true, ESR_DATA_SF), false);
    assert_int_equal(fake->device_value, 0x1122334455667788);
    vm_fault(fake, DEVICE + 1, data_syndrome(0, 31, true, 0), false); /* the zero register */
    assert_int_equal(fake->device_value, 0);
    assert_int_equal(fake->context.pc, PC + 12);
}

static void loads(void **state)
{
    struct fake *fake = start();

    fake->device_value = 0xfedcba98;
    vm_fault(fake, DEVICE, data_syndrome(2, 30, false, 0), false);
    assert_int_equal(fake->context.x30, 0xfedcba98);
    vm_fault(fake, DEVICE, data_syndrome(2, 0, false, ESR_DATA_SSE | ESR_DATA_SF), false);
    assert_int_equal(fake->context.x0, 0xfffffffffedcba98);
    vm_fault(fake, DEVICE, data_syndrome(0, 1, false, ESR_DATA_SSE), false);
    assert_int_equal(fake->context.x1, 0xffffff98);
    vm_fault(fake, DEVICE, data_syndrome(1, 28, false, 0), false);
    assert_int_equal(fake->context.x28, 0xba98);
    vm_fault(fake, DEVICE, data_syndrome(2, 31, false, 0), false);
    assert_int_equal(fake->context.pc, PC + 20);
    assert_int_equal(fake->exits.counts[EXIT_mmio], 5);
}

/* The other registers come through a load into the last one of the context untouched. */
static void registers_survive(void **state)
{
    struct fake *fake = start();
    seL4_UserContext expected = fake->context;

    expected.x28 = fake->device_value = 0x77;
    expected.pc += 4;
    vm_fault(fake, DEVICE, data_syndrome(2, 28, false, 0), false);
    assert_memory_equal(&fake->context, &expected, sizeof(expected));
}

static void nothing_there(void **state)
{
    struct fake *fake = start();

    vm_fault(fake, 0x12345678, data_syndrome(2, 3, false, 0), false);
    assert_abort(fake, (uint64_t)0x25 << 26 | ESR_IL | ESR_ABORT_FNV | 0x10);
    fake = start();
    vm_fault(fake, UINT64_C(0x100000000) + DEVICE, data_syndrome(2, 3, true, 0), false);
    assert_abort(fake, (uint64_t)0x25 << 26 | ESR_IL | ESR_ABORT_FNV | ESR_DATA_WNR | 0x10);
    assert_int_equal(fake->device_writes, 0); /* a high address is no alias of a low one */
}

/* While the guest's MMU is off, the address is the virtual one too. */
static void fault_address_without_mmu(void **state)
{
    struct fake *fake = start();

    fake->system[seL4_VCPUReg_SCTLR] = SCTLR_SPAN;
    vm_fault(fake, 0x12345678, data_syndrome(2, 3, false, 0), false);
    assert_abort(fake, (uint64_t)0x25 << 26 | ESR_IL | 0x10);
    assert_int_equal(fake->system[seL4_VCPUReg_FAR], 0x12345678);
}

/* Pairs and write-back have no syndrome: the instruction tells. All with the MMU off. */
static struct fake *start_emulation(uint32_t instruction)
{
    struct fake *fake = start();

    fake->system[seL4_VCPUReg_SCTLR] = SCTLR_SPAN;
    put_instruction(fake, PC, instruction);
    return fake;
}

static const uint64_t no_syndrome = (uint64_t)0x24 << 26 | ESR_IL | 0x07;

static void pairs(void **state)
{
    struct fake *fake = start_emulation(0x2940d045); /* ldp w5, w20, [x2, #4] */

    fake->context.x2 = DEVICE + 8;
    fake->device_value = 0x80000001;
    vm_fault(fake, DEVICE + 12, no_syndrome, false);
    assert_int_equal(fake->device_reads, 2);
    assert_int_equal(fake->device_offset, 16);
    assert_int_equal(fake->device_size, 4);
    assert_int_equal(fake->context.x5, 0x80000001);
    assert_int_equal(fake->context.x20, 0x80000001);
    assert_int_equal(fake->context.x2, DEVICE + 8);
    assert_int_equal(fake->context.pc, PC + 4);

    fake = start_emulation(0x69ff0045); /* ldpsw x5, x0, [x2, #-8]! */
    fake->context.x2 = DEVICE + 16;
    fake->device_value = 0x80000001;
    vm_fault(fake, DEVICE + 8, no_syndrome, false);
    assert_int_equal(fake->context.x0, 0xffffffff80000001);
    assert_int_equal(fake->context.x2, DEVICE + 8);

    fake = start_emulation(0xa8817c43); /* stp x3, xzr, [x2], #16 */
    fake->context.x2 = DEVICE + 16;
    vm_fault(fake, DEVICE + 16, no_syndrome | ESR_DATA_WNR, false);
    assert_int_equal(fake->device_writes, 2);
    assert_int_equal(fake->device_value, 0);
    assert_int_equal(fake->device_offset, 24);
    assert_int_equal(fake->context.x2, DEVICE + 32);
}

static void write_back(void **state)
{
    struct fake *fake = start_emulation(0xb8004443); /* str w3, [x2], #4 */

    fake->context.x2 = DEVICE + 32;
    fake->context.x3 = 0xabcdef0112345678;
    vm_fault(fake, DEVICE + 32, no_syndrome | ESR_DATA_WNR, false);
    assert_int_equal(fake->device_value, 0x12345678);
    assert_int_equal(fake->context.x2, DEVICE + 36);

    fake = start_emulation(0x38dffc43); /* ldrsb w3, [x2, #-1]! */
    fake->context.x2 = DEVICE + 4;
    fake->device_value = 0x80;
    vm_fault(fake, DEVICE + 3, no_syndrome, false);
    assert_int_equal(fake->device_size, 1);
    assert_int_equal(fake->context.x3, 0xffffff80);
    assert_int_equal(fake->context.x2, DEVICE + 3);

    fake = start_emulation(0xf85f8fe3); /* ldr x3, [sp, #-8]! */
    fake->system[seL4_VCPUReg_SP_EL1] = DEVICE + 8;
    vm_fault(fake, DEVICE, no_syndrome, false);
    assert_int_equal(fake->system[seL4_VCPUReg_SP_EL1], DEVICE);
    fake = start_emulation(0xf85f8fe3);
    fake->context.spsr = 0; /* from EL0: the other stack pointer */
    fake->context.sp = DEVICE + 8;
    vm_fault(fake, DEVICE, no_syndrome, false);
    assert_int_equal(fake->context.sp, DEVICE);
    assert_int_equal(fake->system[seL4_VCPUReg_SP_EL1], 0);
}

static void not_emulated(void **state)
{
    static const uint32_t instructions[] = {
        0x2d400c42, /* ldp s2, s3, [x2]: vector registers */
        0x3cc10442, /* ldr q2, [x2], #16 */
        0x885f7c43, /* ldxr w3, [x2] */
        0xb8230043, /* ldadd w3, w3, [x2] */
        0xf8804c43, /* unallocated: write-back of a prefetch */
        0x69000043, /* stgp */
        0xe9400043, /* unallocated pair */
        0x00000000,
    };

    for (size_t i = 0; i < sizeof(instructions) / sizeof(instructions[0]); i++) {
        struct fake *fake = start_emulation(instructions[i]);

        fake->context.x2 = DEVICE;
        vm_fault(fake, DEVICE, no_syndrome, false);
        assert_int_equal(fake->context.pc, VBAR + 0x200);
        assert_int_equal(fake->device_reads + fake->device_writes, 0);
    }
    /* Unaligned, across the page, the instruction not in RAM, AArch32. */
    struct fake *fake = start_emulation(0x29400043); /* ldp w3, w0, [x2] */
    fake->context.x2 = DEVICE + 2;
    vm_fault(fake, DEVICE + 2, no_syndrome, false);
    assert_int_equal(fake->context.pc, VBAR + 0x200);
    fake = start_emulation(0x29400043);
    fake->context.x2 = DEVICE + 0xffc;
    vm_fault(fake, DEVICE + 0xffc, no_syndrome, false);
    assert_int_equal(fake->context.pc, VBAR + 0x200);
    fake = start_emulation(0x29400043);
    fake->context.pc = PC + sizeof(fake->memory) - 2;
    vm_fault(fake, DEVICE, no_syndrome, false);
    assert_int_equal(fake->context.pc, VBAR + 0x200);
    fake = start_emulation(0x29400043);
    fake->context.spsr = 0x10;
    vm_fault(fake, DEVICE, no_syndrome, false);
    assert_int_equal(fake->context.pc, VBAR + 0x600);
    assert_int_equal(fake->device_reads, 0);
}

/* A kernel's table: 4 KiB granule, 39 bits, 0xffffff8000000000 up by TTBR1; level 1 at PC's page.
 */
static void instructions_by_the_guests_tables(void **state)
{
    struct fake *fake = start_emulation(0);
    uint64_t tables[3][512] = {{0}};
    const uint64_t code = 0xffffff8080403000; /* indices 2, 2, 3 */

    tables[0][2] = (PC + 0x1000) | 3;
    tables[1][2] = (PC + 0x2000) | 3;
    tables[2][3] = (PC + 0x3000) | 0x703;
    memcpy(fake->memory, tables, sizeof(tables));
    put_instruction(fake, PC + 0x3010, 0x29400043); /* ldp w3, w0, [x2] */
    fake->system[seL4_VCPUReg_SCTLR] = SCTLR_M | SCTLR_SPAN;
    fake->system[seL4_VCPUReg_TCR] = UINT64_C(2) << 30 | 25 << 16 | 25;
    fake->system[seL4_VCPUReg_TTBR1] = UINT64_C(0x0005000000000000) | PC;
    fake->context.pc = code + 0x10;
    fake->context.x2 = 0xffffff8000000008; /* of which the page offset counts */
    vm_fault(fake, DEVICE + 8, no_syndrome, false);
    assert_int_equal(fake->context.pc, code + 0x14);
    assert_int_equal(fake->device_reads, 2);

    fake->context.pc = 0x1000; /* the lower half has no table in RAM */
    vm_fault(fake, DEVICE + 8, no_syndrome, false);
    assert_int_equal(fake->context.pc, VBAR + 0x200);
}

static void random_walks(void **state)
{
    struct fake *fake = start();
    uint64_t seed = 3;
    unsigned found = 0;

    for (unsigned i = 0; i < sizeof(fake->memory) / 8; i++) {
        uint64_t descriptor = (PC + random_below(&seed, 0x12000)) | random_below(&seed, 4);

        memcpy(fake->memory + 8 * i, &descriptor, 8);
    }
    for (unsigned i = 0; i < 300000; i++) {
        struct walk_registers registers = {
            .sctlr = SCTLR_M,
            .tcr = random_next(&seed),
            .ttbr0 = PC + random_below(&seed, 0x11000),
            .ttbr1 = random_next(&seed),
        };
        uint64_t address = random_next(&seed) >> random_below(&seed, 64);
        ipa_t result;

        found += walk_translate(&fake->ram, &registers, address, &result);
    }
    assert_true(found > 1000);
}

static void random_instructions(void **state)
{
    uint64_t seed = 17;

    for (unsigned i = 0; i < 1000000; i++) {
        struct decoded decoded;

        if (!decode_instruction((uint32_t)random_next(&seed), &decoded))
            continue;
        assert_in_range(decoded.count, 1, 2);
        assert_true(decoded.size == 1 || decoded.size == 2 || decoded.size == 4 ||
                    decoded.size == 8);
        assert_true(decoded.base < 32 && decoded.targets[0] < 32 && decoded.targets[1] < 32);
    }
}

/* What has no syndrome and is no load or store; unaligned accesses no device takes. */
static void what_no_device_takes(void **state)
{
    struct fake *fake = start();

    vm_fault(fake, DEVICE, data_syndrome(3, 3, true, 0) & ~ESR_DATA_ISV, false);
    assert_abort(fake, (uint64_t)0x25 << 26 | ESR_IL | ESR_ABORT_FNV | ESR_DATA_WNR | 0x10);
    fake = start();
    vm_fault(fake, DEVICE + 2, data_syndrome(2, 3, true, 0), false);
    assert_int_equal(fake->context.pc, VBAR + 0x200);
    fake = start();
    vm_fault(fake, DEVICE + DEVICE_SIZE - 4, data_syndrome(3, 3, true, 0), false);
    assert_int_equal(fake->context.pc, VBAR + 0x200);
    assert_int_equal(fake->device_writes, 0);
}

static void cache_maintenance_is_skipped(void **state)
{
    struct fake *fake = start();

    vm_fault(fake, DEVICE, (uint64_t)0x24 << 26 | ESR_IL | ESR_ABORT_CM | ESR_DATA_WNR | 7, false);
    assert_int_equal(fake->context.pc, PC + 4);
}

static void fetch_from_nowhere(void **state)
{
    struct fake *fake = start();

    vm_fault(fake, 0x5000, (uint64_t)0x20 << 26 | ESR_IL | 7, true);
    assert_abort(fake, (uint64_t)0x21 << 26 | ESR_IL | 0x10);
    assert_int_equal(fake->system[seL4_VCPUReg_FAR], PC);
    fake = start();
    fake->context.spsr = 0; /* from EL0 */
    vm_fault(fake, 0x5000, (uint64_t)0x20 << 26 | ESR_IL | ESR_ABORT_S1PTW | 6, true);
    assert_int_equal(fake->context.pc, VBAR + 0x400);
    assert_int_equal(fake->system[seL4_VCPUReg_ESR], (uint64_t)0x20 << 26 | ESR_IL | 0x16);
}

static void vectors_and_pstate(void **state)
{
    static const struct {
        uint64_t pstate, offset;
    } expected[] = {{0x05, 0x200}, {0x04, 0x000}, {0x00, 0x400}, {0x10, 0x600}};

    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        struct fake *fake = start();

        fake->context.spsr = expected[i].pstate;
        fake->system[seL4_VCPUReg_SCTLR] = SCTLR_DSSBS; /* SPAN clear: PAN is set */
        assert_int_equal(vcpu_fault(fake, ESR_EC_SYSREG, ESR_SYSREG(3, 0, 12, 12, 5)).action,
                         EXIT_RESUME);
        assert_int_equal(fake->context.pc, VBAR + expected[i].offset);
        assert_int_equal(fake->context.spsr, 0x3c5 | SPSR_PAN | SPSR_SSBS);
        assert_int_equal(fake->system[seL4_VCPUReg_ESR], ESR_IL); /* undefined */
        assert_int_equal(fake->system[seL4_VCPUReg_SPSR_EL1], expected[i].pstate);
    }
}

static void power_calls(void **state)
{
    struct fake *fake = start();

    fake->context.x0 = 0xdead000084000000; /* the upper half is not the function */
    assert_int_equal(vcpu_fault(fake, ESR_EC_SMC64, 0).action, EXIT_RESUME);
    assert_int_equal(fake->context.x0, 0x10001);
    assert_int_equal(fake->context.pc, PC + 4);

    static const uint32_t supported[] = {0x84000000, 0x84000008, 0x84000009, 0x8400000a};
    for (size_t i = 0; i < sizeof(supported) / sizeof(supported[0]); i++) {
        fake->context.x0 = 0x8400000a;
        fake->context.x1 = supported[i];
        (void)vcpu_fault(fake, ESR_EC_SMC64, 0);
        assert_int_equal(fake->context.x0, 0);
    }
    static const uint64_t unknown[] = {0x84000006, 0xc4000003, 0x80000000, 0, 0xffffffffffffffff};
    for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
        fake->context.x0 = unknown[i];
        assert_int_equal(vcpu_fault(fake, ESR_EC_SMC64, 0).action, EXIT_RESUME);
        assert_int_equal(fake->context.x0, UINT64_MAX);
    }
    fake->context.x0 = 0x84000008;
    assert_int_equal(vcpu_fault(fake, ESR_EC_SMC64, 1).action, EXIT_RESUME); /* not SMC #0 */
    fake->context.x0 = 0x84000008;
    assert_int_equal(vcpu_fault(fake, ESR_EC_SMC64, 0).action, EXIT_POWER_OFF);
    fake->context.x0 = 0x84000009;
    assert_int_equal(vcpu_fault(fake, ESR_EC_SMC64, 0).action, EXIT_RESET);
}

static void hypercalls(void **state)
{
    struct fake *fake = start();
    struct exit_message message = {
        .label = seL4_Fault_UnknownSyscall,
        .words = {0x84000000, 1, 2, 3, 4, 5, 6, 7, PC, 9, PC + 4, 11, 12},
    };
    struct exit_answer answer = exits_handle(&fake->exits, &message);

    assert_int_equal(answer.reply_words, 12);
    assert_int_equal(message.words[0], 0x10001);
    assert_int_equal(message.words[7], 7);
    assert_int_equal(message.words[8], PC + 4);
    assert_int_equal(message.words[9], 9);
    assert_int_equal(fake->write_count, 0);

    /* A system call's number in x7, and no capability. */
    message = (struct exit_message){.label = seL4_Fault_CapFault, .words = {PC, 0x84000000, 0, 2}};
    answer = exits_handle(&fake->exits, &message);
    assert_int_equal(answer.reply_words, 0);
    assert_int_equal(fake->context.x0, UINT64_MAX);
    assert_int_equal(fake->context.pc, PC + 4);
    assert_int_equal(fake->context.x1, UINT64_C(0x1111111111111111) * 5);
}

static void quiet_registers(void **state)
{
    struct fake *fake = start();

    /* MDSCR_EL1 into x5, PMUSERENR_EL0 written, ACTLR_EL1 into the zero register. */
    (void)vcpu_fault(fake, ESR_EC_SYSREG, ESR_SYSREG(2, 0, 0, 2, 2) | 5 << 5 | 1);
    assert_int_equal(fake->context.x5, 0);
    (void)vcpu_fault(fake, ESR_EC_SYSREG, ESR_SYSREG(3, 3, 9, 14, 0) | 5 << 5);
    (void)vcpu_fault(fake, ESR_EC_SYSREG, ESR_SYSREG(3, 0, 1, 0, 1) | 31 << 5 | 1);
    assert_int_equal(fake->context.pc, PC + 12);
}

static void waiting_and_the_rest(void **state)
{
    struct fake *fake = start();

    (void)vcpu_fault(fake, ESR_EC_WFX, 0);
    assert_int_equal(fake->context.pc, PC + 4);
    (void)vcpu_fault(fake, ESR_EC_FP, 0x1e << 20);
    assert_int_equal(fake->system[seL4_VCPUReg_ESR], (uint64_t)7 << 26 | ESR_IL | 0x1e << 20);
    assert_int_equal(fake->context.pc, VBAR + 0x200);

    struct exit_message message = {.label = seL4_Fault_UserException,
                                   .words = {PC, 0, 5, 0x2000000}};
    fake = start();
    (void)exits_handle(&fake->exits, &message);
    assert_abort(fake, ESR_IL);
}

static void timer_and_maintenance(void **state)
{
    struct fake *fake = start();
    struct exit_message timer = {.label = seL4_Fault_VPPIEvent, .words = {27}};
    struct exit_message ended = {.label = seL4_Fault_VGICMaintenance, .words = {0}};

    fake->gic.control = 1;
    fake->gic.cpus[0].bank.enabled |= 1u << 27;
    (void)exits_handle(&fake->exits, &timer);
    assert_int_equal(fake->injected, 27);
    fake->injected = 0;
    (void)exits_handle(&fake->exits, &timer); /* in a list register already */
    assert_int_equal(fake->injected, 0);
    (void)exits_handle(&fake->exits, &ended);
    assert_int_equal(fake->injected, 27); /* nobody lowered the line */
    ended.words[0] = UINT64_MAX;
    (void)exits_handle(&fake->exits, &ended);
}

/* Any message: an answer, never a crash, and the guest goes on. */
static void random_messages(void **state)
{
    uint64_t seed = 42;
    struct fake *fake = start();

    assert_int_equal(bus_add(&fake->bus, IPA(0x8000000), 0x10000, &gicd_bus_ops, &fake->gic),
                     BUS_ADDED);
    for (unsigned i = 0; i < 200000; i++) {
        struct exit_message message = {.label = random_below(&seed, 12)};

        for (unsigned word = 0; word < seL4_UnknownSyscall_Length; word++)
            message.words[word] = random_next(&seed);
        if (random_below(&seed, 2))
            message.words[seL4_VMFault_Addr] = 0x8000000 + random_below(&seed, 0x12000);
        if (random_below(&seed, 2))
            message.words[seL4_VMFault_PrefetchFault] = 0;
        fake->context.x0 = random_next(&seed);
        assert_true(exits_handle(&fake->exits, &message).reply_words <= seL4_UnknownSyscall_Length);
    }
}

static void bus_rejects_overlaps(void **state)
{
    struct bus bus;

    bus_init(&bus);
    assert_int_equal(bus_add(&bus, IPA(0x1000), 0x1000, &device_ops, NULL), BUS_ADDED);
    assert_int_equal(bus_add(&bus, IPA(0x1fff), 1, &device_ops, NULL), BUS_OVERLAP);
    assert_int_equal(bus_add(&bus, IPA(0), 0x1001, &device_ops, NULL), BUS_OVERLAP);
    assert_int_equal(bus_add(&bus, IPA(0x5000), 0, &device_ops, NULL), BUS_OVERLAP);
    assert_int_equal(bus_add(&bus, IPA(UINT64_MAX), 2, &device_ops, NULL), BUS_OVERLAP);
    assert_int_equal(bus_add(&bus, IPA(UINT64_MAX), 1, &device_ops, NULL), BUS_ADDED);
    for (unsigned i = 2; i < BUS_DEVICE_MAX; i++)
        assert_int_equal(bus_add(&bus, IPA(0x10000 * i), 1, &device_ops, NULL), BUS_ADDED);
    assert_int_equal(bus_add(&bus, IPA(0xf00000), 1, &device_ops, NULL), BUS_FULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stores),
        cmocka_unit_test(loads),
        cmocka_unit_test(registers_survive),
        cmocka_unit_test(nothing_there),
        cmocka_unit_test(fault_address_without_mmu),
        cmocka_unit_test(pairs),
        cmocka_unit_test(write_back),
        cmocka_unit_test(not_emulated),
        cmocka_unit_test(instructions_by_the_guests_tables),
        cmocka_unit_test(random_walks),
        cmocka_unit_test(random_instructions),
        cmocka_unit_test(what_no_device_takes),
        cmocka_unit_test(cache_maintenance_is_skipped),
        cmocka_unit_test(fetch_from_nowhere),
        cmocka_unit_test(vectors_and_pstate),
        cmocka_unit_test(power_calls),
        cmocka_unit_test(hypercalls),
        cmocka_unit_test(quiet_registers),
        cmocka_unit_test(waiting_and_the_rest),
        cmocka_unit_test(timer_and_maintenance),
        cmocka_unit_test(random_messages),
        cmocka_unit_test(bus_rejects_overlaps),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
