/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One system call by another thread: what it asks, and what came back. For everything that takes
 * two: the case starts jobs, settles, and looks at them.
 */
#pragma once

#include "tests/kernel/harness/harness.h"

#define JOB_WORD(i) (0x1000 + (seL4_Word)(i))

struct job {
    /* What to ask. MR0 to MR3 are `words`, or JOB_WORD() of each where `fill` says so. */
    long number;
    seL4_CPtr cap; /* x0 */
    seL4_Word label, length, extra_caps;
    seL4_Word words[seL4_FastMessageRegisters];
    bool fill;       /* all message registers are JOB_WORD(i) */
    seL4_CPtr reply; /* x6 */
    seL4_CPtr dest;  /* x8 */
    seL4_CPtr caps[seL4_MsgMaxExtraCaps];
    seL4_CPtr receive_slot; /* 0: none set aside */

    /* What the thread is like. */
    seL4_Word priority;
    seL4_CPtr fault_ep;
    bool passive;

    /* What came of it. */
    struct alloc_thread *thread;
    volatile bool done;
    struct message message; /* .came is not set */
    seL4_Word received[seL4_MsgMaxLength];
    seL4_Word badges[seL4_MsgMaxExtraCaps];
};

/* Starts the job's thread; it stops behind the one call. */
void job_start(struct job *job);

/* The call itself, by the caller's own thread. */
void job_do(struct job *job);
