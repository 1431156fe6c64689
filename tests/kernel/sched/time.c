/* SPDX-License-Identifier: BSD-2-Clause */
/* Budgets: charged, used up, given back in time, and reported. */
#include "tests/kernel/sched/spin.h"

static struct spinner one, two;

TEST(sleeping_takes_as_long_as_it_should)
{
    for (uint64_t duration = 2000; duration <= 32000; duration *= 2) {
        uint64_t start = test_now();

        test_sleep(duration);
        EXPECT(near(test_now() - start, duration, 50));
    }
}

TEST(a_budget_is_all_a_thread_gets)
{
    spinner_start(&one, 100, 1000, 10000);
    test_sleep(50000);
    EXPECT(near(consumed(one.thread->sched_context), 5000, 60));
    EXPECT(near(spinner_ran(&one), 5000, 150));
    /* Reading resets. */
    EXPECT_EQ(consumed(one.thread->sched_context), 0);
}

TEST(it_comes_back_every_period)
{
    spinner_start(&one, 100, 500, 5000);
    test_sleep(52000);
    EXPECT(near(one.count, 11, 0));
    for (unsigned i = 1; i + 1 < one.count; i++) {
        EXPECT(near(one.start[i] - one.start[i - 1], 5000, 15));
        EXPECT(near(one.end[i] - one.start[i], 500, 40));
    }
}

TEST(two_budgets_and_the_rest)
{
    spinner_start(&one, 100, 2000, 10000);
    spinner_start(&two, 90, 3000, 10000);
    test_sleep(40000);
    EXPECT(near(consumed(one.thread->sched_context), 8000, 60));
    EXPECT(near(consumed(two.thread->sched_context), 12000, 60));
}

TEST(round_robin_takes_turns)
{
    spinner_start(&one, 100, 1000, 1000);
    spinner_start(&two, 100, 1000, 1000);
    test_sleep(20000);
    EXPECT(near(spinner_ran(&one), 10000, 1100));
    EXPECT(near(spinner_ran(&two), 10000, 1100));
    EXPECT(one.count >= 9 && two.count >= 9);
    for (unsigned i = 1; i + 1 < one.count; i++)
        EXPECT(near(one.end[i] - one.start[i], 1000, 50));
}

/* Round robin with nobody beside it never stops. */
TEST(round_robin_alone)
{
    spinner_start(&one, 100, 1000, 1000);
    test_sleep(20000);
    EXPECT_EQ(one.count, 1);
    EXPECT(near(spinner_ran(&one), 20000, 100));
}

TEST(a_lower_thread_gets_what_is_left)
{
    spinner_start(&one, 100, 6000, 10000);
    spinner_start(&two, 50, 10000, 10000);
    test_sleep(50000);
    EXPECT(near(spinner_ran(&one), 30000, 300));
    EXPECT(near(spinner_ran(&two), 20000, 400));
}

/* ---- in pieces ---- */

struct worker {
    seL4_CPtr notification;
    uint64_t work;
    volatile unsigned rounds;
};

static void work_on_signal(void *argument)
{
    struct worker *worker = argument;

    for (;;) {
        seL4_Wait(worker->notification, NULL);
        test_spin_until(test_now() + worker->work);
        worker->rounds++;
    }
}

static struct worker worker;

static struct alloc_thread *start_worker(seL4_Word budget, seL4_Word period, seL4_Word refills,
                                         seL4_Word flags)
{
    struct alloc_thread *thread = new_thread_with(&(struct alloc_thread_options){
        .entry = work_on_signal, .argument = &worker, .priority = 100, .passive = true});
    seL4_CPtr context = new_object(seL4_SchedContextObject, 9);

    worker = (struct worker){.notification = new_notification(), .work = 300};
    REQUIRE_OK(
        seL4_SchedControl_ConfigureFlags(CONTROL, context, budget, period, refills, 0, flags));
    REQUIRE_OK(seL4_SchedContext_Bind(context, thread->tcb));
    thread->sched_context = context;
    settle();
    return thread;
}

/* Never more than the budget in any period, however the work is spread: 300 every 1,000 of a budget
 * of 1,000 in 10,000. */
static void in_pieces(seL4_Word refills, seL4_Word flags)
{
    struct alloc_thread *thread = start_worker(1000, 10000, refills, flags);
    seL4_Word used[40];

    consumed(thread->sched_context);
    for (unsigned i = 0; i < 40; i++) {
        seL4_Signal(worker.notification);
        test_sleep(1001);
        used[i] = consumed(thread->sched_context);
    }
    for (unsigned i = 0; i + 10 <= 40; i++) {
        seL4_Word sum = 0;

        for (unsigned j = i; j < i + 10; j++)
            sum += used[j];
        EXPECT(sum <= 1000 + 60);
    }
    thread->sched_context = 0;
}

TEST(never_more_than_the_budget_in_a_period)
{
    in_pieces(0, 0);
    in_pieces(8, 0);
    in_pieces(0, seL4_SchedContext_Sporadic);
    in_pieces(8, seL4_SchedContext_Sporadic);
}

TEST(work_within_the_budget_is_never_held_up)
{
    struct alloc_thread *thread = start_worker(500, 1000, 6, 0);

    for (unsigned i = 0; i < 20; i++) {
        seL4_Signal(worker.notification);
        test_sleep(1001);
        EXPECT_EQ(worker.rounds, i + 1);
    }
    thread->sched_context = 0;
}

/* ---- yielding ---- */

static volatile uint64_t yields[8];

static void yield_and_note(void *argument)
{
    for (unsigned i = 0; i < 8; i++) {
        yields[i] = test_now();
        seL4_Yield();
    }
}

TEST(yield_waits_for_the_next_period)
{
    struct alloc_thread *thread = new_thread_with(&(struct alloc_thread_options){
        .entry = yield_and_note, .priority = 100, .budget = 500, .period = 3000});

    test_sleep(30000);
    for (unsigned i = 1; i < 8; i++)
        EXPECT(near(yields[i] - yields[i - 1], 3000, 15));
    /* Of the budgets it threw away it used next to nothing. */
    EXPECT(consumed(thread->sched_context) < 300);
}

/* ---- changes while it runs ---- */

TEST(a_new_budget_for_a_running_thread)
{
    spinner_start(&one, 100, 1000, 10000);
    test_sleep(30000);
    consumed(one.thread->sched_context);
    EXPECT_OK(seL4_SchedControl_Configure(CONTROL, one.thread->sched_context, 5000, 10000, 0, 0));
    test_sleep(40000);
    EXPECT(near(consumed(one.thread->sched_context), 20000, 4100));
    EXPECT_OK(seL4_SchedControl_Configure(CONTROL, one.thread->sched_context, 100, 10000, 0, 0));
    test_sleep(40000);
    EXPECT(consumed(one.thread->sched_context) <= 5600);
}

/* Configuring again and again must not hand out more time. */
TEST(configuring_gives_no_extra_time)
{
    spinner_start(&one, 100, 1000, 20000);
    for (unsigned i = 0; i < 15; i++) {
        test_sleep(1100);
        EXPECT_OK(
            seL4_SchedControl_Configure(CONTROL, one.thread->sched_context, 1000, 20000, 0, 0));
    }
    EXPECT(consumed(one.thread->sched_context) <= 1100);
}

TEST(taking_the_context_away)
{
    spinner_start(&one, 100, 1000, 1000);
    test_sleep(3000);
    EXPECT_OK(seL4_SchedContext_Unbind(one.thread->sched_context));
    uint64_t ran = spinner_ran(&one);
    test_sleep(3000);
    EXPECT_EQ(spinner_ran(&one), ran);
    EXPECT_OK(seL4_SchedContext_Bind(one.thread->sched_context, one.thread->tcb));
    test_sleep(3000);
    EXPECT(near(spinner_ran(&one), ran + 3000, 100));
    EXPECT_OK(seL4_CNode_Delete(ROOT, one.thread->sched_context, DEPTH));
    ran = spinner_ran(&one);
    test_sleep(3000);
    EXPECT_EQ(spinner_ran(&one), ran);
}

TEST(deleting_a_thread_that_waits_for_its_budget)
{
    spinner_start(&one, 100, 100, 5000);
    spinner_start(&two, 99, 100, 5000);
    test_sleep(2000);
    EXPECT_OK(seL4_CNode_Delete(ROOT, one.thread->tcb, DEPTH));
    test_sleep(12000);
    EXPECT_EQ(one.count, 1);
    EXPECT_EQ(two.count, 3);
}

/* ---- waking ---- */

static volatile uint64_t woken_at, resumed_at;

static void yield_and_look(void *argument)
{
    seL4_Yield();
    woken_at = test_now();
}

static void resume_and_spin(void *argument)
{
    test_spin_until(test_now() + 1000);
    seL4_TCB_Resume(*(seL4_CPtr *)argument);
    resumed_at = test_now();
    test_spin_until(resumed_at + 20000);
}

/* Resumed while its budget is used up, it runs as soon as there is some, though whoever runs
 * meanwhile does not enter the kernel. */
TEST(woken_without_budget)
{
    static seL4_CPtr sleeper;

    woken_at = 0;
    uint64_t begin = test_now();
    sleeper = new_thread_with(
                  &(struct alloc_thread_options){
                      .entry = yield_and_look, .priority = 100, .budget = 500, .period = 4000})
                  ->tcb;
    test_sleep(1001);
    EXPECT_OK(seL4_TCB_Suspend(sleeper));
    new_thread_with(&(struct alloc_thread_options){.entry = resume_and_spin,
                                                   .argument = &sleeper,
                                                   .priority = 50,
                                                   .budget = 30000,
                                                   .period = 30000});
    test_sleep(25000);
    EXPECT(near(resumed_at, begin + 2000, 300));
    EXPECT(near(woken_at, begin + 4000, 300));
}
