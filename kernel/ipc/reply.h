/* SPDX-License-Identifier: BSD-2-Clause */
/* Reply objects: answering a caller, and the way back of a lent scheduling context. */
#pragma once

#include "kernel/ipc/endpoint.h"

/* The caller, who was stopped, waits for an answer through `reply`; its scheduling context goes
 * along if `donate` and the callee has none. */
void reply_push(struct reply *reply, struct thread *caller, struct thread *callee, bool donate);

/* ---- the three steps of reply_push() and reply_send() that the fast path takes by itself ---- */

#define REPLY_UP_IS_CONTEXT 1UL

/* The caller's scheduling context goes to the callee, who has none, and `reply` is its way back. */
static inline void reply_lend(struct reply *reply, struct thread *caller, struct thread *callee)
{
    struct sched_context *context = caller->sched_context;
    struct reply *older = context->replies;
    reply->older = older;
    if (older != NULL) {
        older->up = (uint64_t)reply;
    }
    reply->up = (uint64_t)context | REPLY_UP_IS_CONTEXT;
    context->replies = reply;
    context->thread = callee;
    callee->sched_context = context;
    caller->sched_context = NULL;
}

/* The context whose newest reply this is, or NULL. */
static inline struct sched_context *reply_lent(const struct reply *reply)
{
    return (reply->up & REPLY_UP_IS_CONTEXT) != 0
               ? (struct sched_context *)(reply->up & ~REPLY_UP_IS_CONTEXT)
               : NULL;
}

/* The reverse of reply_lend(). */
static inline void reply_give_back(struct reply *reply, struct thread *callee,
                                   struct thread *caller)
{
    struct sched_context *context = reply_lent(reply);
    context->replies = reply->older;
    if (reply->older != NULL) {
        reply->older->up = reply->up;
    }
    reply->up = 0;
    reply->older = NULL;
    context->thread = caller;
    caller->sched_context = context;
    callee->sched_context = NULL;
}

/* The receiver no longer receives with this reply. */
void reply_release_receiver(struct thread *receiver);

/* Answers with the sender's message, or by its reply to a fault. No caller: nothing happens. */
void reply_send(struct reply *reply, struct thread *from, bool grant);

/* The caller stops waiting: the reply is free, the scheduling context stays where it is. */
void reply_abandon(struct thread *caller);

/* The reply object goes away, or is taken for another caller. */
void reply_clear(struct reply *reply);

/* The scheduling context goes away: nothing comes back along its chain. */
void reply_forget_context(struct sched_context *context);
