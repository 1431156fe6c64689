/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Capabilities and the slots that hold them.
 *
 * A capability is two words. `meta` says what it is and names its object; `data` is what this one
 * capability knows besides (a badge, a guard, a mapping). A slot adds its place in the derivation
 * tree: child, next and previous as slot numbers (physical address / 32, 39 bits each).
 *
 *   meta   type [63:59] | variant [58:45] | 1 [44] | object's physical address [43:4] | rights
 * [3:0]
 *
 *   type           variant                         data
 *   untyped        size bits [50:45], device [51]  free offset/16 [35:0], clean/4096 [63:36]
 *   endpoint       -                               badge
 *   notification   -                               badge
 *   reply          -                               -
 *   cnode          radix [50:45], guard size [56:51], whole [57]  guard
 *   thread         -                               -
 *   sched context  size bits [50:45]               -
 *   frame          size [46:45], device [51]       ASID [63:48], address/4096 [47:12]
 *   page table     -                               ASID [63:48], address/4096 [47:12]
 *   vspace         -                               ASID [63:48]
 *   ASID pool      -                               first ASID [63:48]
 *   vcpu           -                               -
 *   IRQ handler    -                               interrupt
 *   sched control  -                               core
 *   SMC            -                               badge
 *   zombie         see cap/delete.c
 *
 * Bit 44 is set in all but the null capability: with it, [44:4] is where the kernel sees the
 * object. Bit 57 of a CNode is `whole`: guard and radix together take all 64 bits of a pointer. Bit
 * 58 is `original`: this capability may revoke those derived from it.
 */
#pragma once

#include "kernel/lib/bits.h"

/* The numbers DebugCapIdentify reports. */
enum cap_type {
    CAP_NULL = 0,
    CAP_FRAME = 1,
    CAP_UNTYPED = 2,
    CAP_PAGE_TABLE = 3,
    CAP_ENDPOINT = 4,
    CAP_NOTIFICATION = 6,
    CAP_REPLY = 8,
    CAP_VSPACE = 9,
    CAP_CNODE = 10,
    CAP_ASID_CONTROL = 11,
    CAP_THREAD = 12,
    CAP_ASID_POOL = 13,
    CAP_IRQ_CONTROL = 14,
    CAP_VCPU = 15,
    CAP_IRQ_HANDLER = 16,
    CAP_ZOMBIE = 18,
    CAP_DOMAIN = 20,
    CAP_SCHED_CONTEXT = 22,
    CAP_SCHED_CONTROL = 24,
    CAP_SMC = 25,
};

enum cap_rights {
    RIGHT_WRITE = 1,
    RIGHT_READ = 2,
    RIGHTS_RW = 3,
    RIGHT_GRANT = 4,
    RIGHT_GRANT_REPLY = 8,
    RIGHTS_ALL = 15,
};

struct cap {
    uint64_t meta;
    uint64_t data;
};

/* 32 bytes, aligned to as many: slots are named by number. The layout of links is private to
 * cap/tree.c. */
struct slot {
    struct cap cap;
    uint64_t links[2];
} __attribute__((aligned(32)));

_Static_assert(sizeof(struct slot) == 32, "a slot is 32 bytes: abi/sel4/objects.h seL4_SlotBits");
