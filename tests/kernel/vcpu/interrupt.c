/* SPDX-License-Identifier: BSD-2-Clause */
/* Virtual interrupts, the virtual timer, and sleeping guests. */
#include "tests/kernel/vcpu/guest.h"

#define VTIMER    27
#define TICKS(us) ((us) * ticks_per_us())

static struct guest guest, other;

static seL4_Word ticks_per_us(void)
{
    uint64_t frequency;

    __asm__ volatile("mrs %0, cntfrq_el0" : "=r"(frequency));
    return frequency / 1000000;
}

/* ---- sleep ---- */

TEST(wfi_sleeps_until_an_interrupt_is_pending)
{
    guest_make(&guest);
    guest_start(&guest, guest_wfi, 0, 0);
    EXPECT(guest_is_silent(&guest));
    EXPECT_OK(seL4_ARM_VCPU_InjectIRQ(guest.vcpu, 40, 0, 0, 1));
    /* Masked in the guest: it wakes all the same, behind the wfi. */
    struct message call = guest_call(&guest, GUEST_END);
    EXPECT_EQ(call.words[seL4_UnknownSyscall_FaultIP],
              GUEST_RAM + (seL4_Word)(guest_wfi - guest_code) + 8);
}

TEST(wfi_with_an_interrupt_pending_goes_on)
{
    guest_make(&guest);
    EXPECT_OK(seL4_ARM_VCPU_InjectIRQ(guest.vcpu, 40, 0, 0, 3));
    guest_start(&guest, guest_wfi, 0, 0);
    guest_call(&guest, GUEST_END);
}

/* Who sleeps is charged nothing. */
TEST(sleep_costs_no_budget)
{
    guest_make(&guest);
    guest_start(&guest, guest_wfi, 0, 0);
    settle();
    seL4_SchedContext_Consumed(guest.thread->sched_context);
    test_spin_until(test_now() + 3000);
    EXPECT_EQ(seL4_SchedContext_Consumed(guest.thread->sched_context).consumed, 0);
}

TEST(a_sleeping_guest_can_be_suspended_and_resumed)
{
    guest_make(&guest);
    guest_start(&guest, guest_wfi, 0, 0);
    settle();
    EXPECT_OK(seL4_TCB_Suspend(guest.tcb));
    EXPECT_OK(seL4_ARM_VCPU_InjectIRQ(guest.vcpu, 40, 0, 0, 0));
    EXPECT(guest_is_silent(&guest));
    EXPECT_OK(seL4_TCB_Resume(guest.tcb));
    guest_call(&guest, GUEST_END);
}

TEST(a_sleeping_guest_can_be_deleted)
{
    guest_make(&guest);
    guest_start(&guest, guest_timer, TICKS(2000), 1);
    settle();
    EXPECT_OK(seL4_CNode_Delete(ROOT, guest.tcb, DEPTH));
    test_spin_until(test_now() + 3000);
    EXPECT(guest_is_silent(&guest));
}

TEST(wfi_of_guest_user_space_sleeps_too)
{
    guest_make(&guest);
    guest_start(&guest, guest_user_wfi, 0, 0);
    EXPECT(guest_is_silent(&guest));
    EXPECT_OK(seL4_ARM_VCPU_InjectIRQ(guest.vcpu, 40, 0, 0, 0));
    struct message call = guest_call(&guest, GUEST_EXCEPTION);
    EXPECT_EQ(call.words[0] >> 26, 0x15); /* its svc */
}

/* ---- the virtual timer ---- */

/* Sleeping, the kernel wakes it; awake, its interrupt is the VMM's to know, once. */
TEST(the_virtual_timer_ends_sleep)
{
    guest_make(&guest);
    guest_start(&guest, guest_timer, TICKS(3000), 1);
    EXPECT(guest_is_silent(&guest));
    test_spin_until(test_now() + 4000);
    struct message event = guest_fault(&guest, seL4_Fault_VPPIEvent, 1);
    EXPECT_EQ(event.words[0], VTIMER);
    guest_retry(&guest);
    struct message call = guest_call(&guest, GUEST_END);
    EXPECT(call.words[3] >= TICKS(3000));
    EXPECT_EQ(call.words[4], 5); /* enabled, condition met */
}

TEST(the_virtual_timer_fires_while_running)
{
    guest_make(&guest);
    guest_start(&guest, guest_timer, TICKS(300), 0);
    struct message event = guest_fault(&guest, seL4_Fault_VPPIEvent, 1);
    EXPECT_EQ(event.words[0], VTIMER);
    guest_retry(&guest);
    struct message call = guest_call(&guest, GUEST_END);
    /* Masked until acknowledged; acknowledged, the line still stands. */
    guest_return(&guest, &call);
    EXPECT_OK(seL4_TCB_Suspend(guest.tcb));
    EXPECT_OK(seL4_ARM_VCPU_AckVPPI(guest.vcpu, VTIMER));
    guest_start(&guest, guest_hvc, 0, 0);
    guest_fault(&guest, seL4_Fault_VPPIEvent, 1);
}

/* One guest's timer wakes it while the other one runs, and is nobody else's. */
TEST(the_timer_of_a_guest_that_sleeps_beside_another)
{
    guest_make(&guest);
    guest_make(&other);
    guest_start(&guest, guest_timer, TICKS(1000), 1);
    settle();
    guest_start(&other, guest_spin, 0, 0);
    REQUIRE_OK(seL4_TCB_SetPriority(guest.tcb, SELF, 60));
    REQUIRE_OK(seL4_TCB_SetPriority(SELF, SELF, 55));
    uint64_t end = test_now() + 2500;
    while (test_now() < end)
        seL4_Yield();
    REQUIRE_OK(seL4_TCB_SetPriority(SELF, SELF, 255));
    EXPECT_OK(seL4_TCB_Suspend(other.tcb));
    guest_fault(&guest, seL4_Fault_VPPIEvent, 1);
    EXPECT(guest_is_silent(&other));
}

TEST(a_timer_without_end)
{
    guest_make(&guest);
    EXPECT_OK(seL4_ARM_VCPU_WriteRegs(guest.vcpu, seL4_VCPUReg_CNTV_CVAL, ~0UL));
    EXPECT_OK(seL4_ARM_VCPU_WriteRegs(guest.vcpu, seL4_VCPUReg_CNTV_CTL, 1));
    EXPECT_OK(seL4_ARM_VCPU_WriteRegs(guest.vcpu, seL4_VCPUReg_CNTVOFF, 1UL << 63));
    guest_start(&guest, guest_wfi, 0, 0);
    settle();
    EXPECT_OK(seL4_ARM_VCPU_WriteRegs(guest.vcpu, seL4_VCPUReg_CNTVOFF, 0));
    EXPECT_OK(seL4_ARM_VCPU_InjectIRQ(guest.vcpu, 40, 0, 0, 0));
    guest_call(&guest, GUEST_END);
}

/* ---- delivery ---- */

/* The guest takes the interrupt, ends it, and the VMM learns which list register is free. */
static void deliver(seL4_Word virq, seL4_Word index)
{
    EXPECT_OK(seL4_ARM_VCPU_InjectIRQ(guest.vcpu, (seL4_Uint16)virq, 0, 0, (seL4_Uint8)index));
    struct message ended = guest_fault(&guest, seL4_Fault_VGICMaintenance, 1);
    EXPECT_EQ(ended.words[0], index);
    guest_retry(&guest);
    struct message taken = guest_call(&guest, GUEST_IRQ);
    EXPECT_EQ(taken.words[0], virq);
    guest_return(&guest, &taken);
    EXPECT(guest_is_silent(&guest));
}

TEST(an_injected_interrupt_is_taken_and_its_end_told)
{
    guest_start_with_gic(&guest, false);
    deliver(40, 0);
    deliver(41, 3);
    deliver(40, 2);
    deliver(1019, 1);
}

/* As guests with a GICv3 use it. A GICv2's group 1 needs more of its guest. */
TEST(an_interrupt_of_group_1)
{
    if (guest_has_gicv())
        return;
    guest_start_with_gic(&guest, false);
    for (seL4_Word i = 0; i < 3; i++) {
        EXPECT_OK(seL4_ARM_VCPU_InjectIRQ(guest.vcpu, (seL4_Uint16)(50 + i), 8, 1, (seL4_Uint8)i));
        struct message ended = guest_fault(&guest, seL4_Fault_VGICMaintenance, 1);
        EXPECT_EQ(ended.words[0], i);
        guest_retry(&guest);
        struct message taken = guest_call(&guest, GUEST_IRQ);
        EXPECT_EQ(taken.words[0], 50 + i);
        guest_return(&guest, &taken);
        EXPECT(guest_is_silent(&guest));
    }
}

/* What a guest sends to its other cores is the VMM's to deliver; without a GICv3 there is no such
 * register, which the guest hears itself. */
TEST(an_interrupt_to_another_core)
{
    static const struct {
        const char *routine;
        seL4_Word op2;
    } ways[] = {{guest_sgi1, 5}, {guest_asgi1, 6}, {guest_sgi0, 7}};

    guest_make(&guest);
    for (unsigned i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        guest_start(&guest, ways[i].routine, 0xf | 5 << 24, 0);
        if (guest_has_gicv()) {
            struct message call = guest_call(&guest, GUEST_EXCEPTION);
            EXPECT_EQ(call.words[0] >> 26, 0);
        } else {
            struct message fault = guest_fault(&guest, seL4_Fault_VCPUFault, 1);
            /* MSR S3_0_C12_C11_op2, X0 */
            EXPECT_EQ(fault.words[0],
                      0x62000000 | 3 << 20 | ways[i].op2 << 17 | 12 << 10 | 11 << 1);
        }
    }
}

TEST(two_interrupts_by_priority)
{
    guest_start_with_gic(&guest, false);
    EXPECT_OK(seL4_ARM_VCPU_InjectIRQ(guest.vcpu, 50, 20, 0, 0));
    EXPECT_OK(seL4_ARM_VCPU_InjectIRQ(guest.vcpu, 51, 10, 0, 1));
    for (unsigned i = 0; i < 2; i++) {
        struct message ended = guest_fault(&guest, seL4_Fault_VGICMaintenance, 1);
        EXPECT_EQ(ended.words[0], 1 - i);
        guest_retry(&guest);
        struct message taken = guest_call(&guest, GUEST_IRQ);
        EXPECT_EQ(taken.words[0], 51 - i);
        guest_return(&guest, &taken);
    }
    EXPECT(guest_is_silent(&guest));
}

/* The VMM injects the timer's interrupt, acknowledges it, and it can fire again. */
TEST(timer_interrupts_through_the_vmm)
{
    guest_start_with_gic(&guest, false);
    for (unsigned i = 0; i < 3; i++) {
        /* The guest sleeps in its loop: the VMM arms its timer. */
        EXPECT_OK(seL4_ARM_VCPU_WriteRegs(guest.vcpu, seL4_VCPUReg_CNTV_CVAL, 0));
        EXPECT_OK(seL4_ARM_VCPU_WriteRegs(guest.vcpu, seL4_VCPUReg_CNTV_CTL, 1));
        EXPECT_OK(seL4_ARM_VCPU_AckVPPI(guest.vcpu, VTIMER));
        struct message event = guest_fault(&guest, seL4_Fault_VPPIEvent, 1);
        EXPECT_EQ(event.words[0], VTIMER);
        EXPECT_OK(seL4_ARM_VCPU_InjectIRQ(guest.vcpu, VTIMER, 0, 0, 0));
        guest_retry(&guest);
        guest_fault(&guest, seL4_Fault_VGICMaintenance, 1);
        EXPECT_OK(seL4_ARM_VCPU_AckVPPI(guest.vcpu, VTIMER));
        guest_retry(&guest);
        struct message taken = guest_call(&guest, GUEST_IRQ);
        EXPECT_EQ(taken.words[0], VTIMER);
        guest_return(&guest, &taken);
    }
    EXPECT(guest_is_silent(&guest));
}

/* Two guests, each with its own interrupts pending and its own CPU interface. */
TEST(interrupts_of_two_guests_are_apart)
{
    guest_start_with_gic(&guest, false);
    guest_make(&other);
    EXPECT_OK(seL4_ARM_VCPU_InjectIRQ(other.vcpu, 60, 0, 0, 0));
    guest_start(&other, guest_hvc, 0, 0);
    guest_call(&other, 0);
    EXPECT(guest_is_silent(&guest));
    deliver(42, 0);
    guest_start(&other, guest_wfi, 0, 0);
    guest_call(&other, GUEST_END);
}

/* Taken but not ended: the list register cannot be overwritten. */
TEST(an_active_list_register_is_kept)
{
    guest_start_with_gic(&guest, true);
    EXPECT_OK(seL4_ARM_VCPU_InjectIRQ(guest.vcpu, 44, 0, 0, 0));
    struct message taken = guest_call(&guest, GUEST_READY);
    EXPECT_EQ(taken.words[0], 44);
    EXPECT_ERROR(seL4_ARM_VCPU_InjectIRQ(guest.vcpu, 45, 0, 0, 0), seL4_DeleteFirst);
    EXPECT_OK(seL4_ARM_VCPU_InjectIRQ(guest.vcpu, 45, 0, 0, 1));
    guest_return(&guest, &taken);
    struct message ended = guest_fault(&guest, seL4_Fault_VGICMaintenance, 1);
    EXPECT_EQ(ended.words[0], 0);
    EXPECT_OK(seL4_ARM_VCPU_InjectIRQ(guest.vcpu, 46, 0, 0, 0));
}
