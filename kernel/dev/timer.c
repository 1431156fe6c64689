/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of kernel/dev/timer.h that are not inline. */
#include "kernel/dev/timer.h"
#include "kernel/lib/check.h"

uint64_t timer_ticks_per_ms;

void timer_init(void)
{
    timer_ticks_per_ms = sysreg_read_cntfrq_el0() / 1000;
    if (timer_ticks_per_ms == 0) {
        panic("CNTFRQ_EL0 is 0: the boot firmware must set it to the counter's rate in Hz");
    }
}

void timer_init_core(void)
{
    timer_set_deadline(UINT64_MAX);
    sysreg_write_cnthp_ctl_el2(CNT_CTL_ENABLE);
}

uint64_t timer_max_us(void)
{
    return UINT64_MAX / timer_ticks_per_ms / 8;
}

uint64_t timer_ticks_to_us(uint64_t ticks)
{
    uint64_t ms = ticks / timer_ticks_per_ms;
    uint64_t rest = ticks % timer_ticks_per_ms;
    return ms * 1000 + rest * 1000 / timer_ticks_per_ms;
}
