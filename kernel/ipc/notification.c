/* SPDX-License-Identifier: BSD-2-Clause */
/* Notifications of kernel/ipc/notification.h. */
#include "kernel/ipc/notification.h"
#include "arch/interrupt.h"

static void settle_state(struct notification *notification)
{
    notification->state = notification->waiters.head == NULL ? NOTIFICATION_IDLE
                                                             : NOTIFICATION_WAITING;
}

/* A thread without a scheduling context runs on the notification's, while that is free. */
static void lend_context(struct notification *notification, struct thread *thread)
{
    struct sched_context *context = notification->sched_context;
    if (context != NULL && context->thread == NULL && thread->sched_context == NULL) {
        sched_donate(context, thread);
    }
}

static void deliver(struct notification *notification, struct thread *thread, uint64_t badge)
{
    thread->registers.x[MESSAGE_REG_BADGE] = badge;
    thread->state = THREAD_RUNNING;
    lend_context(notification, thread);
    sched_wake(thread);
}

void notification_signal(struct notification *notification, uint64_t badge)
{
    struct thread *bound = notification->bound_thread;
    if (notification->state == NOTIFICATION_WAITING) {
        deliver(notification, notification_pop(notification), badge);
    } else if (notification->state == NOTIFICATION_IDLE && bound != NULL &&
               bound->state == THREAD_BLOCKED_RECEIVE) {
        ipc_cancel(bound);
        deliver(notification, bound, badge);
    } else {
        notification->badge |= badge; /* 0 as long as it is idle */
        notification->state = NOTIFICATION_ACTIVE;
    }
}

static void take(struct notification *notification, struct thread *thread)
{
    thread->registers.x[MESSAGE_REG_BADGE] = notification->badge;
    notification->badge = 0;
    notification->state = NOTIFICATION_IDLE;
    lend_context(notification, thread);
}

void notification_wait(struct notification *notification, struct thread *thread, bool blocking)
{
    if (notification->state == NOTIFICATION_ACTIVE) {
        take(notification, thread);
    } else if (blocking) {
        sched_stop(thread);
        notification_block(notification, thread);
        notification_return_context(notification, thread);
    } else {
        thread->registers.x[MESSAGE_REG_BADGE] = 0;
    }
}

bool notification_take_bound(struct thread *thread)
{
    struct notification *notification = thread->bound_notification;
    if (notification == NULL || notification->state != NOTIFICATION_ACTIVE) {
        return false;
    }
    take(notification, thread);
    return true;
}

void notification_return_context(struct notification *notification, struct thread *thread)
{
    if (notification != NULL && notification->sched_context != NULL &&
        thread->sched_context == notification->sched_context) {
        sched_unbind(thread->sched_context);
    }
}

void notification_unbind(struct thread *thread)
{
    if (thread->bound_notification != NULL) {
        thread->bound_notification->bound_thread = NULL;
        thread->bound_notification = NULL;
    }
}

void notification_forget_context(struct sched_context *context)
{
    if (context->notification != NULL) {
        context->notification->sched_context = NULL;
        context->notification = NULL;
    }
}

void notification_leave(struct thread *thread)
{
    struct notification *notification = (struct notification *)thread->blocked_on;
    queue_remove(&notification->waiters, thread);
    settle_state(notification);
}

void notification_reorder(struct thread *thread)
{
    struct notification *notification = (struct notification *)thread->blocked_on;
    queue_remove(&notification->waiters, thread);
    queue_insert(&notification->waiters, thread);
}

bool notification_cancel_all(struct notification *notification)
{
    while (notification->waiters.head != NULL) {
        struct thread *thread = notification->waiters.head;
        notification_leave(thread);
        ipc_restart(thread);
        if (notification->waiters.head != NULL && interrupt_pending()) {
            return false;
        }
    }
    return true;
}
