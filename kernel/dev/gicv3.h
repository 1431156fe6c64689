/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GICv3: a core's interfaces as system registers. What happens on every interrupt or vCPU switch;
 * kernel/dev/gic.h chooses between this and a GICv2's memory, and tells what each is for.
 *
 * Source: Arm IHI 0069G 12.2 (ICC_*), 12.4 (ICH_*).
 */
#pragma once

#include "arch/barrier.h"
#include "hw/gicv3.h"
#include "kernel/lib/types.h"

/* Active priorities of a guest: words of group 0, then as many of group 1. */
#define GICV3_PRIORITY_WORDS_MAX 4u

static inline uint32_t gicv3_acknowledge(void)
{
    uint64_t irq = sysreg_read_icc_iar1_el1() & ICC_INTID;
    barrier_sync_system(); /* the interrupt is active before anything behind looks for another */
    return (uint32_t)irq;
}

static inline void gicv3_drop_priority(uint32_t irq)
{
    sysreg_write_icc_eoir1_el1(irq);
    barrier_instruction();
}

static inline void gicv3_deactivate(uint32_t irq)
{
    sysreg_write_icc_dir_el1(irq);
    barrier_instruction();
}

/* Until what was written about the interrupt is so. */
void gicv3_wait_for_writes(uint32_t irq);

/* List registers have names, not addresses. Of an index that does not exist, nothing. */
uint64_t gicv3_list_read(unsigned index);
void gicv3_list_write(unsigned index, uint64_t list);

/* Settings, ICH_VMCR_EL2, and those of ICH_AP0R<n>_EL2, ICH_AP1R<n>_EL2 that exist. */
void gicv3_interface_store(uint32_t *machine, uint32_t *priorities);
void gicv3_interface_load(uint32_t control, uint32_t machine, const uint32_t *priorities);
