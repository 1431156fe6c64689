/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A model of the kernel's memory rules, strict where the allocator must be right: an untyped hands
 * out what it has, in order, once; slots are filled once; a mapping needs its tables.
 */
#pragma once

#include <stdint.h>
#include <sel4/sel4.h>

#define FAKE_FIRST_SLOT 32

/* Starts over with these untypeds, first in the root CNode, then empty slots up to `slot_end`. */
void fake_reset(seL4_BootInfo *bootinfo, const seL4_UntypedDesc *untypeds, size_t count,
                seL4_Word slot_end);

/* The nth invocation from now that makes something (1 is the next) fails; 0: none does. */
void fake_fail_after(unsigned n);
/* Whether that has happened since. */
int fake_has_failed(void);

/* How many capabilities exist beyond the untypeds of bootinfo. */
unsigned fake_capability_count(void);
uint64_t fake_paddr(seL4_CPtr slot);
int fake_is_empty(seL4_CPtr slot);
