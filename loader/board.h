/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the loader does that C cannot say: loader/start.S, loader/enter.S and loader/bulk.S.
 * Stands on the processor; the contracts of the assembly.
 */
#ifndef LOADER_BOARD_H
#define LOADER_BOARD_H

#define HANDOVER_ARGUMENTS   0
#define HANDOVER_ENTRY       72
#define HANDOVER_TABLES      80
#define HANDOVER_TRANSLATION 88
#define HANDOVER_ARRIVED     96
#define HANDOVER_STACKS      128

#define CORE_STACK_SIZE      256

#ifndef __ASSEMBLER__

#include <stddef.h>
#include <stdint.h>

#include "abi/image.h"

/*
 * What every core takes along to the kernel. Written by the boot core, read by the others while
 * their caches are off: it is cleaned to memory before they start.
 */
struct handover {
    uint64_t arguments[9]; /* x0..x8; from x6 on they are ours (abi/image.h): others ignore them */
    uint64_t entry;        /* virtual */
    uint64_t tables;       /* TTBR0_EL2 */
    uint64_t translation;  /* TCR_EL2 */
    volatile uint32_t arrived[IMAGE_CORE_MAX]; /* set by each core just before it enters */
    uint8_t stacks[IMAGE_CORE_MAX][CORE_STACK_SIZE] __attribute__((aligned(16)));
};

_Static_assert(offsetof(struct handover, entry) == HANDOVER_ENTRY, "enter.S");
_Static_assert(offsetof(struct handover, tables) == HANDOVER_TABLES, "enter.S");
_Static_assert(offsetof(struct handover, translation) == HANDOVER_TRANSLATION, "enter.S");
_Static_assert(offsetof(struct handover, arrived) == HANDOVER_ARRIVED, "enter.S");
_Static_assert(offsetof(struct handover, stacks) == HANDOVER_STACKS, "enter.S");

extern struct handover handover __attribute__((visibility("hidden")));

/* Places that the linker script names. */
extern const char image_start[] __attribute__((visibility("hidden")));
extern char loader_end[] __attribute__((visibility("hidden")));

/* Where a core starts that PSCI switched on; x0, its context, is the core's number. */
extern const char core_start[] __attribute__((visibility("hidden")));

/* Sets the state that the kernel expects, on the calling core, and enters it. */
_Noreturn void core_enter(uint64_t number);

/* Turns the MMU and caches on, with tables that map what runs now to itself. */
void mmu_enable(uint64_t tables, uint64_t translation);

/* Asks the firmware (SMC). */
int64_t firmware_call(uint64_t function, uint64_t first, uint64_t second, uint64_t third);

_Noreturn void halt(void);

/* Writes cached lines of a range to memory, where a core without caches sees them. */
void cache_clean(uint64_t start, uint64_t end);

/* The same, and forgets what any core may have fetched as instructions. */
void cache_publish_code(uint64_t start, uint64_t end);

/* Feeds blocks of 128 bytes, 8-byte aligned, through the CRC instructions; both ends inverted. */
uint32_t crc32_blocks(uint32_t crc, const void *data, uint64_t block_count);

/* For ranges that do not overlap. */
void *memcpy(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);

#endif
#endif
