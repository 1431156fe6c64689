/* SPDX-License-Identifier: BSD-2-Clause */
/* Reply objects: answering a caller, and the way back of a lent scheduling context. */
#pragma once

#include "kernel/model/thread.h"

/* The caller waits for an answer through `reply`; its scheduling context goes along if `donate` and
 * the callee has none. */
void reply_push(struct reply *reply, struct thread *caller, struct thread *callee, bool donate);

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
