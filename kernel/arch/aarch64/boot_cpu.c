/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * First values of a core's EL2 and EL1 registers (arch/cpu.h). Runs while booting only.
 *
 * A register that is zero here would otherwise hold what a boot loader left in it.
 */
#include "arch/barrier.h"
#include "arch/cpu.h"
#include "hw/sysreg.h"
#include "kernel/lib/bits.h"
#include "kernel/lib/check.h"

#define PARANGE_40_BITS 2

/* A native thread: no EL1, stage 1 off and cacheable, all that EL0 could reach of EL1 trapped. */
#define HCR_NATIVE                                                                     \
    (HCR_EL2_VM | HCR_EL2_RW | HCR_EL2_AMO | HCR_EL2_IMO | HCR_EL2_FMO | HCR_EL2_TSC | \
     HCR_EL2_TGE | HCR_EL2_TVM | HCR_EL2_TTLB | HCR_EL2_DC | HCR_EL2_TAC | HCR_EL2_SWIO)
#define SCTLR_NATIVE                                                                              \
    (SCTLR_EL1_RES1 | SCTLR_UCI | SCTLR_UCT | SCTLR_NTWI | SCTLR_NTWE | SCTLR_CP15BEN | SCTLR_C | \
     SCTLR_I)

/* 40-bit addresses in three levels, two tables side by side at the first. */
#define VTCR                                                                                \
    (VTCR_EL2_RES1 | TCR_T0SZ(40) | VTCR_EL2_SL0_LEVEL1 | TCR_IRGN0_WBWA | TCR_ORGN0_WBWA | \
     TCR_SH0_INNER | TCR_TG0_4K | VTCR_EL2_PS_40)

static void check_machine(void)
{
    if (sysreg_read_currentel() != CURRENTEL_EL2) {
        panic("the kernel must be entered at EL2 (QEMU: virtualization=on)");
    }
    uint64_t features = sysreg_read_id_aa64mmfr0_el1();
    if (bits_get(features, ID_AA64MMFR0_PARANGE_SHIFT, ID_AA64MMFR0_PARANGE_WIDTH) <
        PARANGE_40_BITS) {
        panic("this processor has physical addresses of fewer than 40 bits");
    }
}

static void init_traps(void)
{
    sysreg_write_hcr_el2(HCR_NATIVE);
    sysreg_write_vtcr_el2(VTCR);
    sysreg_write_vttbr_el2(0);
    sysreg_write_hstr_el2(0);
    sysreg_write_hacr_el2(0);
    sysreg_write_cptr_el2(CPTR_EL2_RES1);
    uint64_t counters = bits_get(sysreg_read_pmcr_el0(), PMCR_EL0_N_SHIFT, PMCR_EL0_N_WIDTH);
    sysreg_write_mdcr_el2(MDCR_EL2_TDRA | MDCR_EL2_TDOSA | MDCR_EL2_TDA | MDCR_EL2_TPM |
                          MDCR_EL2_TPMCR | counters);
    sysreg_write_cnthctl_el2(CNTHCTL_EL2_EL1PCTEN);
    sysreg_write_cntvoff_el2(0);
    sysreg_write_vpidr_el2(sysreg_read_midr_el1());
    sysreg_write_vmpidr_el2(sysreg_read_mpidr_el1());
}

static void init_lower_levels(void)
{
    sysreg_write_sctlr_el1(SCTLR_NATIVE);
    sysreg_write_cpacr_el1(CPACR_EL1_FPEN_ALL);
    sysreg_write_mdscr_el1(0);
    sysreg_write_cntkctl_el1(0);
    sysreg_write_cntv_ctl_el0(0);
    sysreg_write_cntp_ctl_el0(0);
    sysreg_write_pmuserenr_el0(0);
    sysreg_write_contextidr_el1(0);
    sysreg_write_tpidr_el1(0);
    sysreg_write_tpidr_el0(0);
    sysreg_write_tpidrro_el0(0);
    sysreg_write_sp_el0(0);
}

void cpu_init(const void *vectors)
{
    sysreg_write_vbar_el2((uint64_t)vectors);
    check_machine();
    init_traps();
    init_lower_levels();
    barrier_instruction();
    __asm__ volatile("tlbi alle1; dsb nsh; isb" : : : "memory");
}

void cpu_end_boot(void)
{
    sysreg_write_cptr_el2(CPTR_EL2_RES1 | CPTR_EL2_TFP);
    barrier_instruction();
}
