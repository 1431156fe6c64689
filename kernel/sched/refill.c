/* SPDX-License-Identifier: BSD-2-Clause */
/* The sporadic server of kernel/sched/refill.h. Every loop ends: each round removes a refill or
 * takes at least the smallest amount from what is still to be charged. */
#include "abi/sel4/objects.h"
#include "kernel/lib/bits.h"
#include "kernel/lib/check.h"
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

/* Adds at the end; joins the last one where they touch, or where the ring is full: then the last
 * waits until it touches the new one. */
static void ring_append(struct sched_context *context, struct refill refill)
{
    struct refill *last = ring_at(context, context->refill_count - 1);
    if (refill.time <= last->time + last->amount) {
        last->amount += refill.amount;
    } else if (context->refill_count < context->refill_max) {
        context->refill_count++;
        *ring_at(context, context->refill_count - 1) = refill;
    } else {
        last->time = refill.time - last->amount;
        last->amount += refill.amount;
    }
}

/* A head that overlaps the next one, or is too small to run on, becomes part of it. */
static void join_heads(struct sched_context *context, uint64_t least)
{
    while (context->refill_count > 1) {
        struct refill *head = refill_head(context);
        struct refill *next = ring_at(context, 1);
        bool overlaps = next->time <= head->time + head->amount;
        if (!overlaps && head->amount >= least) {
            return;
        }
        struct refill joined = {overlaps ? head->time : next->time - head->amount,
                                head->amount + next->amount};
        ring_pop(context);
        *refill_head(context) = joined;
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
        ring_append(context,
                    (struct refill){context->refills[0].time + period, budget - head.amount});
        join_heads(context, 0);
    }
}

static void charge_round_robin(struct sched_context *context, uint64_t used, uint64_t least)
{
    struct refill *head = refill_head(context);
    head->amount -= min_u64(used, head->amount);
    if (head->amount < least) {
        head->amount = context->budget;
    }
}

void refill_charge(struct sched_context *context, uint64_t used, uint64_t least)
{
    if (refill_is_round_robin(context)) {
        charge_round_robin(context, used, least);
        return;
    }
    while (used >= refill_head(context)->amount) {
        used -= refill_head(context)->amount;
        if (context->refill_count == 1) {
            refill_head(context)->time += context->period;
        } else {
            struct refill whole = ring_pop(context);
            whole.time += context->period;
            ring_append(context, whole);
        }
    }
    if (used > 0) {
        struct refill *head = refill_head(context);
        struct refill part = {head->time + context->period, used};
        head->time += used;
        head->amount -= used;
        ring_append(context, part);
    }
    join_heads(context, least);
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
