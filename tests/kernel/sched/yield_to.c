/* SPDX-License-Identifier: BSD-2-Clause */
/* SchedContext_YieldTo: who runs then, who waits, and what is answered. */
#include "tests/kernel/sched/spin.h"

static struct spinner one, two;

TEST(yieldto_runs_an_equal)
{
    spinner_start(&one, 255, 1000, 1000);
    consumed(one.thread->sched_context);
    seL4_SchedContext_YieldTo_t answer = seL4_SchedContext_YieldTo(one.thread->sched_context);
    EXPECT_OK(answer.error);
    EXPECT(one.count > 0);
    EXPECT(answer.consumed > 0);
    REQUIRE_OK(seL4_TCB_Suspend(one.thread->tcb));
}

static seL4_CPtr notification;

static void work_once(void *argument)
{
    for (;;) {
        seL4_Wait(notification, NULL);
        test_spin_until(test_now() + 300);
    }
}

/* Who cannot run is not waited for; what he used is answered, once. */
TEST(yieldto_somebody_who_sleeps)
{
    notification = new_notification();
    struct alloc_thread *thread = new_thread(work_once, NULL, 100);
    settle();
    consumed(thread->sched_context);
    seL4_Signal(notification);
    settle();
    seL4_SchedContext_YieldTo_t answer = seL4_SchedContext_YieldTo(thread->sched_context);
    EXPECT_OK(answer.error);
    EXPECT(near(answer.consumed, 300, 20));
    EXPECT_EQ(seL4_SchedContext_YieldTo(thread->sched_context).consumed, 0);
}

/* Nor who waits for his budget. */
TEST(yieldto_somebody_without_budget)
{
    spinner_start(&one, 255, 200, 20000);
    test_sleep(1000);
    uint64_t begin = test_now();
    seL4_SchedContext_YieldTo_t answer = seL4_SchedContext_YieldTo(one.thread->sched_context);
    EXPECT(test_now() - begin < 20);
    EXPECT(near(answer.consumed, 200, 20));
}

/* What is answered is what was used before and while the caller waited. */
TEST(yieldto_answers_all_that_was_used)
{
    spinner_start(&one, 255, 1000, 1000);
    consumed(one.thread->sched_context);
    uint64_t begin = test_now();
    seL4_SchedContext_YieldTo_t answer = seL4_SchedContext_YieldTo(one.thread->sched_context);
    EXPECT(near(test_now() - begin, 1000, 50));
    EXPECT(near(answer.consumed, 1000, 30));
    answer = seL4_SchedContext_YieldTo(one.thread->sched_context);
    EXPECT(near(answer.consumed, 1000, 30));
    EXPECT(consumed(one.thread->sched_context) < 20);
    REQUIRE_OK(seL4_TCB_Suspend(one.thread->tcb));
}

/* A lower one does not run at once, but before its equals when their time comes. */
TEST(yieldto_somebody_lower)
{
    spinner_start(&one, 100, 1000, 1000);
    spinner_start(&two, 100, 1000, 1000);
    uint64_t begin = test_now();
    EXPECT_OK(seL4_SchedContext_YieldTo(two.thread->sched_context).error);
    EXPECT(test_now() - begin < 20);
    EXPECT_EQ(two.count, 0);
    test_sleep(500);
    EXPECT_EQ(one.count, 0);
    EXPECT_EQ(two.count, 1);
}

static struct job job, other;

/* Its one call is YieldTo. */
static void start_yielder(struct job *yielder, long number, seL4_Word priority)
{
    *yielder = (struct job){.number = number,
                            .cap = one.thread->sched_context,
                            .label = SchedContextYieldTo,
                            .words = {0xa0, 0xa1, 0xa2, 0xa3},
                            .priority = priority};
    job_start(yielder);
}

/* The caller runs first, the target is its equal. */
static void start_pair(long number, seL4_Word budget, seL4_Word period)
{
    spinner_start(&one, 50, budget, period);
    start_yielder(&job, number, 100);
    EXPECT_OK(seL4_TCB_SetPriority(one.thread->tcb, SELF, 100));
}

TEST(a_caller_waits)
{
    start_pair(seL4_SysCall, 3000, 20000);
    test_sleep(2000);
    EXPECT(!job.done);
    EXPECT_EQ(one.count, 1);
    test_sleep(2000);
    EXPECT(job.done);
    EXPECT_EQ(job.message.label, 0);
    EXPECT_EQ(job.message.length, 1);
    EXPECT(near(job.message.words[0], 3000, 30));
}

/* Sent and not called there is no answer: the message registers stay. */
TEST(yieldto_by_send_answers_nothing)
{
    start_pair(seL4_SysSend, 3000, 20000);
    test_sleep(2000);
    EXPECT(!job.done);
    test_sleep(2000);
    EXPECT(job.done);
    for (unsigned i = 0; i < 4; i++)
        EXPECT_EQ(job.received[i], 0xa0 + i);
}

/* The caller may be stopped meanwhile. Then nobody takes what the target uses. */
TEST(a_caller_that_is_stopped)
{
    start_pair(seL4_SysCall, 9000, 10000);
    test_sleep(2000);
    EXPECT(!job.done);
    EXPECT_OK(seL4_TCB_Suspend(job.thread->tcb));
    test_sleep(10000);
    EXPECT(!job.done);
    EXPECT_OK(seL4_TCB_Resume(job.thread->tcb));
    test_sleep(10000);
    EXPECT(job.done);
    EXPECT(consumed(one.thread->sched_context) > 5000);
}

/* A second caller of the same target takes the first one's place; both go on. */
TEST(two_callers_of_one_target)
{
    start_pair(seL4_SysCall, 3000, 20000);
    test_sleep(1001);
    EXPECT(!job.done);
    start_yielder(&other, seL4_SysCall, 101);
    EXPECT_OK(seL4_TCB_SetPriority(one.thread->tcb, SELF, 101));
    test_sleep(10000);
    EXPECT(job.done);
    EXPECT(other.done);
    EXPECT_EQ(job.message.label, 0);
    EXPECT_EQ(other.message.label, 0);
    EXPECT(near(job.message.words[0] + other.message.words[0], 3000, 50));
}

TEST(the_target_goes_away)
{
    for (unsigned i = 0; i < 3; i++) {
        start_pair(seL4_SysCall, 9000, 100000);
        test_sleep(2000);
        EXPECT(!job.done);
        if (i == 0)
            EXPECT_OK(seL4_CNode_Delete(ROOT, one.thread->tcb, DEPTH));
        else if (i == 1)
            EXPECT_OK(seL4_CNode_Delete(ROOT, one.thread->sched_context, DEPTH));
        else
            EXPECT_OK(seL4_SchedContext_Unbind(one.thread->sched_context));
        test_sleep(2000);
        EXPECT(job.done);
        EXPECT_EQ(job.message.label, 0);
    }
}

TEST(the_caller_goes_away)
{
    start_pair(seL4_SysCall, 9000, 100000);
    test_sleep(2000);
    EXPECT_OK(seL4_CNode_Delete(ROOT, job.thread->tcb, DEPTH));
    test_sleep(2000);
    EXPECT(near(spinner_ran(&one), 4000, 200));
    EXPECT(consumed(one.thread->sched_context) > 3000);
}
