/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads a flattened device tree (Devicetree Specification 0.4, chapter 5), item after item.
 * Stands on freestanding C alone; never writes, and never reads outside the blob, whatever is
 * in it.
 */
#ifndef LOADER_FDT_H
#define LOADER_FDT_H

#include <stdbool.h>
#include <stdint.h>

/* No board's tree comes near; more is taken for damage. */
#define FDT_SIZE_MAX (2 * 1024 * 1024)

struct fdt {
    const uint8_t *blob;
    uint32_t size;
    uint32_t reservations; /* offsets and sizes are checked against `size` */
    uint32_t structure;
    uint32_t structure_size;
    uint32_t strings;
    uint32_t strings_size; /* the last string ends within */
};

/* FDT_BAD is damage, and a property that is not there. */
enum fdt_kind { FDT_BAD, FDT_NODE, FDT_PROPERTY, FDT_NODE_END, FDT_END };

struct fdt_item {
    enum fdt_kind kind;
    const char *name;    /* of the node or property, NUL-terminated */
    const uint8_t *data; /* of the property */
    uint32_t size;
};

/* Accepts a tree of at most `limit` bytes at `blob`, which is a multiple of 8. */
bool fdt_open(struct fdt *tree, const void *blob, uint32_t limit);

/*
 * The item at *at, counted in bytes from the start of the structure; moves *at behind it.
 * Start with 0, end at FDT_END or FDT_BAD; both are final.
 */
struct fdt_item fdt_next(const struct fdt *tree, uint32_t *at);

/*
 * The property `wanted`, a name of `wanted_size` bytes without a NUL, of the node /`node`;
 * kind FDT_BAD if there is none.
 */
struct fdt_item fdt_find_property(const struct fdt *tree, const char *node, const char *wanted,
                                  uint32_t wanted_size);

/* Whether two NUL-terminated strings are the same. */
bool fdt_same(const char *left, const char *right);

/* The memory reservation number `index`; false behind the last one. */
bool fdt_reservation(const struct fdt *tree, uint32_t index, uint64_t *start, uint64_t *size);

/* The big-endian number in `cells` 32-bit cells; only its low 64 bits are kept. */
uint64_t fdt_number(const uint8_t *data, uint32_t cells);

#endif
