/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Starting a thread of this program on a TCB that its caller configured (CSpace, VSpace, IPC
 * buffer, scheduling context). Objects come from elsewhere: libs/alloc/thread.h does it all.
 *
 *   stack + size   TLS: thread pointer words, .tdata, .tbss
 *                  stack, growing down
 *   stack          (its owner's guard page below, if any)
 */
#pragma once

#include <stddef.h>
#include <sel4/sel4.h>

typedef void rt_thread_entry(void *argument);

struct rt_thread {
    seL4_CPtr tcb;          /* as this program and the new thread name it */
    seL4_IPCBuffer *buffer; /* as mapped for both */
    void *stack;            /* lowest byte; TLS is carved from the top */
    size_t stack_size;
    rt_thread_entry *entry; /* when it returns, the thread suspends itself */
    void *argument;
};

/* Bytes of the stack that TLS takes. */
size_t rt_tls_bytes(void);

/* Writes the registers and, if `resume`, lets it run. seL4_RangeError if the stack is too small,
 * else what WriteRegisters said. */
seL4_Error rt_thread_start(const struct rt_thread *thread, bool resume);
