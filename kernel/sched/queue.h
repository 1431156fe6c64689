/* SPDX-License-Identifier: BSD-2-Clause */
/* Queues of threads linked through thread.next and .previous: a thread is in one at a time. Pure.
 */
#pragma once

#include "kernel/model/thread.h"

void queue_push_tail(struct thread_queue *queue, struct thread *thread);
void queue_push_head(struct thread_queue *queue, struct thread *thread);

/* Behind all of the same or a higher priority: waiting threads are served by priority. */
void queue_insert(struct thread_queue *queue, struct thread *thread);

/* Behind all that wake as soon or sooner. */
void queue_insert_by_time(struct thread_queue *queue, struct thread *thread);

/* The first of a queue that is not empty leaves it. */
static inline struct thread *queue_pop(struct thread_queue *queue)
{
    struct thread *first = queue->head;
    struct thread *second = first->next;
    first->next = NULL;
    queue->head = second;
    if (LIKELY(second == NULL)) {
        queue->tail = NULL;
    } else {
        second->previous = NULL;
    }
    return first;
}

/* The thread must be in this queue. */
void queue_remove(struct thread_queue *queue, struct thread *thread);
