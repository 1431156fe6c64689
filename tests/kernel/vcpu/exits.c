/* SPDX-License-Identifier: BSD-2-Clause */
/* Why a guest stops: calls, traps, aborts; and that none of it reaches the kernel's services. */
#include "abi/sel4/syscalls.h"
#include "tests/kernel/vcpu/guest.h"

#define EC(esr)        ((esr) >> 26)
#define EC_SMC         0x17
#define EC_SYSREG      0x18
#define EC_INST        0x20
#define EC_DATA        0x24
#define FSC_KIND(esr)  ((esr) & 0x3c)
#define FSC_PERMISSION 0x0c

static struct guest guest;

static seL4_Word address_of(const char *routine)
{
    return GUEST_RAM + (seL4_Word)(routine - guest_code);
}

static seL4_Word pc_of(struct guest *machine)
{
    seL4_UserContext registers = {0};

    EXPECT_OK(seL4_TCB_ReadRegisters(machine->tcb, false, 0, 1, &registers));
    return registers.pc;
}

TEST(a_guest_runs_and_calls)
{
    guest_make(&guest);
    guest_start(&guest, guest_hvc, 0x11, 0x22);
    /* x7 is 0: a number that is no system call. */
    struct message call = guest_call(&guest, 0);
    EXPECT_EQ(call.words[0], 0x11);
    EXPECT_EQ(call.words[1], 0x22);
    EXPECT_EQ(call.words[seL4_UnknownSyscall_FaultIP], address_of(guest_hvc));
    EXPECT_EQ(call.words[seL4_UnknownSyscall_LR], address_of(guest_hvc) + 4);
    EXPECT_EQ(call.words[seL4_UnknownSyscall_SPSR], 0x3c5);
    call.words[0] = 0x33;
    guest_return(&guest, &call);
    EXPECT_EQ(guest_call(&guest, GUEST_END).words[0], 0x33);
}

static void start_call(long number, seL4_Word x0)
{
    seL4_UserContext registers = {
        .pc = address_of(guest_hvc), .spsr = 0x3c5, .x0 = x0, .x7 = (seL4_Word)number};

    EXPECT_OK(seL4_TCB_WriteRegisters(guest.tcb, true, 0, seL4_UserContext_Length, &registers));
}

/* In debug builds too: a guest prints nothing, halts nothing, looks at nothing. */
TEST(debug_calls_are_not_for_guests)
{
    static const long numbers[] = {
        seL4_SysDebugPutChar,  seL4_SysDebugDumpScheduler,     seL4_SysDebugHalt,
        seL4_SysDebugSnapshot, seL4_SysDebugCapIdentify,       seL4_SysDebugNameThread,
        seL4_SysDebugSendIPI,  seL4_SysDebugGetThreadAffinity, seL4_SysBenchmarkNullSyscall};

    guest_make(&guest);
    for (unsigned i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        start_call(numbers[i], 'X');
        guest_call(&guest, (seL4_Word)numbers[i]);
    }
}

/* Its CSpace is empty: sending is answered with an error or does nothing, receiving is a fault. */
TEST(system_calls_of_a_guest_lead_nowhere)
{
    static const long sends[] = {seL4_SysCall, seL4_SysSend, seL4_SysNBSend, seL4_SysYield};
    static const long receives[] = {seL4_SysRecv,      seL4_SysNBRecv,    seL4_SysWait,
                                    seL4_SysNBWait,    seL4_SysReplyRecv, seL4_SysNBSendRecv,
                                    seL4_SysNBSendWait};

    guest_make(&guest);
    for (seL4_Word cap = 0; cap < 16; cap++) {
        for (unsigned i = 0; i < sizeof(sends) / sizeof(sends[0]); i++) {
            start_call(sends[i], cap);
            guest_call(&guest, GUEST_END);
        }
        for (unsigned i = 0; i < sizeof(receives) / sizeof(receives[0]); i++) {
            start_call(receives[i], cap);
            struct message fault = guest_fault(&guest, seL4_Fault_CapFault, 5);
            EXPECT_EQ(fault.words[seL4_CapFault_Addr], cap);
            EXPECT_EQ(fault.words[seL4_CapFault_InRecvPhase], 1);
        }
    }
}

TEST(smc_is_a_fault_at_its_place)
{
    guest_make(&guest);
    guest_start(&guest, guest_smc, 0x84000008, 0);
    struct message fault = guest_fault(&guest, seL4_Fault_VCPUFault, 1);
    EXPECT_EQ(EC(fault.words[0]), EC_SMC);
    EXPECT_EQ(pc_of(&guest), address_of(guest_smc));
    guest_retry(&guest);
    guest_fault(&guest, seL4_Fault_VCPUFault, 1);
    seL4_UserContext next = {.pc = address_of(guest_smc) + 4};
    EXPECT_OK(seL4_TCB_WriteRegisters(guest.tcb, false, 0, 1, &next));
    guest_retry(&guest);
    EXPECT_EQ(guest_call(&guest, GUEST_END).words[0], 0x84000008);
}

/* Performance counters and the physical timer are not the guest's. */
TEST(system_registers_that_trap)
{
    guest_make(&guest);
    guest_start(&guest, guest_pmu, 0, 0);
    struct message fault = guest_fault(&guest, seL4_Fault_VCPUFault, 1);
    EXPECT_EQ(EC(fault.words[0]), EC_SYSREG);
    EXPECT_EQ(pc_of(&guest), address_of(guest_pmu));
    guest_start(&guest, guest_physical_timer, 1, 0);
    fault = guest_fault(&guest, seL4_Fault_VCPUFault, 1);
    EXPECT_EQ(EC(fault.words[0]), EC_SYSREG);
}

TEST(an_undefined_instruction_is_the_guests_own)
{
    guest_make(&guest);
    guest_start(&guest, guest_undefined, 0, 0);
    struct message call = guest_call(&guest, GUEST_EXCEPTION);
    EXPECT_EQ(EC(call.words[0]), 0);
}

TEST(wfe_does_not_stop)
{
    guest_make(&guest);
    guest_start(&guest, guest_wfe, 0, 0);
    guest_call(&guest, GUEST_END);
}

/* ---- aborts: the address is the guest's physical one ---- */

static struct message abort_at(const char *routine, seL4_Word address, bool prefetch)
{
    struct message fault = guest_fault(&guest, seL4_Fault_VMFault, 4);

    EXPECT_EQ(fault.words[seL4_VMFault_Addr], address);
    EXPECT_EQ(fault.words[seL4_VMFault_PrefetchFault], prefetch);
    EXPECT_EQ(EC(fault.words[seL4_VMFault_FSR]), prefetch ? EC_INST : EC_DATA);
    EXPECT_EQ(fault.words[seL4_VMFault_IP], prefetch ? address : address_of(routine));
    return fault;
}

TEST(device_accesses)
{
    static const seL4_Word addresses[] = {
        0x9000000, 0x10000000008 - 0x1000, 0x100000abc & ~7, 0xf000000ff8, 0x400000000, 0};

    guest_make(&guest);
    for (unsigned i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
        guest_start(&guest, guest_load, addresses[i], 0);
        struct message fault = abort_at(guest_load, addresses[i], false);
        /* A valid syndrome: 8 bytes to x2, a read. */
        EXPECT_EQ((fault.words[seL4_VMFault_FSR] >> 22) & 7, 7);
        EXPECT_EQ((fault.words[seL4_VMFault_FSR] >> 16) & 31, 2);
        EXPECT_EQ((fault.words[seL4_VMFault_FSR] >> 6) & 1, 0);
        guest_start(&guest, guest_store, addresses[i], 1);
        fault = abort_at(guest_store, addresses[i], false);
        EXPECT_EQ((fault.words[seL4_VMFault_FSR] >> 6) & 1, 1);
    }
}

TEST(a_jump_out_of_memory)
{
    guest_make(&guest);
    guest_start(&guest, guest_jump, 0x300000010, 0);
    abort_at(guest_jump, 0x300000010, true);
}

TEST(read_only_memory)
{
    guest_make(&guest);
    guest_start(&guest, guest_load, GUEST_READ_ONLY + 0x18, 0);
    guest_call(&guest, GUEST_END);
    guest_start(&guest, guest_store, GUEST_READ_ONLY + 0x18, 1);
    struct message fault = abort_at(guest_store, GUEST_READ_ONLY + 0x18, false);
    EXPECT_EQ(FSC_KIND(fault.words[seL4_VMFault_FSR]), FSC_PERMISSION);
}

/* ---- the same with the guest's own translation on ---- */

#define BLOCK(address) ((address) | 0x701) /* 1 GiB, normal memory, accessed, inner shareable */

static void make_table(void)
{
    volatile seL4_Word *table = guest_words(&guest, GUEST_TABLE);

    table[0] = BLOCK(0x4000000000); /* 0 is at 256 GiB */
    table[1] = BLOCK(0x100000000);  /* 1 GiB is at 4 GiB */
    table[2] = BLOCK(GUEST_RAM);
    table[3] = BLOCK(GUEST_RAM); /* 3 GiB is the memory again */
}

static struct message translated(seL4_Word address, seL4_Word store)
{
    guest_make(&guest);
    make_table();
    guest_start(&guest, guest_translated, address, store);
    return message_take(guest.handler, guest.reply);
}

TEST(translated_device_accesses)
{
    struct message fault = translated(0x40000a30, 0);
    EXPECT_EQ(fault.label, seL4_Fault_VMFault);
    EXPECT_EQ(fault.words[seL4_VMFault_Addr], 0x100000a30);
    fault = translated(0x12345678, 7);
    EXPECT_EQ(fault.label, seL4_Fault_VMFault);
    EXPECT_EQ(fault.words[seL4_VMFault_Addr], 0x4012345678);
}

TEST(translated_read_only_memory)
{
    struct message fault = translated(0xc000f128, 7);

    EXPECT_EQ(fault.label, seL4_Fault_VMFault);
    EXPECT_EQ(fault.words[seL4_VMFault_Addr], 0x8000f128);
    EXPECT_EQ(FSC_KIND(fault.words[seL4_VMFault_FSR]), FSC_PERMISSION);
}

TEST(translated_memory)
{
    struct message call = translated(0xc0008008, 0x77);

    EXPECT_EQ(call.label, seL4_Fault_UnknownSyscall);
    EXPECT_EQ(guest_words(&guest, GUEST_DATA)[1], 0x77);
}

/* The guest's table itself lies outside its memory: the walk faults, at the table's address. */
TEST(a_walk_that_faults)
{
    guest_make(&guest);
    make_table();
    guest_words(&guest, GUEST_TABLE)[1] = 0x300000000 | 3;
    guest_start(&guest, guest_translated, 0x40000000, 0);
    struct message fault = guest_fault(&guest, seL4_Fault_VMFault, 4);
    EXPECT_EQ(fault.words[seL4_VMFault_Addr] & ~0xfffUL, 0x300000000);
}

/* Finding the address must not touch the guest's PAR_EL1. */
TEST(par_is_the_guests)
{
    guest_make(&guest);
    guest_start(&guest, guest_par, GUEST_READ_ONLY, GUEST_DATA);
    struct message fault = guest_fault(&guest, seL4_Fault_VMFault, 4);
    seL4_UserContext next = {.pc = fault.words[seL4_VMFault_IP] + 4};
    EXPECT_OK(seL4_TCB_WriteRegisters(guest.tcb, false, 0, 1, &next));
    guest_retry(&guest);
    struct message call = guest_call(&guest, GUEST_END);
    EXPECT_EQ(call.words[3], call.words[4]);
    EXPECT_EQ(call.words[3] & 0xfffffffff000, GUEST_DATA);
}
