/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's clock: the physical counter, and this core's hypervisor timer, which raises
 * GIC_PPI_HYP_TIMER while the counter is at or past the deadline. Source: Arm ARM D11.
 *
 * Ticks are the kernel's unit, microseconds the user's. The rate is taken in whole kilohertz.
 */
#pragma once

#include "hw/sysreg.h"
#include "kernel/lib/types.h"

/* Written by timer_init(); only read afterwards. */
extern uint64_t timer_ticks_per_ms;

/* Learns the rate; panics if firmware left it unset. Once, on the boot core. */
void timer_init(void);

/* Switches this core's timer on, without a deadline. Every core. */
void timer_init_core(void);

static inline uint64_t timer_now(void)
{
    return sysreg_read_cntpct_el0();
}

/* Replaces any earlier deadline. One in the past raises the interrupt at once;
 * UINT64_MAX never does. */
static inline void timer_set_deadline(uint64_t ticks)
{
    sysreg_write_cnthp_cval_el2(ticks);
}

/* The longest period the interface takes, an eighth of what the counter can hold. */
uint64_t timer_max_us(void);

/* Rounded down; exact for us up to timer_max_us(). Multiplies, never divides. */
static inline uint64_t timer_us_to_ticks(uint64_t us)
{
    return us * timer_ticks_per_ms / 1000;
}

/* Rounded down; exact for every number of ticks. Divides: not for hot paths. */
uint64_t timer_ticks_to_us(uint64_t ticks);
