/* SPDX-License-Identifier: BSD-2-Clause */
/* Schedules of domains for the cases, and threads that note when they run. */
#pragma once

#include "tests/kernel/harness/job.h"

#define DOMAIN seL4_CapDomain

/* Counter ticks: the unit of schedules. */
uint64_t ticks_now(void);
uint64_t ticks(uint64_t us);

struct slice {
    seL4_Uint8 domain;
    uint64_t us;
};

/* Puts the slices from entry 1 on, an end marker behind them, and starts there. One of them must be
 * domain 0's: it is the cases' own. */
#define schedule(...)                                    \
    schedule_slices((const struct slice[]){__VA_ARGS__}, \
                    sizeof((const struct slice[]){__VA_ARGS__}) / sizeof(struct slice))
void schedule_slices(const struct slice *slices, size_t count);

/* As at boot: domain 0 alone. */
void schedule_boot(void);

/* The case's own thread does not run for so long; then it waits for its domain. */
void domain_sleep(uint64_t us);

#define STRETCHES 64

/* When each stretch of running began and ended, in ticks. */
struct runner {
    struct alloc_thread *thread;
    volatile unsigned count;
    volatile uint64_t start[STRETCHES], end[STRETCHES];
};

/* A thread of that domain that always wants to run. */
void runner_start(struct runner *runner, seL4_Uint8 domain, seL4_Word priority);
uint64_t runner_ran(const struct runner *runner); /* ticks */
bool runners_overlap(const struct runner *one, const struct runner *other);

bool within(uint64_t actual, uint64_t wanted, uint64_t tolerance);
