/* SPDX-License-Identifier: BSD-2-Clause */
/* What the guest's own tables, those in EL1's registers now, make of an address. */
#pragma once

#include "hw/sysreg.h"

/* PAR_EL1 of a read at EL1 (Arm ARM D13.2.105); the guest's own PAR_EL1 is kept. */
static inline uint64_t translate_guest_read(uint64_t address)
{
    uint64_t guest_par = sysreg_read_par_el1();
    __asm__ volatile("at s1e1r, %0; isb" ::"r"(address) : "memory");
    uint64_t result = sysreg_read_par_el1();
    sysreg_write_par_el1(guest_par);
    return result;
}
