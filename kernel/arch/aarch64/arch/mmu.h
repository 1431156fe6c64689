/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's own translation tables (EL2 stage 1): built while booting, then never changed.
 *
 * Nothing is both writable and executable, under any of its addresses.
 */
#pragma once

#include "kernel/lib/types.h"

/* ---- while booting ---- */

/* RAM into the kernel's window; page aligned, below 2^40, no page twice. The kernel's own code and
 * constants among it become read-only there. Panics if the map is too fragmented for its tables. */
void mmu_map_ram(struct region ram);

/* The pages of a device's registers into the window; returns where `base` is. A page may be mapped
 * again. */
void *mmu_map_device(paddr_t base, uint64_t size);

/* The device tree as handed over, while booting. */
const void *mmu_device_tree(uint64_t physical);

/* The whole kernel. */
struct region mmu_image(void);

/* Parts of it that only booting needs, of no use after mmu_drop_boot(). After the last mapping. */
#define MMU_LEFTOVER_COUNT 2
struct region mmu_leftover(unsigned index);

/* ---- the end of booting; itself no part of what it drops ---- */

/* Takes away what only booting needed: its code, spare tables, the device tree. */
void mmu_drop_boot(void);
