/* SPDX-License-Identifier: BSD-2-Clause */
/* Whose time it is: slices follow each other to the tick, and nobody runs in another's. */
#include "tests/kernel/domain/domain.h"

/* From the timer's tick to a thread that sees it: the kernel, and a round of the thread's loop. */
#define LATE ticks(3)

static struct runner zero, one, two;

static uint64_t consumed(seL4_CPtr context)
{
    seL4_SchedContext_Consumed_t answer = seL4_SchedContext_Consumed(context);

    EXPECT_OK(answer.error);
    return answer.consumed;
}

/* Each slice begins `period` ticks after the one before, from the first whole one to the last. */
static void expect_slices(const struct runner *runner, uint64_t length, uint64_t period)
{
    REQUIRE(runner->count > 3);
    for (unsigned i = 1; i + 1 < runner->count; i++) {
        EXPECT(within(runner->start[i], runner->start[1] + (i - 1) * period, LATE));
        EXPECT(within(runner->end[i] - runner->start[i], length, LATE));
    }
}

TEST(two_domains_take_turns)
{
    runner_start(&zero, 0, 100);
    runner_start(&one, 1, 100);
    schedule({0, 700}, {1, 300});
    domain_sleep(20000);
    EXPECT(one.count >= 19);
    expect_slices(&zero, ticks(700), ticks(1000));
    expect_slices(&one, ticks(300), ticks(1000));
    EXPECT(!runners_overlap(&zero, &one));
    schedule_boot();
}

/* Thousands of slices later the schedule is where it should be: lateness does not add up. */
TEST(there_is_no_drift)
{
    runner_start(&one, 1, 100);
    EXPECT_OK(seL4_TCB_Suspend(one.thread->tcb));
    schedule({0, 70}, {1, 30});
    uint64_t begin = ticks_now();
    for (unsigned i = 1; i <= 5; i++) {
        domain_sleep(30000 + i * 1000);
        unsigned count = one.count;
        EXPECT_OK(seL4_TCB_Resume(one.thread->tcb));
        domain_sleep(1000);
        REQUIRE(one.count > count + 2);
        /* Domain 1's slices end whole hundreds of microseconds after the start. */
        uint64_t off = (one.end[count + 1] - begin + ticks(50)) % ticks(100);
        EXPECT(within(off, ticks(50), LATE));
        EXPECT_OK(seL4_TCB_Suspend(one.thread->tcb));
    }
    schedule_boot();
}

/* Every domain by its number, with slices of lengths of their own, and an empty one between. */
TEST(three_domains_and_an_empty_one)
{
    runner_start(&zero, 0, 100);
    runner_start(&one, 15, 1);
    runner_start(&two, 7, 254);
    schedule({0, 1000}, {15, 400}, {3, 600}, {7, 200}, {15, 100});
    domain_sleep(23000);
    EXPECT(!runners_overlap(&zero, &one));
    EXPECT(!runners_overlap(&zero, &two));
    EXPECT(!runners_overlap(&one, &two));
    expect_slices(&two, ticks(200), ticks(2300));
    for (unsigned i = 0; i + 1 < two.count; i++) {
        EXPECT(within(one.end[2 * i] - one.start[2 * i], ticks(400), LATE));
        EXPECT(within(two.start[i] - one.end[2 * i], ticks(600), LATE));
        EXPECT(within(one.end[2 * i + 1] - one.start[2 * i + 1], ticks(100), LATE));
    }
    schedule_boot();
}

/* The highest priority runs, but only among those of the domain. */
TEST(a_low_thread_runs_in_its_own_slice)
{
    runner_start(&zero, 0, 200);
    runner_start(&one, 1, 0);
    runner_start(&two, 1, 1);
    schedule({0, 500}, {1, 500});
    domain_sleep(10000);
    EXPECT_EQ(one.count, 0);
    EXPECT(within(runner_ran(&two), ticks(5000), ticks(550)));
    EXPECT(within(runner_ran(&zero), ticks(5000), ticks(550)));
    /* Priorities change in a queue whose time it is not. */
    EXPECT_OK(seL4_TCB_SetPriority(one.thread->tcb, SELF, 2));
    uint64_t before = runner_ran(&two);
    domain_sleep(10000);
    EXPECT(one.count >= 9);
    EXPECT(within(runner_ran(&two), before, ticks(10)));
    schedule_boot();
}

/* A slice ends in the middle of a round: it is the same thread's turn in the next one. */
TEST(a_turn_survives_the_end_of_a_slice)
{
    seL4_CPtr control = rt_bootinfo()->schedcontrol.start;

    runner_start(&one, 1, 100);
    runner_start(&two, 1, 100);
    EXPECT_OK(seL4_SchedControl_Configure(control, one.thread->sched_context, 1000, 1000, 0, 0));
    EXPECT_OK(seL4_SchedControl_Configure(control, two.thread->sched_context, 1000, 1000, 0, 0));
    schedule({0, 300}, {1, 400});
    domain_sleep(14000);
    /* Each has 1,000 at a time, of slices of 400: 400, 400 and 200, then the other has 200. */
    const struct runner *first = one.start[0] < two.start[0] ? &one : &two;
    const struct runner *second = first == &one ? &two : &one;
    REQUIRE(first->count > 3 && second->count > 3);
    EXPECT(within(first->start[1], first->start[0] + ticks(700), LATE));
    EXPECT(within(first->start[2], first->start[0] + ticks(1400), LATE));
    EXPECT(within(second->start[0], first->start[2] + ticks(200), 3 * LATE));
    EXPECT(within(second->start[1], first->start[0] + ticks(2100), LATE));
    EXPECT(within(runner_ran(&one), runner_ran(&two), ticks(1000)));
    EXPECT(!runners_overlap(&one, &two));
    schedule_boot();
}

/* ---- what time costs ---- */

TEST(another_domains_time_is_not_charged)
{
    runner_start(&zero, 0, 100);
    runner_start(&one, 1, 100);
    consumed(zero.thread->sched_context);
    schedule({0, 600}, {1, 200}, {2, 1200});
    domain_sleep(20000);
    EXPECT(within(consumed(zero.thread->sched_context), 6000, 650));
    EXPECT(within(consumed(one.thread->sched_context), 2000, 250));
    schedule_boot();
}

/* A budget comes back while another domain runs, and what was not had is not saved up. */
TEST(budgets_go_on_in_other_domains)
{
    seL4_CPtr control = rt_bootinfo()->schedcontrol.start;

    runner_start(&one, 1, 100);
    EXPECT_OK(seL4_SchedControl_Configure(control, one.thread->sched_context, 200, 1000, 0, 0));
    schedule({1, 500}, {0, 5000});
    domain_sleep(22000);
    REQUIRE(one.count >= 4);
    for (unsigned i = 0; i < one.count; i++)
        EXPECT(one.end[i] - one.start[i] <= ticks(200) + LATE);
    /* Never more than one in a slice, which is shorter than the period. */
    for (unsigned i = 1; i + 1 < one.count; i++)
        EXPECT(within(one.start[i] - one.start[i - 1], ticks(5500), LATE));
    schedule_boot();
}

/* A sleeper's time comes in a slice of others: it runs when its own domain next does. */
TEST(a_timeout_in_another_domains_slice)
{
    schedule({0, 1000}, {1, 9000});
    uint64_t begin = ticks_now();
    domain_sleep(2000);
    EXPECT(within(ticks_now() - begin, ticks(10000), ticks(20)));
    begin = ticks_now();
    /* Well before the slice's end it is as exact as ever. */
    domain_sleep(400);
    EXPECT(within(ticks_now() - begin, ticks(400), ticks(20)));
    schedule_boot();
}

/* ---- changes ---- */

TEST(a_start_takes_effect_at_once)
{
    runner_start(&one, 1, 100);
    schedule({0, 1000000}, {1, 1000}, {0, 1000000});
    domain_sleep(2000);
    EXPECT_EQ(one.count, 0);
    /* In the middle of the first slice the second one starts, in full. */
    uint64_t begin = ticks_now();
    EXPECT_OK(seL4_DomainSet_ScheduleSetStart(DOMAIN, 2));
    EXPECT(within(ticks_now() - begin, ticks(1000), ticks(20)));
    EXPECT_EQ(one.count, 1);
    EXPECT(within(runner_ran(&one), ticks(1000), LATE));
    /* The same entry again begins again. */
    domain_sleep(2000);
    EXPECT_OK(seL4_DomainSet_ScheduleSetStart(DOMAIN, 3));
    domain_sleep(2000);
    EXPECT_EQ(one.count, 1);
    schedule_boot();
}

TEST(an_entry_that_runs_goes_on_as_it_was)
{
    runner_start(&one, 1, 100);
    schedule({0, 2000}, {1, 500});
    uint64_t begin = ticks_now();
    /* Shorter from the next round on. */
    EXPECT_OK(seL4_DomainSet_ScheduleConfigure(DOMAIN, 1, 0, ticks(1000)));
    EXPECT_OK(seL4_DomainSet_ScheduleConfigure(DOMAIN, 2, 1, ticks(250)));
    domain_sleep(8000);
    REQUIRE(one.count > 3);
    EXPECT(within(one.start[0] - begin, ticks(2000), ticks(20)));
    expect_slices(&one, ticks(250), ticks(1250));
    schedule_boot();
}

/* Two schedules in one array; the end marker between them leads back to where the start is. */
TEST(two_schedules)
{
    runner_start(&one, 1, 100);
    runner_start(&two, 2, 100);
    for (unsigned i = 0; i < 2; i++) {
        REQUIRE_OK(seL4_DomainSet_ScheduleConfigure(DOMAIN, 10 + 3 * i, 0, ticks(400)));
        REQUIRE_OK(seL4_DomainSet_ScheduleConfigure(DOMAIN, 11 + 3 * i, 1 + i, ticks(600)));
    }
    EXPECT_OK(seL4_DomainSet_ScheduleSetStart(DOMAIN, 10));
    domain_sleep(10000);
    EXPECT(one.count >= 9);
    EXPECT_EQ(two.count, 0);
    unsigned count = one.count;
    EXPECT_OK(seL4_DomainSet_ScheduleSetStart(DOMAIN, 13));
    domain_sleep(10000);
    EXPECT_EQ(one.count, count);
    EXPECT(two.count >= 9);
    schedule_boot();
    for (unsigned i = 10; i < 15; i++)
        EXPECT_OK(seL4_DomainSet_ScheduleConfigure(DOMAIN, i, 0, 0));
}

/* All 99 entries that can be set; the last leads to the start, which is in the middle. */
TEST(the_longest_schedule)
{
    runner_start(&one, 1, 100);
    runner_start(&two, 2, 100);
    REQUIRE_OK(seL4_DomainSet_ScheduleConfigure(DOMAIN, 98, 2, ticks(150)));
    for (unsigned i = 1; i < 98; i++)
        REQUIRE_OK(seL4_DomainSet_ScheduleConfigure(DOMAIN, i, i & 1, ticks(50)));
    EXPECT_OK(seL4_DomainSet_ScheduleSetStart(DOMAIN, 50));
    domain_sleep(10 * 2550);
    /* 24 times domain 1 between two of domain 2. */
    REQUIRE(two.count > 3);
    expect_slices(&two, ticks(150), ticks(2550));
    unsigned between = 0;
    for (unsigned i = 0; i < one.count; i++)
        between += one.start[i] > two.start[0] && one.start[i] < two.start[1];
    EXPECT_EQ(between, 24);
    schedule_boot();
    for (unsigned i = 1; i < 99; i++)
        EXPECT_OK(seL4_DomainSet_ScheduleConfigure(DOMAIN, i, 0, 0));
}

/* Entries of a tick each are shorter than a kernel entry: every one has its turn all the same. */
TEST(slices_of_one_tick)
{
    runner_start(&one, 1, 100);
    for (unsigned i = 1; i < 50; i++)
        REQUIRE_OK(seL4_DomainSet_ScheduleConfigure(DOMAIN, i, 1, 1));
    REQUIRE_OK(seL4_DomainSet_ScheduleConfigure(DOMAIN, 50, 0, ticks(1000)));
    EXPECT_OK(seL4_DomainSet_ScheduleSetStart(DOMAIN, 50));
    uint64_t begin = ticks_now();
    domain_sleep(5000);
    EXPECT(ticks_now() - begin < ticks(8000));
    schedule_boot();
    for (unsigned i = 1; i < 51; i++)
        EXPECT_OK(seL4_DomainSet_ScheduleConfigure(DOMAIN, i, 0, 0));
}
