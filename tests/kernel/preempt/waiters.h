/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Many threads that wait. They have no time of their own: one scheduling context goes from one to
 * the next, until each is blocked; what they do when they are let go is asked the same way.
 */
#pragma once

#include "tests/kernel/harness/harness.h"

struct waiters {
    seL4_CPtr untyped, tcbs; /* tcbs: neighbouring slots */
    unsigned count;
    seL4_CPtr context, park;
    volatile seL4_Word *went_on; /* by waiter: its system call came back */
};

/* Inactive ones, of priority 100; the case's objects. */
struct waiters *new_waiters(unsigned count);

/* Waiter `i` anew, from other memory; what it was is deleted. */
void waiter_remake(const struct waiters *waiters, unsigned i, seL4_CPtr untyped);

/* Waiter `i` makes the system call, which blocks it. */
void waiter_call(const struct waiters *waiters, unsigned i, long number, seL4_CPtr cap,
                 seL4_Word info);
/* Gives it time: true if it has come through its system call. */
bool waiter_went_on(const struct waiters *waiters, unsigned i);
/* How many have. */
unsigned waiters_went_on(const struct waiters *waiters);
