/* SPDX-License-Identifier: BSD-2-Clause */
/* Guests on several cores: what a vCPU takes along when its thread moves. */
#include "tests/kernel/smp/cores.h"
#include "tests/kernel/vcpu/guest.h"

#define PATIENCE   1000000
#define SILENCE    1000
#define VTIMER     27
#define TICKS(us)  ((us) * ticks_per_us())
#define LIST       1UL

/* A guest's timer ticks so often, for so long. */
#define TICK_US    20
#define TICK_COUNT 600

static struct guest guest, other;

static seL4_Word ticks_per_us(void)
{
    uint64_t frequency;

    __asm__ volatile("mrs %0, cntfrq_el0" : "=r"(frequency));
    return frequency / 1000000;
}

/* ---- registers ---- */

/* Some that are no more than words, and what of each exists. */
static const struct {
    seL4_Word field, mask;
} plain[] = {
    {seL4_VCPUReg_TTBR0, 0xffff7ffffffff000},
    {seL4_VCPUReg_TTBR1, 0xffff7ffffffff000},
    {seL4_VCPUReg_MAIR, ~0UL},
    {seL4_VCPUReg_CIDR, 0xffffffff},
    {seL4_VCPUReg_ESR, 0xffffffff},
    {seL4_VCPUReg_FAR, ~0UL},
    {seL4_VCPUReg_VBAR, 0x7ffffff800},
    {seL4_VCPUReg_TPIDR_EL1, ~0UL},
    {seL4_VCPUReg_SP_EL1, 0x7ffffffff0},
    {seL4_VCPUReg_ELR_EL1, ~0UL},
    {seL4_VCPUReg_CNTV_CVAL, ~0UL},
};

#define PLAIN_COUNT (sizeof(plain) / sizeof(plain[0]))

static seL4_Word value_of(unsigned i, seL4_Word seed)
{
    return (seed * 0x0123456789abcdefUL + i * 0x1111111111111111UL) & plain[i].mask;
}

/* The guest sets its registers on one core and finds them on the next; the VMM, on a third, reads
 * the same, whichever core holds them. */
TEST(a_guest_takes_its_registers_along)
{
    test_patience = PATIENCE;
    guest_make(&guest);
    volatile seL4_Word *words = guest_words(&guest, GUEST_DATA);
    for (unsigned round = 0; round < 3 * core_count(); round++) {
        for (unsigned i = 0; i < seL4_VCPUReg_Num; i++)
            words[i] = 0;
        words[seL4_VCPUReg_SCTLR] = 0x34d58820;
        for (unsigned i = 0; i < PLAIN_COUNT; i++)
            words[plain[i].field] = value_of(i, round);
        move(guest.thread, round % core_count());
        guest_start(&guest, guest_load_registers, 0, 0);
        guest_call(&guest, GUEST_END);
        for (unsigned i = 0; i < PLAIN_COUNT; i += 2)
            EXPECT_EQ(guest_register(&guest, plain[i].field) & plain[i].mask, value_of(i, round));
        move(guest.thread, (round + 1 + round / core_count()) % core_count());
        guest_start(&guest, guest_save_registers, 0, 0);
        guest_call(&guest, GUEST_END);
        for (unsigned i = 0; i < PLAIN_COUNT; i++) {
            EXPECT_EQ(words[plain[i].field] & plain[i].mask, value_of(i, round));
            EXPECT_EQ(guest_register(&guest, plain[i].field) & plain[i].mask, value_of(i, round));
        }
    }
}

TEST(a_guest_takes_floating_point_along)
{
    test_patience = PATIENCE;
    for (unsigned core = 0; core < core_count(); core++) {
        guest_make(&guest);
        move(guest.thread, core);
        guest_start(&guest, guest_fp, 0x1111 + core, 0x2222 + core);
        struct message call = guest_call(&guest, GUEST_READY);
        move(guest.thread, (core + 1) % core_count());
        guest_return(&guest, &call);
        call = guest_call(&guest, GUEST_END);
        EXPECT_EQ(call.words[0], 0x1111 + core);
        EXPECT_EQ(call.words[1], 0x1111 + core);
        EXPECT_EQ(call.words[2], 0x2222 + core);
    }
}

/* ---- interrupts ---- */

static void inject(seL4_Word virq, seL4_Word priority, seL4_Word index)
{
    EXPECT_OK(seL4_ARM_VCPU_InjectIRQ(guest.vcpu, (seL4_Uint16)virq, (seL4_Uint8)priority, 0,
                                      (seL4_Uint8)index));
}

static void expect_taken(seL4_Word virq, seL4_Word index)
{
    struct message ended = guest_fault(&guest, seL4_Fault_VGICMaintenance, 1);
    EXPECT_EQ(ended.words[0], index);
    guest_retry(&guest);
    struct message taken = guest_call(&guest, GUEST_IRQ);
    EXPECT_EQ(taken.words[0], virq);
    guest_return(&guest, &taken);
}

/* Pending in three list registers when it moves; taken there, the most urgent first. */
TEST(a_guest_takes_pending_interrupts_along)
{
    test_patience = SILENCE;
    guest_start_with_gic(&guest, false);
    test_patience = PATIENCE;
    for (unsigned round = 0; round < 2 * core_count(); round++) {
        EXPECT_OK(seL4_TCB_Suspend(guest.tcb));
        inject(40, 20, 0);
        inject(41, 10, 1);
        inject(42, 15, 2);
        move(guest.thread, (round + 1) % core_count());
        EXPECT_OK(seL4_TCB_Resume(guest.tcb));
        expect_taken(41, 1);
        expect_taken(42, 2);
        expect_taken(40, 0);
    }
}

/* It sleeps on another core; an interrupt from here wakes it. */
TEST(a_sleeping_guest_moves_and_is_woken)
{
    test_patience = SILENCE;
    guest_start_with_gic(&guest, false);
    for (unsigned round = 0; round < 2 * core_count(); round++) {
        move(guest.thread, (round + 1) % core_count());
        test_patience = SILENCE;
        EXPECT(guest_is_silent(&guest));
        test_patience = PATIENCE;
        inject(50 + round, 0, round % 4);
        expect_taken(50 + round, round % 4);
    }
}

/* Taken on one core, ended on the next: the running priority goes along. */
TEST(a_guest_takes_an_active_interrupt_along)
{
    test_patience = SILENCE;
    guest_start_with_gic(&guest, true);
    test_patience = PATIENCE;
    for (unsigned round = 0; round < 2 * core_count(); round++) {
        inject(44, 10, 0);
        struct message taken = guest_call(&guest, GUEST_READY);
        EXPECT_EQ(taken.words[0], 44);
        EXPECT_EQ(taken.words[1], 10 << 3);
        move(guest.thread, (round + 1) % core_count());
        EXPECT_ERROR(seL4_ARM_VCPU_InjectIRQ(guest.vcpu, 45, 0, 0, 0), seL4_DeleteFirst);
        guest_return(&guest, &taken);
        expect_taken(44, 0);
    }
}

/* ---- the virtual timer ---- */

static void start_ticks(struct guest *machine, seL4_Word core)
{
    guest_make(machine);
    guest_map_gicv(machine);
    move(machine->thread, core);
    guest_start(machine, guest_sleepy_ticks, TICKS(TICK_US), TICK_COUNT);
    struct message ready = guest_call(machine, GUEST_READY);
    EXPECT_OK(seL4_ARM_VCPU_WriteRegs(machine->vcpu, VCPU_REG_VTIMER,
                                      VTIMER | LIST << VTIMER_LIST_SHIFT | VTIMER_ENABLED));
    guest_return(machine, &ready);
}

/* Pending, active or between two interrupts, wherever the move finds it. */
TEST(guests_take_their_timers_along)
{
    test_patience = PATIENCE;
    start_ticks(&guest, 1);
    start_ticks(&other, 2);
    for (unsigned i = 0; i < 100; i++) {
        move(guest.thread, 1 + i % (core_count() - 1));
        move(other.thread, 1 + (i / 2) % (core_count() - 1));
        test_spin_until(test_now() + 130);
    }
    EXPECT(guest_call(&guest, GUEST_END).words[0] >= TICK_COUNT);
    EXPECT(guest_call(&other, GUEST_END).words[0] >= TICK_COUNT);
}

/* Without the kernel's delivery: the event finds the VMM from any core. */
TEST(a_sleeping_guests_timer_on_every_core)
{
    test_patience = PATIENCE;
    for (unsigned core = 1; core < core_count(); core++) {
        guest_make(&guest);
        move(guest.thread, core);
        guest_start(&guest, guest_timer, TICKS(2000), 1);
        struct message event = guest_fault(&guest, seL4_Fault_VPPIEvent, 1);
        EXPECT_EQ(event.words[0], VTIMER);
        guest_retry(&guest);
        struct message call = guest_call(&guest, GUEST_END);
        EXPECT(call.words[3] >= TICKS(2000));
    }
}
