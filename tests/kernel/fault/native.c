/* SPDX-License-Identifier: BSD-2-Clause */
/* Faults of native threads: what each message holds, and what its answer does. */
#include "tests/kernel/harness/code.h"

#define COUNT                  seL4_UserContext_Length
#define SPSR_FIXED             (BUILD_DEBUG ? 0x40UL : 0x140UL)

/* ESR_EL2: exception classes and fault status codes (Arm ARM D13.2.37). */
#define EC(esr)                ((esr) >> 26)
#define EC_INST_ABORT          0x20
#define EC_DATA_ABORT          0x24
#define EC_FP                  0x07
#define EC_WFX                 0x01
#define EC_SYSREG              0x18
#define ISS_WRITE(esr)         (((esr) >> 6) & 1)
#define ISS_VALID(esr)         (((esr) >> 24) & 1)
#define FSC(esr)               ((esr) & 0x3f)
#define FSC_TRANSLATION(level) (4 | (level))
#define FSC_PERMISSION(level)  (0xc | (level))

static seL4_CPtr handler, reply;
static struct alloc_thread *thread;

static void set_up(void)
{
    handler = new_endpoint();
    reply = new_reply();
    thread = new_bare_thread(50, new_badged(handler, seL4_AllRights, 0xfa));
}

static void answer(seL4_Word label, seL4_Word length)
{
    seL4_Send(reply, seL4_MessageInfo_new(label, 0, 0, length));
}

/* The thread came to the final brk of its code. */
static void expect_end(void)
{
    struct message fault = fault_take(handler, reply, seL4_Fault_VCPUFault, 1);

    EXPECT_EQ(fault.words[0], ESR_BRK(CODE_END));
}

static struct message vm_fault(seL4_Word address, seL4_Word prefetch, seL4_Word pc)
{
    struct message fault = fault_take(handler, reply, seL4_Fault_VMFault, 4);

    EXPECT_EQ(fault.badge, 0xfa);
    EXPECT_EQ(fault.words[seL4_VMFault_IP], pc);
    EXPECT_EQ(fault.words[seL4_VMFault_Addr], address);
    EXPECT_EQ(fault.words[seL4_VMFault_PrefetchFault], prefetch);
    return fault;
}

TEST(read_of_nothing)
{
    uintptr_t address = new_addresses(4096, 4096) + 0x7f8;

    set_up();
    bare_start(thread, code_load, address, 0);
    struct message fault = vm_fault(address, 0, (seL4_Word)code_load);
    EXPECT_EQ(EC(fault.words[seL4_VMFault_FSR]), EC_DATA_ABORT);
    EXPECT_EQ(ISS_WRITE(fault.words[seL4_VMFault_FSR]), 0);
    EXPECT_EQ(ISS_VALID(fault.words[seL4_VMFault_FSR]), 1);
    EXPECT_EQ(FSC(fault.words[seL4_VMFault_FSR]), FSC_TRANSLATION(3));
    /* Answered without remedy, it faults again; whatever the answer says. */
    answer(99, 4);
    vm_fault(address, 0, (seL4_Word)code_load);
}

TEST(write_of_nothing)
{
    set_up();
    bare_start(thread, code_store, 0x8000000000, 0);
    struct message fault = vm_fault(0x8000000000, 0, (seL4_Word)code_store);
    EXPECT_EQ(ISS_WRITE(fault.words[seL4_VMFault_FSR]), 1);
    EXPECT_EQ(FSC(fault.words[seL4_VMFault_FSR]), FSC_TRANSLATION(1));
}

TEST(addresses_beyond_the_space)
{
    static const seL4_Word addresses[] = {1UL << 40, 0xfffffffffffffff0, 1UL << 47, 1UL << 44};

    set_up();
    for (unsigned i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
        bare_start(thread, code_load, addresses[i], 0);
        vm_fault(addresses[i], 0, (seL4_Word)code_load);
    }
}

/* The handler mends it; the instruction runs again. */
TEST(mended_and_restarted)
{
    uintptr_t address = new_addresses(4096, 4096);
    seL4_CPtr frame = new_object(seL4_ARM_SmallPageObject, 0);

    set_up();
    bare_start(thread, code_store, address + 16, 0x4711);
    vm_fault(address + 16, 0, (seL4_Word)code_store);
    EXPECT_OK(seL4_ARM_Page_Map(frame, seL4_CapInitThreadVSpace, address, seL4_ReadWrite, 3));
    answer(0, 0);
    expect_end();
    EXPECT_EQ(((volatile seL4_Word *)address)[2], 0x4711);
}

TEST(write_to_read_only)
{
    uintptr_t address = new_addresses(4096, 4096);
    seL4_CPtr frame = new_object(seL4_ARM_SmallPageObject, 0);

    set_up();
    EXPECT_OK(seL4_ARM_Page_Map(frame, seL4_CapInitThreadVSpace, address, seL4_CanRead, 3));
    bare_start(thread, code_load, address, 0);
    expect_end();
    bare_start(thread, code_store, address, 0);
    struct message fault = vm_fault(address, 0, (seL4_Word)code_store);
    EXPECT_EQ(FSC(fault.words[seL4_VMFault_FSR]), FSC_PERMISSION(3));
    EXPECT_EQ(ISS_WRITE(fault.words[seL4_VMFault_FSR]), 1);
    /* More rights, same place: the store goes through. */
    EXPECT_OK(seL4_ARM_Page_Map(frame, seL4_CapInitThreadVSpace, address, seL4_ReadWrite, 3));
    answer(0, 0);
    expect_end();
}

TEST(jump_to_nothing_and_to_what_is_not_executable)
{
    uintptr_t address = new_addresses(4096, 4096);
    seL4_CPtr frame = new_object(seL4_ARM_SmallPageObject, 0);

    set_up();
    bare_start(thread, code_jump, address + 8, 0);
    struct message fault = vm_fault(address + 8, 1, address + 8);
    EXPECT_EQ(EC(fault.words[seL4_VMFault_FSR]), EC_INST_ABORT);
    EXPECT_OK(seL4_ARM_Page_Map(frame, seL4_CapInitThreadVSpace, address, seL4_ReadWrite,
                                seL4_ARM_Default_VMAttributes | seL4_ARM_ExecuteNever));
    answer(0, 0);
    fault = vm_fault(address + 8, 1, address + 8);
    EXPECT_EQ(FSC(fault.words[seL4_VMFault_FSR]), FSC_PERMISSION(3));
    /* Executable: zeros are no instructions. */
    EXPECT_OK(seL4_ARM_Page_Map(frame, seL4_CapInitThreadVSpace, address, seL4_ReadWrite, 3));
    answer(0, 0);
    fault = fault_take(handler, reply, seL4_Fault_UserException, 5);
    EXPECT_EQ(fault.words[seL4_UserException_FaultIP], address + 8);
}

/* ---- unknown system calls ---- */

static void start_svc(seL4_Word number)
{
    seL4_UserContext registers = {.pc = (seL4_Word)code_svc, .sp = 0x5000, .spsr = 0x60000000};
    seL4_Word *words = (seL4_Word *)&registers;

    for (unsigned i = 3; i < COUNT; i++)
        words[i] = 0x2222000000000000 + i;
    registers.x7 = number;
    REQUIRE_OK(seL4_TCB_WriteRegisters(thread->tcb, true, 0, COUNT, &registers));
}

static struct message unknown_syscall(seL4_Word number)
{
    struct message fault = fault_take(handler, reply, seL4_Fault_UnknownSyscall, 13);

    for (unsigned i = 0; i < 7; i++)
        EXPECT_EQ(fault.words[i], 0x2222000000000003 + i);
    EXPECT_EQ(fault.words[seL4_UnknownSyscall_X7], number);
    EXPECT_EQ(fault.words[seL4_UnknownSyscall_FaultIP], (seL4_Word)code_svc);
    EXPECT_EQ(fault.words[seL4_UnknownSyscall_SP], 0x5000);
    EXPECT_EQ(fault.words[seL4_UnknownSyscall_LR], (seL4_Word)code_svc_end);
    EXPECT_EQ(fault.words[seL4_UnknownSyscall_SPSR], 0x60000000 | SPSR_FIXED);
    EXPECT_EQ(fault.words[seL4_UnknownSyscall_Syscall], number);
    return fault;
}

TEST(unknown_syscalls)
{
    static const seL4_Word numbers[] = {0,
                                        1,
                                        64,
                                        0x7fffffffffffffff,
                                        (seL4_Word)-33,
                                        (seL4_Word)-30,
                                        (seL4_Word)-100,
                                        1UL << 63,
                                        /* -1 as 32 bits */ 0xffffffff,
                                        (seL4_Word)-20};

    set_up();
    for (unsigned i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        start_svc(numbers[i]);
        unknown_syscall(numbers[i]);
    }
}

TEST(debug_calls_are_unknown_to_release_builds)
{
    static const seL4_Word numbers[] = {
        (seL4_Word)seL4_SysDebugPutChar, (seL4_Word)seL4_SysDebugHalt,
        (seL4_Word)seL4_SysDebugCapIdentify, (seL4_Word)seL4_SysDebugNameThread,
        (seL4_Word)seL4_SysBenchmarkNullSyscall};

    set_up();
    for (unsigned i = 0; !BUILD_DEBUG && i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        start_svc(numbers[i]);
        unknown_syscall(numbers[i]);
    }
}

/* Answered with nothing: the call is made again, with what is in the registers. */
TEST(unknown_syscall_answered_empty)
{
    set_up();
    start_svc(5);
    unknown_syscall(5);
    answer(0, 0);
    unknown_syscall(5);
}

TEST(unknown_syscall_answered_with_registers)
{
    seL4_UserContext registers;

    set_up();
    start_svc(5);
    unknown_syscall(5);
    for (unsigned i = 0; i < 12; i++)
        seL4_SetMR((int)i, 0x7700 + i);
    seL4_SetMR(seL4_UnknownSyscall_FaultIP, (seL4_Word)code_svc_end);
    seL4_SetMR(seL4_UnknownSyscall_SPSR, 0x90000005);
    answer(0, 12);
    expect_end();
    registers = thread_registers(thread);
    EXPECT_EQ(registers.pc, (seL4_Word)code_svc_end);
    EXPECT_EQ(registers.x0, 0x7700);
    EXPECT_EQ(registers.x7, 0x7707);
    EXPECT_EQ(registers.sp, 0x7700 + seL4_UnknownSyscall_SP);
    EXPECT_EQ(registers.spsr, 0x90000000 | SPSR_FIXED);
    EXPECT_EQ(registers.x8, 0x2222000000000000 + 11);
}

TEST(unknown_syscall_answered_not_to_restart)
{
    set_up();
    start_svc(5);
    unknown_syscall(5);
    seL4_SetMR(0, 0x99);
    answer(1, 1);
    EXPECT(!message_take(handler, reply).came);
    seL4_UserContext registers = thread_registers(thread);
    EXPECT_EQ(registers.x0, 0x99);
    EXPECT_EQ(registers.pc, (seL4_Word)code_svc);
}

/* ---- instructions that are not for users ---- */

TEST(undefined_instruction)
{
    set_up();
    bare_start(thread, code_undefined, 0, 0);
    struct message fault = fault_take(handler, reply, seL4_Fault_UserException, 5);
    EXPECT_EQ(fault.words[seL4_UserException_FaultIP], (seL4_Word)code_undefined);
    EXPECT_EQ(fault.words[seL4_UserException_SP], thread->stack.vaddr + thread->stack.size - 1024);
    EXPECT_EQ(fault.words[seL4_UserException_SPSR], SPSR_FIXED);
    EXPECT_EQ(fault.words[seL4_UserException_Number], 0x02000000);
    EXPECT_EQ(fault.words[seL4_UserException_Code], 0);
    seL4_SetMR(seL4_UserException_FaultIP, (seL4_Word)code_undefined + 4);
    seL4_SetMR(seL4_UserException_SP, 0x6000);
    seL4_SetMR(seL4_UserException_SPSR, 0xf0000009);
    answer(0, 3);
    expect_end();
    seL4_UserContext registers = thread_registers(thread);
    EXPECT_EQ(registers.sp, 0x6000);
    EXPECT_EQ(registers.spsr, 0xf0000000 | SPSR_FIXED);
}

TEST(undefined_instruction_not_restarted)
{
    set_up();
    bare_start(thread, code_undefined, 0, 0);
    fault_take(handler, reply, seL4_Fault_UserException, 5);
    answer(1, 0);
    EXPECT(!message_take(handler, reply).came);
}

static seL4_Word vcpu_fault_of(const char *code)
{
    set_up();
    bare_start(thread, code, 0, 0);
    struct message fault = fault_take(handler, reply, seL4_Fault_VCPUFault, 1);
    EXPECT_EQ(thread_registers(thread).pc, (seL4_Word)code);
    return fault.words[0];
}

TEST(native_vcpu_faults)
{
    EXPECT_EQ(vcpu_fault_of(code_brk), ESR_BRK(7));
    EXPECT_EQ(EC(vcpu_fault_of(code_wfi)), EC_WFX);
}

/* EL1's registers are no business of EL0: undefined, or trapped. */
TEST(system_registers)
{
    set_up();
    bare_start(thread, code_sysreg, 0, 0);
    struct message fault = message_take(handler, reply);
    EXPECT(fault.label == seL4_Fault_UserException || fault.label == seL4_Fault_VCPUFault);
    EXPECT_EQ(thread_registers(thread).x2, 0);
}

TEST(vcpu_faults_restart_at_the_same_place)
{
    set_up();
    bare_start(thread, code_brk, 0, 0);
    fault_take(handler, reply, seL4_Fault_VCPUFault, 1);
    answer(7, 3);
    struct message fault = fault_take(handler, reply, seL4_Fault_VCPUFault, 1);
    EXPECT_EQ(fault.words[0], ESR_BRK(7));
}

/* ---- the FPU ---- */

TEST(floating_point_works_until_it_is_forbidden)
{
    set_up();
    bare_start(thread, code_fp, 0, 0x1234567890);
    expect_end();
    EXPECT_EQ(thread_registers(thread).x2, 0x1234567890);
    EXPECT_EQ(seL4_TCB_SetFlags(thread->tcb, 0, seL4_TCBFlag_fpuDisabled).flags, 1);
    bare_start(thread, code_fp, 0, 5);
    struct message fault = fault_take(handler, reply, seL4_Fault_VCPUFault, 1);
    EXPECT_EQ(EC(fault.words[0]), EC_FP);
    EXPECT_EQ(seL4_TCB_SetFlags(thread->tcb, seL4_TCBFlag_fpuDisabled, 0).flags, 0);
    answer(0, 0);
    expect_end();
    EXPECT_EQ(thread_registers(thread).x2, 5);
}
