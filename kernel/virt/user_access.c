/* SPDX-License-Identifier: BSD-2-Clause */
/* EL0's access to clocks (kernel/virt/user_access.h). Source: Arm ARM D11, D7, D13.4, D13.8. */
#include "kernel/virt/user_access.h"

struct user_access user_access = {.counters = true, .timer = true, .cycles = true};

static bool has_cycle_counter(void)
{
    uint64_t version = bits_get(sysreg_read_id_aa64dfr0_el1(), ID_AA64DFR0_PMUVER_SHIFT,
                                ID_AA64DFR0_PMUVER_WIDTH);
    return version != ID_AA64DFR0_PMUVER_NONE && version != ID_AA64DFR0_PMUVER_OTHER;
}

/* Nothing counts but, if it may be read, the cycle counter: at EL0 only. So it tells of nobody's
 * time in the kernel, nor of a guest's in its own. */
static void init_counters(bool cycles)
{
    sysreg_write_pmcr_el0(PMCR_EL0_LC | (cycles ? PMCR_EL0_E : 0));
    sysreg_write_pmcntenclr_el0(UINT32_MAX);
    sysreg_write_pmintenclr_el1(UINT32_MAX);
    sysreg_write_pmovsclr_el0(UINT32_MAX);
    sysreg_write_pmccfiltr_el0(PMCCFILTR_EL0_P);
    sysreg_write_pmccntr_el0(0);
    sysreg_write_pmcntenset_el0(cycles ? PMCNTEN_CYCLES : 0);
    sysreg_write_pmuserenr_el0(cycles ? PMUSERENR_EL0_CR : 0);
}

void user_access_init_core(struct core *core)
{
    bool cycles = user_access.cycles && has_cycle_counter();
    if (has_cycle_counter()) {
        init_counters(cycles);
    }
    core->guest_traps = sysreg_read_mdcr_el2() | MDCR_EL2_TPM | MDCR_EL2_TPMCR;
    /* PMUSERENR_EL0 lets the one register through; a trap here would come first. */
    core->native_traps = cycles ? core->guest_traps & ~(MDCR_EL2_TPM | MDCR_EL2_TPMCR)
                                : core->guest_traps;
    core->native_clocks = (user_access.counters ? CNTKCTL_EL1_EL0PCTEN | CNTKCTL_EL1_EL0VCTEN : 0) |
                          (user_access.timer ? CNTKCTL_EL1_EL0PTEN : 0);
}
