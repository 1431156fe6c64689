/* SPDX-License-Identifier: BSD-2-Clause */
/* Stopping, starting and taking apart threads. */
#pragma once

#include "kernel/ipc/notification.h"

/* Off everything it waits on, and inactive. */
void thread_suspend(struct thread *thread);

/* A stopped or blocked thread goes on at its restart pc. */
void thread_resume(struct thread *thread);

void thread_set_priority(struct thread *thread, uint8_t priority);

/* The last capability goes: no queue, context, notification or core knows it afterwards. */
void thread_forget(struct thread *thread);

/* Ends a YieldTo the thread waits in. */
void thread_end_yield(struct thread *thread);

static inline bool thread_is_blocked(const struct thread *thread)
{
    return thread->state == THREAD_BLOCKED_RECEIVE || thread->state == THREAD_BLOCKED_SEND ||
           thread->state == THREAD_BLOCKED_REPLY || thread->state == THREAD_BLOCKED_NOTIFICATION;
}
