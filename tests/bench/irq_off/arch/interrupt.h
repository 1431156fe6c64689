/* SPDX-License-Identifier: BSD-2-Clause */
/* Found before the kernel's own file of this name: a look for interrupts ends a stretch without
 * one, and so does sleeping. */
#pragma once

#include "tests/bench/irq_off/stretch.h"

#define interrupt_pending interrupt_pending_unseen
#define interrupt_wait    interrupt_wait_unseen
#include "kernel/arch/aarch64/arch/interrupt.h"
#undef interrupt_pending
#undef interrupt_wait

static inline bool interrupt_pending(void)
{
    stretch_look();
    return interrupt_pending_unseen();
}

static inline void interrupt_wait(void)
{
    stretch_end();
    interrupt_wait_unseen();
    stretch_begin_interrupt();
}
