/* SPDX-License-Identifier: BSD-2-Clause */
/* The virtual timer's interrupt, delivered by the kernel: an extension (docs/kernel/extensions.md).
 */
#include "tests/kernel/vcpu/guest.h"

#define VTIMER    27
#define LIST      1 /* the list register most cases leave to the kernel */
#define TICKS(us) ((us) * ticks_per_us())
#define STATE     (VTIMER_PENDING | VTIMER_ACTIVE)

static struct guest guest, other;

static seL4_Word ticks_per_us(void)
{
    uint64_t frequency;

    __asm__ volatile("mrs %0, cntfrq_el0" : "=r"(frequency));
    return frequency / 1000000;
}

static seL4_Word word_of(seL4_Word virq, seL4_Word priority, seL4_Word group, seL4_Word list)
{
    return virq | priority << VTIMER_PRIORITY_SHIFT | group << VTIMER_GROUP_SHIFT |
           list << VTIMER_LIST_SHIFT;
}

static const seL4_Word ordinary = VTIMER | (seL4_Word)LIST << VTIMER_LIST_SHIFT;
static const seL4_Word enabled = VTIMER | (seL4_Word)LIST << VTIMER_LIST_SHIFT | VTIMER_ENABLED;

static seL4_Error write_word(struct guest *machine, seL4_Word word)
{
    return seL4_ARM_VCPU_WriteRegs(machine->vcpu, VCPU_REG_VTIMER, word);
}

static seL4_Word state_of(struct guest *machine)
{
    return guest_register(machine, VCPU_REG_VTIMER) & STATE;
}

static void enable(struct guest *machine)
{
    EXPECT_OK(write_word(machine, enabled));
}

/* The guest's timer is due, now and until the guest or the case says otherwise. */
static void make_due(struct guest *machine)
{
    EXPECT_OK(seL4_ARM_VCPU_WriteRegs(machine->vcpu, seL4_VCPUReg_CNTV_CVAL, 0));
    EXPECT_OK(seL4_ARM_VCPU_WriteRegs(machine->vcpu, seL4_VCPUReg_CNTV_CTL, 1));
}

/* Lets guests run for so long, although they sleep in between. */
static void pass(uint64_t us)
{
    REQUIRE_OK(seL4_TCB_SetPriority(SELF, SELF, 40));
    test_spin_until(test_now() + us);
    REQUIRE_OK(seL4_TCB_SetPriority(SELF, SELF, 255));
}

/* Runs from its first wait for the timer on. */
static void start_ticks(struct guest *machine, const char *routine, seL4_Word us, seL4_Word count,
                        seL4_Word word)
{
    guest_make(machine);
    guest_map_gicv(machine);
    guest_start(machine, routine, TICKS(us), count);
    struct message ready = guest_call(machine, GUEST_READY);
    EXPECT_OK(write_word(machine, word));
    guest_return(machine, &ready);
}

/* A guest that got so many interrupts, and whose VMM heard of nothing else. */
static void expect_ticks(struct guest *machine, seL4_Word count)
{
    struct message call = guest_call(machine, GUEST_END);

    EXPECT_EQ(call.words[0], count);
}

/* ---- the register ---- */

TEST(the_timers_register)
{
    guest_make(&guest);
    EXPECT_EQ(guest_register(&guest, VCPU_REG_VTIMER), 0);
    EXPECT_ERROR(write_word(&guest, word_of(1024, 32, 2, 99)), seL4_RangeError, 0, 1023);
    EXPECT_ERROR(write_word(&guest, word_of(1023, 32, 2, 99)), seL4_RangeError, 0, 31);
    EXPECT_ERROR(write_word(&guest, word_of(1023, 31, 2, 99)), seL4_RangeError, 0, 1);
    EXPECT_ERROR(write_word(&guest, word_of(1023, 31, 1, 99)), seL4_RangeError, 0);
    seL4_Word most = seL4_GetMR(1);
    EXPECT_ERROR(write_word(&guest, VTIMER_ENABLED | word_of(1023, 31, 1, most + 1)),
                 seL4_RangeError, 0, most);
    for (unsigned bit = 40; bit < 63; bit++) {
        if ((1UL << bit & STATE) == 0)
            EXPECT_ERROR(write_word(&guest, ordinary | 1UL << bit), seL4_InvalidArgument, 2);
    }
    EXPECT_EQ(guest_register(&guest, VCPU_REG_VTIMER), 0);
    seL4_Word word = VTIMER_ENABLED | word_of(1023, 31, 1, most);
    EXPECT_OK(write_word(&guest, word | STATE));
    EXPECT_EQ(guest_register(&guest, VCPU_REG_VTIMER), word);
    EXPECT_OK(write_word(&guest, 0));
    EXPECT_EQ(guest_register(&guest, VCPU_REG_VTIMER), 0);
}

TEST(without_it_the_vmm_is_told)
{
    guest_make(&guest);
    EXPECT_OK(write_word(&guest, ordinary));
    guest_start(&guest, guest_timer, TICKS(10), 0);
    guest_fault(&guest, seL4_Fault_VPPIEvent, 1);
}

/* ---- many ---- */

TEST(thousands_of_interrupts_while_running)
{
    start_ticks(&guest, guest_ticks, 20, 3000, enabled);
    expect_ticks(&guest, 3000);
    EXPECT_EQ(state_of(&guest), 0);
}

TEST(thousands_of_interrupts_while_sleeping)
{
    start_ticks(&guest, guest_sleepy_ticks, 20, 3000, enabled);
    pass(80000);
    expect_ticks(&guest, 3000);
}

/* It competes with what the VMM injects, by priority, and leaves it alone. */
TEST(among_other_interrupts)
{
    start_ticks(&guest, guest_ticks, 20, 500, VTIMER_ENABLED | word_of(VTIMER, 20, 0, LIST));
    for (unsigned i = 0; i < 50; i++) {
        EXPECT_OK(seL4_ARM_VCPU_InjectIRQ(guest.vcpu, 40, i % 31, 0, 0));
        struct message ended = guest_fault(&guest, seL4_Fault_VGICMaintenance, 1);
        EXPECT_EQ(ended.words[0], 0);
        guest_retry(&guest);
    }
    expect_ticks(&guest, 500);
}

/* Two guests on one core, each with its own rhythm. */
TEST(two_guests_with_timers)
{
    start_ticks(&guest, guest_sleepy_ticks, 50, 400, enabled);
    start_ticks(&other, guest_sleepy_ticks, 70, 300, enabled);
    pass(30000);
    expect_ticks(&guest, 400);
    expect_ticks(&other, 300);
}

TEST(two_guests_that_never_sleep)
{
    start_ticks(&guest, guest_ticks, 50, 400, enabled);
    start_ticks(&other, guest_ticks, 70, 300, enabled);
    for (unsigned i = 0; i < 200; i++) {
        pass(170);
        REQUIRE_OK(seL4_TCB_SetPriority(i % 2 == 0 ? guest.tcb : other.tcb, SELF, 51));
        REQUIRE_OK(seL4_TCB_SetPriority(i % 2 == 0 ? other.tcb : guest.tcb, SELF, 50));
    }
    expect_ticks(&guest, 400);
    expect_ticks(&other, 300);
}

/* ---- states of its list register ---- */

/* The guest masks interrupts: pending, and no more. */
static void make_pending(struct guest *machine)
{
    guest_make(machine);
    enable(machine);
    guest_start(machine, guest_timer, TICKS(10), 0);
    guest_call(machine, GUEST_END);
    EXPECT_EQ(state_of(machine), VTIMER_PENDING);
}

/* Stopped between taking the interrupt and ending it. */
static struct message make_active(struct guest *machine)
{
    guest_start_with_gic(machine, true);
    enable(machine);
    make_due(machine);
    struct message taken = guest_call(machine, GUEST_READY);
    EXPECT_EQ(taken.words[0], VTIMER);
    EXPECT_EQ(state_of(machine), VTIMER_ACTIVE);
    return taken;
}

/* The guest ends it, and its VMM does not hear of that. */
static void end_active(struct guest *machine, const struct message *taken)
{
    guest_return(machine, taken);
    struct message call = guest_call(machine, GUEST_IRQ);
    EXPECT_EQ(state_of(machine), 0);
    guest_return(machine, &call);
    EXPECT(guest_is_silent(machine));
}

/* The whole way once more, from where the guest sleeps. */
static void once_more(struct guest *machine)
{
    make_due(machine);
    struct message taken = guest_call(machine, GUEST_READY);
    EXPECT_EQ(taken.words[0], VTIMER);
    end_active(machine, &taken);
}

/* Another guest's timer works on this core. */
static void expect_works(void)
{
    start_ticks(&other, guest_ticks, 20, 20, enabled);
    expect_ticks(&other, 20);
}

TEST(taken_and_ended)
{
    struct message taken = make_active(&guest);
    end_active(&guest, &taken);
    once_more(&guest);
}

/* Disabling takes a pending one back: its line stands, and now is the VMM's business. */
TEST(disabled_while_pending)
{
    make_pending(&guest);
    EXPECT_OK(write_word(&guest, ordinary));
    EXPECT_EQ(state_of(&guest), 0);
    guest_start(&guest, guest_hvc, 0, 0);
    guest_fault(&guest, seL4_Fault_VPPIEvent, 1);
    guest_retry(&guest);
    guest_call(&guest, 0);
}

/* An active one stays until the guest ends it, which now is reported. */
TEST(disabled_while_active)
{
    struct message taken = make_active(&guest);

    EXPECT_OK(write_word(&guest, ordinary));
    EXPECT_EQ(state_of(&guest), VTIMER_ACTIVE);
    EXPECT_OK(seL4_ARM_VCPU_WriteRegs(guest.vcpu, seL4_VCPUReg_CNTV_CTL, 0));
    guest_return(&guest, &taken);
    struct message ended = guest_fault(&guest, seL4_Fault_VGICMaintenance, 1);
    EXPECT_EQ(ended.words[0], LIST);
    guest_retry(&guest);
    taken = guest_call(&guest, GUEST_IRQ);
    guest_return(&guest, &taken);
    EXPECT(guest_is_silent(&guest));
    enable(&guest);
    once_more(&guest);
}

/* Written again while in use: pending moves, active stays what it is. */
TEST(written_again)
{
    make_pending(&guest);
    EXPECT_OK(write_word(&guest, VTIMER_ENABLED | word_of(VTIMER, 3, 0, 2)));
    EXPECT_EQ(state_of(&guest), 0);
    guest_start(&guest, guest_hvc, 0, 0);
    guest_call(&guest, 0);
    EXPECT_EQ(state_of(&guest), VTIMER_PENDING);
    struct message taken = make_active(&other);
    EXPECT_OK(write_word(&other, VTIMER_ENABLED | word_of(VTIMER, 3, 0, LIST)));
    EXPECT_EQ(state_of(&other), VTIMER_ACTIVE);
    end_active(&other, &taken);
    once_more(&other);
}

/* The VMM breaks its word. */
TEST(the_vmm_injects_over_a_pending_one)
{
    make_pending(&guest);
    EXPECT_OK(seL4_ARM_VCPU_InjectIRQ(guest.vcpu, 40, 0, 0, LIST));
    guest_start(&guest, guest_hvc, 0, 0);
    guest_fault(&guest, seL4_Fault_VPPIEvent, 1); /* there is no room for it */
    guest_retry(&guest);
    guest_call(&guest, 0);
    EXPECT_EQ(state_of(&guest), VTIMER_PENDING); /* that is interrupt 40 */
    expect_works();
}

TEST(the_vmm_injects_over_an_active_one)
{
    struct message taken = make_active(&guest);

    EXPECT_ERROR(seL4_ARM_VCPU_InjectIRQ(guest.vcpu, 40, 0, 0, LIST), seL4_DeleteFirst);
    end_active(&guest, &taken);
    once_more(&guest);
}

TEST(the_vmms_entry_is_in_the_way)
{
    guest_make(&guest);
    enable(&guest);
    EXPECT_OK(seL4_ARM_VCPU_InjectIRQ(guest.vcpu, 40, 0, 0, LIST));
    guest_start(&guest, guest_timer, TICKS(10), 0);
    guest_fault(&guest, seL4_Fault_VPPIEvent, 1);
    guest_retry(&guest);
    guest_call(&guest, GUEST_END);
    EXPECT_OK(seL4_ARM_VCPU_AckVPPI(guest.vcpu, VTIMER));
    guest_start(&guest, guest_hvc, 0, 0);
    guest_fault(&guest, seL4_Fault_VPPIEvent, 1);
}

/* Not acknowledged, the interrupt is masked: the kernel delivers it when it is. */
TEST(masked_by_an_event_before)
{
    guest_start_with_gic(&guest, true);
    make_due(&guest);
    guest_fault(&guest, seL4_Fault_VPPIEvent, 1);
    enable(&guest);
    guest_retry(&guest);
    EXPECT(guest_is_silent(&guest));
    EXPECT_OK(seL4_ARM_VCPU_AckVPPI(guest.vcpu, VTIMER));
    struct message taken = guest_call(&guest, GUEST_READY);
    EXPECT_EQ(taken.words[0], VTIMER);
    end_active(&guest, &taken);
    once_more(&guest);
}

/* A guest whose interrupt is active sleeps like any other, and not for ever. */
TEST(sleep_with_an_active_one)
{
    guest_start_with_gic(&guest, true);
    enable(&guest);
    make_due(&guest);
    guest_call(&guest, GUEST_READY);
    seL4_SchedContext_Consumed(guest.thread->sched_context);
    EXPECT_OK(seL4_TCB_Suspend(guest.tcb));
    guest_start(&guest, guest_wfi, 0, 0);
    EXPECT(guest_is_silent(&guest));
    EXPECT_EQ(state_of(&guest), VTIMER_ACTIVE);
    EXPECT_OK(seL4_ARM_VCPU_InjectIRQ(guest.vcpu, 40, 0, 0, 0));
    guest_call(&guest, GUEST_END);
}

/* ---- another guest takes the core in each of them ---- */

TEST(the_core_is_taken_while_pending)
{
    make_pending(&guest);
    expect_works();
    EXPECT_EQ(state_of(&guest), VTIMER_PENDING);
    guest_start(&guest, guest_hvc, 0, 0);
    guest_call(&guest, 0);
    EXPECT_EQ(state_of(&guest), VTIMER_PENDING);
}

TEST(the_core_is_taken_while_active)
{
    struct message taken = make_active(&guest);

    for (unsigned i = 0; i < 3; i++) {
        expect_works();
        EXPECT_EQ(state_of(&guest), VTIMER_ACTIVE);
    }
    end_active(&guest, &taken);
    once_more(&guest);
}

/* Changed while no core holds it. */
TEST(disabled_while_stored)
{
    struct message taken = make_active(&guest);

    expect_works();
    EXPECT_OK(write_word(&guest, ordinary));
    expect_works();
    EXPECT_OK(seL4_ARM_VCPU_WriteRegs(guest.vcpu, seL4_VCPUReg_CNTV_CTL, 0));
    guest_return(&guest, &taken);
    guest_fault(&guest, seL4_Fault_VGICMaintenance, 1);
}

TEST(disabled_while_stored_and_pending)
{
    make_pending(&guest);
    expect_works();
    EXPECT_OK(write_word(&guest, 0));
    expect_works();
    guest_start(&guest, guest_hvc, 0, 0);
    guest_fault(&guest, seL4_Fault_VPPIEvent, 1);
}

/* ---- the vCPU or its thread goes ---- */

TEST(the_vcpu_is_deleted)
{
    make_pending(&guest);
    EXPECT_OK(seL4_CNode_Delete(ROOT, guest.vcpu, DEPTH));
    expect_works();
    make_active(&guest);
    EXPECT_OK(seL4_CNode_Delete(ROOT, guest.vcpu, DEPTH));
    expect_works();
}

TEST(the_thread_is_deleted)
{
    make_pending(&guest);
    EXPECT_OK(seL4_CNode_Delete(ROOT, guest.tcb, DEPTH));
    expect_works();
    make_active(&guest);
    EXPECT_OK(seL4_CNode_Delete(ROOT, guest.tcb, DEPTH));
    expect_works();
}

/* The state goes with the vCPU to another thread. */
TEST(the_vcpu_changes_threads)
{
    make_pending(&guest);
    guest_make(&other);
    EXPECT_OK(seL4_ARM_VCPU_SetTCB(guest.vcpu, other.tcb));
    EXPECT_EQ(state_of(&guest), VTIMER_PENDING);
    guest_start(&other, guest_hvc, 0, 0);
    guest_call(&other, 0);
    EXPECT_EQ(state_of(&guest), VTIMER_PENDING);
    EXPECT_OK(write_word(&guest, ordinary));
    guest_start(&other, guest_hvc, 0, 0);
    guest_fault(&other, seL4_Fault_VPPIEvent, 1);
}
