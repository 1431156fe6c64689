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

#define FDT_DEPTH_MAX 16

/* A node and all it lies in, the root first. libfdt finds a parent by reading the tree from its
 * beginning, so this is done once for all addresses of a node. */
struct fdt_place {
    const void *tree;
    unsigned depth; /* of the node; the root's is 0 */
    int nodes[FDT_DEPTH_MAX];
};

/* False if there is no such node or it lies too deep. The tree has passed fdt_check_header(). */
MUST_USE bool fdt_place_find(const void *tree, int node, struct fdt_place *place);

/* Entry `index` of the node's "reg", translated through the buses above it. False if there is no
 * such entry, it is empty, or a bus does not show it to the processor. */
MUST_USE bool fdt_reg_get(const struct fdt_place *place, unsigned index, struct fdt_reg *reg);
