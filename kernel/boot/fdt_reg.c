/* SPDX-License-Identifier: BSD-2-Clause */
/* "reg" and "ranges" of kernel/boot/fdt_reg.h (Devicetree Specification 0.4, 2.3.5 to 2.3.8). */
#include <libfdt.h>
#include "kernel/boot/fdt_reg.h"
#include "kernel/lib/bits.h"

bool fdt_reg_is_valid(const struct fdt_reg *reg)
{
    return reg->size != 0 && reg->base < BIT(63) && reg->size <= BIT(63) - reg->base;
}

/* Reads `count` cells at cell `*at` and steps behind them. False if they are more than 64 bits. */
static bool read_cells(const fdt32_t *cells, unsigned *at, int count, uint64_t *value)
{
    if (count < 0 || count > 2) {
        return false;
    }
    *value = 0;
    for (int i = 0; i < count; i++) {
        *value = *value << 32 | fdt32_ld(cells + (*at)++);
    }
    return true;
}

/* One bus up: from `bus`' own addresses to those of `parent`. */
static bool translate(const void *tree, int bus, int parent, struct fdt_reg *reg)
{
    int length;
    const fdt32_t *ranges = fdt_getprop(tree, bus, "ranges", &length);
    if (ranges == NULL || length == 0) {
        return ranges != NULL; /* empty: the same addresses; absent: not visible */
    }
    int address_cells = fdt_address_cells(tree, bus);
    int size_cells = fdt_size_cells(tree, bus);
    int parent_cells = fdt_address_cells(tree, parent);
    if (address_cells < 0 || size_cells < 0 || parent_cells < 0) {
        return false;
    }
    unsigned entry = (unsigned)(address_cells + parent_cells + size_cells);
    for (unsigned i = 0; entry > 0 && (i + 1) * entry <= (unsigned)length / 4; i++) {
        struct fdt_reg child;
        uint64_t target;
        unsigned at = i * entry;
        if (!read_cells(ranges, &at, address_cells, &child.base) ||
            !read_cells(ranges, &at, parent_cells, &target) ||
            !read_cells(ranges, &at, size_cells, &child.size)) {
            return false;
        }
        if (reg->base >= child.base && reg->base - child.base < child.size &&
            reg->size <= child.size - (reg->base - child.base)) {
            reg->base = target + (reg->base - child.base);
            return fdt_reg_is_valid(reg);
        }
    }
    return false;
}

bool fdt_place_find(const void *tree, int node, struct fdt_place *place)
{
    int depth = 0;
    int at = 0;
    place->tree = tree;
    while (at >= 0 && at <= node && depth >= 0) {
        if (depth < FDT_DEPTH_MAX) {
            place->nodes[depth] = at;
        }
        if (at == node) {
            place->depth = (unsigned)depth;
            return depth < FDT_DEPTH_MAX;
        }
        at = fdt_next_node(tree, at, &depth);
    }
    return false;
}

/* The entry as the node has it, in addresses of the bus it is on. */
static bool read_reg(const struct fdt_place *place, unsigned index, struct fdt_reg *reg)
{
    int length;
    int bus = place->nodes[place->depth - 1];
    const fdt32_t *cells = fdt_getprop(place->tree, place->nodes[place->depth], "reg", &length);
    int address_cells = fdt_address_cells(place->tree, bus);
    int size_cells = fdt_size_cells(place->tree, bus);
    if (cells == NULL || address_cells < 1 || size_cells < 1) {
        return false;
    }
    unsigned entry = (unsigned)(address_cells + size_cells);
    unsigned at = index * entry;
    return at + entry <= (unsigned)length / 4 &&
           read_cells(cells, &at, address_cells, &reg->base) &&
           read_cells(cells, &at, size_cells, &reg->size) && fdt_reg_is_valid(reg);
}

bool fdt_reg_get(const struct fdt_place *place, unsigned index, struct fdt_reg *reg)
{
    if (place->depth == 0 || !read_reg(place, index, reg)) {
        return false;
    }
    for (unsigned depth = place->depth - 1; depth > 0; depth--) {
        if (!translate(place->tree, place->nodes[depth], place->nodes[depth - 1], reg)) {
            return false;
        }
    }
    return true;
}
