/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * First values of a core's EL2 and EL1 registers (arch/cpu.h), but for those that change between
 * native threads and guests (virt/vcpu.c). Runs while booting only.
 *
 * A register that is zero here would otherwise hold what a boot loader left in it.
 */
#include "arch/barrier.h"
#include "arch/cpu.h"
#include "hw/sysreg.h"
#include "kernel/lib/bits.h"

#define PARANGE_40_BITS 2

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
    sysreg_write_vtcr_el2(VTCR);
    sysreg_write_vttbr_el2(0);
    sysreg_write_hstr_el2(0);
    sysreg_write_hacr_el2(0);
    sysreg_write_actlr_el2(0); /* EL1 gets at none of the implementation's own registers */
    sysreg_write_cptr_el2(CPTR_EL2_RES1 | CPTR_EL2_TTA);
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
    sysreg_write_mdscr_el1(0);
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
    sysreg_write_cptr_el2(CPTR_EL2_RES1 | CPTR_EL2_TTA | CPTR_EL2_TFP);
    barrier_instruction();
}
