/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a GICv3 names a core: by the affinity in its MPIDR_EL1, level 3 in bits [39:32] and levels 2
 * to 0 in [23:0]. Pure arithmetic. Source: Arm IHI 0069G 12.2.22, 12.11.35.
 */
#pragma once

#include "hw/gicv3.h"

/* Where the redistributor of the core with this affinity is: both frames, side by side. */
struct gicv3_redistributor {
    uint64_t base;
    uint32_t affinity; /* see affinity_word() */
};

/* As GICR_TYPER has it: four bytes in a row. */
static inline uint32_t affinity_word(uint64_t affinity)
{
    return (uint32_t)(affinity >> 32 & 0xff) << 24 | (uint32_t)(affinity & 0xffffff);
}

/* ICC_SGI1R_EL1: software-generated interrupt `irq` for this one core. */
static inline uint64_t affinity_sgi(uint64_t affinity, uint32_t irq)
{
    uint64_t level0 = affinity & 0xff;
    return UINT64_C(1) << (level0 & 15) | level0 >> ICC_SGI_TARGET_WIDTH << ICC_SGI_RANGE_SHIFT |
           (affinity >> 8 & 0xff) << ICC_SGI_AFFINITY1_SHIFT |
           (affinity >> 16 & 0xff) << ICC_SGI_AFFINITY2_SHIFT |
           (affinity >> 32 & 0xff) << ICC_SGI_AFFINITY3_SHIFT |
           (uint64_t)irq << ICC_SGI_INTID_SHIFT;
}
