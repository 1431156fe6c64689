/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A scheduling context: the right to so much time of one core in every period.
 *
 * The budget is kept as refills, a ring of (from when, how much), oldest first; their amounts add
 * up to the budget. The ring fills the object behind this header. Times are counter ticks.
 */
#pragma once

#include "kernel/lib/types.h"

struct thread;
struct notification;
struct reply;

struct refill {
    uint64_t time;
    uint64_t amount;
};

struct sched_context {
    uint64_t period; /* 0: round robin */
    uint64_t budget;
    uint64_t consumed; /* since the user last asked */
    uint64_t badge;    /* of timeout faults */
    struct thread *thread;
    struct reply *replies; /* newest of the chain it was lent along */
    struct notification *notification;
    struct thread *yielding; /* who waits in YieldTo for this one to be charged */
    uint32_t core;
    uint32_t refill_max; /* 0: not configured, cannot run */
    uint32_t refill_head;
    uint32_t refill_count;
    bool sporadic;
    uint8_t size_bits;
    uint64_t reserved;
    struct refill refills[];
};

_Static_assert(sizeof(struct sched_context) == 96, "refills begin at byte 96");
