/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Address space ids: 128 pools of 512, and the 8-bit VMIDs the hardware has for them.
 *
 * A pool's entry holds the root table's address (8 KiB aligned) and, below it, the VMID it has at
 * the moment. VMIDs are lent to address spaces on first use and taken back, with a TLB
 * invalidation, from whoever had them longest. ASID 0 is nobody's.
 */
#pragma once

#include "hw/sysreg.h"
#include "kernel/lib/bits.h"

#define ASID_POOL_COUNT   128
#define ASID_POOL_ENTRIES 512

/*
 * A pool's entry:  root table [63:13] | VMID lent [8] | VMID [7:0]
 *
 * VMID 0 belongs to the empty address space of threads that have none.
 */
#define ASID_ENTRY_ROOT   (~bits_mask(13))
#define ASID_ENTRY_LENT   BIT(8)
#define ASID_ENTRY_VMID   0xffUL
#define ASID_VTTBR_ROOT   bits_mask(VTTBR_EL2_VMID_SHIFT)

struct asid_pool {
    uint64_t entries[ASID_POOL_ENTRIES];
};

/* NULL where there is none. Others only look at it. */
extern struct asid_pool *asid_pools[ASID_POOL_COUNT];

/* The root table of an address space, or NULL if the id is nobody's (any more). */
uint64_t *asid_root(uint64_t asid);

/* VTTBR_EL2 for the address space, lending a VMID if it has none; 0 if the id is nobody's. */
uint64_t asid_vttbr(uint64_t asid);

/* Goes up whenever a VTTBR_EL2 once given out stops being its address space's, or its thread's.
 * Starts above 0. */
extern uint64_t asid_generation;

/* VTTBR_EL2 of a space where nothing is mapped, for threads that have none. */
uint64_t asid_empty_vttbr(void);

/* At boot: `active` is what the core has in VTTBR_EL2, whose VMID is not taken away. */
void asid_watch_core(unsigned core, const uint64_t *active);

/* The id of the space the core is in; 0 if it is nobody's. */
uint64_t asid_active(uint32_t core);

/* Pools. A free pool index is below ASID_POOL_COUNT; ASID_POOL_COUNT if there is none. */
unsigned asid_pool_find_free(void);
void asid_pool_install(unsigned index, struct asid_pool *pool);

/* Forgets the pool and every address space in it. No core may be in one of them. */
void asid_pool_remove(unsigned index, struct asid_pool *pool);

/* Gives the space of `root` the pool's first free entry (its id modulo 512; entry 0 of pool 0
 * never); ASID_POOL_ENTRIES: there is none. */
MUST_USE unsigned asid_assign(struct asid_pool *pool, unsigned pool_index, paddr_t root);

/* Forgets the address space if `root` is still the one the id stands for. No core may be in it. */
void asid_remove(uint64_t asid, const uint64_t *root);

/* Invalidates what the TLBs of all cores hold of one address, or of the whole space. */
void asid_invalidate(uint64_t asid, ipa_t address);
void asid_invalidate_all(uint64_t asid);
