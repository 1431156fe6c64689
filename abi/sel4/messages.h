/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What travels in a message: the message information word, rights, CNode guards, the IPC buffer.
 *
 *   message info   label [63:12] | capsUnwrapped [11:9] | extraCaps [8:7] | length [6:0]
 *
 * MR0 to MR3 travel in x2 to x5, the rest in the IPC buffer. Source: seL4 manual 4.1.
 */
#pragma once

#include "abi/sel4/types.h"

#define seL4_MsgLengthBits        7
#define seL4_MsgExtraCapBits      2
#define seL4_MsgMaxExtraCaps      3
#define seL4_FastMessageRegisters 4

#ifndef __ASSEMBLER__
enum { seL4_MsgMaxLength = 120 };

typedef struct seL4_MessageInfo {
    seL4_Uint64 words[1];
} seL4_MessageInfo_t;

/* The IPC buffer of a thread: 1 KiB, 1 KiB aligned. The kernel reads and writes msg[4] onwards,
 * caps_or_badges and the receive slot; tag and userData belong to user level alone. */
typedef struct seL4_IPCBuffer_ {
    seL4_MessageInfo_t tag;
    seL4_Word msg[seL4_MsgMaxLength];
    seL4_Word userData;
    seL4_Word caps_or_badges[seL4_MsgMaxExtraCaps];
    seL4_CPtr receiveCNode;
    seL4_CPtr receiveIndex;
    seL4_Word receiveDepth;
} seL4_IPCBuffer __attribute__((aligned(1024)));

_Static_assert(sizeof(seL4_IPCBuffer) == 1024, "the IPC buffer is one KiB");
_Static_assert(offsetof(seL4_IPCBuffer, caps_or_badges) == 976, "caps_or_badges is at 976");
_Static_assert(offsetof(seL4_IPCBuffer, receiveDepth) == 1016, "receiveDepth is at 1016");

static inline seL4_MessageInfo_t seL4_MessageInfo_new(seL4_Uint64 label, seL4_Uint64 capsUnwrapped,
                                                      seL4_Uint64 extraCaps, seL4_Uint64 length)
{
    return (seL4_MessageInfo_t){
        {(label << 12) | ((capsUnwrapped & 7) << 9) | ((extraCaps & 3) << 7) | (length & 0x7f)}};
}

static inline seL4_Uint64 seL4_MessageInfo_get_label(seL4_MessageInfo_t info)
{
    return info.words[0] >> 12;
}

static inline seL4_Uint64 seL4_MessageInfo_get_capsUnwrapped(seL4_MessageInfo_t info)
{
    return (info.words[0] >> 9) & 7;
}

static inline seL4_Uint64 seL4_MessageInfo_get_extraCaps(seL4_MessageInfo_t info)
{
    return (info.words[0] >> 7) & 3;
}

static inline seL4_Uint64 seL4_MessageInfo_get_length(seL4_MessageInfo_t info)
{
    return info.words[0] & 0x7f;
}

static inline seL4_MessageInfo_t seL4_MessageInfo_set_label(seL4_MessageInfo_t info,
                                                            seL4_Uint64 label)
{
    info.words[0] = (info.words[0] & 0xfff) | (label << 12);
    return info;
}

static inline seL4_MessageInfo_t seL4_MessageInfo_set_length(seL4_MessageInfo_t info,
                                                             seL4_Uint64 length)
{
    info.words[0] = (info.words[0] & ~0x7fUL) | (length & 0x7f);
    return info;
}

static inline seL4_MessageInfo_t seL4_MessageInfo_set_extraCaps(seL4_MessageInfo_t info,
                                                                seL4_Uint64 caps)
{
    info.words[0] = (info.words[0] & ~0x180UL) | ((caps & 3) << 7);
    return info;
}

static inline seL4_MessageInfo_t seL4_MessageInfo_set_capsUnwrapped(seL4_MessageInfo_t info,
                                                                    seL4_Uint64 caps)
{
    info.words[0] = (info.words[0] & ~0xe00UL) | ((caps & 7) << 9);
    return info;
}

/* Rights of a capability: grantReply 3, grant 2, read 1, write 0. Source: seL4 manual 3.1.4. */
typedef struct seL4_CapRights {
    seL4_Uint64 words[1];
} seL4_CapRights_t;

static inline seL4_CapRights_t seL4_CapRights_new(seL4_Uint64 grantReply, seL4_Uint64 grant,
                                                  seL4_Uint64 read, seL4_Uint64 write)
{
    return (seL4_CapRights_t){
        {((grantReply & 1) << 3) | ((grant & 1) << 2) | ((read & 1) << 1) | (write & 1)}};
}

static inline seL4_Uint64 seL4_CapRights_get_capAllowWrite(seL4_CapRights_t rights)
{
    return rights.words[0] & 1;
}

static inline seL4_Uint64 seL4_CapRights_get_capAllowRead(seL4_CapRights_t rights)
{
    return (rights.words[0] >> 1) & 1;
}

static inline seL4_Uint64 seL4_CapRights_get_capAllowGrant(seL4_CapRights_t rights)
{
    return (rights.words[0] >> 2) & 1;
}

static inline seL4_Uint64 seL4_CapRights_get_capAllowGrantReply(seL4_CapRights_t rights)
{
    return (rights.words[0] >> 3) & 1;
}

/* CNode capability data, for Mint, Mutate, Rotate and a TCB's cspace_root_data:
 * guard [63:6] | guard size [5:0]. Source: seL4 manual 3.3.1. */
typedef struct seL4_CNode_CapData {
    seL4_Uint64 words[1];
} seL4_CNode_CapData_t;

static inline seL4_CNode_CapData_t seL4_CNode_CapData_new(seL4_Uint64 guard, seL4_Uint64 guardSize)
{
    return (seL4_CNode_CapData_t){{(guard << 6) | (guardSize & 0x3f)}};
}

static inline seL4_Uint64 seL4_CNode_CapData_get_guard(seL4_CNode_CapData_t data)
{
    return data.words[0] >> 6;
}

static inline seL4_Uint64 seL4_CNode_CapData_get_guardSize(seL4_CNode_CapData_t data)
{
    return data.words[0] & 0x3f;
}
#endif
