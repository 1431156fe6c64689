/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads of the program itself, made from nothing: TCB, scheduling context, IPC buffer, stack with
 * a guard page, TLS. Stands on libs/rt and alloc.h. */
#pragma once

#include "libs/alloc/alloc.h"
#include "libs/rt/thread.h"

struct alloc_thread {
    seL4_CPtr tcb;
    seL4_CPtr sched_context; /* 0: passive */
    struct alloc_area stack;
    struct alloc_area buffer;
};

struct alloc_thread_options {
    rt_thread_entry *entry;
    void *argument;
    seL4_Word priority;
    seL4_Word mcp;
    size_t stack_size;        /* 0: 16 KiB */
    seL4_CPtr fault_ep;       /* 0: none */
    seL4_Word core;           /* index into bootinfo's schedcontrol range */
    seL4_Word budget, period; /* microseconds; both 0: 10 ms round robin */
    bool passive;             /* no scheduling context */
    bool suspended;           /* registers written, but not resumed */
};

/* Shares the root task's CSpace and VSpace. On failure nothing is left over. */
ALLOC_MUST_USE enum alloc_result alloc_thread_start(struct alloc *alloc,
                                                    const seL4_BootInfo *bootinfo,
                                                    const struct alloc_thread_options *options,
                                                    struct alloc_thread *thread);
ALLOC_MUST_USE enum alloc_result alloc_thread_free(struct alloc *alloc,
                                                   struct alloc_thread *thread);
