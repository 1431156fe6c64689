/* SPDX-License-Identifier: BSD-2-Clause */
/* Invoking the capability a thread names: the part of system calls that sends. */
#pragma once

#include "kernel/model/thread.h"

struct invocation {
    uint64_t pointer; /* of the capability */
    bool call;        /* wants an answer */
    bool blocking;    /* may wait for a receiver; a failed lookup is a fault */
    bool donate;      /* may lend its scheduling context */
    bool first_phase; /* of a call that receives next: fewer kinds allowed */
};

/* False if interrupted: the system call is to run again. */
MUST_USE bool invoke(struct thread *thread, struct invocation invocation);
