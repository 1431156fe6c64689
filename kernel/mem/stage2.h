/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stage-2 translation tables (Arm ARM D5): 40-bit addresses, 4 KiB granule, three levels.
 *
 *   root: 1,024 entries of 1 GiB (two concatenated level-1 tables, 8 KiB)
 *     -> table: 512 entries of 2 MiB -> table: 512 entries of 4 KiB
 *
 * Knows tables and entries; knows no capabilities, and invalidates no TLB (mem/asid.h does).
 */
#pragma once

#include "kernel/lib/bits.h"

#define STAGE2_TABLE_ENTRIES 512

/* Levels by the size of what an entry covers: 2 is 1 GiB, 1 is 2 MiB, 0 is 4 KiB. */
enum stage2_level {
    STAGE2_4K = 0,
    STAGE2_2M = 1,
    STAGE2_1G = 2,
};

struct stage2_attributes {
    bool readable;
    bool writable;
    bool executable;
    bool cacheable; /* Normal write-back; otherwise Device-nGnRnE */
};

struct stage2_walk {
    uint64_t *entry;         /* the entry that decides, in the table of `level` */
    enum stage2_level level; /* how far the walk came */
};

static inline unsigned stage2_level_bits(enum stage2_level level)
{
    return 12 + 9 * (unsigned)level;
}

/* Walks towards `level`, and stops earlier where there is no table to descend into. */
struct stage2_walk stage2_walk(uint64_t *root, ipa_t address, enum stage2_level level);

uint64_t stage2_leaf(paddr_t base, enum stage2_level level, struct stage2_attributes attributes);
uint64_t stage2_table(paddr_t table);

bool stage2_entry_is_table(uint64_t entry, enum stage2_level level);
bool stage2_entry_is_leaf(uint64_t entry, enum stage2_level level);
bool stage2_entry_is_cacheable(uint64_t entry);
bool stage2_entry_is_writable(uint64_t entry);
paddr_t stage2_entry_address(uint64_t entry);

/* Stores an entry and makes it visible to the table walker (Pairs with the walker's reads). */
void stage2_set(uint64_t *entry, uint64_t value);
