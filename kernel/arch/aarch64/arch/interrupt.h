/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupts as a core sees them. The kernel runs with all of them masked. */
#pragma once

#include "hw/sysreg.h"
#include <stdbool.h>

/* Whether one waits: what preemptible work asks between two steps. */
static inline bool interrupt_pending(void)
{
    return sysreg_read_isr_el1() != 0;
}

/* Sleeps until one waits (masked ones wake too); may also return without. */
static inline void interrupt_wait(void)
{
    __asm__ volatile("dsb sy; wfi" : : : "memory");
}
