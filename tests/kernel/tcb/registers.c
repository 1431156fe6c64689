/* SPDX-License-Identifier: BSD-2-Clause */
/* ReadRegisters, WriteRegisters, CopyRegisters, SetTLSBase: order, counts, and what is refused. */
#include "tests/kernel/harness/code.h"

#define COUNT      seL4_UserContext_Length
/* What a native thread's SPSR is whatever was asked for, apart from the condition flags. */
#define SPSR_FIXED (BUILD_DEBUG ? 0x40UL : 0x140UL)

static seL4_UserContext pattern(void)
{
    seL4_UserContext registers;
    seL4_Word *words = (seL4_Word *)&registers;

    for (unsigned i = 0; i < COUNT; i++)
        words[i] = 0x1111000000000000 + i;
    registers.spsr = 0x30000000;
    return registers;
}

static void expect_registers(const struct alloc_thread *thread, const seL4_UserContext *wanted,
                             unsigned from, unsigned to)
{
    seL4_UserContext actual = {0};

    EXPECT_OK(seL4_TCB_ReadRegisters(thread->tcb, false, 0, COUNT, &actual));
    for (unsigned i = from; i < to; i++) {
        seL4_Word word = ((const seL4_Word *)wanted)[i];

        if (i == 2)
            word = (word & 0xf0000000) | SPSR_FIXED;
        EXPECT_EQ(((seL4_Word *)&actual)[i], word);
    }
}

TEST(what_is_written_is_read)
{
    struct alloc_thread *thread = new_bare_thread(10, 0);
    seL4_UserContext registers = pattern();

    EXPECT_OK(seL4_TCB_WriteRegisters(thread->tcb, false, 0, COUNT, &registers));
    expect_registers(thread, &registers, 0, COUNT);
}

/* Each word of the context is the register the interface says: run code that shows it. */
extern const char code_store_all[];

TEST(words_are_the_registers_they_are_called)
{
    seL4_CPtr handler = new_endpoint();
    struct alloc_thread *thread = new_bare_thread(10, handler);
    struct alloc_area *memory = new_memory(4096);
    const volatile seL4_Word *stored = (const volatile seL4_Word *)memory->vaddr;
    seL4_UserContext registers = pattern();
    static const uint8_t order[] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  16, 17, 18, 29, 30, 9, 10,
                                    11, 12, 13, 14, 15, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28};

    registers.pc = (seL4_Word)code_store_all;
    registers.sp = memory->vaddr;
    EXPECT_OK(seL4_TCB_WriteRegisters(thread->tcb, true, 0, COUNT, &registers));
    fault_take(handler, new_reply(), seL4_Fault_VCPUFault, 1);
    for (unsigned i = 0; i < sizeof(order); i++)
        EXPECT_EQ(stored[order[i]], 0x1111000000000000 + 3 + i);
    EXPECT_EQ(stored[31], 0x1111000000000000 + 34);
    EXPECT_EQ(stored[32], 0x1111000000000000 + 35);
}

TEST(only_as_many_as_asked_for)
{
    struct alloc_thread *thread = new_bare_thread(10, 0);
    seL4_UserContext registers = pattern(), none = {0}, mixed;

    EXPECT_OK(seL4_TCB_WriteRegisters(thread->tcb, false, 0, COUNT, &registers));
    EXPECT_OK(seL4_TCB_WriteRegisters(thread->tcb, false, 0, 20, &none));
    mixed = registers;
    memset(&mixed, 0, 20 * sizeof(seL4_Word));
    expect_registers(thread, &mixed, 0, COUNT);
    struct answer answer = call_raw(thread->tcb, TCBReadRegisters, 0, 2, (const seL4_Word[]){0, 7});
    EXPECT_EQ(answer.label, 0);
    EXPECT_EQ(answer.length, 7);
    EXPECT_EQ(seL4_GetMR(6), 0);
}

TEST(counts)
{
    struct alloc_thread *thread = new_bare_thread(10, 0);
    seL4_UserContext registers = pattern();
    seL4_Word words[60] = {0, 40};

    EXPECT_ERROR(sel4_invoke2(thread->tcb, TCBReadRegisters, 0, 0), seL4_RangeError, 1, COUNT);
    EXPECT_ERROR(sel4_invoke2(thread->tcb, TCBReadRegisters, 0, 37), seL4_RangeError, 1, COUNT);
    EXPECT_EQ(call_raw(thread->tcb, TCBReadRegisters, 0, 1, words).label, seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(thread->tcb, TCBWriteRegisters, 0, 1, words).label, seL4_TruncatedMessage);
    /* Said to be 40, but the message holds 39: refused. All 40 there: 36 are used. */
    EXPECT_EQ(call_raw(thread->tcb, TCBWriteRegisters, 0, 41, words).label, seL4_TruncatedMessage);
    for (unsigned i = 0; i < 40; i++)
        words[2 + i] = i;
    EXPECT_EQ(call_raw(thread->tcb, TCBWriteRegisters, 0, 42, words).label, seL4_NoError);
    EXPECT_OK(seL4_TCB_ReadRegisters(thread->tcb, false, 0, COUNT, &registers));
    EXPECT_EQ(registers.tpidrro_el0, 35);
    words[1] = ~0UL;
    EXPECT_EQ(call_raw(thread->tcb, TCBWriteRegisters, 0, 42, words).label, seL4_TruncatedMessage);
}

TEST(not_of_the_caller_itself)
{
    seL4_UserContext registers = {0};

    EXPECT_ERROR(seL4_TCB_ReadRegisters(SELF, false, 0, COUNT, &registers), seL4_IllegalOperation);
    EXPECT_ERROR(seL4_TCB_WriteRegisters(SELF, false, 0, COUNT, &registers), seL4_IllegalOperation);
}

/* Nothing but the flags may be chosen: no interrupts masked, no EL1 or EL2, no AArch32. */
TEST(spsr_is_sanitised)
{
    struct alloc_thread *thread = new_bare_thread(10, 0);
    static const seL4_Word asked[] = {0,    ~0UL, 0x3c5, 0x3c9, 0x10,  0xf00003cd,
                                      0x1f, 5,    4,     8,     0x1f0, 1UL << 20};
    seL4_UserContext registers = {0};

    for (unsigned i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
        registers.spsr = asked[i];
        EXPECT_OK(seL4_TCB_WriteRegisters(thread->tcb, false, 0, 3, &registers));
        EXPECT_OK(seL4_TCB_ReadRegisters(thread->tcb, false, 0, 3, &registers));
        EXPECT_EQ(registers.spsr, (asked[i] & 0xf0000000) | SPSR_FIXED);
    }
}

TEST(copy_registers)
{
    struct alloc_thread *from = new_bare_thread(10, 0), *to = new_bare_thread(10, 0);
    seL4_UserContext registers = pattern(), zero = {0};
    const unsigned frame = seL4_UserContext_FrameLength;

    EXPECT_OK(seL4_TCB_WriteRegisters(from->tcb, false, 0, COUNT, &registers));
    EXPECT_OK(seL4_TCB_WriteRegisters(to->tcb, false, 0, COUNT, &zero));
    EXPECT_OK(seL4_TCB_CopyRegisters(to->tcb, from->tcb, false, false, false, false, 0));
    expect_registers(to, &zero, 0, COUNT);
    EXPECT_OK(seL4_TCB_CopyRegisters(to->tcb, from->tcb, false, false, true, false, 0));
    expect_registers(to, &registers, 0, frame);
    expect_registers(to, &zero, frame, COUNT);
    EXPECT_OK(seL4_TCB_WriteRegisters(to->tcb, false, 0, COUNT, &zero));
    EXPECT_OK(seL4_TCB_CopyRegisters(to->tcb, from->tcb, false, false, false, true, 0));
    expect_registers(to, &zero, 0, frame);
    expect_registers(to, &registers, frame, 34);
    EXPECT_ERROR(seL4_TCB_CopyRegisters(to->tcb, new_endpoint(), false, false, true, true, 0),
                 seL4_InvalidCapability, 1);
    EXPECT_EQ(call_raw(to->tcb, TCBCopyRegisters, 0, 1, (const seL4_Word[]){0}).label,
              seL4_TruncatedMessage);
}

TEST(copy_registers_resumes_and_suspends)
{
    seL4_CPtr handler = new_endpoint(), reply = new_reply();
    struct alloc_thread *from = new_bare_thread(10, handler), *to = new_bare_thread(10, handler);
    seL4_UserContext registers = {.pc = (seL4_Word)code_brk};

    EXPECT_OK(seL4_TCB_WriteRegisters(from->tcb, false, 0, COUNT, &registers));
    EXPECT_OK(seL4_TCB_CopyRegisters(to->tcb, from->tcb, true, true, true, true, 0));
    struct message fault = fault_take(handler, reply, seL4_Fault_VCPUFault, 1);
    EXPECT_EQ(fault.words[0], ESR_BRK(7));
    EXPECT(!message_take(handler, reply).came);
}

/* A thread that spins is stopped between two instructions, and goes on there. */
TEST(suspend_while_running)
{
    struct alloc_thread *thread = new_bare_thread(255, 0);

    bare_start(thread, code_spin, 0, 0);
    seL4_Yield();
    seL4_UserContext first = thread_registers(thread);
    EXPECT(first.x2 > 0);
    EXPECT_EQ(first.pc & ~4UL, (seL4_Word)code_spin & ~4UL);
    EXPECT_OK(seL4_TCB_Resume(thread->tcb));
    seL4_Yield();
    EXPECT(thread_registers(thread).x2 > first.x2);
}

TEST(tls_base)
{
    struct alloc_thread *thread = new_bare_thread(10, 0);
    seL4_UserContext registers;
    seL4_Word own, again;

    EXPECT_OK(seL4_TCB_SetTLSBase(thread->tcb, 0x123456789abcdef0));
    EXPECT_OK(seL4_TCB_ReadRegisters(thread->tcb, false, 0, COUNT, &registers));
    EXPECT_EQ(registers.tpidr_el0, 0x123456789abcdef0);
    EXPECT_EQ(call_raw(thread->tcb, TCBSetTLSBase, 0, 0, NULL).label, seL4_TruncatedMessage);
    /* One's own, at once: the IPC buffer is found through it, so nothing between may need it. */
    __asm__ volatile("mrs %0, tpidr_el0" : "=r"(own));
    register seL4_Word x0 __asm__("x0") = SELF;
    register seL4_Word x1 __asm__("x1") = (seL4_Word)TCBSetTLSBase << 12 | 1;
    register seL4_Word x2 __asm__("x2") = 0xabc0;
    register seL4_Word x7 __asm__("x7") = (seL4_Word)seL4_SysCall;
    __asm__ volatile("svc #0\n"
                     "mrs %0, tpidr_el0\n"
                     "msr tpidr_el0, %1"
                     : "=&r"(again), "+r"(own), "+r"(x0), "+r"(x1), "+r"(x2)
                     : "r"(x7)
                     : "x3", "x4", "x5", "memory");
    EXPECT_EQ(x1, 0);
    EXPECT_EQ(again, 0xabc0);
}

/* Thread ids are written by the thread itself, without the kernel knowing. */
TEST(copying_ones_own_thread_ids)
{
    struct alloc_thread *to = new_bare_thread(10, 0);
    seL4_UserContext before, registers;
    seL4_Word own, kept;

    EXPECT_OK(seL4_TCB_CopyRegisters(to->tcb, SELF, false, false, false, true, 0));
    EXPECT_OK(seL4_TCB_ReadRegisters(to->tcb, false, 0, COUNT, &before));
    /* The stub finds the IPC buffer through the id: changed around a call that needs none. */
    seL4_SetCap(0, SELF);
    register seL4_Word x0 __asm__("x0") = to->tcb;
    register seL4_Word x1 __asm__("x1") = (seL4_Word)TCBCopyRegisters << 12 | 1 << 7 | 1;
    register seL4_Word x2 __asm__("x2") = 8;
    register seL4_Word x7 __asm__("x7") = (seL4_Word)seL4_SysCall;
    own = 0x77aa77aa;
    __asm__ volatile("mrs %0, tpidr_el0\n"
                     "msr tpidr_el0, %1\n"
                     "svc #0\n"
                     "msr tpidr_el0, %0"
                     : "=&r"(kept), "+r"(own), "+r"(x0), "+r"(x1), "+r"(x2)
                     : "r"(x7)
                     : "x3", "x4", "x5", "memory");
    EXPECT_EQ(x1, 0);
    EXPECT_OK(seL4_TCB_ReadRegisters(to->tcb, false, 0, COUNT, &registers));
    EXPECT_EQ(before.tpidr_el0, kept);
    EXPECT_EQ(registers.tpidr_el0, 0x77aa77aa);
}

/* What a thread finds that nobody gave registers: zeros, and a state it may have. */
TEST(a_new_thread_has_nothing_of_others)
{
    seL4_CPtr tcb = new_object(seL4_TCBObject, 0);
    seL4_UserContext registers;

    memset(&registers, 0x55, sizeof(registers));
    EXPECT_OK(seL4_TCB_ReadRegisters(tcb, false, 0, COUNT, &registers));
    for (unsigned i = 0; i < COUNT; i++)
        EXPECT_EQ(((const seL4_Word *)&registers)[i], i == 2 ? SPSR_FIXED : 0);
}

extern const char code_fill_fp[], code_sum_fp[];

static struct alloc_thread *run_fp(const char *code, seL4_CPtr handler)
{
    struct alloc_thread *thread = new_bare_thread(10, handler);

    bare_start(thread, code, 0, 0);
    fault_take(handler, new_reply(), seL4_Fault_VCPUFault, 1);
    return thread;
}

/* The first use of floating point shows zeros, whoever used it before. */
TEST(new_floating_point_registers_are_zero)
{
    seL4_CPtr handler = new_endpoint();

    EXPECT(thread_registers(run_fp(code_fill_fp, handler)).x2 != 0);
    seL4_UserContext registers = thread_registers(run_fp(code_sum_fp, handler));
    EXPECT_EQ(registers.x2, 0);
    EXPECT_EQ(registers.x3, 0);
    EXPECT_EQ(registers.x4, 0);
}
