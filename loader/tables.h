/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Page tables of the loader: 48-bit addresses, 4 KiB granule, 2 MiB blocks only.
 * Stands on a fixed pool of pages in the loader's working memory.
 */
#ifndef LOADER_TABLES_H
#define LOADER_TABLES_H

#include <stdbool.h>
#include <stdint.h>

#define TABLES_BLOCK 0x200000ull

enum tables_memory { TABLES_NORMAL, TABLES_DEVICE };

/* A new, empty set of tables; its address goes to TTBR0_EL2. 0 if the pool is used up. */
uint64_t tables_create(void);

/*
 * Maps the blocks that hold vaddr up to vaddr + size, to where the block of paddr lies; both are
 * the same modulo 2 MiB. Mapping a block again changes nothing. False if the pool is used up.
 */
bool tables_map(uint64_t tables, uint64_t vaddr, uint64_t paddr, uint64_t size,
                enum tables_memory memory);

/* TCR_EL2 for these tables on a core with this ID_AA64MMFR0_EL1. */
uint64_t tables_translation(uint64_t memory_features);

#endif
