/* SPDX-License-Identifier: BSD-2-Clause */
/* Endpoints: the meeting of a sender and a receiver (kernel/ipc/endpoint.h). */
#include "kernel/ipc/endpoint.h"
#include "arch/interrupt.h"
#include "kernel/ipc/endpoint_queue.h"
#include "kernel/ipc/notification.h"
#include "kernel/ipc/reply.h"
#include "kernel/sched/queue.h"

struct sweep sweep;

static void wait_on(struct endpoint *endpoint, struct thread *thread, enum endpoint_state state)
{
    struct thread_queue queue = endpoint_queue_of(endpoint);
    sched_stop(thread);
    thread->state = state == ENDPOINT_SENDING ? THREAD_BLOCKED_SEND : THREAD_BLOCKED_RECEIVE;
    thread->blocked_on = (uint64_t)endpoint;
    queue_insert(&queue, thread);
    endpoint_set_queue(endpoint, queue, state);
}

static void leave(struct endpoint *endpoint, struct thread *thread)
{
    struct thread_queue queue = endpoint_queue_of(endpoint);
    if (UNLIKELY(thread == sweep.next)) {
        sweep.next = thread->next;
    }
    queue_remove(&queue, thread);
    endpoint_set_queue(endpoint, queue, endpoint_state_of(endpoint));
}

static struct thread *take_first(struct endpoint *endpoint)
{
    struct thread *first = endpoint_queue_of(endpoint).head;
    leave(endpoint, first);
    return first;
}

/* The message is across; the sender waits for an answer, stops, or goes on. */
static void settle_sender(struct thread *sender, struct thread *receiver, struct reply *reply,
                          bool wants_answer, bool may_answer, bool donate)
{
    if (!wants_answer) {
        if (sender->state == THREAD_BLOCKED_SEND) {
            sender->state = THREAD_RUNNING;
            sched_wake(sender);
        }
        return;
    }
    sched_stop(sender);
    if (may_answer && reply != NULL) {
        reply_push(reply, sender, receiver, donate);
    } else {
        sender->fault.type = FAULT_NONE;
        sender->state = THREAD_INACTIVE;
    }
}

static void meet_receiver(struct endpoint *endpoint, struct thread *sender,
                          struct endpoint_send send)
{
    struct thread *receiver = take_first(endpoint);
    struct reply *reply = receiver->reply;
    reply_release_receiver(receiver);
    message_transfer(sender, receiver, send.badge, send.grant, endpoint);
    receiver->state = THREAD_RUNNING;
    settle_sender(sender, receiver, reply, send.call, send.grant || send.grant_reply, send.donate);
    if (!send.call && send.donate && receiver->sched_context == NULL) {
        sched_donate(sender->sched_context, receiver);
    }
    sched_wake(receiver);
}

void endpoint_send(struct endpoint *endpoint, struct thread *thread, struct endpoint_send send)
{
    if (endpoint_state_of(endpoint) == ENDPOINT_RECEIVING) {
        meet_receiver(endpoint, thread, send);
    } else if (send.blocking) {
        thread->send_badge = send.badge;
        thread->send_is_call = send.call;
        thread->send_can_grant = send.grant;
        thread->send_can_grant_reply = send.grant_reply;
        wait_on(endpoint, thread, ENDPOINT_SENDING);
    }
}

static void meet_sender(struct endpoint *endpoint, struct thread *receiver, struct reply *reply)
{
    struct thread *sender = take_first(endpoint);
    bool is_timeout = sender->fault.type == FAULT_TIMEOUT;
    message_transfer(sender, receiver, sender->send_badge, sender->send_can_grant, endpoint);
    settle_sender(sender, receiver, reply, sender->send_is_call,
                  sender->send_can_grant || sender->send_can_grant_reply, !is_timeout);
}

void endpoint_receive(struct endpoint *endpoint, struct thread *thread, bool blocking,
                      struct reply *reply)
{
    if (reply != NULL && reply->thread != NULL && reply->thread != thread) {
        reply_clear(reply);
    }
    if (notification_take_bound(thread)) {
        return;
    }
    if (blocking) {
        notification_return_context(thread->bound_notification, thread);
    }
    if (endpoint_state_of(endpoint) == ENDPOINT_SENDING) {
        meet_sender(endpoint, thread, reply);
    } else if (blocking) {
        thread->reply = reply;
        if (reply != NULL) {
            reply->thread = thread;
        }
        wait_on(endpoint, thread, ENDPOINT_RECEIVING);
    } else {
        thread->registers.x[MESSAGE_REG_BADGE] = 0;
    }
}

/* ---- undoing ---- */

void ipc_restart(struct thread *thread)
{
    thread->registers.pc = thread->registers.restart_pc;
    thread->state = THREAD_RUNNING;
    sched_wake(thread);
}

/* The thread has left the endpoint's queue: what it did is done again; a fault is not. */
static void restart_waiter(struct thread *thread)
{
    reply_release_receiver(thread);
    if (thread->fault.type == FAULT_NONE) {
        ipc_restart(thread);
    } else {
        thread->fault.type = FAULT_NONE;
        thread->state = THREAD_INACTIVE;
    }
}

bool endpoint_cancel_all(struct endpoint *endpoint)
{
    while (endpoint_state_of(endpoint) != ENDPOINT_IDLE) {
        restart_waiter(take_first(endpoint));
        if (endpoint_state_of(endpoint) != ENDPOINT_IDLE && interrupt_pending()) {
            return false;
        }
    }
    if (sweep.endpoint == endpoint) {
        sweep.caller = NULL;
    }
    return true;
}

static void sweep_begin(const struct endpoint *endpoint, uint64_t badge,
                        const struct thread *caller)
{
    if (sweep.caller == caller && sweep.endpoint == endpoint && sweep.badge == badge) {
        return;
    }
    bool any = endpoint_state_of(endpoint) == ENDPOINT_SENDING;
    sweep.caller = caller;
    sweep.endpoint = endpoint;
    sweep.badge = badge;
    sweep.number++;
    sweep.next = any ? endpoint_queue_of(endpoint).head : NULL;
}

/* Whether an unfinished sweep is still to send this waiter away. Who was sent away and has come
 * back is a new sender; else it might never end. */
static bool sweep_wants(const struct endpoint *endpoint, const struct thread *thread)
{
    return sweep.caller != NULL && sweep.endpoint == endpoint &&
           thread->send_badge == sweep.badge && thread->send_swept != sweep.number;
}

static void send_away(struct endpoint *endpoint, struct thread *thread)
{
    thread->send_swept = sweep.number;
    leave(endpoint, thread);
    restart_waiter(thread);
}

bool endpoint_cancel_badged(struct endpoint *endpoint, uint64_t badge, const struct thread *caller)
{
    sweep_begin(endpoint, badge, caller);
    while (sweep.next != NULL) {
        struct thread *thread = sweep.next;
        sweep.next = thread->next;
        if (sweep_wants(endpoint, thread)) {
            send_away(endpoint, thread);
        }
        if (sweep.next != NULL && interrupt_pending()) {
            return false;
        }
    }
    sweep.caller = NULL;
    return true;
}

void endpoint_forget_caller(const struct thread *caller)
{
    if (sweep.caller == caller) {
        sweep.caller = NULL;
    }
}

void endpoint_reorder(struct thread *thread)
{
    struct endpoint *endpoint = (struct endpoint *)thread->blocked_on;
    enum endpoint_state state = endpoint_state_of(endpoint);
    if (state == ENDPOINT_SENDING && sweep_wants(endpoint, thread)) {
        send_away(endpoint, thread); /* it must not get in front of where the sweep goes on */
        return;
    }
    leave(endpoint, thread);
    struct thread_queue queue = endpoint_queue_of(endpoint);
    queue_insert(&queue, thread);
    endpoint_set_queue(endpoint, queue, state);
}

void ipc_cancel(struct thread *thread)
{
    switch (thread->state) {
    case THREAD_BLOCKED_SEND:
    case THREAD_BLOCKED_RECEIVE:
        leave((struct endpoint *)thread->blocked_on, thread);
        reply_release_receiver(thread);
        thread->fault.type = FAULT_NONE;
        break;
    case THREAD_BLOCKED_NOTIFICATION:
        notification_leave(thread);
        break;
    case THREAD_BLOCKED_REPLY:
        reply_abandon(thread);
        break;
    default:
        return;
    }
    thread->state = THREAD_INACTIVE;
}
