/* SPDX-License-Identifier: BSD-2-Clause */
/* Register indices of VCPU_ReadRegs and VCPU_WriteRegs; the last one is our own. */
#pragma once

#ifndef __ASSEMBLER__
typedef enum {
    seL4_VCPUReg_SCTLR = 0,
    seL4_VCPUReg_CPACR = 1,
    seL4_VCPUReg_TTBR0 = 2,
    seL4_VCPUReg_TTBR1 = 3,
    seL4_VCPUReg_TCR = 4,
    seL4_VCPUReg_MAIR = 5,
    seL4_VCPUReg_AMAIR = 6,
    seL4_VCPUReg_CIDR = 7,
    seL4_VCPUReg_ACTLR = 8,
    seL4_VCPUReg_AFSR0 = 9,
    seL4_VCPUReg_AFSR1 = 10,
    seL4_VCPUReg_ESR = 11,
    seL4_VCPUReg_FAR = 12,
    seL4_VCPUReg_PAR = 13,
    seL4_VCPUReg_VBAR = 14,
    seL4_VCPUReg_TPIDR_EL1 = 15,
    seL4_VCPUReg_VMPIDR_EL2 = 16,
    seL4_VCPUReg_SP_EL1 = 17,
    seL4_VCPUReg_ELR_EL1 = 18,
    seL4_VCPUReg_SPSR_EL1 = 19,
    seL4_VCPUReg_CNTV_CTL = 20,
    seL4_VCPUReg_CNTV_CVAL = 21,
    seL4_VCPUReg_CNTVOFF = 22,
    seL4_VCPUReg_CNTKCTL_EL1 = 23,
    seL4_VCPUReg_Num = 24,
} seL4_VCPUReg;

/*
 * An extension of this kernel (docs/kernel/extensions.md): a kernel without it answers
 * InvalidArgument. The kernel delivers the virtual timer's interrupt by itself.
 */
enum {
    VCPU_REG_VTIMER = 24,
    VCPU_REG_LIMIT = 25, /* indices below it exist here */
};

#define VTIMER_ID_SHIFT       0 /* the word is InjectIRQ's, and more */
#define VTIMER_ID_WIDTH       16
#define VTIMER_PRIORITY_SHIFT 16
#define VTIMER_PRIORITY_WIDTH 8
#define VTIMER_GROUP_SHIFT    24
#define VTIMER_GROUP_WIDTH    8
#define VTIMER_LIST_SHIFT     32
#define VTIMER_LIST_WIDTH     8
#define VTIMER_STATE_SHIFT    60 /* read only: of that list register */
#define VTIMER_PENDING        (1UL << 60)
#define VTIMER_ACTIVE         (1UL << 61)
#define VTIMER_ENABLED        (1UL << 63)
#endif
