/* SPDX-License-Identifier: BSD-2-Clause */
/* From a capability pointer to the object's decoder, and the answer (kernel/invoke/invoke.h). */
#include "kernel/invoke/invoke.h"
#include "kernel/invoke/request.h"
#include "kernel/ipc/fault.h"
#include "kernel/ipc/notification.h"
#include "kernel/ipc/reply.h"

/* Whether the message suits the operation. If not, the error is set. */
static bool is_complete(struct request *request, enum cap_type type, unsigned words, unsigned caps)
{
    if (cap_type(request->cap) != type) {
        request->error = seL4_IllegalOperation;
        return false;
    }
    request->error = seL4_TruncatedMessage;
    return request->length >= words && request->extra_count >= caps;
}

#define OPERATION_CASE(type, label, words, caps, function)                                    \
    case label:                                                                               \
        return is_complete(request, CAP_##type, (words), (caps)) ? invoke_##function(request) \
                                                                 : OUTCOME_ERROR;

static enum outcome invoke_object(struct request *request)
{
    if (cap_is_null(request->cap) || cap_type(request->cap) == CAP_ZOMBIE) {
        return request_fail_capability(request, 0);
    }
    switch (request->label) {
        OPERATIONS(OPERATION_CASE)
    default:
        return request_fail(request, seL4_IllegalOperation);
    }
}

/* ReplyRecv and its kind send only to these before they receive. */
static bool allowed_in_first_phase(enum cap_type type)
{
    return type != CAP_THREAD && type != CAP_CNODE && type != CAP_DOMAIN &&
           type != CAP_SCHED_CONTROL && type != CAP_SCHED_CONTEXT;
}

/* Who called an endpoint, or stopped itself, is not running, and gets none. */
static void answer(struct request *request, enum outcome outcome)
{
    struct thread *thread = request->thread;
    if (thread->state != THREAD_RUNNING) {
        return;
    }
    message_write(thread, 0, outcome == OUTCOME_ERROR ? request->error : 0, request->reply,
                  request->reply_count);
}

/* What the message carries besides words; false if a fault was raised or all is dropped. */
static bool gather(struct request *request, const struct invocation *invocation)
{
    struct lookup_failure failure;
    uint64_t pointer;
    struct thread *thread = request->thread;
    if (!message_extra_caps(thread, request->extra, &request->extra_count, &pointer, &failure)) {
        if (invocation->blocking) {
            fault_raise_cap(thread, pointer, false, &failure);
        }
        return false;
    }
    request->call = invocation->call;
    request->label = seL4_MessageInfo_get_label(message_info(thread));
    request->length = message_open(thread, &request->buffer);
    return true;
}

/* Endpoints and notifications without the right to send answer like no capability at all. */
static bool lacks_write(struct cap cap)
{
    return (cap_type(cap) == CAP_ENDPOINT || cap_type(cap) == CAP_NOTIFICATION) &&
           !cap_has_rights(cap, RIGHT_WRITE);
}

static void send_message(struct thread *thread, struct cap cap, const struct invocation *invocation)
{
    endpoint_send(cap_object(cap), thread,
                  (struct endpoint_send){.blocking = invocation->blocking,
                                         .call = invocation->call,
                                         .grant = cap_has_rights(cap, RIGHT_GRANT),
                                         .grant_reply = cap_has_rights(cap, RIGHT_GRANT_REPLY),
                                         .donate = invocation->donate,
                                         .badge = cap_badge(cap)});
}

static enum outcome perform(struct request *request, const struct invocation *invocation)
{
    struct cap cap = request->cap;
    request->reply_count = 0;
    if (lacks_write(cap)) {
        return request_fail_capability(request, 0);
    }
    switch (cap_type(cap)) {
    case CAP_ENDPOINT:
        send_message(request->thread, cap, invocation);
        return OUTCOME_OK;
    case CAP_NOTIFICATION:
        notification_signal(cap_object(cap), cap_badge(cap));
        return OUTCOME_OK;
    case CAP_REPLY:
        reply_send(cap_object(cap), request->thread, cap_has_rights(cap, RIGHT_GRANT));
        return OUTCOME_OK;
    default:
        if (invocation->first_phase && !allowed_in_first_phase(cap_type(cap))) {
            return request_fail_capability(request, 0);
        }
        return invoke_object(request);
    }
}

bool invoke(struct thread *thread, struct invocation invocation)
{
    struct request request;
    struct lookup_failure failure;
    if (!lookup_pointer(thread, invocation.pointer, &request.slot, &failure)) {
        if (invocation.blocking) {
            fault_raise_cap(thread, invocation.pointer, false, &failure);
        }
        return true;
    }
    request.thread = thread;
    request.cap = request.slot->cap;
    if (!gather(&request, &invocation)) {
        return true;
    }
    enum outcome outcome = perform(&request, &invocation);
    if (outcome == OUTCOME_INTERRUPTED) {
        return false;
    }
    if (invocation.call) {
        answer(&request, outcome);
    }
    return true;
}
