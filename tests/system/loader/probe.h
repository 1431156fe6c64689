/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the probe kernel's assembly records of the hand-over, for its C to judge.
 * Stands on nothing.
 */
#ifndef TESTS_SYSTEM_LOADER_PROBE_H
#define TESTS_SYSTEM_LOADER_PROBE_H

#define PROBE_RECORD_SIZE 192
#define PROBE_CORE_MAX    8

#ifndef __ASSEMBLER__

#include <stdint.h>

struct probe_record {
    uint64_t x[7];
    uint64_t counter; /* CNTVCT_EL0: under QEMU's -icount, instructions since reset */
    uint64_t sp;
    uint64_t current_el;
    uint64_t spsel;
    uint64_t daif;
    uint64_t sctlr;
    uint64_t tcr;
    uint64_t mair;
    uint64_t ttbr0;
    uint64_t hcr;
    uint64_t vbar;
    uint64_t cptr;
    uint64_t cnthctl;
    uint64_t cntvoff;
    uint64_t core;       /* tpidr_el1 */
    uint64_t kernel_par; /* PAR_EL1 for the kernel's first byte */
    uint64_t here;       /* 1 when complete */
};

_Static_assert(sizeof(struct probe_record) == PROBE_RECORD_SIZE, "probe_start.S");

#endif
#endif
