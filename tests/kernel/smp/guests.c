/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Guests on several cores: the vCPUs of one guest side by side, and vCPUs that move with all they
 * have: registers, FP, interrupts, timers. The case, on core 0, is their VMM.
 */
#include "tests/kernel/vcpu/guest.h"

#define LIMIT_US 10000000
#define VTIMER   27
#define LIST     1
#define ENABLED  (VTIMER | (seL4_Word)LIST << VTIMER_LIST_SHIFT | VTIMER_ENABLED)

static struct guest guests[2];

/* Lets the other cores run. */
static void pass(uint64_t us)
{
    for (uint64_t end = test_now() + us; test_now() < end;)
        test_pause();
}

static unsigned core_count(void)
{
    return (unsigned)seL4_GetBootInfo()->numNodes;
}

static void move(const struct guest *guest, seL4_Word core)
{
    EXPECT_OK(seL4_SchedControl_ConfigureFlags(seL4_GetBootInfo()->schedcontrol.start + core,
                                               guest->thread->sched_context, 10000, 10000, 0, 0,
                                               0));
}

/* The next message, which another core sends when it will. */
static struct message await(struct guest *guest)
{
    uint64_t limit = test_now() + LIMIT_US;
    struct message message;

    do {
        test_pause();
        message = message_take(guest->handler, guest->reply);
    } while (!message.came && test_now() < limit);
    EXPECT(message.came);
    return message;
}

static struct message await_call(struct guest *guest, seL4_Word number)
{
    struct message message = await(guest);

    EXPECT_EQ(message.label, seL4_Fault_UnknownSyscall);
    EXPECT_EQ(message.words[seL4_UnknownSyscall_Syscall], number);
    return message;
}

static void await_fault(struct guest *guest, seL4_Word label, seL4_Word word)
{
    struct message message = await(guest);

    EXPECT_EQ(message.label, label);
    EXPECT_EQ(message.words[0], word);
}

/* A second processor for the guest: thread and vCPU of its own, memory and the rest the first's. */
static void make_second(struct guest *second, const struct guest *one)
{
    seL4_CPtr node = new_object(seL4_CapTableObject, 1);

    *second = *one;
    second->handler = new_endpoint();
    second->reply = new_reply();
    second->thread = new_bare_thread(50, 0);
    second->tcb = second->thread->tcb;
    second->vcpu = new_object(seL4_ARM_VCPUObject, 0);
    REQUIRE_OK(seL4_TCB_SetSpace(second->tcb, second->handler, node, 0, one->space->root, 0));
    REQUIRE_OK(seL4_TCB_SetIPCBuffer(second->tcb, 0, 0));
    REQUIRE_OK(seL4_ARM_VCPU_SetTCB(second->vcpu, second->tcb));
}

static void start_interrupts(struct guest *guest, bool tells_before_end)
{
    guest_start(guest, guest_interrupts, tells_before_end, 0);
    struct message ready = await_call(guest, GUEST_READY);
    guest_return(guest, &ready);
}

/* What the VMM does with one core's interrupt for another. */
static void interrupt(struct guest *guest, seL4_Uint16 virq)
{
    EXPECT_OK(seL4_ARM_VCPU_InjectIRQ(guest->vcpu, virq, 0, 0, 0));
    await_fault(guest, seL4_Fault_VGICMaintenance, 0);
    guest_retry(guest);
    struct message taken = await_call(guest, GUEST_IRQ);
    EXPECT_EQ(taken.words[0], virq);
    guest_return(guest, &taken);
}

TEST(two_processors_of_one_guest_interrupt_each_other)
{
    guest_make(&guests[0]);
    guest_map_gicv(&guests[0]);
    make_second(&guests[1], &guests[0]);
    for (unsigned i = 0; i < 2; i++) {
        move(&guests[i], 1 + i);
        start_interrupts(&guests[i], false);
    }
    for (unsigned i = 0; i < 60; i++)
        interrupt(&guests[i % 2], (seL4_Uint16)(i % 16));
}

/* From core to core, asleep or with an interrupt on its way. */
TEST(a_sleeping_vcpu_moves)
{
    guest_make(&guests[0]);
    guest_map_gicv(&guests[0]);
    start_interrupts(&guests[0], false);
    for (unsigned i = 0; i < 40; i++) {
        move(&guests[0], i % core_count());
        interrupt(&guests[0], (seL4_Uint16)(32 + i));
    }
}

TEST(a_running_vcpu_moves)
{
    guest_make(&guests[0]);
    move(&guests[0], 1);
    volatile seL4_Word *count = guest_words(&guests[0], GUEST_DATA);
    guest_start(&guests[0], guest_spin, 0, 0);
    for (unsigned i = 0; i < 60; i++) {
        uint64_t limit = test_now() + LIMIT_US;
        seL4_Word before = *count;

        move(&guests[0], 1 + i % (core_count() - 1));
        while (*count < before + 100 && test_now() < limit)
            test_pause();
        EXPECT(*count >= before + 100);
    }
    EXPECT_OK(seL4_TCB_Suspend(guests[0].tcb));
}

/* Two guests with different values cross each other on the same cores. */
TEST(registers_move_with_a_vcpu)
{
    struct message calls[2];

    for (unsigned i = 0; i < 2; i++) {
        guest_make(&guests[i]);
        EXPECT_OK(seL4_ARM_VCPU_WriteRegs(guests[i].vcpu, seL4_VCPUReg_TPIDR_EL1, 0x100 + i));
        EXPECT_OK(seL4_ARM_VCPU_WriteRegs(guests[i].vcpu, seL4_VCPUReg_CNTVOFF, 0x5000 + i));
    }
    for (unsigned round = 0; round < 20; round++) {
        for (unsigned i = 0; i < 2; i++) {
            move(&guests[i], (round + i) % core_count());
            guest_start(&guests[i], guest_hvc, i, 0);
            calls[i] = await_call(&guests[i], 0);
            EXPECT_EQ(calls[i].words[0], i);
        }
        for (unsigned i = 0; i < 2; i++) {
            EXPECT_EQ(guest_register(&guests[i], seL4_VCPUReg_TPIDR_EL1), 0x100 + i);
            EXPECT_EQ(guest_register(&guests[i], seL4_VCPUReg_CNTVOFF), 0x5000 + i);
            EXPECT_OK(seL4_TCB_Suspend(guests[i].tcb));
        }
    }
}

/* The vector registers of two guests, used on one core and read on another where the other guest's
 * were. */
TEST(vector_registers_move_with_a_vcpu)
{
    struct message calls[2];

    for (unsigned i = 0; i < 2; i++)
        guest_make(&guests[i]);
    for (unsigned round = 0; round < 20; round++) {
        for (unsigned i = 0; i < 2; i++) {
            move(&guests[i], (round + i) % core_count());
            guest_start(&guests[i], guest_fp, 0x1111 * (round + 1) + i, 0x2222 + i);
            calls[i] = await_call(&guests[i], GUEST_READY);
        }
        for (unsigned i = 0; i < 2; i++) {
            move(&guests[i], (round + 1 - i) % core_count());
            guest_return(&guests[i], &calls[i]);
            struct message end = await_call(&guests[i], GUEST_END);
            EXPECT_EQ(end.words[0], 0x1111 * (round + 1) + i);
            EXPECT_EQ(end.words[1], 0x1111 * (round + 1) + i);
            EXPECT_EQ(end.words[2], 0x2222 + i);
            EXPECT_OK(seL4_TCB_Suspend(guests[i].tcb));
        }
    }
}

/* ---- the virtual timer, delivered by the kernel ---- */

static seL4_Word ticks_per_us(void)
{
    uint64_t frequency;

    __asm__ volatile("mrs %0, cntfrq_el0" : "=r"(frequency));
    return frequency / 1000000;
}

static void start_ticks(struct guest *guest, const char *routine, seL4_Word us, seL4_Word count)
{
    guest_make(guest);
    guest_map_gicv(guest);
    guest_start(guest, routine, us * ticks_per_us(), count);
    struct message ready = await_call(guest, GUEST_READY);
    EXPECT_OK(seL4_ARM_VCPU_WriteRegs(guest->vcpu, VCPU_REG_VTIMER, ENABLED));
    guest_return(guest, &ready);
}

/* The guest got its interrupts, and its VMM hears of the end only. An emulator that stops a core
 * for a while lets a few more in. */
static void await_ticks(struct guest *guest, seL4_Word count)
{
    EXPECT(await_call(guest, GUEST_END).words[0] >= count);
}

/* Two guests that move all the time, one awake and one asleep. */
TEST(timers_of_vcpus_that_move)
{
    static const seL4_Word counts[2] = {60, 40};

    start_ticks(&guests[0], guest_ticks, 500, counts[0]);
    start_ticks(&guests[1], guest_sleepy_ticks, 700, counts[1]);
    for (unsigned i = 0; i < 20; i++) {
        move(&guests[0], 1 + i % (core_count() - 1));
        move(&guests[1], 1 + i / 2 % (core_count() - 1));
        pass(1000);
    }
    for (unsigned i = 0; i < 2; i++)
        await_ticks(&guests[i], counts[i]);
}

/* Moved while the interrupt is taken and not ended: it is ended on the other core, where another
 * guest's timer worked meanwhile, and both cores' timers work afterwards. */
TEST(an_active_timer_interrupt_moves)
{
    guest_make(&guests[0]);
    guest_map_gicv(&guests[0]);
    start_interrupts(&guests[0], true);
    EXPECT_OK(seL4_ARM_VCPU_WriteRegs(guests[0].vcpu, VCPU_REG_VTIMER, ENABLED));
    for (unsigned i = 0; i < 12; i++) {
        move(&guests[0], i % core_count());
        EXPECT_OK(seL4_ARM_VCPU_WriteRegs(guests[0].vcpu, seL4_VCPUReg_CNTV_CVAL, 0));
        EXPECT_OK(seL4_ARM_VCPU_WriteRegs(guests[0].vcpu, seL4_VCPUReg_CNTV_CTL, 1));
        struct message taken = await_call(&guests[0], GUEST_READY);
        EXPECT_EQ(taken.words[0], VTIMER);
        EXPECT_EQ(guest_register(&guests[0], VCPU_REG_VTIMER), ENABLED | VTIMER_ACTIVE);
        move(&guests[0], (i + 1) % core_count());
        guest_return(&guests[0], &taken);
        taken = await_call(&guests[0], GUEST_IRQ);
        EXPECT_EQ(guest_register(&guests[0], VCPU_REG_VTIMER), ENABLED);
        guest_return(&guests[0], &taken);
    }
}

/* Stopped, changed and deleted from another core. */
TEST(vcpus_of_other_cores_are_deleted)
{
    for (unsigned i = 0; i < 2; i++) {
        start_ticks(&guests[i], guest_ticks, 50, 1000000);
        move(&guests[i], 1);
    }
    pass(2000);
    EXPECT_OK(seL4_CNode_Delete(ROOT, guests[0].vcpu, DEPTH));
    EXPECT_OK(seL4_TCB_Suspend(guests[0].tcb));
    EXPECT_OK(seL4_CNode_Delete(ROOT, guests[1].tcb, DEPTH));
    EXPECT_OK(seL4_CNode_Delete(ROOT, guests[1].vcpu, DEPTH));
    start_ticks(&guests[0], guest_sleepy_ticks, 200, 20);
    move(&guests[0], 1);
    await_ticks(&guests[0], 20);
}
