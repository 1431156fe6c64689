/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Starts the other cores.
 * Stands on PSCI by SMC; never starts a core that the device tree does not name.
 */
#include "loader/cores.h"
#include "hw/sysreg.h"
#include "loader/board.h"
#include "loader/console.h"

#define AFFINITY 0xff00ffffffull /* of MPIDR_EL1: Aff3, Aff2, Aff1 and Aff0 */

unsigned cores_available(const struct machine *machine, unsigned wanted)
{
    if (machine->core_count == 0)
        return 1;
    return wanted < machine->core_count ? wanted : machine->core_count;
}

/* The core has two seconds; firmware answers before it runs. */
static void wait_for_arrival(unsigned number, uint64_t affinity)
{
    uint64_t start = sysreg_read_cntpct_el0();
    uint64_t limit = 2 * sysreg_read_cntfrq_el0();

    /* Pairs with core_enter(): the flag is the last thing a core does in the loader. */
    while (handover.arrived[number] == 0) {
        if (sysreg_read_cntpct_el0() - start > limit)
            loader_stop("core %u (mpidr %x) was started by the firmware, but did not arrive",
                        (uint64_t)number, affinity);
        __asm__ volatile("yield");
    }
}

static void start_core(const struct machine *machine, unsigned number, uint64_t affinity)
{
    int64_t answer = firmware_call(machine->psci_cpu_on, affinity, (uint64_t)core_start, number);

    if ((int32_t)answer != 0)
        loader_stop("core %u (mpidr %x) does not start: PSCI CPU_ON answers -%u; "
                    "build the image for fewer cores",
                    (uint64_t)number, affinity, (uint64_t)-(int32_t)answer);
    wait_for_arrival(number, affinity);
}

void cores_start(const struct machine *machine, unsigned count)
{
    uint64_t self = sysreg_read_mpidr_el1() & AFFINITY;
    unsigned number = 1;

    if (count <= 1)
        return;
    if (machine->psci_cpu_on == 0 || !machine->psci_by_smc)
        loader_stop("cannot start %u cores: the device tree names no PSCI by SMC; "
                    "build the image for one core",
                    (uint64_t)count);
    for (unsigned i = 0; i < machine->core_count && number < count; i++) {
        if (machine->cores[i] != self)
            start_core(machine, number++, machine->cores[i]);
    }
}
