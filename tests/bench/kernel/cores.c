/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The other cores, if they are to be in the kernel all the time.
 *
 * The emulator runs one core until it yields, which the kernel does while it waits for its lock. So
 * nobody would ever wait if nobody did so in the beginning: bench_occupy_cores() makes a call that
 * needs another core to come in, and with the lock held waits for that. Meanwhile all others have
 * queued up; and from then on, whoever comes into the kernel finds all the others before him.
 */
#include "libs/alloc/thread.h"
#include "abi/sel4/syscalls.h"
#include "tests/bench/kernel/bench.h"

#define CORES_MAX 8

static volatile bool begun;

/* As tight as can be: a message to an empty slot, again and again. */
static void occupy(void *unused)
{
    register seL4_Word x0 __asm__("x0") = seL4_CapNull;
    register seL4_Word x1 __asm__("x1") = 0;
    register seL4_Word x7 __asm__("x7") = (seL4_Word)seL4_SysNBSend;

    while (!begun)
        __asm__ volatile("yield");
    for (;;)
        __asm__ volatile("svc #0" : "+r"(x0), "+r"(x1) : "r"(x7) : "memory");
}

void bench_occupy_cores(void)
{
    static struct alloc_thread threads[CORES_MAX];
    seL4_UserContext context;
    seL4_Word count = rt_bootinfo()->numNodes;

    for (seL4_Word core = 1; core < count && core < CORES_MAX; core++) {
        const struct alloc_thread_options options = {.entry = occupy,
                                                     .priority = PRIORITY_CLIENT,
                                                     .core = core,
                                                     .budget = BENCH_BUDGET_US,
                                                     .period = BENCH_BUDGET_US};
        MUST(alloc_thread_start(&alloc, rt_bootinfo(), &options, &threads[core]));
    }
    /* Each gets its turn, and sees that it has not begun. */
    for (seL4_Word i = 0; i < 16 * count; i++)
        __asm__ volatile("yield");
    begun = true;
    MUST(seL4_TCB_ReadRegisters(threads[1].tcb, false, 0, seL4_UserContext_Length, &context));
}
