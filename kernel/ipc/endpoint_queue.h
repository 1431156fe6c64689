/* SPDX-License-Identifier: BSD-2-Clause */
/* How an endpoint packs its state and its queue (kernel/model/objects.h), and what endpoint.c
 * remembers of one. For this floor, the short ways (entry/fast.c), and who checks it. */
#pragma once

#include "kernel/model/thread.h"

#define ENDPOINT_STATE 3UL

static inline enum endpoint_state endpoint_state_of(const struct endpoint *endpoint)
{
    return (enum endpoint_state)(endpoint->head_and_state & ENDPOINT_STATE);
}

static inline struct thread_queue endpoint_queue_of(const struct endpoint *endpoint)
{
    return (struct thread_queue){(struct thread *)(endpoint->head_and_state & ~ENDPOINT_STATE),
                                 endpoint->tail};
}

static inline void endpoint_set_queue(struct endpoint *endpoint, struct thread_queue queue,
                                      enum endpoint_state state)
{
    if (queue.head == NULL) {
        state = ENDPOINT_IDLE;
    }
    endpoint->head_and_state = (uint64_t)queue.head | state;
    endpoint->tail = queue.tail;
}

/*
 * An interrupted CNode_CancelBadgedSends, the only one that is remembered: another takes its place,
 * and it starts at the front again.
 *
 *   queue:  a - b - c - d
 *             next -^        everybody in front of it was looked at
 *
 * `next` moves on when that thread leaves its place, so it always points into the queue, or is
 * NULL: nobody is left to be looked at.
 */
struct sweep {
    const struct thread *caller; /* NULL: none */
    const struct endpoint *endpoint;
    uint64_t badge;
    uint64_t number; /* counts them */
    struct thread *next;
};

extern struct sweep sweep;
