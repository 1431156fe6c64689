/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads that spin and keep a record of when they ran, and a case that sleeps meanwhile. Times
 * are microseconds. */
#pragma once

#include "tests/kernel/harness/code.h"
#include "tests/kernel/harness/job.h"

#define CONTROL   (rt_bootinfo()->schedcontrol.start)
#define STRETCHES 64
#define GAP       8 /* not seeing time pass for so long means that somebody else ran */

/* When each stretch of running began and ended. */
struct spinner {
    struct alloc_thread *thread;
    volatile unsigned count;
    volatile uint64_t start[STRETCHES], end[STRETCHES];
};

void spin(void *argument);
void spinner_start(struct spinner *spinner, seL4_Word priority, seL4_Word budget, seL4_Word period);
/* The same without a context. */
void spinner_start_passive(struct spinner *spinner, seL4_Word priority);
uint64_t spinner_ran(const struct spinner *spinner);

/* The case's own thread does not run for so long. */
void test_sleep(uint64_t duration);
seL4_Word consumed(seL4_CPtr context);
bool near(uint64_t actual, uint64_t wanted, uint64_t tolerance);
