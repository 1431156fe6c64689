/* SPDX-License-Identifier: BSD-2-Clause */
/* Life of threads (kernel/ipc/thread.h). */
#include "kernel/ipc/thread.h"

void thread_end_yield(struct thread *thread)
{
    if (thread->yielding_to != NULL) {
        thread->yielding_to->yielding = NULL;
        thread->yielding_to = NULL;
    }
}

void thread_suspend(struct thread *thread)
{
    if (thread_is_blocked(thread)) {
        ipc_cancel(thread);
    } else {
        sched_stop(thread);
        /* Whoever stops itself has its restart pc at the system call that did it. */
        if (thread->state == THREAD_RUNNING && thread != core_local()->current) {
            thread->registers.restart_pc = thread->registers.pc;
        }
    }
    thread_end_yield(thread);
    thread->state = THREAD_INACTIVE;
}

void thread_resume(struct thread *thread)
{
    if (thread->state == THREAD_INACTIVE || thread_is_blocked(thread)) {
        ipc_cancel(thread);
        ipc_restart(thread);
    }
}

void thread_set_priority(struct thread *thread, uint8_t priority)
{
    sched_set_priority(thread, priority);
    if (thread->state == THREAD_BLOCKED_SEND || thread->state == THREAD_BLOCKED_RECEIVE) {
        endpoint_reorder(thread);
    } else if (thread->state == THREAD_BLOCKED_NOTIFICATION) {
        notification_reorder(thread);
    }
}

void thread_forget(struct thread *thread)
{
    notification_unbind(thread);
    thread_suspend(thread);
    smp_forget_thread(thread);
    endpoint_forget_caller(thread);
    if (thread->sched_context != NULL) {
        sched_unbind(thread->sched_context);
    }
}
