/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exception syndromes and the processor state of a guest, as far as only a VMM takes them apart:
 * the bits stand in hw/sysreg.h, here are the fields and what an injected exception needs beside.
 * Source: Arm ARM (DDI 0487) D17.2.37 ESR_ELx, D17.2.118 SCTLR_EL1, C5.2.18 SPSR_EL1.
 */
#ifndef VMM_ARCH_ESR_H
#define VMM_ARCH_ESR_H

#include <stdint.h>

#include "hw/sysreg.h"

#define ESR_EC(esr)           ((esr) >> ESR_EC_SHIFT & 0x3f)

/* Data aborts. */
#define ESR_SAS(esr)          ((esr) >> ESR_DATA_SAS_SHIFT & 3) /* log2 of the size */
#define ESR_SRT(esr)          ((esr) >> ESR_DATA_SRT_SHIFT & 31)
#define ESR_FSC_EXTERNAL_WALK UINT64_C(0x14) /* plus the level of the walk */

/* Trapped system register accesses. */
#define ESR_SYSREG_RT(esr)    ((esr) >> ESR_SYSREG_RT_SHIFT & 31)
#define ESR_SYSREG(op0, op1, crn, crm, op2)                                              \
    ((uint64_t)(op0) << ESR_SYSREG_OP0_SHIFT | (uint64_t)(op2) << ESR_SYSREG_OP2_SHIFT | \
     (uint64_t)(op1) << ESR_SYSREG_OP1_SHIFT | (uint64_t)(crn) << ESR_SYSREG_CRN_SHIFT | \
     (uint64_t)(crm) << ESR_SYSREG_CRM_SHIFT)
#define ESR_SYSREG_NAME      ESR_SYSREG(3, 7, 15, 15, 7) /* the bits that name the register */

/* PSTATE as SPSR holds it. */
#define SPSR_DAIF            (SPSR_D | SPSR_A | SPSR_I | SPSR_F)
#define SPSR_SSBS            SYSREG_BIT(12)
#define SPSR_PAN             SYSREG_BIT(22)
#define SPSR_DIT             SYSREG_BIT(24)

#define SCTLR_SPAN           SYSREG_BIT(23) /* clear: PAN is set on taking an exception */
#define SCTLR_DSSBS          SYSREG_BIT(44)

/* VBAR_EL1 plus this, for synchronous exceptions (Arm ARM D1.10.2). */
#define VECTOR_CURRENT_SP0   UINT64_C(0x000)
#define VECTOR_CURRENT_SPX   UINT64_C(0x200)
#define VECTOR_LOWER_AARCH64 UINT64_C(0x400)
#define VECTOR_LOWER_AARCH32 UINT64_C(0x600)

#endif
