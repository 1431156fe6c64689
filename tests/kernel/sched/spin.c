/* SPDX-License-Identifier: BSD-2-Clause */
/* The spinning threads of tests/kernel/sched/spin.h. */
#include "tests/kernel/sched/spin.h"

#define OWN_BUDGET 1000
#define BOOT_SLICE 5000

void spin(void *argument)
{
    struct spinner *spinner = argument;
    uint64_t last = test_now();

    spinner->start[0] = last;
    spinner->count = 1;
    for (;;) {
        uint64_t now = test_now();

        if (now - last > GAP && spinner->count < STRETCHES) {
            spinner->start[spinner->count] = now;
            spinner->end[spinner->count] = now;
            spinner->count++;
        }
        spinner->end[spinner->count - 1] = now;
        last = now;
    }
}

static void start(struct spinner *spinner, struct alloc_thread_options options)
{
    memset(spinner, 0, sizeof(*spinner));
    options.entry = spin;
    options.argument = spinner;
    options.mcp = options.priority;
    spinner->thread = new_thread_with(&options);
}

void spinner_start(struct spinner *spinner, seL4_Word priority, seL4_Word budget, seL4_Word period)
{
    start(spinner,
          (struct alloc_thread_options){.priority = priority, .budget = budget, .period = period});
}

void spinner_start_passive(struct spinner *spinner, seL4_Word priority)
{
    start(spinner, (struct alloc_thread_options){.priority = priority, .passive = true});
}

uint64_t spinner_ran(const struct spinner *spinner)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < spinner->count; i++)
        sum += spinner->end[i] - spinner->start[i];
    return sum;
}

/* Yield gives up what is left of a periodic budget: the next comes one period later. */
void test_sleep(uint64_t duration)
{
    REQUIRE_OK(seL4_SchedControl_Configure(CONTROL, seL4_CapInitThreadSC, OWN_BUDGET,
                                           duration > OWN_BUDGET ? duration : OWN_BUDGET + 1, 0,
                                           0));
    seL4_Yield();
    REQUIRE_OK(
        seL4_SchedControl_Configure(CONTROL, seL4_CapInitThreadSC, BOOT_SLICE, BOOT_SLICE, 0, 0));
}

seL4_Word consumed(seL4_CPtr context)
{
    seL4_SchedContext_Consumed_t answer = seL4_SchedContext_Consumed(context);

    EXPECT_OK(answer.error);
    return answer.consumed;
}

bool near(uint64_t actual, uint64_t wanted, uint64_t tolerance)
{
    bool holds = actual + tolerance >= wanted && actual <= wanted + tolerance;

    if (!holds)
        printf("%lu is not within %lu of %lu\n", actual, tolerance, wanted);
    return holds;
}
