/* SPDX-License-Identifier: BSD-2-Clause */
/* Spaces, buffer, handlers, priorities and time of threads (seL4 manual 6.1, 10.3). */
#include "kernel/cap/delete.h"
#include "kernel/cap/tree.h"
#include "kernel/invoke/request.h"
#include "kernel/ipc/thread.h"

/* A capability on its way into a thread's slot. */
struct grant {
    struct slot *source; /* its capability, copied; NULL: the slot stays empty */
    struct cap cap;
};

/* Replaces what is in the thread's slot. False: interrupted, what was there is not gone yet. */
MUST_USE static bool put(struct thread *thread, enum thread_slot index, const struct grant *grant)
{
    struct slot *slot = &thread->slots[index];
    if (!cap_delete(slot)) {
        return false;
    }
    thread->vttbr_generation = 0; /* the space may be another now */
    core_local()->reschedule = true;
    if (grant->source != NULL && !cap_is_null(grant->source->cap)) {
        cap_insert(grant->source, slot, grant->cap);
    }
    return true;
}

/* The same where one step is enough: decoding refused the kinds that would take longer. */
static void put_at_once(struct thread *thread, enum thread_slot index, const struct grant *grant)
{
    bool done = put(thread, index, grant);
    CHECK(done);
}

static bool deletion_is_long(const struct slot *slot)
{
    enum cap_type type = cap_type(slot->cap);
    return (type == CAP_CNODE || type == CAP_THREAD || type == CAP_ZOMBIE) &&
           tree_is_last_cap(slot);
}

/* ---- spaces and buffer ---- */

static enum outcome decode_space(struct request *request, unsigned number, unsigned data_at,
                                 enum cap_type type, struct grant *grant)
{
    struct slot *source = request->extra[number];
    struct cap cap = source->cap;
    uint64_t data = request_word(request, data_at);
    if (data != 0) {
        cap = cap_apply_data(cap, data, false);
    }
    seL4_Error error = cap_derive(source, cap, &cap);
    if (error != seL4_NoError || cap_type(cap) != type) {
        return request_fail(request, error != seL4_NoError ? error : seL4_IllegalOperation);
    }
    *grant = (struct grant){source, cap};
    return OUTCOME_OK;
}

static enum outcome decode_buffer(struct request *request, struct slot *source, uint64_t address,
                                  struct grant *grant)
{
    *grant = (struct grant){NULL, cap_null()};
    if (address == 0) {
        return OUTCOME_OK;
    }
    struct cap cap;
    if (cap_derive(source, source->cap, &cap) != seL4_NoError || cap_type(cap) != CAP_FRAME ||
        cap_is_device(cap)) {
        return request_fail(request, seL4_IllegalOperation);
    }
    if (!is_aligned(address, seL4_IPCBufferSizeBits)) {
        return request_fail(request, seL4_AlignmentError);
    }
    *grant = (struct grant){source, cap};
    return OUTCOME_OK;
}

/* Nothing, or an endpoint the kernel can call, of which a copy is the same. */
static enum outcome decode_handler(struct request *request, unsigned number, struct grant *grant)
{
    struct slot *source = request->extra[number];
    *grant = (struct grant){source, source->cap};
    return cap_is_null(source->cap) || cap_is_callable(source->cap)
               ? OUTCOME_OK
               : request_fail_capability(request, number + 1);
}

static void put_buffer(struct thread *thread, const struct grant *grant, uint64_t address)
{
    thread->buffer_address = 0;
    put_at_once(thread, THREAD_SLOT_BUFFER, grant);
    thread->buffer_address = address;
}

enum outcome invoke_thread_set_buffer(struct request *request)
{
    struct grant buffer;
    uint64_t address = request_word(request, 0);
    enum outcome outcome = decode_buffer(request, request->extra[0], address, &buffer);
    if (outcome == OUTCOME_OK) {
        put_buffer(request_target(request), &buffer, address);
    }
    return outcome;
}

/* CSpace and VSpace: capabilities `first` and the next, with the data in message registers 0, 1. */
static enum outcome decode_spaces(struct request *request, unsigned first, struct grant grants[2])
{
    struct thread *target = request_target(request);
    if (deletion_is_long(&target->slots[THREAD_SLOT_CSPACE]) ||
        deletion_is_long(&target->slots[THREAD_SLOT_VSPACE])) {
        return request_fail(request, seL4_IllegalOperation);
    }
    if (decode_space(request, first, 0, CAP_CNODE, &grants[0]) != OUTCOME_OK) {
        return OUTCOME_ERROR;
    }
    return decode_space(request, first + 1, 1, CAP_VSPACE, &grants[1]);
}

static void put_spaces(struct thread *thread, const struct grant grants[2])
{
    put_at_once(thread, THREAD_SLOT_CSPACE, &grants[0]);
    put_at_once(thread, THREAD_SLOT_VSPACE, &grants[1]);
}

enum outcome invoke_thread_set_spaces(struct request *request)
{
    struct grant handler, spaces[2];
    if (decode_spaces(request, 1, spaces) != OUTCOME_OK ||
        decode_handler(request, 0, &handler) != OUTCOME_OK) {
        return OUTCOME_ERROR;
    }
    struct thread *target = request_target(request);
    if (!put(target, THREAD_SLOT_FAULT_HANDLER, &handler)) {
        return OUTCOME_INTERRUPTED;
    }
    put_spaces(target, spaces);
    return OUTCOME_OK;
}

enum outcome invoke_thread_configure(struct request *request)
{
    struct grant buffer, spaces[2];
    uint64_t address = request_word(request, 2);
    if (decode_spaces(request, 0, spaces) != OUTCOME_OK ||
        decode_buffer(request, request->extra[2], address, &buffer) != OUTCOME_OK) {
        return OUTCOME_ERROR;
    }
    put_spaces(request_target(request), spaces);
    put_buffer(request_target(request), &buffer, address);
    return OUTCOME_OK;
}

/* ---- priorities and time ---- */

/* Checks `priority` against what the authority in the first extra capability may give. */
static enum outcome decode_priority(struct request *request, uint64_t priority)
{
    if (cap_type(request->extra[0]->cap) != CAP_THREAD) {
        return request_fail_capability(request, 1);
    }
    const struct thread *authority = cap_object(request->extra[0]->cap);
    if (priority > authority->max_priority) {
        return request_fail_range(request, seL4_MinPrio, authority->max_priority);
    }
    return OUTCOME_OK;
}

enum outcome invoke_thread_set_priority(struct request *request)
{
    uint64_t priority = request_word(request, 0);
    if (decode_priority(request, priority) != OUTCOME_OK) {
        return OUTCOME_ERROR;
    }
    if (request->label == TCBSetPriority) {
        thread_set_priority(request_target(request), (uint8_t)priority);
    } else {
        request_target(request)->max_priority = (uint8_t)priority;
    }
    return OUTCOME_OK;
}

/* The scheduling context the thread is to have: its own, a free one, or none. */
static enum outcome decode_context(struct request *request, struct cap cap,
                                   struct sched_context **context)
{
    struct thread *target = request_target(request);
    *context = NULL;
    if (cap_is_null(cap)) {
        return target == request->thread ? request_fail(request, seL4_IllegalOperation)
                                         : OUTCOME_OK;
    }
    if (cap_type(cap) != CAP_SCHED_CONTEXT) {
        return request_fail_capability(request, 2);
    }
    *context = cap_object(cap);
    if (target->sched_context == *context) {
        return OUTCOME_OK;
    }
    if (target->sched_context != NULL || (*context)->thread != NULL ||
        (thread_is_blocked(target) && !sched_context_is_released(*context))) {
        return request_fail(request, seL4_IllegalOperation);
    }
    return OUTCOME_OK;
}

enum outcome invoke_thread_set_scheduling(struct request *request)
{
    struct sched_context *context;
    struct grant handler;
    struct thread *target = request_target(request);
    uint64_t max_priority = request_word(request, 0);
    uint64_t priority = request_word(request, 1);
    if (decode_priority(request, max_priority) != OUTCOME_OK ||
        decode_priority(request, priority) != OUTCOME_OK ||
        decode_context(request, request->extra[1]->cap, &context) != OUTCOME_OK ||
        decode_handler(request, 2, &handler) != OUTCOME_OK) {
        return OUTCOME_ERROR;
    }
    if (!put(target, THREAD_SLOT_FAULT_HANDLER, &handler)) {
        return OUTCOME_INTERRUPTED;
    }
    target->max_priority = (uint8_t)max_priority;
    thread_set_priority(target, (uint8_t)priority);
    if (context == NULL && target->sched_context != NULL) {
        sched_unbind(target->sched_context);
    } else if (context != NULL && target->sched_context == NULL) {
        sched_bind(context, target);
    }
    return OUTCOME_OK;
}

enum outcome invoke_thread_set_timeout_handler(struct request *request)
{
    struct grant handler;
    if (decode_handler(request, 0, &handler) != OUTCOME_OK) {
        return OUTCOME_ERROR;
    }
    return put(request_target(request), THREAD_SLOT_TIMEOUT_HANDLER, &handler)
               ? OUTCOME_OK
               : OUTCOME_INTERRUPTED;
}
