/* SPDX-License-Identifier: BSD-2-Clause */
/* What a guest's own tables make of an address: on the host, what the test wrote to PAR_EL1. */
#pragma once

#include "kernel/arch/fake/sysreg.h"

static inline uint64_t translate_guest_read(uint64_t address)
{
    (void)address;
    return sysreg_read_par_el1();
}
