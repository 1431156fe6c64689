/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The schedule of domains: whose threads may run, and until when (seL4 manual 6.3).
 *
 *   entries   [0] domain 0, long   [1] domain 3, short   [2] end   ...   [99] end, always
 *   start        ^------------------------------------------'
 *
 * One schedule and one place in it for all cores. Whichever core first looks at it after an entry
 * is over moves on to the next; the others find that done. Every core's timer is set to the same
 * end, so that they all look at the same tick.
 *
 * All functions need the kernel lock. Times are ticks.
 */
#pragma once

#include "abi/sel4/objects.h"
#include "kernel/lib/types.h"

/* At boot: domain 0, for as long as an entry can say. */
void domain_init(uint64_t now);

/* The domain whose time it is; moves on if it has to. */
uint8_t domain_at(uint64_t now);

/* When that one is over, as far as the last domain_at() knows. */
uint64_t domain_end(void);

/* ---- the schedule; indices below seL4_NumDomainSchedules ---- */

/* The entry where the schedule begins anew behind an end marker. */
unsigned domain_start(void);

/* An end marker: an entry of no duration. */
bool domain_is_end_marker(unsigned index);

/* Counts from when the entry is next reached: one that is running goes on as it was. Neither the
 * start nor the last entry may become what the other is. */
void domain_configure(unsigned index, uint8_t domain, uint64_t duration);

/* The schedule begins here, now. Not an end marker. */
void domain_set_start(unsigned index, uint64_t now);
