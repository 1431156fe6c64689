/* SPDX-License-Identifier: BSD-2-Clause */
/* What benchmarks read off the console at power-off: how often the guest left, when it began. */
#ifndef VMM_MACHINE_REPORT_H
#define VMM_MACHINE_REPORT_H

#include <stdint.h>

/* When the guest first began, and when it ended, on the board's counters. */
struct report_life {
    uint64_t physical; /* CNTPCT_EL0: since the board's reset */
    uint64_t virtual;  /* what the guest's CNTVCT_EL0 was */
    uint64_t hz;
    uint64_t ended; /* CNTPCT_EL0, when it powered off or reset itself */
};

/* One line, of EXIT_REASON_COUNT counts: "exits: total=N vmfault=N ...", total being the sum of
 * those up to "other". */
void report_exits(const uint64_t *counts, uint64_t interrupt_count);

/* One line: "life: physical=TICKS virtual=TICKS hz=RATE ended=TICKS". */
void report_life(const struct report_life *life);

#endif
