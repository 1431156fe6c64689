/* SPDX-License-Identifier: BSD-2-Clause */
/* A thread's registers by their index in seL4_UserContext (abi/sel4/faults.h). */
#pragma once

#include "abi/sel4/faults.h"
#include "kernel/model/thread.h"

enum {
    REGISTER_PC = 0,
    REGISTER_SP = 1,
    REGISTER_SPSR = 2,
    REGISTER_X0 = 3, /* x0 to x8 in a row */
    REGISTER_TPIDR = seL4_UserContext_TPIDR,
    REGISTER_TPIDRRO,
    REGISTER_NEXT_PC, /* behind a system call; no part of seL4_UserContext */
};

/* The thread must not be running on another core; thread ids
 * that this core still holds are read and written there. */
uint64_t registers_get(const struct thread *thread, unsigned index);

/* pc sets where the thread goes on either way; spsr is sanitised. */
void registers_set(struct thread *thread, unsigned index, uint64_t value);
