/* SPDX-License-Identifier: BSD-2-Clause */
/* Thread queues of kernel/sched/queue.h. */
#include "kernel/sched/queue.h"

static void insert_behind(struct thread_queue *queue, struct thread *thread, struct thread *before)
{
    struct thread *after = before == NULL ? queue->head : before->next;
    thread->previous = before;
    thread->next = after;
    if (before == NULL) {
        queue->head = thread;
    } else {
        before->next = thread;
    }
    if (after == NULL) {
        queue->tail = thread;
    } else {
        after->previous = thread;
    }
}

void queue_push_tail(struct thread_queue *queue, struct thread *thread)
{
    insert_behind(queue, thread, queue->tail);
}

void queue_push_head(struct thread_queue *queue, struct thread *thread)
{
    insert_behind(queue, thread, NULL);
}

void queue_insert(struct thread_queue *queue, struct thread *thread)
{
    struct thread *before = queue->tail;
    while (before != NULL && before->priority < thread->priority) {
        before = before->previous;
    }
    insert_behind(queue, thread, before);
}

void queue_insert_by_time(struct thread_queue *queue, struct thread *thread)
{
    struct thread *before = queue->tail;
    while (before != NULL && before->wake_time > thread->wake_time) {
        before = before->previous;
    }
    insert_behind(queue, thread, before);
}

void queue_remove(struct thread_queue *queue, struct thread *thread)
{
    if (thread->previous == NULL) {
        queue->head = thread->next;
    } else {
        thread->previous->next = thread->next;
    }
    if (thread->next == NULL) {
        queue->tail = thread->previous;
    } else {
        thread->next->previous = thread->previous;
    }
    thread->next = NULL;
    thread->previous = NULL;
}
