/* SPDX-License-Identifier: BSD-2-Clause */
/* How an endpoint packs its state and its queue (kernel/model/objects.h). For this floor alone. */
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
