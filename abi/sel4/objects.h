/* SPDX-License-Identifier: BSD-2-Clause */
/* Object types, their sizes, frame attributes and the fixed slots of the first thread's CNode.
 * Sizes are powers of two; "Bits" is the exponent. Source: seL4 manual 2.4, 9.1, appendix B. */
#pragma once

#include "abi/sel4/types.h"

#ifndef __ASSEMBLER__
typedef enum api_object {
    seL4_UntypedObject = 0,
    seL4_TCBObject = 1,
    seL4_EndpointObject = 2,
    seL4_NotificationObject = 3,
    seL4_CapTableObject = 4,
    seL4_SchedContextObject = 5,
    seL4_ReplyObject = 6,
    seL4_ARM_HugePageObject = 7, /* 1 GiB */
    seL4_ARM_VSpaceObject = 8,
    seL4_ARM_SmallPageObject = 9,  /* 4 KiB */
    seL4_ARM_LargePageObject = 10, /* 2 MiB */
    seL4_ARM_PageTableObject = 11,
    seL4_ARM_VCPUObject = 12,
    seL4_ObjectTypeCount = 13,
} seL4_ObjectType;

#define seL4_NonArchObjectTypeCount 7

enum {
    seL4_CapNull = 0,
    seL4_CapInitThreadTCB = 1,
    seL4_CapInitThreadCNode = 2,
    seL4_CapInitThreadVSpace = 3,
    seL4_CapIRQControl = 4,
    seL4_CapASIDControl = 5,
    seL4_CapInitThreadASIDPool = 6,
    seL4_CapIOPortControl = 7,
    seL4_CapIOSpace = 8,
    seL4_CapBootInfoFrame = 9,
    seL4_CapInitThreadIPCBuffer = 10,
    seL4_CapDomain = 11,
    seL4_CapSMMUSIDControl = 12,
    seL4_CapSMMUCBControl = 13,
    seL4_CapInitThreadSC = 14,
    seL4_CapSMC = 15,
    seL4_NumInitialCaps = 16,
};

/* Attributes of a mapping. Without Cacheable: device memory (nGnRnE). */
typedef enum {
    seL4_ARM_PageCacheable = 1,
    seL4_ARM_ParityEnabled = 2,
    seL4_ARM_Default_VMAttributes = 3,
    seL4_ARM_ExecuteNever = 4,
} seL4_ARM_VMAttributes;

/* Flags of a thread (TCB_SetFlags). */
typedef enum {
    seL4_TCBFlag_NoFlag = 0,
    seL4_TCBFlag_fpuDisabled = 1,
} seL4_TCBFlag;

/* Ours, no part of seL4: docs/kernel/extensions.md. A kernel without it never answers with it. */
#define TCB_FLAG_RICH_EXITS 0x100UL

typedef enum {
    seL4_SchedContext_NoFlag = 0,
    seL4_SchedContext_Sporadic = 1,
} seL4_SchedContextFlag;
#endif

#define seL4_SlotBits              5
#define seL4_EndpointBits          4
#define seL4_NotificationBits      6
#define seL4_ReplyBits             5
#define seL4_TCBBits               11
#define seL4_VCPUBits              12
#define seL4_IPCBufferSizeBits     10
#define seL4_PageBits              12
#define seL4_LargePageBits         21
#define seL4_HugePageBits          30
#define seL4_PageTableBits         12
#define seL4_PageTableEntryBits    3
#define seL4_PageTableIndexBits    9
#define seL4_VSpaceBits            13 /* 40-bit addresses: 1,024 entries of 1 GiB */
#define seL4_VSpaceEntryBits       3
#define seL4_VSpaceIndexBits       10
#define seL4_ASIDPoolBits          12
#define seL4_ASIDPoolIndexBits     9
#define seL4_NumASIDPoolsBits      7
#define seL4_IOPageTableBits       12
#define seL4_MinUntypedBits        4
#define seL4_MaxUntypedBits        47
#define seL4_MinSchedContextBits   7
#define seL4_CoreSchedContextBytes 96
#define seL4_RefillSizeBytes       16
#define seL4_RetypeFanOutLimit     256
#define seL4_MinPrio               0
#define seL4_MaxPrio               255
#define seL4_NumDomains            16
#define seL4_NumDomainSchedules    100 /* entries; the last one is always an end marker */
#define seL4_MaxDomainDuration     0xffffffffffffffUL
#define seL4_UserTop               0xffffffffffUL /* last byte a user mapping may have */
