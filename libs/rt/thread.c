/* SPDX-License-Identifier: BSD-2-Clause */
/* Starts further threads of this program on TCBs made elsewhere. Stands on tls.c. */
#include "libs/rt/thread.h"
#include "libs/rt/internal.h"

#define LEAST_STACK 1024

/* x0..x3 as rt_thread_start() wrote them. */
static _Noreturn void thread_main(rt_thread_entry *entry, void *argument, seL4_IPCBuffer *buffer,
                                  seL4_CPtr tcb)
{
    seL4_SetIPCBuffer(buffer);
    entry(argument);
    for (;;)
        seL4_TCB_Suspend(tcb);
}

seL4_Error rt_thread_start(const struct rt_thread *thread, bool resume)
{
    uintptr_t top = ((uintptr_t)thread->stack + thread->stack_size) & ~(uintptr_t)63;

    if (thread->stack_size < rt_tls_bytes() + LEAST_STACK)
        return seL4_RangeError;

    uintptr_t block = top - rt_tls_bytes();
    seL4_UserContext registers = {
        .pc = (seL4_Word)thread_main,
        .sp = block,
        .x0 = (seL4_Word)thread->entry,
        .x1 = (seL4_Word)thread->argument,
        .x2 = (seL4_Word)thread->buffer,
        .x3 = thread->tcb,
        .tpidr_el0 = (seL4_Word)rt_tls_fill((void *)block),
    };
    return seL4_TCB_WriteRegisters(thread->tcb, resume, 0, seL4_UserContext_Length, &registers);
}
