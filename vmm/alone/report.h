/* SPDX-License-Identifier: BSD-2-Clause */
/* What benchmarks read off the console at power-off: how often the guest left, memory used. */
#ifndef VMM_ALONE_REPORT_H
#define VMM_ALONE_REPORT_H

#include <stdint.h>

#include "vmm/machine/exits.h"

/* When the guest first began, on the board's counters. */
struct report_start {
    uint64_t physical; /* CNTPCT_EL0: since the board's reset */
    uint64_t virtual;  /* what the guest's CNTVCT_EL0 was */
    uint64_t hz;
};

/* The RAM the device tree names is: guest + payload + free + what this tells, in bytes. */
struct report_memory {
    uint64_t kernel; /* what is neither the VMM's nor given out as untyped memory */
    uint64_t vmm;    /* its image, and all objects it made beside the guest's RAM */
    uint64_t guest;
};

/* One line: "exits: total=N vmfault=N ...", total being the sum of those up to "other". */
void report_exits(const struct exits *exits, uint64_t interrupt_count);

/* One line: "memory: kernel=BYTES vmm=BYTES guest=BYTES". */
void report_memory(const struct report_memory *memory);

/* One line: "start: physical=TICKS virtual=TICKS hz=RATE". */
void report_start(const struct report_start *start);

#endif
