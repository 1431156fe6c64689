/* SPDX-License-Identifier: BSD-2-Clause */
/* Fault messages and what is done about them: PSCI, devices, injected exceptions, random ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/vmm/fake_vcpu.h"
#include "tests/unit/vmm/random.h"

static struct exit_answer vcpu_fault(struct fake *fake, uint64_t class, uint64_t iss)
{
    struct exit_message message = {
        .label = seL4_Fault_VCPUFault,
        .words = {class << 26 | ESR_IL | iss},
    };

    return exits_handle(&fake->exits, fake->cpu, &message);
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

/* ---- rich exits: nothing is read from the thread or written to it ---- */

static struct exit_answer rich_fault(struct fake *fake, seL4_Word label,
                                     struct exit_message *message)
{
    fake->exits.rich = true;
    message->label = label;
    struct exit_answer answer = exits_handle(&fake->exits, fake->cpu, message);
    assert_int_equal(fake->read_count, 0);
    assert_int_equal(fake->write_count, 0);
    return answer;
}

static void rich_accesses(void **state)
{
    struct fake *fake = start();
    struct exit_message message = {
        .words = {PC, DEVICE + 4, 0xffffffff12345678, data_syndrome(2, 9, true, 0)}};

    assert_int_equal(rich_fault(fake, seL4_Fault_VMFault, &message).reply_words, 2);
    assert_int_equal(fake->device_value, 0x12345678);
    assert_int_equal(fake->device_writes, 1);
    assert_int_equal(message.words[RICH_REPLY_IP], PC + 4);
    /* A signed byte, to 32 bits. */
    fake->device_value = 0x80;
    message = (struct exit_message){
        .words = {PC, DEVICE, 0, data_syndrome(0, 9, false, ESR_DATA_SSE)}};
    assert_int_equal(rich_fault(fake, seL4_Fault_VMFault, &message).reply_words, 2);
    assert_int_equal(message.words[RICH_REPLY_IP], PC + 4);
    assert_int_equal(message.words[RICH_REPLY_VALUE], 0xffffff80);
    assert_int_equal(fake->exits.counts[EXIT_mmio], 2);
}

static void rich_calls(void **state)
{
    struct fake *fake = start();
    struct exit_message message = {
        .words = {(uint64_t)0x17 << 26 | ESR_IL, PC, 0x84000000 /* PSCI_VERSION */, 0}};

    assert_int_equal(rich_fault(fake, seL4_Fault_VCPUFault, &message).reply_words, 2);
    assert_int_equal(message.words[RICH_REPLY_IP], PC + 4);
    assert_int_equal(message.words[RICH_REPLY_VALUE], 0x10001);
    /* The same by HVC, with an immediate that is not PSCI's. */
    message = (struct exit_message){
        .words = {(uint64_t)0x16 << 26 | ESR_IL | 1, PC, 0x84000000, 0}};
    assert_int_equal(rich_fault(fake, seL4_Fault_VCPUFault, &message).reply_words, 2);
    assert_int_equal(message.words[RICH_REPLY_IP], PC + 4);
    assert_int_equal(message.words[RICH_REPLY_VALUE], UINT64_MAX);
    message = (struct exit_message){.words = {(uint64_t)0x17 << 26 | ESR_IL, PC, 0x84000008, 0}};
    assert_int_equal(rich_fault(fake, seL4_Fault_VCPUFault, &message).action, EXIT_POWER_OFF);
}

/* What the syndrome does not describe goes the ordinary way, with registers read and written. */
static void rich_aborts(void **state)
{
    struct fake *fake = start();

    fake->exits.rich = true;
    vm_fault(fake, 0x5000, data_syndrome(2, 3, false, 0), false);
    assert_int_equal(fake->context.pc, VBAR + 0x200);
    assert_int_equal(fake->exits.counts[EXIT_abort], 1);
    assert_true(fake->write_count > 0);
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

    static const uint32_t supported[] = {0x84000000, 0x84000002, 0x84000003, 0xc4000003,
                                         0x84000004, 0xc4000004, 0x84000008, 0x84000009,
                                         0x8400000a, 0x84000012, 0xc4000012};
    for (size_t i = 0; i < sizeof(supported) / sizeof(supported[0]); i++) {
        fake->context.x0 = 0x8400000a;
        fake->context.x1 = supported[i];
        (void)vcpu_fault(fake, ESR_EC_SMC64, 0);
        assert_int_equal(fake->context.x0, 0);
    }
    /* CPU_SUSPEND, MIGRATE_INFO_TYPE and what there is not: asked for or called, not supported. */
    static const uint64_t unknown[] = {0x84000001, 0xc4000001, 0x84000006, 0xc4000002,
                                       0x80000000, 0,          UINT64_MAX};
    for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
        fake->context.x0 = unknown[i];
        assert_int_equal(vcpu_fault(fake, ESR_EC_SMC64, 0).action, EXIT_RESUME);
        assert_int_equal(fake->context.x0, UINT64_MAX);
        fake->context.x0 = 0x8400000a;
        fake->context.x1 = unknown[i];
        (void)vcpu_fault(fake, ESR_EC_SMC64, 0);
        assert_int_equal(fake->context.x0, UINT64_MAX);
    }
    fake->context.x0 = 0x84000008;
    assert_int_equal(vcpu_fault(fake, ESR_EC_SMC64, 1).action, EXIT_RESUME); /* not SMC #0 */
    fake->context.x0 = 0x84000008;
    assert_int_equal(vcpu_fault(fake, ESR_EC_SMC64, 0).action, EXIT_POWER_OFF);
    fake->context.x0 = 0x84000009;
    assert_int_equal(vcpu_fault(fake, ESR_EC_SMC64, 0).action, EXIT_RESET);
}

/* x0 to x3 of an SMC; the answer is in x0 again. */
static struct exit_answer cpu_call(struct fake *fake, uint64_t function, uint64_t target,
                                   uint64_t entry, uint64_t context)
{
    fake->context.x0 = function;
    fake->context.x1 = target;
    fake->context.x2 = entry;
    fake->context.x3 = context;
    return vcpu_fault(fake, ESR_EC_SMC64, 0);
}

static void vcpus_are_started(void **state)
{
    static const struct {
        uint64_t function, target, entry, answer;
    } refused[] = {
        {PSCI_CPU_ON_64, 0, PC, PSCI_ALREADY_ON},
        {PSCI_CPU_ON_64, CPUS, PC, PSCI_INVALID_PARAMETERS},
        {PSCI_CPU_ON_64, 0x100, PC, PSCI_INVALID_PARAMETERS}, /* another cluster */
        {PSCI_CPU_ON_64, UINT64_C(1) << 32 | 1, PC, PSCI_INVALID_PARAMETERS},
        {PSCI_CPU_ON_64, 0x80000001, PC, PSCI_INVALID_PARAMETERS}, /* all of MPIDR */
        {PSCI_CPU_ON_64, UINT64_MAX, PC, PSCI_INVALID_PARAMETERS},
        {PSCI_CPU_ON_64, 1, PC + 2, PSCI_INVALID_ADDRESS},
        {PSCI_CPU_ON_64, 1, DEVICE, PSCI_INVALID_ADDRESS},
        {PSCI_CPU_ON_64, 1, PC - 4, PSCI_INVALID_ADDRESS},
        {PSCI_CPU_ON_64, 1, UINT64_MAX - 3, PSCI_INVALID_ADDRESS},
        {PSCI_CPU_ON_64, 1, UINT64_C(1) << 40 | PC, PSCI_INVALID_ADDRESS},
    };
    struct fake *fake = start();

    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        (void)cpu_call(fake, refused[i].function, refused[i].target, refused[i].entry, 5);
        assert_int_equal(fake->context.x0, refused[i].answer);
    }
    assert_int_equal(fake->started, 0);
    assert_int_equal(cpu_call(fake, PSCI_CPU_ON_64, 2, PC + 0x100, UINT64_MAX).action, EXIT_RESUME);
    assert_int_equal(fake->context.x0, PSCI_SUCCESS);
    assert_int_equal(fake->started, 1);
    assert_int_equal(fake->started_cpu, 2);
    assert_int_equal(fake->started_at, PC + 0x100);
    assert_int_equal(fake->started_with, UINT64_MAX);
    (void)cpu_call(fake, PSCI_CPU_ON_64, 2, PC, 0);
    assert_int_equal(fake->context.x0, PSCI_ALREADY_ON);
    /* 32-bit arguments: the upper halves are not theirs. */
    (void)cpu_call(fake, PSCI_CPU_ON, UINT64_C(7) << 32 | 1, UINT64_C(7) << 32 | PC, UINT64_MAX);
    assert_int_equal(fake->context.x0, PSCI_SUCCESS);
    assert_int_equal(fake->started_cpu, 1);
    assert_int_equal(fake->started_at, PC);
    assert_int_equal(fake->started_with, UINT32_MAX);
    fake = start();
    fake->start_fails = true;
    (void)cpu_call(fake, PSCI_CPU_ON, 1, PC, 0);
    assert_int_equal(fake->context.x0, PSCI_INTERNAL_FAILURE);
    (void)cpu_call(fake, PSCI_AFFINITY_INFO, 1, 0, 0);
    assert_int_equal(fake->context.x0, PSCI_IS_OFF);
}

static void affinities_are_told(void **state)
{
    static const struct {
        uint64_t function, target, level, answer;
    } told[] = {
        {PSCI_AFFINITY_INFO_64, 0, 0, PSCI_IS_ON},
        {PSCI_AFFINITY_INFO_64, 1, 0, PSCI_IS_OFF},
        {PSCI_AFFINITY_INFO_64, CPUS, 0, PSCI_INVALID_PARAMETERS},
        {PSCI_AFFINITY_INFO_64, 0, 1, PSCI_INVALID_PARAMETERS},
        {PSCI_AFFINITY_INFO_64, UINT64_C(1) << 32, 0, PSCI_INVALID_PARAMETERS},
        {PSCI_AFFINITY_INFO, UINT64_C(1) << 32, UINT64_C(1) << 32, PSCI_IS_ON},
    };
    struct fake *fake = start();

    for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
        (void)cpu_call(fake, told[i].function, told[i].target, told[i].level, 0);
        assert_int_equal(fake->context.x0, told[i].answer);
    }
}

/* A warm reset, by numbers of either width; no other kind. */
static void resets_of_a_kind(void **state)
{
    static const struct {
        uint64_t function, kind;
    } refused[] = {
        {PSCI_SYSTEM_RESET2, 1},
        {PSCI_SYSTEM_RESET2_64, 1},
        {PSCI_SYSTEM_RESET2, 0x80000000}, /* a vendor's */
        {PSCI_SYSTEM_RESET2_64, UINT64_MAX},
    };

    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        struct fake *fake = start();

        assert_int_equal(cpu_call(fake, refused[i].function, refused[i].kind, 0, 0).action,
                         EXIT_RESUME);
        assert_int_equal(fake->context.x0, PSCI_INVALID_PARAMETERS);
        assert_int_equal(fake->context.pc, PC + 4);
    }
    /* The kind has 32 bits in both; the cookie may be anything. */
    assert_int_equal(cpu_call(start(), PSCI_SYSTEM_RESET2, UINT64_C(1) << 32, 7, 0).action,
                     EXIT_RESET);
    assert_int_equal(cpu_call(start(), PSCI_SYSTEM_RESET2_64, UINT64_C(1) << 32, 7, 0).action,
                     EXIT_RESET);
}

/* It stays on its instruction, with interrupts masked, until it is stopped; the last one is not
 * let go. */
static void vcpus_stop(void **state)
{
    struct fake *fake = start();

    assert_int_equal(cpu_call(fake, PSCI_CPU_OFF, 0, 0, 0).action, EXIT_RESUME);
    assert_int_equal(fake->context.x0, PSCI_DENIED);
    assert_int_equal(fake->context.pc, PC + 4);
    (void)cpu_call(fake, PSCI_CPU_ON_64, 1, PC, 0);
    fake->context.pc = PC;
    assert_int_equal(cpu_call(fake, PSCI_CPU_OFF, 0, 0, 0).action, EXIT_CPU_OFF);
    assert_int_equal(fake->context.pc, PC);
    assert_int_equal(fake->context.x0, PSCI_CPU_OFF);
    assert_int_equal(fake->context.spsr & SPSR_DAIF, SPSR_DAIF);
    assert_int_equal(fake->psci.on, 2);
    /* The other one is the last now; it can turn this one on again. */
    fake->cpu = 1;
    (void)cpu_call(fake, PSCI_CPU_OFF, 0, 0, 0);
    assert_int_equal(fake->context.x0, PSCI_DENIED);
    (void)cpu_call(fake, PSCI_AFFINITY_INFO, 0, 0, 0);
    assert_int_equal(fake->context.x0, PSCI_IS_OFF);
    (void)cpu_call(fake, PSCI_CPU_ON, 0, PC, 0);
    assert_int_equal(fake->context.x0, PSCI_SUCCESS);
    assert_int_equal(fake->started_cpu, 0);
}

/* The same by HVC and by a rich exit, which has too few registers. */
static void vcpus_by_other_calls(void **state)
{
    struct fake *fake = start();
    struct exit_message message = {
        .label = seL4_Fault_UnknownSyscall,
        .words = {PSCI_CPU_ON, 1, PC + 8, 9, 4, 5, 6, 7, PC, 9, PC + 4, 5, 12},
    };

    assert_int_equal(exits_handle(&fake->exits, fake->cpu, &message).action, EXIT_RESUME);
    assert_int_equal(message.words[0], PSCI_SUCCESS);
    assert_int_equal(message.words[8], PC + 4);
    assert_int_equal(fake->started_at, PC + 8);
    assert_int_equal(fake->started_with, 9);
    message.words[0] = PSCI_CPU_OFF;
    message.words[8] = PC;
    assert_int_equal(exits_handle(&fake->exits, fake->cpu, &message).action, EXIT_CPU_OFF);
    assert_int_equal(message.words[8], PC);
    assert_int_equal(message.words[11], 5 | SPSR_DAIF);

    for (uint64_t class = ESR_EC_HVC64; class <= ESR_EC_SMC64; class ++) {
        fake = start();
        fake->exits.rich = true;
        fake->context.x0 = PSCI_CPU_ON_64;
        fake->context.x1 = 2;
        fake->context.x2 = PC + 16;
        message = (struct exit_message){.label = seL4_Fault_VCPUFault,
                                        .words = {class << 26 | ESR_IL, PC, PSCI_CPU_ON_64, 2}};
        assert_int_equal(exits_handle(&fake->exits, fake->cpu, &message).reply_words, 0);
        assert_int_equal(fake->context.x0, PSCI_SUCCESS);
        assert_int_equal(fake->context.pc, PC + 4);
        assert_int_equal(fake->started_at, PC + 16);
        assert_int_equal(fake->exits.counts[EXIT_smc] + fake->exits.counts[EXIT_hvc], 1);
    }
}

static void hypercalls(void **state)
{
    struct fake *fake = start();
    struct exit_message message = {
        .label = seL4_Fault_UnknownSyscall,
        .words = {0x84000000, 1, 2, 3, 4, 5, 6, 7, PC, 9, PC + 4, 11, 12},
    };
    struct exit_answer answer = exits_handle(&fake->exits, fake->cpu, &message);

    assert_int_equal(answer.reply_words, 12);
    assert_int_equal(message.words[0], 0x10001);
    assert_int_equal(message.words[7], 7);
    assert_int_equal(message.words[8], PC + 4);
    assert_int_equal(message.words[9], 9);
    assert_int_equal(fake->write_count, 0);

    /* A system call's number in x7, and no capability. */
    message = (struct exit_message){.label = seL4_Fault_CapFault, .words = {PC, 0x84000000, 0, 2}};
    answer = exits_handle(&fake->exits, fake->cpu, &message);
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
    (void)exits_handle(&fake->exits, fake->cpu, &message);
    assert_abort(fake, ESR_IL);
}

static void timer_and_maintenance(void **state)
{
    struct fake *fake = start();
    struct exit_message timer = {.label = seL4_Fault_VPPIEvent, .words = {27}};
    struct exit_message ended = {.label = seL4_Fault_VGICMaintenance, .words = {0}};

    fake->gic.control = 1;
    fake->gic.cpus[0].bank.enabled |= 1u << 27;
    (void)exits_handle(&fake->exits, fake->cpu, &timer);
    assert_int_equal(fake->injected, 27);
    fake->injected = 0;
    (void)exits_handle(&fake->exits, fake->cpu, &timer); /* in a list register already */
    assert_int_equal(fake->injected, 0);
    (void)exits_handle(&fake->exits, fake->cpu, &ended);
    assert_int_equal(fake->injected, 27); /* nobody lowered the line */
    ended.words[0] = UINT64_MAX;
    (void)exits_handle(&fake->exits, fake->cpu, &ended);
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
        assert_true(exits_handle(&fake->exits, fake->cpu, &message).reply_words <=
                    seL4_UnknownSyscall_Length);
    }
}

static void bus_rejects_overlaps(void **state)
{
    struct bus bus;

    bus_init(&bus);
    assert_int_equal(bus_add(&bus, IPA(0x1000), 0x1000, &device_ops, NULL), BUS_ADDED);
    assert_int_equal(bus_add(&bus, IPA(0x1ff8), 8, &device_ops, NULL), BUS_OVERLAP);
    assert_int_equal(bus_add(&bus, IPA(0), 0x1008, &device_ops, NULL), BUS_OVERLAP);
    assert_int_equal(bus_add(&bus, IPA(0x5000), 0, &device_ops, NULL), BUS_OVERLAP);
    assert_int_equal(bus_add(&bus, IPA(UINT64_MAX), 2, &device_ops, NULL), BUS_OVERLAP);
    assert_int_equal(bus_add(&bus, IPA(-8), 16, &device_ops, NULL), BUS_OVERLAP);
    assert_int_equal(bus_add(&bus, IPA(0x5000), 4, &device_ops, NULL), BUS_UNEVEN);
    assert_int_equal(bus_add(&bus, IPA(0x5004), 8, &device_ops, NULL), BUS_UNEVEN);
    assert_int_equal(bus_add(&bus, IPA(-8), 8, &device_ops, NULL), BUS_ADDED);
    for (unsigned i = 2; i < BUS_DEVICE_MAX; i++)
        assert_int_equal(bus_add(&bus, IPA(0x10000 * i), 8, &device_ops, NULL), BUS_ADDED);
    assert_int_equal(bus_add(&bus, IPA(0xf00000), 8, &device_ops, NULL), BUS_FULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rich_accesses),
        cmocka_unit_test(rich_calls),
        cmocka_unit_test(rich_aborts),
        cmocka_unit_test(stores),
        cmocka_unit_test(loads),
        cmocka_unit_test(registers_survive),
        cmocka_unit_test(nothing_there),
        cmocka_unit_test(fault_address_without_mmu),
        cmocka_unit_test(what_no_device_takes),
        cmocka_unit_test(cache_maintenance_is_skipped),
        cmocka_unit_test(fetch_from_nowhere),
        cmocka_unit_test(vectors_and_pstate),
        cmocka_unit_test(power_calls),
        cmocka_unit_test(vcpus_are_started),
        cmocka_unit_test(affinities_are_told),
        cmocka_unit_test(resets_of_a_kind),
        cmocka_unit_test(vcpus_stop),
        cmocka_unit_test(vcpus_by_other_calls),
        cmocka_unit_test(hypercalls),
        cmocka_unit_test(quiet_registers),
        cmocka_unit_test(waiting_and_the_rest),
        cmocka_unit_test(timer_and_maintenance),
        cmocka_unit_test(random_messages),
        cmocka_unit_test(bus_rejects_overlaps),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
