/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What native threads may use of a core's clocks without a capability: EL0's access to counters,
 * physical timer and cycle counter (docs/kernel/clocks.md). A guest gets none of it from here.
 */
#pragma once

#include "kernel/model/core.h"

/* Written while booting (boot/options.c), before any core runs a user; only read afterwards. */
struct user_access {
    bool counters; /* CNTPCT, CNTVCT, CNTFRQ */
    bool timer;    /* CNTP_* */
    bool cycles;   /* PMCCNTR, read only */
};

extern struct user_access user_access;

/* Decides what vcpu_switch() puts into this core's registers, and starts its cycle counter. */
void user_access_init_core(struct core *core);
