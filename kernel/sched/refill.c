/* SPDX-License-Identifier: BSD-2-Clause */
/* The sporadic server of kernel/sched/refill.h. Every loop ends: each round removes a refill or
 * takes at least the smallest amount from what is still to be charged. */
#include "abi/sel4/objects.h"
#include "kernel/lib/bits.h"
#include "kernel/sched/refill.h"

unsigned refill_capacity(unsigned size_bits)
{
    uint64_t room = BIT(size_bits) - seL4_CoreSchedContextBytes;
    return (unsigned)min_u64(room / sizeof(struct refill), UINT32_MAX);
}

static uint32_t ring_index(const struct sched_context *context, uint32_t offset)
{
    uint64_t index = (uint64_t)context->refill_head + offset;
    return (uint32_t)(index >= context->refill_max ? index - context->refill_max : index);
}

static struct refill *ring_at(struct sched_context *context, uint32_t offset)
{
    return &context->refills[ring_index(context, offset)];
}

static struct refill ring_pop(struct sched_context *context)
{
    CHECK(context->refill_count > 1);
    struct refill head = *refill_head(context);
    context->refill_head = ring_index(context, 1);
    context->refill_count--;
    return head;
}

/* So late that no counter gets there, and so early that adding to it never wraps: the longest
 * period is an eighth of what a word can hold. */
#define NEVER BIT(63)

static uint64_t a_period_later(const struct sched_context *context, uint64_t time)
{
    return min_u64(time + context->period, NEVER);
}

/* Two neighbours become one, the first waiting until it touches the second if it does not yet. */
static struct refill joined(struct refill first, struct refill second)
{
    bool touch = second.time <= first.time + first.amount;
    return (struct refill){touch ? first.time : second.time - first.amount,
                           first.amount + second.amount};
}

static void join_two_heads(struct sched_context *context)
{
    struct refill head = ring_pop(context);
    *refill_head(context) = joined(head, *refill_head(context));
}

/* What joining costs: so much of the budget comes so much later. */
static uint64_t cost_of_joining(struct refill first, struct refill second)
{
    uint64_t gap = second.time - (first.time + first.amount);
    uint64_t cost;
    return __builtin_mul_overflow(first.amount, gap, &cost) ? UINT64_MAX : cost;
}

/* Adds at the end; joins the last one where they touch. Where the ring is full, either the last
 * waits until it touches the new one, or the head until it touches the second. */
static void ring_append(struct sched_context *context, struct refill refill)
{
    struct refill *last = ring_at(context, context->refill_count - 1);
    bool full = context->refill_count == context->refill_max;
    bool touch = refill.time <= last->time + last->amount;
    if (full && !touch &&
        cost_of_joining(*refill_head(context), *ring_at(context, 1)) <
            cost_of_joining(*last, refill)) {
        join_two_heads(context);
        full = false;
        last = ring_at(context, context->refill_count - 1);
    }
    if (touch || full) {
        *last = joined(*last, refill);
    } else {
        context->refill_count++;
        *ring_at(context, context->refill_count - 1) = refill;
    }
}

/* A head that overlaps the next one, or is too small to run on, becomes part of it. */
static void join_heads(struct sched_context *context, uint64_t least)
{
    while (context->refill_count > 1) {
        const struct refill *head = refill_head(context);
        bool touch = ring_at(context, 1)->time <= head->time + head->amount;
        if (!touch && head->amount >= least) {
            return;
        }
        join_two_heads(context);
    }
}

void refill_start(struct sched_context *context, uint32_t refill_max, uint64_t budget,
                  uint64_t period, uint64_t now)
{
    context->period = period;
    context->budget = budget;
    context->refill_max = refill_max;
    context->refill_head = 0;
    context->refill_count = 1;
    context->refills[0] = (struct refill){now, budget};
}

void refill_change(struct sched_context *context, uint32_t refill_max, uint64_t budget,
                   uint64_t period, uint64_t now)
{
    struct refill head = *refill_head(context);
    refill_start(context, refill_max, budget, period, max_u64(head.time, now));
    if (period != 0 && head.amount < budget) {
        context->refills[0].amount = head.amount;
        ring_append(context, (struct refill){a_period_later(context, context->refills[0].time),
                                             budget - head.amount});
        join_heads(context, 0);
    }
}

static void charge_round_robin(struct sched_context *context, uint64_t used, uint64_t least)
{
    uint64_t *amount = &refill_head(context)->amount;
    uint64_t beyond = used > *amount ? used - *amount : 0;
    *amount -= used - beyond;
    if (*amount < least) {
        /* What was used beyond this turn is missing from the next. */
        *amount = context->budget - min_u64(beyond, context->budget - least);
    }
}

NO_INLINE static void charge_periodic(struct sched_context *context, uint64_t used, uint64_t least)
{
    while (used >= refill_head(context)->amount) {
        used -= refill_head(context)->amount;
        if (context->refill_count == 1) {
            refill_head(context)->time = a_period_later(context, refill_head(context)->time);
        } else {
            struct refill whole = ring_pop(context);
            whole.time = a_period_later(context, whole.time);
            ring_append(context, whole);
        }
    }
    if (used > 0) {
        struct refill *head = refill_head(context);
        struct refill part = {a_period_later(context, head->time), used};
        head->time += used;
        head->amount -= used;
        ring_append(context, part);
    }
    join_heads(context, least);
}

void refill_charge(struct sched_context *context, uint64_t used, uint64_t least)
{
    if (refill_is_round_robin(context)) {
        charge_round_robin(context, used, least);
    } else {
        charge_periodic(context, used, least);
    }
}

void refill_unblock(struct sched_context *context, uint64_t now)
{
    struct refill *head = refill_head(context);
    if (refill_is_round_robin(context) || head->time >= now) {
        return;
    }
    head->time = now;
    join_heads(context, 0);
}
