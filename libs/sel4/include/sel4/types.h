/* SPDX-License-Identifier: BSD-2-Clause */
/* Names libsel4 gives to capability types, rights and result structures, over those of abi/sel4.
 * Every capability type is the same word: the names only tell the reader what belongs there. */
#pragma once

#include "abi/sel4/types.h"
#include "abi/sel4/messages.h"
#include "abi/sel4/errors.h"
#include "abi/sel4/objects.h"
#include "abi/sel4/faults.h"
#include "abi/sel4/invocations.h"
#include "abi/sel4/vcpu.h"

#define LIBSEL4_INLINE      static inline
#define LIBSEL4_INLINE_FUNC static inline
#define SEL4_INLINE         static inline __attribute__((always_inline))

#define seL4_Null           ((void *)0)
#define seL4_NilData        0

typedef seL4_CPtr seL4_Untyped;
typedef seL4_CPtr seL4_CNode;
typedef seL4_CPtr seL4_TCB;
typedef seL4_CPtr seL4_IRQControl;
typedef seL4_CPtr seL4_IRQHandler;
typedef seL4_CPtr seL4_DomainSet;
typedef seL4_CPtr seL4_SchedContext;
typedef seL4_CPtr seL4_SchedControl;
typedef seL4_CPtr seL4_ARM_VSpace;
typedef seL4_CPtr seL4_ARM_PageTable;
typedef seL4_CPtr seL4_ARM_Page;
typedef seL4_CPtr seL4_ARM_ASIDControl;
typedef seL4_CPtr seL4_ARM_ASIDPool;
typedef seL4_CPtr seL4_ARM_VCPU;
typedef seL4_CPtr seL4_ARM_SMC;

#define seL4_NoRights                seL4_CapRights_new(0, 0, 0, 0)
#define seL4_CanWrite                seL4_CapRights_new(0, 0, 0, 1)
#define seL4_CanRead                 seL4_CapRights_new(0, 0, 1, 0)
#define seL4_ReadWrite               seL4_CapRights_new(0, 0, 1, 1)
#define seL4_CanGrant                seL4_CapRights_new(0, 1, 0, 0)
#define seL4_CanGrantReply           seL4_CapRights_new(1, 0, 0, 0)
#define seL4_NoRead                  seL4_CapRights_new(1, 1, 0, 1)
#define seL4_NoWrite                 seL4_CapRights_new(1, 1, 1, 0)
#define seL4_AllRights               seL4_CapRights_new(1, 1, 1, 1)

#define seL4_UntypedRetypeMaxObjects seL4_RetypeFanOutLimit
#define seL4_CapInitThreadPD         seL4_CapInitThreadVSpace
#define seL4_GuardSizeBits           6
#define seL4_GuardBits               58
#define seL4_MaxExtraRefills(size) \
    (((1UL << (size)) - seL4_CoreSchedContextBytes) / seL4_RefillSizeBytes - 2)

typedef struct seL4_TCB_SetFlags {
    int error;
    seL4_Word flags;
} seL4_TCB_SetFlags_t;

typedef struct seL4_SchedContext_Consumed {
    int error;
    seL4_Time consumed;
} seL4_SchedContext_Consumed_t;

typedef struct seL4_SchedContext_YieldTo {
    int error;
    seL4_Time consumed;
} seL4_SchedContext_YieldTo_t;

typedef struct seL4_ARM_Page_GetAddress {
    int error;
    seL4_Word paddr;
} seL4_ARM_Page_GetAddress_t;

typedef struct seL4_ARM_VCPU_ReadRegs {
    int error;
    seL4_Word value;
} seL4_ARM_VCPU_ReadRegs_t;

/* Registers x0 to x7 of a call to the secure monitor. */
typedef struct seL4_ARM_SMCContext_ {
    seL4_Word x0, x1, x2, x3, x4, x5, x6, x7;
} seL4_ARM_SMCContext;
