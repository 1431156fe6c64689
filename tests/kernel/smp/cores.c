/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads on other cores (tests/kernel/smp/cores.h). */
#include "tests/kernel/smp/cores.h"

bool wait_for(shared_word *word, seL4_Word least)
{
    uint64_t limit = test_now() + LIMIT_US;

    for (unsigned looks = 0; *word < least; looks++) {
        if (test_now() > limit)
            return false;
        if (looks % PAUSE_EVERY == 0)
            test_pause();
    }
    return true;
}

struct alloc_thread *thread_on(seL4_Word core, rt_thread_entry *entry, void *argument,
                               seL4_CPtr fault_ep)
{
    struct alloc_thread_options options = {
        .entry = entry, .argument = argument, .priority = 100, .core = core, .fault_ep = fault_ep};

    return new_thread_with(&options);
}

void count(void *argument)
{
    shared_word *word = argument;

    for (;;)
        if (++*word % PAUSE_EVERY == 0)
            test_pause();
}

void move(const struct alloc_thread *thread, seL4_Word core)
{
    EXPECT_OK(seL4_SchedControl_ConfigureFlags(info()->schedcontrol.start + core,
                                               thread->sched_context, 10000, 10000, 0, 0, 0));
}
