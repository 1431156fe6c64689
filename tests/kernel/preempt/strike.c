/* SPDX-License-Identifier: BSD-2-Clause */
/* The runs of tests/kernel/preempt/strike.h. */
#include "tests/kernel/preempt/strike.h"

#define DEFAULT_PERIOD 200
#define DEFAULT_STEP   300
#define DEFAULT_LIMIT  5000

static const struct strike *current;
static unsigned period_us, step_ns;
static volatile bool armed;
static volatile enum strike_phase phase, struck;
static volatile uint64_t ticked; /* when the striker last woke, in counts */
static volatile unsigned ticks;
static unsigned latest;

static uint64_t count_now(void)
{
    uint64_t count;

    __asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(count) : : "memory");
    return count;
}

static uint64_t counts_of(uint64_t nanoseconds)
{
    uint64_t frequency;

    __asm__("mrs %0, cntfrq_el0" : "=r"(frequency));
    return nanoseconds * (frequency / 1000) / 1000000;
}

/* Wakes once a period: Yield gives the rest of the budget away. */
static void striker(void *argument)
{
    for (;;) {
        seL4_Yield();
        ticked = count_now();
        ticks++;
        if (armed) {
            armed = false;
            struck = phase;
            current->strike(struck);
        }
    }
}

static uint64_t nanoseconds_of(uint64_t counts)
{
    return counts * 1000000 / counts_of(1000000);
}

static void wait_for_tick(void)
{
    unsigned before = ticks;

    while (ticks == before)
        ;
}

/* One run. The strike comes `after` nanoseconds behind a moment shortly before the work: a tick is
 * noted a little after the time of it. */
static enum strike_phase run(uint64_t after)
{
    phase = STRIKE_EARLY;
    current->prepare();
    wait_for_tick();
    uint64_t due = ticked + counts_of(period_us * 1000);
    uint64_t begin = due - counts_of(after);
    armed = true;
    while (count_now() < begin)
        ;
    phase = STRIKE_INSIDE;
    current->work();
    phase = STRIKE_LATE;
    while (armed)
        ;
    /* An instruction is a nanosecond. */
    if (ticked > due && nanoseconds_of(ticked - due) > latest)
        latest = (unsigned)nanoseconds_of(ticked - due);
    current->check();
    return struck;
}

unsigned strike_latest(void)
{
    return latest;
}

unsigned strike_everywhere(const struct strike *strike)
{
    unsigned inside = 0, runs = 0;
    enum strike_phase last;

    current = strike;
    period_us = strike->period != 0 ? strike->period : DEFAULT_PERIOD;
    step_ns = strike->step != 0 ? strike->step : DEFAULT_STEP;
    armed = false;
    latest = 0;
    struct alloc_thread *thread = new_thread_with(
        &(struct alloc_thread_options){.entry = striker,
                                       .priority = 255,
                                       .mcp = 255,
                                       .budget = period_us / 2,
                                       .period = period_us,
                                       .stack_size = 32768});
    REQUIRE_OK(seL4_TCB_SetPriority(SELF, SELF, 254));
    do {
        last = run((uint64_t)runs * step_ns);
        inside += last == STRIKE_INSIDE;
        runs++;
    } while (last != STRIKE_LATE && (uint64_t)runs * step_ns < period_us * 1000UL);
    EXPECT_EQ(last, STRIKE_LATE);
    EXPECT(latest < (strike->limit != 0 ? strike->limit : DEFAULT_LIMIT));
    REQUIRE_OK(seL4_TCB_SetPriority(SELF, SELF, 255));
    REQUIRE_OK(seL4_TCB_Suspend(thread->tcb));
    return inside;
}
