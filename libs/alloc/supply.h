/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A root task's memory, for who makes everything once, takes nothing back, and knows all of it
 * beforehand. Each untyped of bootinfo is given out from its start to its end, so that its
 * watermark is the only thing to remember. Stands on retype.h; allocates no slot.
 *
 * RAM is to be asked for by falling size: then every watermark is a multiple of what is taken next,
 * and nothing is lost to alignment. Memory at an address is to be asked for by rising address: what
 * lies before it in its untyped is stepped over, and lost.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sel4/sel4.h>

#define SUPPLY_PADDING 96 /* slots */

struct supply {
    const seL4_BootInfo *bootinfo;
    seL4_CPtr padding;                                   /* the first of its slots */
    uint64_t used[CONFIG_MAX_NUM_BOOTINFO_UNTYPED_CAPS]; /* bytes of each untyped */
};

/* Before anything was made of bootinfo's untypeds, of which `bootinfo` must tell as long as this is
 * of use. SUPPLY_PADDING slots from `padding` on are empty, and are again after a call that answers
 * true. */
void supply_init(struct supply *supply, const seL4_BootInfo *bootinfo, seL4_CPtr padding);

/* Bytes of RAM that are left. */
uint64_t supply_left(const struct supply *supply);

/* The untyped that an address lies in, or NULL. */
const seL4_UntypedDesc *supply_find(const struct supply *supply, uint64_t address);

/* `count` objects into neighbouring slots from `slot` on. False: there is no room for all of them,
 * or the kernel refuses; some may have been made. */
bool supply_ram(struct supply *supply, seL4_Word type, seL4_Word size_bits, seL4_CPtr slot,
                size_t count);
/* Likewise at an address, a multiple of their size. */
bool supply_at(struct supply *supply, uint64_t address, seL4_Word type, seL4_Word size_bits,
               seL4_CPtr slot, size_t count);
