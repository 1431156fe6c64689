/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernel tells the first thread: one page, then the extra chunks one page after it.
 * Source: seL4 manual 9.1, 9.2. */
#pragma once

#include "abi/sel4/types.h"
#include "abi/sel4/messages.h"

#define CONFIG_MAX_NUM_BOOTINFO_UNTYPED_CAPS 230
#define seL4_BootInfoFrameBits               12
#define seL4_BootInfoFrameSize               (1UL << seL4_BootInfoFrameBits)

#ifndef __ASSEMBLER__
typedef seL4_CPtr seL4_SlotPos;

typedef struct seL4_SlotRegion {
    seL4_SlotPos start;
    seL4_SlotPos end; /* first slot after the region */
} seL4_SlotRegion;

typedef struct seL4_UntypedDesc {
    seL4_Word paddr;
    seL4_Uint8 sizeBits;
    seL4_Uint8 isDevice;
    seL4_Uint8 padding[sizeof(seL4_Word) - 2];
} seL4_UntypedDesc;

typedef struct seL4_BootInfo {
    seL4_Word extraLen; /* bytes of the extra chunks */
    seL4_NodeId nodeID;
    seL4_Word numNodes;
    seL4_Word numIOPTLevels;
    seL4_IPCBuffer *ipcBuffer;
    seL4_SlotRegion empty;
    seL4_SlotRegion sharedFrames;
    seL4_SlotRegion userImageFrames;
    seL4_SlotRegion userImagePaging;
    seL4_SlotRegion ioSpaceCaps;
    seL4_SlotRegion extraBIPages;
    seL4_Word initThreadCNodeSizeBits;
    seL4_Domain initThreadDomain;
    seL4_SlotRegion schedcontrol;
    seL4_SlotRegion untyped;
    seL4_UntypedDesc untypedList[CONFIG_MAX_NUM_BOOTINFO_UNTYPED_CAPS];
} seL4_BootInfo;

_Static_assert(sizeof(seL4_BootInfo) == 3864, "bootinfo has 3,864 bytes");
_Static_assert(offsetof(seL4_BootInfo, schedcontrol) == 152, "schedcontrol is at 152");
_Static_assert(offsetof(seL4_BootInfo, untypedList) == 184, "untypedList is at 184");

typedef enum {
    SEL4_BOOTINFO_HEADER_PADDING = 0,
    SEL4_BOOTINFO_HEADER_FDT = 6,
    SEL4_BOOTINFO_HEADER_NUM = 7,
} seL4_BootInfoID;

typedef struct seL4_BootInfoHeader {
    seL4_Word id;
    seL4_Word len; /* of the chunk, this header included */
} seL4_BootInfoHeader;
#endif
