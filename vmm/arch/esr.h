/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exception syndromes and the processor state of a guest, as fields: what a fault message
 * carries (ESR_EL2) and what an injected exception needs (ESR_EL1, SPSR_EL1, SCTLR_EL1).
 * Source: Arm ARM (DDI 0487) D17.2.37 ESR_ELx, D17.2.118 SCTLR_EL1, C5.2.18 SPSR_EL1.
 */
#ifndef VMM_ARCH_ESR_H
#define VMM_ARCH_ESR_H

#include <stdint.h>

#define ARCH_BIT(n)           (UINT64_C(1) << (n))
#define ARCH_FIELD(high, low) ((UINT64_C(1) << ((high) + 1)) - (UINT64_C(1) << (low)))

#define ESR_EC_SHIFT          26
#define ESR_EC(esr)           ((esr) >> ESR_EC_SHIFT & 0x3f)
#define ESR_IL                ARCH_BIT(25)
#define ESR_ISS               ARCH_FIELD(24, 0)

enum esr_class {
    ESR_EC_UNKNOWN = 0x00,
    ESR_EC_WFX = 0x01,
    ESR_EC_FP = 0x07,
    ESR_EC_HVC64 = 0x16,
    ESR_EC_SMC64 = 0x17,
    ESR_EC_SYSREG = 0x18,
    ESR_EC_FETCH_LOWER = 0x20,
    ESR_EC_FETCH_SAME = 0x21,
    ESR_EC_DATA_LOWER = 0x24,
    ESR_EC_DATA_SAME = 0x25,
};

/* Data aborts. */
#define ESR_ISV               ARCH_BIT(24)
#define ESR_SAS(esr)          ((esr) >> 22 & 3) /* log2 of the size */
#define ESR_SSE               ARCH_BIT(21)      /* the load extends the sign */
#define ESR_SRT(esr)          ((esr) >> 16 & 31)
#define ESR_SF                ARCH_BIT(15) /* the register is the 64-bit one */
#define ESR_FNV               ARCH_BIT(10) /* FAR is not valid; of external aborts only */
#define ESR_CM                ARCH_BIT(8)  /* a cache maintenance instruction */
#define ESR_S1PTW             ARCH_BIT(7)  /* in the walk of the guest's own tables */
#define ESR_WNR               ARCH_BIT(6)
#define ESR_FSC               ARCH_FIELD(5, 0)
#define ESR_FSC_EXTERNAL      UINT64_C(0x10)
#define ESR_FSC_EXTERNAL_WALK UINT64_C(0x14) /* plus the level of the walk */

/* Trapped system register accesses: op0 21:20, op2 19:17, op1 16:14, CRn 13:10, Rt 9:5, CRm 4:1. */
#define ESR_SYSREG_RT(esr)    ((esr) >> 5 & 31)
#define ESR_SYSREG_READ       ARCH_BIT(0)
#define ESR_SYSREG(op0, op1, crn, crm, op2) \
    ((uint64_t)(op0) << 20 | (op2) << 17 | (op1) << 14 | (crn) << 10 | (crm) << 1)
#define ESR_SYSREG_NAME      ESR_SYSREG(3, 7, 15, 15, 7) /* the bits that name the register */

/* PSTATE as SPSR holds it. */
#define PSTATE_NZCV          ARCH_FIELD(31, 28)
#define PSTATE_DIT           ARCH_BIT(24)
#define PSTATE_PAN           ARCH_BIT(22)
#define PSTATE_SSBS          ARCH_BIT(12)
#define PSTATE_DAIF          ARCH_FIELD(9, 6)
#define PSTATE_AARCH32       ARCH_BIT(4)
#define PSTATE_MODE          ARCH_FIELD(3, 0)
#define PSTATE_EL0T          UINT64_C(0)
#define PSTATE_EL1T          UINT64_C(4)
#define PSTATE_EL1H          UINT64_C(5)

#define SCTLR_M              ARCH_BIT(0)
#define SCTLR_SPAN           ARCH_BIT(23) /* clear: PAN is set on taking an exception */
#define SCTLR_DSSBS          ARCH_BIT(44)

/* VBAR_EL1 plus this, for synchronous exceptions (Arm ARM D1.10.2). */
#define VECTOR_CURRENT_SP0   UINT64_C(0x000)
#define VECTOR_CURRENT_SPX   UINT64_C(0x200)
#define VECTOR_LOWER_AARCH64 UINT64_C(0x400)
#define VECTOR_LOWER_AARCH32 UINT64_C(0x600)

#endif
