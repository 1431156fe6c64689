/* SPDX-License-Identifier: BSD-2-Clause */
/* Priorities and what may be given; SetSchedParams; suspend and resume; who runs. */
#include "tests/kernel/harness/code.h"
#include "tests/kernel/harness/job.h"

static seL4_CPtr tcb;

TEST(priority_is_bounded_by_the_authoritys_mcp)
{
    struct alloc_thread *authority = new_bare_thread(50, 0);

    tcb = new_object(seL4_TCBObject, 0);
    REQUIRE_OK(seL4_TCB_SetMCPriority(authority->tcb, SELF, 70));
    EXPECT_OK(seL4_TCB_SetPriority(tcb, authority->tcb, 70));
    EXPECT_ERROR(seL4_TCB_SetPriority(tcb, authority->tcb, 71), seL4_RangeError, 0, 70);
    EXPECT_ERROR(seL4_TCB_SetMCPriority(tcb, authority->tcb, 255), seL4_RangeError, 0, 70);
    EXPECT_ERROR(seL4_TCB_SetPriority(tcb, SELF, 256), seL4_RangeError, 0, 255);
    EXPECT_ERROR(seL4_TCB_SetPriority(tcb, SELF, ~0UL), seL4_RangeError, 0, 255);
    EXPECT_ERROR(seL4_TCB_SetPriority(tcb, ROOT, 1), seL4_InvalidCapability, 1);
    EXPECT_ERROR(seL4_TCB_SetMCPriority(tcb, new_slot(), 1), seL4_InvalidCapability, 1);
    EXPECT_OK(seL4_TCB_SetMCPriority(tcb, authority->tcb, 70));
    EXPECT_OK(seL4_TCB_SetMCPriority(tcb, authority->tcb, 0));
}

TEST(sched_params)
{
    seL4_CPtr context = new_sched_context(1000, 1000, 0, 0), other;
    struct alloc_thread *authority = new_bare_thread(50, 0);

    tcb = new_object(seL4_TCBObject, 0);
    REQUIRE_OK(seL4_TCB_SetMCPriority(authority->tcb, SELF, 70));
    EXPECT_ERROR(seL4_TCB_SetSchedParams(tcb, ROOT, 1, 1, context, 0), seL4_InvalidCapability, 1);
    EXPECT_ERROR(seL4_TCB_SetSchedParams(tcb, authority->tcb, 71, 1, context, 0), seL4_RangeError,
                 0, 70);
    EXPECT_ERROR(seL4_TCB_SetSchedParams(tcb, authority->tcb, 1, 71, context, 0), seL4_RangeError,
                 0, 70);
    EXPECT_ERROR(seL4_TCB_SetSchedParams(tcb, SELF, 1, 1, ROOT, 0), seL4_InvalidCapability, 2);
    EXPECT_OK(seL4_TCB_SetSchedParams(tcb, SELF, 1, 1, context, 0));
    /* The same again is no change. */
    EXPECT_OK(seL4_TCB_SetSchedParams(tcb, SELF, 1, 1, context, 0));
    other = new_sched_context(1000, 1000, 0, 0);
    EXPECT_ERROR(seL4_TCB_SetSchedParams(tcb, SELF, 1, 1, other, 0), seL4_IllegalOperation);
    EXPECT_ERROR(seL4_TCB_SetSchedParams(new_object(seL4_TCBObject, 0), SELF, 1, 1, context, 0),
                 seL4_IllegalOperation);
    EXPECT_OK(seL4_TCB_SetSchedParams(tcb, SELF, 1, 1, 0, 0));
    EXPECT_OK(seL4_TCB_SetSchedParams(tcb, SELF, 1, 1, other, 0));
    EXPECT_ERROR(seL4_TCB_SetSchedParams(SELF, SELF, 255, 255, 0, 0), seL4_IllegalOperation);
}

/* ---- who runs ---- */

static volatile unsigned order;

static void note(void *argument)
{
    order = order * 10 + (unsigned)(seL4_Word)argument;
}

static unsigned run_three(seL4_Word a, seL4_Word b, seL4_Word c)
{
    order = 0;
    new_thread(note, (void *)1, a);
    new_thread(note, (void *)2, b);
    new_thread(note, (void *)3, c);
    settle();
    return order;
}

TEST(higher_priorities_run_first)
{
    EXPECT_EQ(run_three(10, 20, 30), 321);
    EXPECT_EQ(run_three(70, 5, 200), 312);
    EXPECT_EQ(run_three(64, 63, 65), 312);
    EXPECT_EQ(run_three(40, 40, 40), 123);
}

TEST(a_raised_priority_counts_at_once)
{
    order = 0;
    struct alloc_thread *first = new_thread(note, (void *)1, 10);
    new_thread(note, (void *)2, 20);
    REQUIRE_OK(seL4_TCB_SetPriority(first->tcb, SELF, 30));
    settle();
    EXPECT_EQ(order, 12);
}

/* Lowering one's own priority lets a higher thread run before the call returns. */
TEST(lowering_ones_own_priority)
{
    order = 0;
    new_thread(note, (void *)1, 30);
    EXPECT_OK(seL4_TCB_SetPriority(SELF, SELF, 20));
    EXPECT_EQ(order, 1);
    EXPECT_OK(seL4_TCB_SetPriority(SELF, SELF, 255));
}

TEST(resuming_a_higher_thread_preempts)
{
    order = 0;
    struct alloc_thread *thread = new_thread(note, (void *)1, 30);
    REQUIRE_OK(seL4_TCB_Suspend(thread->tcb));
    settle();
    EXPECT_EQ(order, 0);
    EXPECT_OK(seL4_TCB_SetPriority(SELF, SELF, 20));
    EXPECT_OK(seL4_TCB_Resume(thread->tcb));
    EXPECT_EQ(order, 1);
    EXPECT_OK(seL4_TCB_SetPriority(SELF, SELF, 255));
}

static void yield_three_times(void *argument)
{
    for (unsigned i = 0; i < 3; i++) {
        note(argument);
        seL4_Yield();
    }
}

TEST(yield_takes_turns)
{
    order = 0;
    new_thread(yield_three_times, (void *)1, 40);
    new_thread(yield_three_times, (void *)2, 40);
    settle();
    EXPECT_EQ(order, 121212);
}

/* ---- suspend and resume ---- */

TEST(a_thread_without_context_does_not_run)
{
    order = 0;
    struct alloc_thread *thread = new_thread_with(&(struct alloc_thread_options){
        .entry = note, .argument = (void *)1, .priority = 40, .passive = true});

    settle();
    EXPECT_EQ(order, 0);
    EXPECT_OK(seL4_TCB_Resume(thread->tcb));
    settle();
    EXPECT_EQ(order, 0);
    EXPECT_OK(seL4_SchedContext_Bind(new_sched_context(1000, 1000, 0, 0), thread->tcb));
    settle();
    EXPECT_EQ(order, 1);
}

TEST(suspending_oneself)
{
    order = 0;
    /* rt's thread suspends itself when its function returns; resumed, it does so again. */
    struct alloc_thread *thread = new_thread(note, (void *)1, 40);

    settle();
    EXPECT_EQ(order, 1);
    EXPECT_OK(seL4_TCB_Resume(thread->tcb));
    settle();
    EXPECT_EQ(order, 1);
    EXPECT_OK(seL4_TCB_Suspend(thread->tcb));
    EXPECT_OK(seL4_TCB_Suspend(thread->tcb));
}

static void signal_forever(void *argument)
{
    for (;;) {
        seL4_Signal((seL4_CPtr)argument);
        order++;
    }
}

TEST(deleting_a_running_thread)
{
    seL4_CPtr notification = new_notification();
    struct alloc_thread *thread = new_thread(signal_forever, (void *)notification, 255);

    order = 0;
    seL4_Yield();
    EXPECT(order > 0);
    EXPECT_OK(seL4_CNode_Delete(ROOT, thread->tcb, DEPTH));
    unsigned stopped = order;
    seL4_Yield();
    EXPECT_EQ(order, stopped);
}

/* A fresh thread has neither spaces nor registers: it faults without end to nobody. */
TEST(a_thread_that_was_never_configured)
{
    tcb = new_object(seL4_TCBObject, 0);
    EXPECT_OK(seL4_SchedContext_Bind(new_sched_context(1000, 1000, 0, 0), tcb));
    EXPECT_OK(seL4_TCB_SetPriority(tcb, SELF, 50));
    EXPECT_OK(seL4_TCB_Resume(tcb));
    settle();
    EXPECT_OK(seL4_TCB_Suspend(tcb));
}
