/* SPDX-License-Identifier: BSD-2-Clause */
/* A thread of low priority that counts what others leave it. */
#include "tests/kernel/harness/code.h"
#include "tests/kernel/harness/harness.h"

#define PRIORITY   10
#define BUDGET     1000
#define BOOT_SLICE 5000

static struct alloc_thread *rest;
static seL4_Word alone; /* what it counts in a span of its own */

/* Yield gives up what is left of a periodic budget: the next comes one period later. */
static void sleep_for_the_span(void)
{
    seL4_CPtr control = rt_bootinfo()->schedcontrol.start;

    REQUIRE_OK(seL4_SchedControl_Configure(control, seL4_CapInitThreadSC, BUDGET, REST_SPAN, 0, 0));
    seL4_Yield();
    REQUIRE_OK(
        seL4_SchedControl_Configure(control, seL4_CapInitThreadSC, BOOT_SLICE, BOOT_SLICE, 0, 0));
}

static seL4_Word rounds(void)
{
    seL4_Word before = thread_registers(rest).x2;

    REQUIRE_OK(seL4_TCB_Resume(rest->tcb));
    sleep_for_the_span();
    seL4_Word after = thread_registers(rest).x2;
    REQUIRE_OK(seL4_TCB_Resume(rest->tcb));
    return after - before;
}

void rest_start(void)
{
    rest = new_bare_thread(PRIORITY, 0);
    bare_start(rest, code_spin, 0, 0);
    alone = rounds();
    REQUIRE(alone > 1000);
}

seL4_Word rest_percent(void)
{
    return rounds() * 100 / alone;
}
