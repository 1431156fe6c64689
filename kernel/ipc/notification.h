/* SPDX-License-Identifier: BSD-2-Clause */
/* Notifications: a word of signals, who waits for it, and whom it is bound to (seL4 manual 5). */
#pragma once

#include "kernel/ipc/endpoint.h"
#include "kernel/sched/queue.h"

void notification_signal(struct notification *notification, uint64_t badge);

/* The thread receives the signals there are, or waits for some; not blocking: badge 0. */
void notification_wait(struct notification *notification, struct thread *thread, bool blocking);

/* The part of it for a thread that is in no queue and nothing is there for. */
static inline void notification_block(struct notification *notification, struct thread *thread)
{
    thread->state = THREAD_BLOCKED_NOTIFICATION;
    thread->blocked_on = (uint64_t)notification;
    queue_insert(&notification->waiters, thread);
    notification->state = NOTIFICATION_WAITING;
}

/* The first who waits leaves the queue; its state is the caller's business. */
static inline struct thread *notification_pop(struct notification *notification)
{
    struct thread *first = queue_pop(&notification->waiters);
    notification->state = notification->waiters.head == NULL ? NOTIFICATION_IDLE
                                                             : NOTIFICATION_WAITING;
    return first;
}

/* The thread is about to wait on an endpoint: signals of its bound notification come first. */
MUST_USE bool notification_take_bound(struct thread *thread);

/* The thread is about to block: a scheduling context the notification lent it goes back.
 * `notification` may be NULL. */
void notification_return_context(struct notification *notification, struct thread *thread);

void notification_unbind(struct thread *thread);

/* The notification lends this scheduling context no more, if it did. */
void notification_forget_context(struct sched_context *context);

/* Takes a waiting thread out; its state is the caller's business. */
void notification_leave(struct thread *thread);
void notification_reorder(struct thread *thread);
/* All who wait restart what they did. False: an interrupt came in between, and some are left. */
MUST_USE bool notification_cancel_all(struct notification *notification);
