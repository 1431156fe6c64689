/* SPDX-License-Identifier: BSD-2-Clause */
/* Reply objects of kernel/ipc/reply.h; the chain is drawn in kernel/model/objects.h. */
#include "kernel/ipc/fault.h"
#include "kernel/ipc/reply.h"

void reply_push(struct reply *reply, struct thread *caller, struct thread *callee, bool donate)
{
    CHECK(reply->thread == NULL && reply->up == 0);
    reply->thread = caller;
    caller->reply = reply;
    caller->state = THREAD_BLOCKED_REPLY;
    if (donate && caller->sched_context != NULL && callee->sched_context == NULL) {
        reply_lend(reply, caller, callee);
    }
}

/* Takes the reply out of its chain; returns the context it was the newest of, if any. */
static struct sched_context *chain_remove(struct reply *reply)
{
    struct sched_context *context = reply_lent(reply);
    if (context != NULL) {
        context->replies = reply->older;
    } else if (reply->up != 0) {
        ((struct reply *)reply->up)->older = reply->older;
    }
    if (reply->older != NULL) {
        reply->older->up = reply->up;
    }
    reply->up = 0;
    reply->older = NULL;
    return context;
}

static void unlink_caller(struct reply *reply)
{
    reply->thread->reply = NULL;
    reply->thread = NULL;
}

/* Frees the reply; what was lent with it goes back to the caller. */
static struct thread *take_caller(struct reply *reply)
{
    struct thread *caller = reply->thread;
    struct sched_context *context = chain_remove(reply);
    unlink_caller(reply);
    if (context != NULL && caller->sched_context == NULL) {
        sched_donate(context, caller);
    }
    return caller;
}

void reply_release_receiver(struct thread *receiver)
{
    if (receiver->reply != NULL) {
        unlink_caller(receiver->reply);
    }
}

/* A caller that was answered but has no budget now: its timeout handler may want to know. It goes
 * on behind what was answered. */
static bool raise_late(struct thread *caller)
{
    struct sched_context *context = caller->sched_context;
    if (context == NULL || context->refill_max == 0 || sched_context_is_released(context)) {
        return false;
    }
    caller->registers.restart_pc = caller->registers.pc;
    return fault_raise_timeout(caller);
}

void reply_send(struct reply *reply, struct thread *from, bool grant)
{
    if (reply->thread == NULL || reply->thread->state != THREAD_BLOCKED_REPLY) {
        return;
    }
    struct thread *caller = take_caller(reply);
    bool was_timeout = caller->fault.type == FAULT_TIMEOUT;
    if (caller->fault.type == FAULT_NONE) {
        message_transfer(from, caller, 0, grant, NULL);
        caller->state = THREAD_RUNNING;
    } else {
        bool again = fault_apply_reply(from, caller);
        caller->fault.type = FAULT_NONE;
        caller->registers.pc = caller->registers.restart_pc;
        caller->state = again ? THREAD_RUNNING : THREAD_INACTIVE;
    }
    if (was_timeout || caller->state != THREAD_RUNNING || !raise_late(caller)) {
        sched_wake(caller);
    }
}

void reply_abandon(struct thread *caller)
{
    struct reply *reply = caller->reply;
    if (reply != NULL) {
        (void)chain_remove(reply);
        unlink_caller(reply);
    }
    caller->fault.type = FAULT_NONE;
}

void reply_clear(struct reply *reply)
{
    struct thread *thread = reply->thread;
    if (thread == NULL) {
        return;
    }
    if (thread->state == THREAD_BLOCKED_REPLY) {
        take_caller(reply);
        thread->fault.type = FAULT_NONE;
        thread->state = THREAD_INACTIVE;
    } else {
        ipc_cancel(thread);
    }
}

void reply_forget_context(struct sched_context *context)
{
    if (context->replies != NULL) {
        context->replies->up = 0;
        context->replies = NULL;
    }
}
