/* SPDX-License-Identifier: BSD-2-Clause */
/* What the VMM needs to know of the board, out of its device tree. Stands on libs/fdt; the tree
 * is outside input and checked. */
#ifndef VMM_ALONE_BOARD_H
#define VMM_ALONE_BOARD_H

#include <stddef.h>

#include "vmm/machine/complaint.h"

struct board {
    uint64_t ram_size;
    uint64_t gicv[2];    /* physical addresses of the virtual CPU interface's two pages */
    const uint8_t *seed; /* /chosen/rng-seed, or NULL */
    size_t seed_size;
};

/* Reads the tree of `size` bytes. False: see the complaint. */
bool board_read(const void *tree, size_t size, struct board *board, struct complaint *complaint);

#endif
