/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cache maintenance by address (Arm ARM D4.4). All cores' caches take part, and every function
 * ends when its work is done everywhere.
 *
 *   point of coherency   where a guest with its caches off, or a device, reads
 *   point of unification where a core fetches its instructions
 *
 * The range may have any alignment: whole lines are treated. Invalidating without cleaning drops
 * what was written, also beside the range within its first and last line.
 * The time is proportional to the size, which callers bound.
 */
#pragma once

#include "kernel/lib/types.h"

/* Bytes in the smallest data and instruction cache line of the machine; set by cache_init(). */
extern uint64_t cache_data_line;
extern uint64_t cache_instruction_line;

/* Before all others, once. */
void cache_init(void);

void cache_clean_to_memory(const void *start, uint64_t size);
void cache_clean_to_unification(const void *start, uint64_t size);
void cache_invalidate(void *start, uint64_t size);
void cache_clean_and_invalidate(void *start, uint64_t size);

/* Drops fetched instructions of the range: by address where that finds every alias, otherwise all
 * of them. After cache_clean_to_unification() (or to memory) of what was written. */
void cache_invalidate_instructions(const void *start, uint64_t size);
