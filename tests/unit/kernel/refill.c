/* SPDX-License-Identifier: BSD-2-Clause */
/* Budgets as refills: what they add up to, and that no period ever gets more than the budget,
 * however a thread runs, sleeps and is charged. Times are ticks. */
#include "tests/unit/kernel/support.h"
#include "abi/sel4/objects.h"
#include "kernel/sched/refill.h"

#define LEAST     20
#define SIZE_BITS 9
#define RUNS      4000

static struct sched_context *context;

static void set_up(void)
{
    context = arena_take(SIZE_BITS);
}

static struct refill *refill_at(uint32_t index)
{
    return &context->refills[(context->refill_head + index) % context->refill_max];
}

static uint64_t sum_of_refills(void)
{
    uint64_t sum = 0;

    for (uint32_t i = 0; i < context->refill_count; i++) {
        sum += refill_at(i)->amount;
    }
    return sum;
}

static void check_ring(void)
{
    assert_in_range(context->refill_count, 1, context->refill_max);
    assert_true(context->refill_head < context->refill_max);
    assert_int_equal(sum_of_refills(), context->budget);
    for (uint32_t i = 1; i < context->refill_count; i++) {
        assert_true(refill_at(i)->time >= refill_at(i - 1)->time + refill_at(i - 1)->amount);
    }
}

static void capacity(void **state)
{
    assert_int_equal(refill_capacity(7), REFILL_MINIMUM);
    for (unsigned bits = 7; bits < 32; bits++) {
        uint64_t room = (BIT(bits) - seL4_CoreSchedContextBytes) / seL4_RefillSizeBytes;

        assert_int_equal(refill_capacity(bits), room);
    }
    assert_int_equal(refill_capacity(47), UINT32_MAX);
}

static void a_fresh_budget(void **state)
{
    set_up();
    refill_start(context, 2, 100, 1000, 5000);
    check_ring();
    assert_false(refill_is_ready(context, 4999));
    assert_true(refill_is_ready(context, 5000));
    assert_true(refill_suffices(context, 80, LEAST));
    assert_false(refill_suffices(context, 81, LEAST));
    assert_false(refill_suffices(context, 101, 0));
}

static void used_at_once(void **state)
{
    set_up();
    refill_start(context, 2, 100, 1000, 0);
    refill_charge(context, 100, LEAST);
    check_ring();
    assert_int_equal(refill_head(context)->time, 1000);
    assert_int_equal(refill_head(context)->amount, 100);
}

static void used_in_part(void **state)
{
    set_up();
    refill_start(context, 3, 100, 1000, 0);
    refill_charge(context, 30, LEAST);
    check_ring();
    assert_int_equal(refill_head(context)->amount, 70);
    assert_int_equal(refill_head(context)->time, 30);
    assert_int_equal(refill_at(1)->time, 1000);
    assert_int_equal(refill_at(1)->amount, 30);
    /* What is left over is too small to run on: it waits for the rest. */
    refill_charge(context, 60, LEAST);
    check_ring();
    assert_true(refill_head(context)->amount >= LEAST);
    assert_true(refill_head(context)->time > 30);
}

static void round_robin(void **state)
{
    set_up();
    refill_start(context, 2, 100, 0, 0);
    assert_true(refill_is_ready(context, 0));
    refill_charge(context, 30, LEAST);
    assert_int_equal(refill_head(context)->amount, 70);
    refill_charge(context, 60, LEAST);
    assert_int_equal(refill_head(context)->amount, 100);
    /* The next turn is shorter by what this one was too long, but it is one. */
    refill_charge(context, 130, LEAST);
    assert_int_equal(refill_head(context)->amount, 70);
    refill_charge(context, 5000, LEAST);
    assert_int_equal(refill_head(context)->amount, LEAST);
    refill_charge(context, 20, LEAST);
    assert_int_equal(refill_head(context)->amount, 100);
    refill_unblock(context, 77777);
    assert_true(refill_is_ready(context, 0));
}

/* ---- a life in random pieces ---- */

static struct {
    uint64_t start, end;
} runs[RUNS];

static uint64_t ran_between(unsigned run_count, unsigned first, uint64_t from, uint64_t to)
{
    uint64_t sum = 0;

    for (unsigned i = first; i < run_count && runs[i].start < to; i++) {
        uint64_t start = max_u64(runs[i].start, from), end = min_u64(runs[i].end, to);
        sum += end > start ? end - start : 0;
    }
    return sum;
}

/* A window that begins where a run begins is the worst for those that follow. */
static void check_windows(unsigned run_count)
{
    for (unsigned i = 0; i < run_count; i++) {
        uint64_t from = runs[i].start;

        assert_true(ran_between(run_count, i, from, from + context->period) <= context->budget);
    }
}

/* Runs when it may, for as long as it wants and may; sleeps; is charged once or in several parts.
 */
static void live(uint32_t refill_max, uint64_t budget, uint64_t period, unsigned laziness)
{
    uint64_t now = 1000;
    unsigned run_count = 0;

    refill_start(context, refill_max, budget, period, now);
    while (run_count < RUNS) {
        if (!refill_is_ready(context, now) || !refill_suffices(context, 0, LEAST)) {
            assert_true(refill_head(context)->time > now || !refill_suffices(context, 0, LEAST));
            now = max_u64(now + 1, refill_head(context)->time);
            continue;
        }
        refill_unblock(context, now);
        check_ring();
        uint64_t amount = refill_head(context)->amount;
        uint64_t used = random_below(3) == 0 ? amount : 1 + random_word() % amount;
        runs[run_count].start = now;
        runs[run_count].end = now + used;
        run_count++;
        now += used;
        refill_charge(context, used, LEAST);
        check_ring();
        now += random_below(laziness) == 0 ? random_word() % (2 * period) : random_below(8);
    }
    check_windows(run_count);
}

static void no_period_gets_more_than_the_budget(void **state)
{
    set_up();
    for (unsigned seed = 0; seed < 60; seed++) {
        random_seed(seed);
        uint64_t period = 200 + random_below(5000);
        uint64_t budget = LEAST + random_word() % (period - LEAST);
        uint32_t most = refill_capacity(SIZE_BITS);

        live(REFILL_MINIMUM + random_below(most - 1), budget, period, 1 + random_below(10));
    }
}

/* A thread that always wants to run gets its budget in every period, and is never starved. */
static void a_busy_thread_gets_all_of_it(void **state)
{
    set_up();
    for (uint32_t refill_max = 2; refill_max <= 10; refill_max++) {
        uint64_t now = 0, ran = 0;

        refill_start(context, refill_max, 300, 1000, now);
        while (now < 1000000) {
            now = max_u64(now, refill_head(context)->time);
            refill_unblock(context, now);
            uint64_t used = refill_head(context)->amount;
            refill_charge(context, used, LEAST);
            now += used;
            ran += used;
        }
        assert_in_range(ran, 1000 * 300 - 300, 1000 * 300 + 300);
    }
}

/* The same for one that is stopped for a moment now and then, and goes over the end a little: what
 * it used comes back in pieces, and little of the budget is lost in putting them together. */
static void a_busy_thread_in_pieces(void **state)
{
    set_up();
    for (uint32_t refill_max = 2; refill_max <= 10; refill_max++) {
        uint64_t now = 0, ran = 0;

        random_seed(refill_max);
        refill_start(context, refill_max, 3000, 10000, now);
        while (now < 10000000) {
            now = max_u64(now, refill_head(context)->time);
            refill_unblock(context, now);
            uint64_t amount = refill_head(context)->amount;
            uint64_t used = random_below(2) == 0 ? amount + 1 + random_below(5)
                                                 : 1 + random_word() % amount;
            refill_charge(context, used, LEAST);
            check_ring();
            now += used + random_below(60);
            ran += used;
        }
        assert_in_range(ran, 3000000 * 94 / 100, 3000000 + 3000);
    }
}

/* Used at the same point of each of many periods it comes back at that very point. */
static void no_drift(void **state)
{
    set_up();
    refill_start(context, 2, 300, 1000, 0);
    for (uint64_t period = 0; period < 20000; period++) {
        assert_int_equal(refill_head(context)->time, period * 1000);
        assert_int_equal(refill_head(context)->amount, 300);
        refill_unblock(context, period * 1000);
        refill_charge(context, 100, LEAST);
        refill_charge(context, 200, LEAST);
        check_ring();
    }
}

/* ---- new parameters ---- */

/* What can be used before the period that begins now is over. */
static uint64_t usable_until(uint64_t end)
{
    uint64_t sum = 0;

    for (uint32_t i = 0; i < context->refill_count && refill_at(i)->time < end; i++) {
        sum += refill_at(i)->amount;
    }
    return sum;
}

static void new_parameters(void **state)
{
    set_up();
    random_seed(9);
    for (unsigned i = 0; i < 5000; i++) {
        uint64_t period = 200 + random_below(1000),
                 budget = LEAST + random_word() % (period - LEAST);

        refill_start(context, 2 + random_below(8), budget, period, 1000);
        refill_charge(context, random_word() % (budget + 1), LEAST);
        uint64_t before = refill_head(context)->amount;
        uint64_t now = 1000 + random_below(2000);
        uint64_t next_period = 200 + random_below(1000);
        uint64_t next_budget = LEAST + random_word() % (next_period - LEAST);
        refill_change(context, 2 + random_below(8), next_budget, next_period, now);
        check_ring();
        assert_int_equal(context->budget, next_budget);
        assert_true(refill_head(context)->time >= now);
        assert_true(usable_until(now + 1) <= max_u64(before, next_budget));
        /* To round robin and back. */
        refill_change(context, 2, 100, 0, now);
        assert_int_equal(refill_head(context)->amount <= 100, true);
        refill_change(context, 2, 50, 500, now);
        check_ring();
    }
}

/* Times near the end of what a word can hold do not wrap. */
static void long_periods(void **state)
{
    set_up();
    uint64_t longest = UINT64_MAX / 8;

    refill_start(context, 4, longest / 2, longest, 1000);
    refill_charge(context, longest / 4, LEAST);
    check_ring();
    refill_unblock(context, longest / 2);
    check_ring();
    refill_charge(context, 1000, LEAST);
    check_ring();
}

/* The shortest budget in the longest period, used far beyond its end again and again: its time
 * comes never, but not at once. */
static void a_budget_that_never_comes_back(void **state)
{
    set_up();
    for (unsigned i = 1; i < 100; i++) {
        refill_start(context, 2, LEAST, UINT64_MAX / 8, 1000);
        refill_charge(context, i * LEAST, LEAST);
        check_ring();
        assert_false(refill_is_ready(context, UINT64_MAX / 16));
        refill_charge(context, 7, LEAST);
        check_ring();
        assert_false(refill_is_ready(context, UINT64_MAX / 16));
    }
}

/* Never more than the budget, whatever a charge overruns it by: that is missing later. */
static void overruns_are_paid_back(void **state)
{
    set_up();
    for (unsigned seed = 0; seed < 60; seed++) {
        uint64_t now = 0, ran = 0;

        random_seed(seed);
        uint64_t period = 200 + random_below(5000);
        uint64_t budget = LEAST + random_word() % (period - LEAST);
        refill_start(context, REFILL_MINIMUM + random_below(20), budget, period, now);
        for (unsigned i = 0; i < 2000; i++) {
            now = max_u64(now, refill_head(context)->time);
            refill_unblock(context, now);
            uint64_t used = refill_head(context)->amount + random_below(300);
            refill_charge(context, used, LEAST);
            check_ring();
            now += used;
            ran += used;
            assert_true(ran <= (now / period + 1) * budget + 300);
        }
    }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, arena_make, arena_free)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(capacity),
        TEST(a_fresh_budget),
        TEST(used_at_once),
        TEST(used_in_part),
        TEST(round_robin),
        TEST(no_period_gets_more_than_the_budget),
        TEST(a_busy_thread_gets_all_of_it),
        TEST(a_busy_thread_in_pieces),
        TEST(no_drift),
        TEST(new_parameters),
        TEST(long_periods),
        TEST(a_budget_that_never_comes_back),
        TEST(overruns_are_paid_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
