/* SPDX-License-Identifier: BSD-2-Clause */
/* What tests/kernel/domain/domain.h promises. */
#include "tests/kernel/domain/domain.h"

#define GAP_US     4 /* not seeing time pass for so long means that somebody else ran */
#define BOOT_SLICE 5000
#define FIRST      1

uint64_t ticks_now(void)
{
    uint64_t count;

    __asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(count) : : "memory");
    return count;
}

uint64_t ticks(uint64_t us)
{
    uint64_t frequency;

    __asm__ volatile("mrs %0, cntfrq_el0" : "=r"(frequency));
    return us * (frequency / 1000) / 1000;
}

void schedule_slices(const struct slice *slices, size_t count)
{
    for (size_t i = 0; i < count; i++)
        REQUIRE_OK(seL4_DomainSet_ScheduleConfigure(DOMAIN, FIRST + i, slices[i].domain,
                                                    ticks(slices[i].us)));
    schedule_boot(); /* the start cannot become an end marker */
    REQUIRE_OK(seL4_DomainSet_ScheduleConfigure(DOMAIN, FIRST + count, 0, 0));
    REQUIRE_OK(seL4_DomainSet_ScheduleSetStart(DOMAIN, FIRST));
}

void schedule_boot(void)
{
    REQUIRE_OK(seL4_DomainSet_ScheduleSetStart(DOMAIN, 0));
}

/* Yield gives up what is left of a periodic budget: the next comes one period later. */
void domain_sleep(uint64_t us)
{
    seL4_CPtr control = rt_bootinfo()->schedcontrol.start;

    REQUIRE_OK(seL4_SchedControl_Configure(control, seL4_CapInitThreadSC, us / 2, us, 0, 0));
    seL4_Yield();
    REQUIRE_OK(
        seL4_SchedControl_Configure(control, seL4_CapInitThreadSC, BOOT_SLICE, BOOT_SLICE, 0, 0));
}

static void run(void *argument)
{
    struct runner *runner = argument;
    uint64_t gap = ticks(GAP_US), last = ticks_now();

    runner->start[0] = last;
    runner->count = 1;
    for (;;) {
        uint64_t now = ticks_now();

        if (now - last > gap && runner->count < STRETCHES) {
            runner->start[runner->count] = now;
            runner->end[runner->count] = now;
            runner->count++;
        }
        runner->end[runner->count - 1] = now;
        last = now;
    }
}

void runner_start(struct runner *runner, seL4_Uint8 domain, seL4_Word priority)
{
    memset(runner, 0, sizeof(*runner));
    runner->thread = new_thread(run, runner, priority);
    REQUIRE_OK(seL4_DomainSet_Set(DOMAIN, domain, runner->thread->tcb));
}

uint64_t runner_ran(const struct runner *runner)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < runner->count; i++)
        sum += runner->end[i] - runner->start[i];
    return sum;
}

bool runners_overlap(const struct runner *one, const struct runner *other)
{
    for (unsigned i = 0; i < one->count; i++)
        for (unsigned j = 0; j < other->count; j++)
            if (one->start[i] < other->end[j] && other->start[j] < one->end[i])
                return true;
    return false;
}

bool within(uint64_t actual, uint64_t wanted, uint64_t tolerance)
{
    bool holds = actual + tolerance >= wanted && actual <= wanted + tolerance;

    if (!holds)
        printf("%lu is not within %lu of %lu\n", actual, tolerance, wanted);
    return holds;
}
