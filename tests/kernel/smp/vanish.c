/* SPDX-License-Identifier: BSD-2-Clause */
/* What a thread of another core stands on is taken away while it runs there. */
#include "tests/kernel/smp/cores.h"
#include "tests/kernel/vcpu/guest.h"

#define SPIN_US  300
#define PATIENCE 1000000

/* It stands still now. */
static void expect_still(shared_word *word)
{
    seL4_Word before = *word;

    test_spin_until(test_now() + SPIN_US);
    EXPECT_EQ(*word, before);
}

TEST(the_scheduling_context_of_a_running_thread)
{
    static shared_word word;

    for (unsigned i = 0; i < 10; i++) {
        word = 0;
        struct alloc_thread *thread = thread_on(1 + i % (core_count() - 1), count, (void *)&word,
                                                0);
        EXPECT(wait_for(&word, 100));
        EXPECT_OK(seL4_CNode_Delete(ROOT, thread->sched_context, DEPTH));
        expect_still(&word);
        /* With other time it goes on where it was. */
        EXPECT_OK(seL4_SchedContext_Bind(new_sched_context(10000, 10000, 0, 0), thread->tcb));
        EXPECT_OK(seL4_TCB_SetPriority(thread->tcb, SELF, 255));
        seL4_Word before = word;
        seL4_Yield();
        EXPECT(word > before);
        EXPECT_OK(seL4_TCB_Suspend(thread->tcb));
    }
}

TEST(a_running_thread_loses_and_gets_its_time)
{
    static shared_word word;

    word = 0;
    struct alloc_thread *thread = thread_on(1, count, (void *)&word, 0);
    for (unsigned i = 0; i < 20; i++) {
        EXPECT(wait_for(&word, word + 100));
        EXPECT_OK(seL4_SchedContext_Unbind(thread->sched_context));
        expect_still(&word);
        EXPECT_OK(seL4_SchedContext_Bind(thread->sched_context, thread->tcb));
    }
}

/* ---- an address space of its own: that of a guest, with a native thread in it ---- */

static struct guest guest;

static seL4_Word spins(void)
{
    return guest_words(&guest, GUEST_DATA)[0];
}

static bool spins_on(void)
{
    return wait_for(guest_words(&guest, GUEST_DATA), spins() + 100);
}

/* Counts in the guest's memory. */
static struct alloc_thread *native_spinner(seL4_Word core, seL4_CPtr handler)
{
    struct alloc_thread *thread = new_bare_thread(100, 0);

    guest_make(&guest);
    REQUIRE_OK(seL4_TCB_SetSpace(thread->tcb, handler, ROOT, 0, guest.space->root, 0));
    move(thread, core);
    bare_start(thread, (const void *)(GUEST_RAM + (guest_spin - guest_code)), 0, 0);
    EXPECT(spins_on());
    return thread;
}

TEST(the_space_of_a_running_thread)
{
    for (unsigned core = 1; core < core_count(); core++) {
        seL4_CPtr handler = new_badged(new_endpoint(), seL4_AllRights, 1);

        native_spinner(core, handler);
        EXPECT_OK(seL4_CNode_Revoke(ROOT, guest.space->root, DEPTH));
        EXPECT_OK(seL4_CNode_Delete(ROOT, guest.space->root, DEPTH));
        test_patience = PATIENCE;
        struct message fault = fault_take(handler, new_reply(), seL4_Fault_VMFault, 4);
        EXPECT_EQ(fault.words[seL4_VMFault_PrefetchFault], 1);
        expect_still(guest_words(&guest, GUEST_DATA));
    }
}

TEST(the_memory_of_a_running_thread)
{
    for (unsigned core = 1; core < core_count(); core++) {
        seL4_CPtr handler = new_badged(new_endpoint(), seL4_AllRights, 1);

        native_spinner(core, handler);
        for (seL4_Word i = 0; i < GUEST_BYTES / 4096; i++)
            EXPECT_OK(seL4_CNode_Revoke(ROOT, guest.memory->first + i, DEPTH));
        test_patience = PATIENCE;
        struct message fault = fault_take(handler, new_reply(), seL4_Fault_VMFault, 4);
        EXPECT_EQ(fault.words[seL4_VMFault_Addr] & ~0xffffUL, GUEST_RAM);
    }
}

/* ---- guests ---- */

static void spinning_guest(seL4_Word core)
{
    guest_make(&guest);
    move(guest.thread, core);
    guest_start(&guest, guest_spin, 0, 0);
    EXPECT(spins_on());
}

TEST(the_vcpu_of_a_running_guest)
{
    for (unsigned core = 1; core < core_count(); core++) {
        spinning_guest(core);
        EXPECT_OK(seL4_CNode_Delete(ROOT, guest.vcpu, DEPTH));
        /* Native now, in the same address space. */
        EXPECT(spins_on());
        EXPECT_OK(seL4_TCB_Suspend(guest.tcb));
    }
}

TEST(the_thread_of_a_running_guest)
{
    for (unsigned core = 1; core < core_count(); core++) {
        spinning_guest(core);
        EXPECT_OK(seL4_ARM_VCPU_WriteRegs(guest.vcpu, seL4_VCPUReg_TPIDR_EL1, 0x77 + core));
        EXPECT_OK(seL4_CNode_Delete(ROOT, guest.tcb, DEPTH));
        expect_still(guest_words(&guest, GUEST_DATA));
        EXPECT_EQ(guest_register(&guest, seL4_VCPUReg_TPIDR_EL1), 0x77 + core);
        EXPECT_OK(seL4_ARM_VCPU_SetTCB(guest.vcpu, new_object(seL4_TCBObject, 0)));
    }
}

static void signal_forever(void *argument)
{
    for (;;)
        seL4_Signal(*(seL4_CPtr *)argument);
}

/* From then on its system calls go to its own EL1, where nothing is. */
TEST(a_running_thread_gets_a_vcpu)
{
    static seL4_CPtr unheard;

    unheard = new_badged(new_notification(), seL4_AllRights, 1);
    for (unsigned core = 1; core < core_count(); core++) {
        seL4_CPtr handler = new_badged(new_endpoint(), seL4_AllRights, 1);
        struct alloc_thread *thread = thread_on(core, signal_forever, &unheard, handler);
        seL4_CPtr vcpu = new_object(seL4_ARM_VCPUObject, 0);

        test_spin_until(test_now() + SPIN_US);
        EXPECT_EQ(poll(unheard), 1);
        EXPECT_OK(seL4_ARM_VCPU_WriteRegs(vcpu, seL4_VCPUReg_VBAR, GUEST_RAM));
        EXPECT_OK(seL4_ARM_VCPU_SetTCB(vcpu, thread->tcb));
        test_patience = PATIENCE;
        struct message fault = fault_take(handler, new_reply(), seL4_Fault_VMFault, 4);
        EXPECT_EQ(fault.words[seL4_VMFault_IP], GUEST_RAM + 0x400);
        EXPECT_EQ(fault.words[seL4_VMFault_PrefetchFault], 1);
    }
}

/* The vCPU goes to a thread of another core, and the first one is native from then on. */
TEST(the_vcpu_goes_to_a_thread_of_another_core)
{
    spinning_guest(1);
    seL4_Word before = spins();
    struct alloc_thread *thread = new_bare_thread(100, 0);
    EXPECT_OK(seL4_ARM_VCPU_SetTCB(guest.vcpu, thread->tcb));
    EXPECT(wait_for(guest_words(&guest, GUEST_DATA), before + 100));
    EXPECT_OK(seL4_TCB_Suspend(guest.tcb));
    expect_still(guest_words(&guest, GUEST_DATA));
}
