/* SPDX-License-Identifier: BSD-2-Clause */
/* SchedControl and SchedContext invocations (seL4 manual 6.1.5 to 6.1.9, 10.3). */
#include "kernel/invoke/request.h"
#include "kernel/ipc/thread.h"

#define MIN_BUDGET_US 20

struct configuration {
    struct sched_context *context;
    uint64_t budget, period; /* ticks; period 0: round robin */
    uint32_t refill_max;
    uint64_t badge;
    bool sporadic;
};

static enum outcome decode_configure(struct request *request, struct configuration *wanted)
{
    uint64_t budget = request_word(request, 0);
    uint64_t period = request_word(request, 1);
    uint64_t extra = request_word(request, 2);
    if (budget < MIN_BUDGET_US || budget > timer_max_us() || period < MIN_BUDGET_US ||
        period > timer_max_us()) {
        return request_fail_range(request, MIN_BUDGET_US, timer_max_us());
    }
    if (budget > period) {
        return request_fail_range(request, MIN_BUDGET_US, period);
    }
    struct cap cap = request->extra[0]->cap;
    if (cap_type(cap) != CAP_SCHED_CONTEXT) {
        return request_fail_capability(request, 1);
    }
    unsigned room = refill_capacity(cap_size_bits(cap)) - REFILL_MINIMUM;
    if (extra > room) {
        return request_fail_range(request, 0, room);
    }
    *wanted = (struct configuration){
        .context = cap_object(cap),
        .budget = timer_us_to_ticks(budget),
        .period = budget == period ? 0 : timer_us_to_ticks(period),
        .refill_max = (uint32_t)min_u64(extra + REFILL_MINIMUM, REFILL_LIMIT),
        .badge = request_word(request, 3),
        .sporadic = (request_word(request, 4) & 1) != 0,
    };
    return OUTCOME_OK;
}

static void apply(const struct configuration *wanted, uint32_t core_id)
{
    struct core *core = core_local();
    struct sched_context *context = wanted->context;
    struct thread *thread = context->thread;
    sched_charge_context(context);
    bool in_use = thread != NULL && context->refill_max != 0;
    bool is_current = thread != NULL && thread == core->current;
    if (thread != NULL && !is_current) {
        sched_stop(thread);
    }
    context->badge = wanted->badge;
    context->sporadic = wanted->sporadic;
    context->core = core_id;
    if (in_use) {
        refill_change(context, wanted->refill_max, wanted->budget, wanted->period, core->entered);
    } else {
        refill_start(context, wanted->refill_max, wanted->budget, wanted->period, core->entered);
    }
    sched_context_resumed(context);
}

enum outcome invoke_sched_control_configure(struct request *request)
{
    struct configuration wanted = {0};
    enum outcome outcome = decode_configure(request, &wanted);
    if (outcome == OUTCOME_OK) {
        apply(&wanted, (uint32_t)request->cap.data);
    }
    return outcome;
}

/* ---- SchedContext ---- */

enum outcome invoke_sched_context_bind(struct request *request)
{
    struct sched_context *context = cap_object(request->cap);
    struct cap cap = request->extra[0]->cap;
    if (cap_type(cap) != CAP_THREAD && cap_type(cap) != CAP_NOTIFICATION) {
        return request_fail_capability(request, 1);
    }
    if (context->thread != NULL || context->notification != NULL) {
        return request_fail(request, seL4_IllegalOperation);
    }
    if (cap_type(cap) == CAP_NOTIFICATION) {
        struct notification *notification = cap_object(cap);
        if (notification->sched_context != NULL) {
            return request_fail(request, seL4_IllegalOperation);
        }
        notification->sched_context = context;
        context->notification = notification;
        return OUTCOME_OK;
    }
    struct thread *thread = cap_object(cap);
    if (thread->sched_context != NULL ||
        (thread_is_blocked(thread) && !sched_context_is_released(context))) {
        return request_fail(request, seL4_IllegalOperation);
    }
    sched_bind(context, thread);
    return OUTCOME_OK;
}

enum outcome invoke_sched_context_unbind(struct request *request)
{
    struct sched_context *context = cap_object(request->cap);
    if (context->thread == request->thread) {
        return request_fail(request, seL4_IllegalOperation);
    }
    sched_unbind(context);
    notification_forget_context(context);
    return OUTCOME_OK;
}

enum outcome invoke_sched_context_unbind_object(struct request *request)
{
    struct sched_context *context = cap_object(request->cap);
    struct cap cap = request->extra[0]->cap;
    bool is_thread = cap_type(cap) == CAP_THREAD;
    if (!is_thread && cap_type(cap) != CAP_NOTIFICATION) {
        return request_fail_capability(request, 1);
    }
    const void *bound = is_thread ? (void *)context->thread : context->notification;
    if (bound != cap_object(cap) || bound == request->thread) {
        return request_fail(request, seL4_IllegalOperation);
    }
    if (is_thread) {
        sched_unbind(context);
    } else {
        notification_forget_context(context);
    }
    return OUTCOME_OK;
}

static uint64_t take_consumed(struct sched_context *context)
{
    sched_charge_context(context);
    uint64_t consumed = timer_ticks_to_us(context->consumed);
    context->consumed = 0;
    return consumed;
}

enum outcome invoke_sched_context_consumed(struct request *request)
{
    return request_answer(request, take_consumed(cap_object(request->cap)));
}

enum outcome invoke_sched_context_yield_to(struct request *request)
{
    struct sched_context *context = cap_object(request->cap);
    struct thread *caller = request->thread;
    struct thread *target = context->thread;
    if (target == NULL || target == caller || target->priority > caller->max_priority) {
        return request_fail(request, seL4_IllegalOperation);
    }
    if (sched_yield_to(target)) {
        if (context->yielding != NULL) {
            thread_end_yield(context->yielding);
        }
        if (request->call) {
            caller->yielding_to = context;
            context->yielding = caller;
        }
    }
    return request_answer(request, take_consumed(context));
}
