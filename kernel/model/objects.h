/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The objects threads talk through: endpoints, notifications, replies.
 *
 * Pointers to threads fit 48 bits, so an endpoint's state shares a word with its queue's head.
 */
#pragma once

#include "kernel/lib/types.h"

struct thread;
struct sched_context;

/* A queue of threads, ordered by priority, first come first served within one. */
struct thread_queue {
    struct thread *head;
    struct thread *tail;
};

enum endpoint_state {
    ENDPOINT_IDLE = 0,
    ENDPOINT_SENDING = 1,
    ENDPOINT_RECEIVING = 2,
};

struct endpoint {
    uint64_t head_and_state; /* state in [1:0]: threads are 2 KiB aligned */
    struct thread *tail;
};

_Static_assert(sizeof(struct endpoint) == 16, "an endpoint is 16 bytes");

enum notification_state {
    NOTIFICATION_IDLE = 0,
    NOTIFICATION_WAITING = 1,
    NOTIFICATION_ACTIVE = 2,
};

struct notification {
    uint64_t state;
    uint64_t badge;
    struct thread_queue waiters;
    struct thread *bound_thread;
    struct sched_context *sched_context;
    uint64_t reserved[2];
};

_Static_assert(sizeof(struct notification) == 64, "a notification is 64 bytes");

/*
 * A reply: the right to answer one caller, and one link of the chain along which a scheduling
 * context was lent.
 *
 *   sched_context.replies -> newest reply -> older reply -> ... -> oldest
 *
 * `up` leads towards the scheduling context: the next newer reply, or the context itself (bit 0
 * set) for the newest; 0 if nothing was lent with this call.
 */
struct reply {
    struct thread *thread; /* the caller, or who receives with this reply */
    uint64_t up;
    struct reply *older;
    uint64_t reserved;
};

_Static_assert(sizeof(struct reply) == 32, "a reply is 32 bytes");
