/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Questions programs ask a device tree: which node is that, where are its registers, which is its
 * interrupt. Stands on libfdt (nodes are libfdt's offsets); writes nothing, allocates nothing.
 * The tree is outside input: every answer is checked, every walk is bounded by its size.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum devtree_result {
    DEVTREE_OK = 0,
    DEVTREE_NOT_FOUND,
    DEVTREE_MALFORMED,
    DEVTREE_NO_ADDRESS, /* not translatable to what the CPU sees, or wider than 64 bits */
};

#define DEVTREE_MUST_USE __attribute__((warn_unused_result))

struct devtree_range {
    uint64_t base, size;
};

struct devtree_interrupt {
    uint32_t intid; /* GIC interrupt number: 16..31 private, 32.. shared */
    bool edge;
};

/* Whether `size` bytes at `blob` are a whole, well-formed tree. Ask once, before anything else. */
DEVTREE_MUST_USE enum devtree_result devtree_check(const void *blob, size_t size);

DEVTREE_MUST_USE enum devtree_result devtree_find_path(const void *blob, const char *path,
                                                       int *node);
/* The next enabled node after `*node` (-1: from the start) that is compatible. */
DEVTREE_MUST_USE enum devtree_result devtree_next_compatible(const void *blob,
                                                             const char *compatible, int *node);
/* The node that /chosen names as console. */
DEVTREE_MUST_USE enum devtree_result devtree_find_stdout(const void *blob, int *node);

/* `status` is absent, "okay" or "ok". */
bool devtree_is_enabled(const void *blob, int node);
/* The index-th string of the node's "compatible", or NULL. */
const char *devtree_compatible(const void *blob, int node, int index);

/* The index-th entry of "reg", as the CPU sees it. */
DEVTREE_MUST_USE enum devtree_result devtree_reg(const void *blob, int node, unsigned index,
                                                 struct devtree_range *range);
/* The index-th interrupt, if it goes to a GIC. */
DEVTREE_MUST_USE enum devtree_result devtree_interrupt(const void *blob, int node, unsigned index,
                                                       struct devtree_interrupt *interrupt);
/* The index-th range of RAM, over all memory nodes. */
DEVTREE_MUST_USE enum devtree_result devtree_memory(const void *blob, unsigned index,
                                                    struct devtree_range *range);
