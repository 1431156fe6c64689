/* SPDX-License-Identifier: BSD-2-Clause */
/* Objects and whom they point at (kernel/invariant/invariant.h). */
#include "kernel/cap/cap.h"
#include "kernel/invariant/invariant.h"
#include "kernel/ipc/endpoint_queue.h"
#include "kernel/ipc/reply.h"
#include "kernel/mem/asid.h"
#include "kernel/model/irq.h"
#include "kernel/sched/refill.h"
#include "kernel/sched/sched.h"

/* ---- threads ---- */

static bool waits_in_queue(const struct thread *thread)
{
    return thread->state == THREAD_BLOCKED_SEND || thread->state == THREAD_BLOCKED_RECEIVE ||
           thread->state == THREAD_BLOCKED_NOTIFICATION;
}

/* In a ready queue, in a release queue, running, or none of these: as its state says. */
static void check_place(const struct thread *thread, struct census *census)
{
    const struct core *core = sched_core(thread->core);
    bool runs = core->current == thread || core->candidate == thread;
    HOLDS(thread->state < THREAD_IDLE, "a thread is in a state there is");
    HOLDS(!(thread->queued && thread->delayed) && !(runs && (thread->queued || thread->delayed)),
          "a thread is in one place");
    if (sched_is_runnable(thread)) {
        HOLDS(thread->queued || runs, "a thread that could run is ready or runs");
    } else {
        HOLDS(!thread->queued, "a thread in a ready queue could run");
    }
    HOLDS(!thread->delayed || thread->state == THREAD_WAITING_FOR_VIRQ ||
              (thread->state == THREAD_RUNNING && thread->sched_context != NULL),
          "a thread in a release queue waits for time");
    census->threads_queued += thread->queued;
    census->threads_delayed += thread->delayed;
    census->threads_waiting += waits_in_queue(thread);
}

static void check_waiting(const struct thread *thread)
{
    const struct reply *reply = thread->reply;
    if (thread->state == THREAD_BLOCKED_REPLY) {
        HOLDS(reply != NULL, "who waits for an answer has a reply object");
    }
    if (reply != NULL) {
        HOLDS(reply->thread == thread, "a thread's reply object is its own");
        HOLDS(thread->state == THREAD_BLOCKED_REPLY || thread->state == THREAD_BLOCKED_RECEIVE,
              "a thread with a reply object waits");
    }
    if (thread->fault.type != FAULT_NONE) {
        HOLDS(thread->state == THREAD_BLOCKED_SEND || thread->state == THREAD_BLOCKED_REPLY,
              "a thread with a fault waits for its handler");
    }
}

static void check_thread(const struct thread *thread, struct census *census)
{
    check_place(thread, census);
    check_waiting(thread);
    HOLDS(thread->sched_context == NULL || thread->sched_context->thread == thread,
          "a thread's scheduling context is its own");
    HOLDS(thread->bound_notification == NULL || thread->bound_notification->bound_thread == thread,
          "a thread's bound notification is its own");
    HOLDS(thread->yielding_to == NULL || thread->yielding_to->yielding == thread,
          "a context knows who yields to it");
    HOLDS(thread->vcpu == NULL || thread->vcpu->thread == thread, "a thread's vCPU is its own");
    HOLDS(thread->fpu_core == 0 || sched_core(thread->fpu_core - 1)->fpu_owner == thread,
          "the core knows whose FP registers it holds");
}

/* ---- who waits ---- */

static uint64_t check_queue(struct thread_queue queue, enum thread_state state, const void *object)
{
    const struct thread *before = NULL;
    uint64_t count = 0;
    for (const struct thread *thread = queue.head; thread != NULL; thread = thread->next) {
        HOLDS(thread->previous == before, "links of a queue lead both ways");
        HOLDS(before == NULL || before->priority >= thread->priority,
              "a queue is ordered by priority");
        HOLDS(thread->state == state && thread->blocked_on == (uint64_t)object,
              "a thread in a queue waits there");
        before = thread;
        count++;
    }
    HOLDS(queue.tail == before, "a queue's tail is its last");
    return count;
}

static void check_endpoint(const struct endpoint *endpoint, struct census *census)
{
    enum endpoint_state state = endpoint_state_of(endpoint);
    struct thread_queue queue = endpoint_queue_of(endpoint);
    HOLDS(state <= ENDPOINT_RECEIVING, "an endpoint is in a state there is");
    HOLDS((state == ENDPOINT_IDLE) == (queue.head == NULL), "an endpoint is idle if nobody waits");
    census->threads_in_waits += check_queue(
        queue, state == ENDPOINT_SENDING ? THREAD_BLOCKED_SEND : THREAD_BLOCKED_RECEIVE, endpoint);
}

static void check_notification(const struct notification *notification, struct census *census)
{
    const struct thread *bound = notification->bound_thread;
    const struct sched_context *context = notification->sched_context;
    HOLDS(notification->state <= NOTIFICATION_ACTIVE, "a notification is in a state there is");
    HOLDS((notification->state == NOTIFICATION_WAITING) == (notification->waiters.head != NULL),
          "a notification knows whether somebody waits");
    HOLDS(notification->state == NOTIFICATION_ACTIVE || notification->badge == 0,
          "a notification without a signal has no badge");
    HOLDS(bound == NULL || bound->bound_notification == notification,
          "a notification's bound thread knows it");
    HOLDS(context == NULL || context->notification == notification,
          "a notification's scheduling context knows it");
    census->threads_in_waits += check_queue(notification->waiters, THREAD_BLOCKED_NOTIFICATION,
                                            notification);
}

/* ---- time ---- */

void invariant_check_refills(struct sched_context *context)
{
    uint64_t sum = 0, end = 0;
    HOLDS(context->refill_count >= 1 && context->refill_count <= context->refill_max &&
              context->refill_head < context->refill_max,
          "refills are inside of their ring");
    for (uint32_t i = 0; i < context->refill_count; i++) {
        uint64_t index = ((uint64_t)context->refill_head + i) % context->refill_max;
        const struct refill *refill = &context->refills[index];
        HOLDS(i == 0 || refill->time >= end, "refills follow each other in time");
        end = refill->time + refill->amount;
        sum += refill->amount;
    }
    if (refill_is_round_robin(context)) {
        HOLDS(context->refill_count == 1 && sum <= context->budget,
              "round robin has one refill, within the budget");
    } else {
        HOLDS(sum == context->budget, "refills add up to the budget");
    }
}

static void check_chain(const struct sched_context *context)
{
    uint64_t up = (uint64_t)context | REPLY_UP_IS_CONTEXT;
    for (const struct reply *reply = context->replies; reply != NULL; reply = reply->older) {
        HOLDS(reply->up == up, "links of a chain of replies lead both ways");
        up = (uint64_t)reply;
    }
}

static void check_context(struct sched_context *context, struct cap cap)
{
    HOLDS(context->size_bits == cap_size_bits(cap), "a scheduling context knows its size");
    HOLDS(context->refill_max <= refill_capacity(cap_size_bits(cap)), "refills fit their object");
    HOLDS(context->thread == NULL || context->thread->sched_context == context,
          "a context's thread knows it");
    HOLDS(context->notification == NULL || context->notification->sched_context == context,
          "a context's notification knows it");
    HOLDS(context->yielding == NULL || context->yielding->yielding_to == context,
          "who yields to a context knows it");
    check_chain(context);
    if (context->refill_max != 0) {
        HOLDS(context->core < sched_core_count(), "a context is of a core that runs");
        invariant_check_refills(context);
    }
}

static void check_reply(const struct reply *reply)
{
    const struct thread *thread = reply->thread;
    HOLDS(thread == NULL || thread->reply == reply, "a reply object's thread knows it");
    if (reply->up != 0) {
        HOLDS(thread != NULL && thread->state == THREAD_BLOCKED_REPLY,
              "time is lent along a reply whose caller waits");
    }
    if ((reply->up & REPLY_UP_IS_CONTEXT) != 0) {
        HOLDS(reply_lent(reply)->replies == reply, "a context knows its newest reply");
    } else if (reply->up != 0) {
        HOLDS(((const struct reply *)reply->up)->older == reply,
              "links of a chain of replies lead both ways");
    }
    HOLDS(reply->older == NULL || reply->older->up == (uint64_t)reply,
          "links of a chain of replies lead both ways");
}

/* ---- the rest ---- */

static void check_vcpu(const struct vcpu *vcpu)
{
    HOLDS(vcpu->thread == NULL || vcpu->thread->vcpu == vcpu, "a vCPU's thread knows it");
    HOLDS(!vcpu->loaded || sched_core(vcpu->core)->vcpu_loaded == vcpu,
          "the core knows whose EL1 registers it holds");
}

static void check_pool(const struct asid_pool *pool, struct cap cap, struct census *census)
{
    unsigned index = (unsigned)(cap_mapping_asid(cap) / ASID_POOL_ENTRIES);
    HOLDS(asid_pools[index] == pool, "an ASID pool is where its capability says");
    census->pools++;
}

void invariant_check_object(struct cap cap, struct census *census)
{
    switch (cap_type(cap)) {
    case CAP_THREAD:
        check_thread(cap_object(cap), census);
        break;
    case CAP_ZOMBIE:
        if (cap_size_bits(cap) == 0) {
            check_thread(cap_object(cap), census);
        }
        break;
    case CAP_ENDPOINT:
        check_endpoint(cap_object(cap), census);
        break;
    case CAP_NOTIFICATION:
        check_notification(cap_object(cap), census);
        break;
    case CAP_REPLY:
        check_reply(cap_object(cap));
        break;
    case CAP_SCHED_CONTEXT:
        check_context(cap_object(cap), cap);
        break;
    case CAP_VCPU:
        check_vcpu(cap_object(cap));
        break;
    case CAP_ASID_POOL:
        check_pool(cap_object(cap), cap, census);
        break;
    case CAP_IRQ_HANDLER:
        HOLDS(irq_is_taken((uint32_t)cap.data), "an interrupt with a handler is issued");
        break;
    default:
        break;
    }
}
