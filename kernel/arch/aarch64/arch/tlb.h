/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Invalidating what the TLBs of all cores hold of a stage-2 space (Arm ARM D5.10).
 *
 * The operations work on the VMID in VTTBR_EL2, which is put back afterwards.
 */
#pragma once

#include "hw/sysreg.h"
#include "kernel/lib/types.h"

/* Everything under the VMID: stage 1 of guests, stage 2, and both combined. */
static inline void tlb_invalidate_space(uint64_t vttbr)
{
    uint64_t before = sysreg_read_vttbr_el2();
    sysreg_write_vttbr_el2(vttbr);
    __asm__ volatile("isb\n"
                     "dsb ishst\n"
                     "tlbi vmalls12e1is\n"
                     "dsb ish\n" ::
                         : "memory");
    sysreg_write_vttbr_el2(before);
    __asm__ volatile("isb" ::: "memory");
}

/* One address at stage 2, and all of stage 1 that may have been combined with it. */
static inline void tlb_invalidate_address(uint64_t vttbr, ipa_t address)
{
    uint64_t before = sysreg_read_vttbr_el2();
    sysreg_write_vttbr_el2(vttbr);
    __asm__ volatile("isb\n"
                     "dsb ishst\n"
                     "tlbi ipas2e1is, %0\n"
                     "dsb ish\n"
                     "tlbi vmalle1is\n"
                     "dsb ish\n" ::"r"(address.raw >> 12)
                     : "memory");
    sysreg_write_vttbr_el2(before);
    __asm__ volatile("isb" ::: "memory");
}
