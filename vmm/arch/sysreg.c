/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System registers a kernel may trap. Guests have no debugger and no performance counters, but
 * the architecture makes the registers exist, and kernels clear them on their way up: those are
 * quiet. Everything else (GICv3's among them) is undefined, as on a core without it.
 */
#include "vmm/arch/sysreg.h"

#include "vmm/arch/esr.h"

static unsigned sysreg_op0(uint64_t syndrome)
{
    return syndrome >> 20 & 3;
}

static unsigned sysreg_crn(uint64_t syndrome)
{
    return syndrome >> 10 & 15;
}

static unsigned sysreg_crm(uint64_t syndrome)
{
    return syndrome >> 1 & 15;
}

/* Performance monitors: CRn 9, CRm 12 to 14, and the counters at CRn 14, CRm 8 to 15. */
static bool sysreg_is_monitor(uint64_t syndrome)
{
    unsigned crn = sysreg_crn(syndrome), crm = sysreg_crm(syndrome);

    return sysreg_op0(syndrome) == 3 &&
           ((crn == 9 && crm >= 12 && crm <= 14) || (crn == 14 && crm >= 8));
}

bool sysreg_is_quiet(uint64_t syndrome)
{
    /* op0 2: breakpoints, watchpoints, the OS lock and their kind. */
    if (sysreg_op0(syndrome) == 2 || sysreg_is_monitor(syndrome))
        return true;
    /* ACTLR_EL1: nothing in it is ours to give. */
    return (syndrome & ESR_SYSREG_NAME) == ESR_SYSREG(3, 0, 1, 0, 1);
}
