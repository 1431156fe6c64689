/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Descriptors of AArch64 translation tables, 4 KiB granule and 48-bit addresses. Source: Arm ARM
 * (DDI 0487) D5.3. Holds bits, never behaviour.
 */
#ifndef HW_TRANSLATION_H
#define HW_TRANSLATION_H

#include "hw/sysreg.h"

#define DESCRIPTOR_VALID            SYSREG_BIT(0)
#define DESCRIPTOR_TABLE            SYSREG_BIT(1) /* 0: a block; at the last level 1: a page */
#define DESCRIPTOR_ADDRESS          SYSREG_FIELD(47, 12)

/* Of blocks and pages. */
#define DESCRIPTOR_INNER_SHARE      (SYSREG_VALUE(3) << 8)
#define DESCRIPTOR_ACCESSED         SYSREG_BIT(10)
#define DESCRIPTOR_EXECUTE_NEVER    SYSREG_BIT(54)

/* Stage 1. */
#define DESCRIPTOR_S1_MEMORY_SHIFT  2             /* which attributes of MAIR_ELx */
#define DESCRIPTOR_S1_ONE_PRIVILEGE SYSREG_BIT(6) /* AP[1]: must be one at EL2 */
#define DESCRIPTOR_S1_READ_ONLY     SYSREG_BIT(7)

/* Stage 2. */
#define DESCRIPTOR_S2_MEMORY_SHIFT  2 /* the attributes themselves, 4 bits */
#define DESCRIPTOR_S2_DEVICE        (SYSREG_VALUE(0x0) << DESCRIPTOR_S2_MEMORY_SHIFT) /* nGnRnE */
#define DESCRIPTOR_S2_NORMAL        (SYSREG_VALUE(0xf) << DESCRIPTOR_S2_MEMORY_SHIFT) /* cached */
#define DESCRIPTOR_S2_READ          SYSREG_BIT(6)
#define DESCRIPTOR_S2_WRITE         SYSREG_BIT(7)

#endif
