/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Budgets as refills: the sporadic server of the MCS interface (seL4 manual 6.1.5).
 *
 *   ring, oldest first:   (time, amount) (time, amount) ...      times rise, amounts sum to budget
 *
 * A thread may run from the head's time for the head's amount. What it used comes back one period
 * after it began to be used, or later where the ring has no room: never earlier. What it used
 * beyond the head is taken from those that follow. Round robin (period 0) has one refill, filled up
 * when it is empty. Pure arithmetic on one scheduling context; times are counter ticks.
 */
#pragma once

#include "kernel/model/sched_context.h"

#define REFILL_MINIMUM 2 /* every scheduling context has room for so many */
#define REFILL_LIMIT \
    256 /* and uses no more, however large it is: all may have to be joined at once */

/* How many refills an object of 2^size_bits bytes has room for. */
unsigned refill_capacity(unsigned size_bits);

/* A fresh budget, usable from now on. */
void refill_start(struct sched_context *context, uint32_t refill_max, uint64_t budget,
                  uint64_t period, uint64_t now);

/* New parameters for a context in use: never more time before the next period than it had. */
void refill_change(struct sched_context *context, uint32_t refill_max, uint64_t budget,
                   uint64_t period, uint64_t now);

/* Takes `used` from the budget; what is left over at the head and too small to run on waits. */
void refill_charge(struct sched_context *context, uint64_t used, uint64_t least);

/* The thread wakes: time that could have been used before now cannot be any more. */
void refill_unblock(struct sched_context *context, uint64_t now);

static inline struct refill *refill_head(struct sched_context *context)
{
    return &context->refills[context->refill_head];
}

static inline bool refill_is_round_robin(const struct sched_context *context)
{
    return context->period == 0;
}

static inline bool refill_is_ready(struct sched_context *context, uint64_t now)
{
    return refill_is_round_robin(context) || refill_head(context)->time <= now;
}

/* Could it run for `least` more after having used `used` of the head? */
static inline bool refill_suffices(struct sched_context *context, uint64_t used, uint64_t least)
{
    uint64_t amount = refill_head(context)->amount;
    return amount >= used && amount - used >= least;
}
