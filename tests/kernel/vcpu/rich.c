/* SPDX-License-Identifier: BSD-2-Clause */
/* Rich exits, an extension: messages that say more, answers that set more
 * (docs/kernel/extensions.md). Each exit is made twice: to a handler that waits (the short way),
 * and to one that comes later. */
#include "abi/sel4/syscalls.h"
#include "tests/kernel/vcpu/guest.h"

#define EC(esr)   ((esr) >> 26)
#define EC_HVC    0x16
#define EC_SMC    0x17
#define EC_SYSREG 0x18
#define DEVICE    0x9000000

static struct guest guest;

static seL4_Word address_of(const char *routine)
{
    return GUEST_RAM + (seL4_Word)(routine - guest_code);
}

static seL4_UserContext registers_of_guest(void)
{
    seL4_UserContext registers = {0};

    EXPECT_OK(seL4_TCB_ReadRegisters(guest.tcb, false, 0, seL4_UserContext_Length, &registers));
    return registers;
}

static void make_rich(void)
{
    guest_make(&guest);
    seL4_TCB_SetFlags_t result = seL4_TCB_SetFlags(guest.tcb, 0, TCB_FLAG_RICH_EXITS);
    EXPECT_OK(result.error);
    EXPECT_EQ(result.flags, TCB_FLAG_RICH_EXITS);
}

/* ---- a VMM of its own thread, which waits when the exit comes ---- */

static struct vmm {
    seL4_CPtr endpoint, reply, end;
    seL4_Word length, words[2]; /* of its answers: the first is added to the pc it is told */
    struct message first, seen;
    unsigned count;
} vmm;

static void serve(void *argument)
{
    struct vmm *self = argument;
    seL4_Word badge;
    seL4_MessageInfo_t info = seL4_Recv(self->endpoint, &badge, self->reply);

    for (;;) {
        self->seen.badge = badge;
        self->seen.label = seL4_MessageInfo_get_label(info);
        self->seen.length = seL4_MessageInfo_get_length(info);
        for (unsigned i = 0; i < 4; i++)
            self->seen.words[i] = seL4_GetMR((int)i);
        if (self->count++ == 0)
            self->first = self->seen;
        if (self->count == 2) { /* the call at the end of the guest's program */
            (void)seL4_Wait(self->end, NULL);
        }
        bool is_abort = self->seen.label == seL4_Fault_VMFault;
        seL4_SetMR(0, self->seen.words[is_abort ? seL4_VMFault_IP : RICH_VCPU_FAULT_IP] +
                          self->words[0]);
        seL4_SetMR(1, self->words[1]);
        info = seL4_ReplyRecv(self->endpoint, seL4_MessageInfo_new(0, 0, 0, self->length), &badge,
                              self->reply);
    }
}

static void run_with_vmm(const char *routine, seL4_Word x0, seL4_Word x1, seL4_Word value)
{
    make_rich();
    vmm = (struct vmm){.endpoint = guest.handler,
                       .reply = new_reply(),
                       .end = new_notification(),
                       .length = 2,
                       .words = {4, value}};
    (void)new_thread_with(
        &(struct alloc_thread_options){.entry = serve, .argument = &vmm, .priority = 60});
    settle();
    guest_start(&guest, routine, x0, x1);
    settle();
}

/* ---- what the messages hold ---- */

static struct message rich_abort(const char *routine, seL4_Word address, seL4_Word value)
{
    struct message fault = guest_fault(&guest, seL4_Fault_VMFault, seL4_VMFault_Length);

    EXPECT_EQ(fault.words[seL4_VMFault_IP], address_of(routine));
    EXPECT_EQ(fault.words[seL4_VMFault_Addr], address);
    EXPECT_EQ(fault.words[RICH_VM_FAULT_VALUE], value);
    EXPECT_EQ(EC(fault.words[seL4_VMFault_FSR]), 0x24);
    return fault;
}

static struct message rich_trap(seL4_Word class, seL4_Word pc, seL4_Word value, seL4_Word second)
{
    struct message fault = guest_fault(&guest, seL4_Fault_VCPUFault, RICH_VCPU_FAULT_LENGTH);

    EXPECT_EQ(EC(fault.words[seL4_VCPUFault_HSR]), class);
    EXPECT_EQ(fault.words[RICH_VCPU_FAULT_IP], pc);
    EXPECT_EQ(fault.words[RICH_VCPU_FAULT_VALUE], value);
    EXPECT_EQ(fault.words[RICH_VCPU_FAULT_SECOND], second);
    return fault;
}

static void answer(unsigned length, seL4_Word pc, seL4_Word value)
{
    seL4_SetMR(RICH_REPLY_IP, pc);
    seL4_SetMR(RICH_REPLY_VALUE, value);
    seL4_Send(guest.reply, seL4_MessageInfo_new(0, 0, 0, length));
}

static struct message end_of_guest(void)
{
    return guest_fault(&guest, seL4_Fault_VCPUFault, RICH_VCPU_FAULT_LENGTH);
}

TEST(rich_exits_are_off_until_asked_for)
{
    guest_make(&guest);
    EXPECT_EQ(seL4_TCB_SetFlags(guest.tcb, 0, 0).flags, 0);
    guest_start(&guest, guest_smc, 1, 2);
    guest_fault(&guest, seL4_Fault_VCPUFault, seL4_VCPUFault_Length);
    EXPECT_EQ(seL4_TCB_SetFlags(guest.tcb, 0, ~0UL).flags,
              TCB_FLAG_RICH_EXITS | seL4_TCBFlag_fpuDisabled);
    guest_start(&guest, guest_smc, 1, 2);
    rich_trap(EC_SMC, address_of(guest_smc), 1, 2);
    EXPECT_EQ(seL4_TCB_SetFlags(guest.tcb, TCB_FLAG_RICH_EXITS, 0).flags, seL4_TCBFlag_fpuDisabled);
    guest_start(&guest, guest_smc, 1, 2);
    guest_fault(&guest, seL4_Fault_VCPUFault, seL4_VCPUFault_Length);
}

/* Without a vCPU the flag means nothing. */
TEST(rich_exits_are_for_guests_alone)
{
    seL4_CPtr endpoint = new_endpoint();
    seL4_CPtr reply = new_reply();
    struct alloc_thread_options options = {.entry = (rt_thread_entry *)(uintptr_t)native_load,
                                           .argument = (void *)DEVICE,
                                           .priority = 50,
                                           .fault_ep = endpoint};
    struct alloc_thread *thread = new_thread_with(&options);

    EXPECT_EQ(seL4_TCB_SetFlags(thread->tcb, 0, TCB_FLAG_RICH_EXITS).flags, TCB_FLAG_RICH_EXITS);
    struct message fault = fault_take(endpoint, reply, seL4_Fault_VMFault, seL4_VMFault_Length);
    /* An instruction fetch or a load, as it may be: told as ever. */
    EXPECT_EQ(fault.words[seL4_VMFault_PrefetchFault] <= 1, true);
}

TEST(a_load_is_answered_with_its_value)
{
    make_rich();
    guest_start(&guest, guest_load, DEVICE, 0);
    struct message fault = rich_abort(guest_load, DEVICE, 0);
    answer(2, fault.words[seL4_VMFault_IP] + 4, 0x1122334455667788);
    (void)end_of_guest();
    EXPECT_EQ(registers_of_guest().x2, 0x1122334455667788);
}

TEST(a_store_tells_its_value_and_takes_none)
{
    make_rich();
    guest_start(&guest, guest_store, DEVICE, 0x77);
    struct message fault = rich_abort(guest_store, DEVICE, 0x77);
    answer(2, fault.words[seL4_VMFault_IP] + 4, 0x99);
    struct message end = end_of_guest();
    EXPECT_EQ(end.words[RICH_VCPU_FAULT_VALUE], DEVICE);
    EXPECT_EQ(end.words[RICH_VCPU_FAULT_SECOND], 0x77);
}

TEST(an_empty_answer_repeats_and_one_word_moves_on)
{
    make_rich();
    guest_start(&guest, guest_load, DEVICE, 0);
    rich_abort(guest_load, DEVICE, 0);
    answer(0, 0, 0);
    struct message fault = rich_abort(guest_load, DEVICE, 0);
    answer(1, fault.words[seL4_VMFault_IP] + 4, 0x55);
    (void)end_of_guest();
    EXPECT_EQ(registers_of_guest().x2, 0);
}

TEST(a_fetch_has_no_value)
{
    make_rich();
    guest_start(&guest, guest_jump, 0x300000010, 0);
    struct message fault = guest_fault(&guest, seL4_Fault_VMFault, seL4_VMFault_Length);
    EXPECT_EQ(fault.words[RICH_VM_FAULT_VALUE], 0);
    EXPECT_EQ(EC(fault.words[seL4_VMFault_FSR]), 0x20);
    answer(2, address_of(guest_smc), 0x44);
    rich_trap(EC_SMC, address_of(guest_smc), 0x300000010, 0);
}

TEST(an_smc_is_answered_in_x0)
{
    make_rich();
    guest_start(&guest, guest_smc, 0x84000000, 0x22);
    rich_trap(EC_SMC, address_of(guest_smc), 0x84000000, 0x22);
    answer(2, address_of(guest_smc) + 4, 0x10001);
    struct message end = end_of_guest();
    EXPECT_EQ(end.words[RICH_VCPU_FAULT_VALUE], 0x10001);
    EXPECT_EQ(end.words[RICH_VCPU_FAULT_SECOND], 0x22);
}

/* Whatever x7 holds: no system call is carried out, and none faults as one. */
TEST(an_hvc_is_an_exit)
{
    static const long numbers[] = {0,
                                   seL4_SysCall,
                                   seL4_SysReplyRecv,
                                   seL4_SysSend,
                                   seL4_SysYield,
                                   seL4_SysDebugHalt,
                                   seL4_SysDebugPutChar,
                                   -100};

    make_rich();
    for (unsigned i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        seL4_UserContext registers = {.pc = address_of(guest_hvc),
                                      .spsr = 0x3c5,
                                      .x0 = 0x31,
                                      .x1 = 0x32,
                                      .x7 = (seL4_Word)numbers[i]};
        EXPECT_OK(seL4_TCB_WriteRegisters(guest.tcb, true, 0, seL4_UserContext_Length, &registers));
        rich_trap(EC_HVC, address_of(guest_hvc), 0x31, 0x32);
    }
    answer(2, address_of(guest_hvc) + 4, 0x33);
    EXPECT_EQ(end_of_guest().words[RICH_VCPU_FAULT_VALUE], 0x33);
}

TEST(system_registers_tell_and_take_theirs)
{
    make_rich();
    guest_start(&guest, guest_physical_timer, 0x5a, 0); /* msr: x0 */
    rich_trap(EC_SYSREG, address_of(guest_physical_timer), 0x5a, 0);
    answer(2, address_of(guest_physical_timer) + 4, 0x1);
    EXPECT_EQ(end_of_guest().words[RICH_VCPU_FAULT_VALUE], 0x5a);
    guest_start(&guest, guest_pmu, 0, 0); /* mrs */
    struct message fault = guest_fault(&guest, seL4_Fault_VCPUFault, RICH_VCPU_FAULT_LENGTH);
    EXPECT_EQ(EC(fault.words[seL4_VCPUFault_HSR]), EC_SYSREG);
    EXPECT_EQ(fault.words[seL4_VCPUFault_HSR] & 1, 1);
    EXPECT_EQ(fault.words[seL4_VCPUFault_HSR] >> 5 & 31, 2);
    answer(2, fault.words[RICH_VCPU_FAULT_IP] + 4, 0x66);
    (void)end_of_guest();
    EXPECT_EQ(registers_of_guest().x2, 0x66);
}

/* The answer belongs to the exit: what the flag is by then does not matter, nor does an ordinary
 * exit take anything of an earlier one's. */
TEST(the_flag_counts_when_the_exit_is_made)
{
    make_rich();
    guest_start(&guest, guest_load, DEVICE, 0);
    struct message fault = rich_abort(guest_load, DEVICE, 0);
    EXPECT_EQ(seL4_TCB_SetFlags(guest.tcb, TCB_FLAG_RICH_EXITS, 0).flags, 0);
    answer(2, fault.words[seL4_VMFault_IP] + 4, 0x1234);
    struct message call = guest_call(&guest, GUEST_END);
    EXPECT_EQ(call.words[2], 0x1234);
    guest_start(&guest, guest_load, DEVICE, 0);
    fault = guest_fault(&guest, seL4_Fault_VMFault, seL4_VMFault_Length);
    EXPECT_EQ(fault.words[seL4_VMFault_PrefetchFault], 0);
    answer(2, fault.words[seL4_VMFault_IP] + 4, 0x1234);
    /* Ordinary: the load is done again. */
    fault = guest_fault(&guest, seL4_Fault_VMFault, seL4_VMFault_Length);
    EXPECT_EQ(fault.words[seL4_VMFault_IP], address_of(guest_load));
}

/* ---- the same by the short way ---- */

TEST(short_way_load)
{
    run_with_vmm(guest_load, DEVICE, 0, 0xabcdef);
    EXPECT_EQ(vmm.count, 2);
    EXPECT_EQ(vmm.first.label, seL4_Fault_VMFault);
    EXPECT_EQ(vmm.first.words[seL4_VMFault_Addr], DEVICE);
    EXPECT_EQ(vmm.first.badge, 0x99);
    EXPECT_EQ(registers_of_guest().x2, 0xabcdef);
}

TEST(short_way_store)
{
    run_with_vmm(guest_store, DEVICE, 0x77, 0xabcdef);
    EXPECT_EQ(vmm.count, 2);
    EXPECT_EQ(vmm.first.words[RICH_VM_FAULT_VALUE], 0x77);
    EXPECT_EQ(registers_of_guest().x1, 0x77);
}

TEST(short_way_calls)
{
    run_with_vmm(guest_smc, 0x84000000, 0x22, 0x10001);
    EXPECT_EQ(vmm.count, 2);
    EXPECT_EQ(vmm.first.label, seL4_Fault_VCPUFault);
    EXPECT_EQ(vmm.first.length, RICH_VCPU_FAULT_LENGTH);
    EXPECT_EQ(EC(vmm.first.words[seL4_VCPUFault_HSR]), EC_SMC);
    EXPECT_EQ(vmm.first.words[RICH_VCPU_FAULT_VALUE], 0x84000000);
    EXPECT_EQ(vmm.first.words[RICH_VCPU_FAULT_SECOND], 0x22);
    EXPECT_EQ(EC(vmm.seen.words[seL4_VCPUFault_HSR]), EC_HVC);
    EXPECT_EQ(vmm.seen.words[RICH_VCPU_FAULT_IP], address_of(guest_smc) + 8);
    EXPECT_EQ(vmm.seen.words[RICH_VCPU_FAULT_VALUE], 0x10001);
}

TEST(short_way_of_a_system_register)
{
    run_with_vmm(guest_pmu, 0, 0, 0x4321);
    EXPECT_EQ(vmm.count, 2);
    EXPECT_EQ(EC(vmm.first.words[seL4_VCPUFault_HSR]), EC_SYSREG);
    EXPECT_EQ(registers_of_guest().x2, 0x4321);
}
