/* SPDX-License-Identifier: BSD-2-Clause */
/* What benchmarks read off the console at power-off: how often the guest left, when it began. */
#ifndef VMM_MACHINE_REPORT_H
#define VMM_MACHINE_REPORT_H

#include <stdint.h>

/* When the guest first began, on the board's counters. */
struct report_start {
    uint64_t physical; /* CNTPCT_EL0: since the board's reset */
    uint64_t virtual;  /* what the guest's CNTVCT_EL0 was */
    uint64_t hz;
};

/* One line, of EXIT_REASON_COUNT counts: "exits: total=N vmfault=N ...", total being the sum of
 * those up to "other". */
void report_exits(const uint64_t *counts, uint64_t interrupt_count);

/* One line: "start: physical=TICKS virtual=TICKS hz=RATE". */
void report_start(const struct report_start *start);

#endif
