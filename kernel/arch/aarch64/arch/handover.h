/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the loader tells the kernel in x0 to x5 (ours also in x6 to x8), and where things lie in the
 * kernel's address space. The hand-over also promises: EL2, MMU and caches on, this image mapped at
 * its linked addresses by 2 MiB blocks of normal memory, its zeros zeroed, TPIDR_EL1 the core's
 * number.
 */
#pragma once

/*
 *   0x0080_0000_0000  the kernel's image, wherever in RAM it lies
 *   0x0080_0020_0000  stacks, each with an unmapped page below it
 *   0x0100_0000_0000  while booting: one page of code under a second address, the device tree
 *   0x1000_0000_0000  all RAM and the devices in use (arch/physmap.h)
 */
#define IMAGE_BASE        0x8000000000
#define IMAGE_LIMIT       0x200000 /* its own level-3 table, no more */
#define STACK_BASE        0x8000200000
#define STACK_BITS        12
#define STACK_STRIDE_BITS 13
#define STACK_STRIDE      (1 << STACK_STRIDE_BITS)
#define STACK_TOP(core)   (STACK_BASE + ((core) + 1) * STACK_STRIDE)
#define BOOT_ALIAS        0x10000000000
#define BOOT_DEVICE_TREE  0x10000200000
#define DEVICE_TREE_MAX   0x200000
#define HANDOVER_BYTES    72 /* of struct boot_handover */

#ifndef __ASSEMBLER__
#include "kernel/lib/types.h"

struct boot_handover {
    uint64_t user_start; /* physical, page aligned */
    uint64_t user_end;
    uint64_t user_offset; /* physical - virtual, modulo 2^64 */
    uint64_t user_entry;  /* virtual */
    uint64_t device_tree; /* physical; 0 none */
    uint64_t device_tree_size;
    uint64_t cores;       /* ours: see abi/image.h; anything elsewhere */
    uint64_t files_start; /* physical; of meaning only if `cores` is ours */
    uint64_t files_end;
};
_Static_assert(sizeof(struct boot_handover) == HANDOVER_BYTES, "start.S stores all of it");
#endif
