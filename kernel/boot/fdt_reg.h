/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses in a device tree: "reg" entries, seen from the processor. Stands on libfdt. */
#pragma once

#include "kernel/lib/types.h"

struct fdt_reg {
    uint64_t base;
    uint64_t size;
};

/* Not empty, and its end is no further than 2^63. */
bool fdt_reg_is_valid(const struct fdt_reg *reg);

/* Entry `index` of the node's "reg", translated through the buses above it. False if there is no
 * such entry, it is empty, or a bus does not show it to the processor. The tree has passed
 * fdt_check_full(). */
MUST_USE bool fdt_reg_get(const void *tree, int node, unsigned index, struct fdt_reg *reg);
