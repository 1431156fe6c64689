/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads a flattened device tree.
 * Stands on freestanding C alone; never trusts a number it has not compared with the blob's size.
 */
#include "loader/fdt.h"

#define FDT_MAGIC       0xd00dfeed
#define FDT_HEADER_SIZE 40

enum fdt_token {
    TOKEN_NODE = 1,
    TOKEN_NODE_END = 2,
    TOKEN_PROPERTY = 3,
    TOKEN_NOP = 4,
    TOKEN_END = 9
};

static uint32_t fdt_cell(const uint8_t *data)
{
    return __builtin_bswap32(*(const uint32_t *)data);
}

uint64_t fdt_number(const uint8_t *data, uint32_t cells)
{
    uint64_t number = 0;

    for (uint32_t i = 0; i < cells; i++)
        number = number << 32 | fdt_cell(data + 4 * i);
    return number;
}

static bool fdt_lies_within(const struct fdt *tree, uint32_t offset, uint32_t size)
{
    return offset >= FDT_HEADER_SIZE && offset <= tree->size && size <= tree->size - offset;
}

bool fdt_open(struct fdt *tree, const void *blob, uint32_t limit)
{
    const uint8_t *header = blob;

    if (limit > FDT_SIZE_MAX)
        limit = FDT_SIZE_MAX;
    if ((uintptr_t)blob % 8 != 0 || limit < FDT_HEADER_SIZE || fdt_cell(header) != FDT_MAGIC)
        return false;
    *tree = (struct fdt){
        .blob = blob,
        .size = fdt_cell(header + 4),
        .structure = fdt_cell(header + 8),
        .strings = fdt_cell(header + 12),
        .reservations = fdt_cell(header + 16),
        .strings_size = fdt_cell(header + 32),
        .structure_size = fdt_cell(header + 36),
    };
    /* Version 17 or later that still calls itself compatible with 16: all since 2007. */
    if (fdt_cell(header + 20) < 17 || fdt_cell(header + 24) > 17)
        return false;
    if (tree->size < FDT_HEADER_SIZE || tree->size > limit ||
        !fdt_lies_within(tree, tree->structure, tree->structure_size) ||
        !fdt_lies_within(tree, tree->strings, tree->strings_size) ||
        !fdt_lies_within(tree, tree->reservations, 16) || tree->structure % 4 != 0 ||
        tree->reservations % 8 != 0)
        return false;
    return tree->strings_size == 0 || header[tree->strings + tree->strings_size - 1] == '\0';
}

/* Bytes of a node's name with its NUL, rounded to whole cells; 0 if it does not end in time. */
static uint32_t fdt_name_size(const uint8_t *name, uint32_t available)
{
    for (uint32_t i = 0; i < available; i++) {
        if (name[i] == '\0')
            return (i + 4) & ~3u;
    }
    return 0;
}

static struct fdt_item fdt_read_property(const struct fdt *tree, uint32_t *at)
{
    const uint8_t *cells = tree->blob + tree->structure + *at;
    uint32_t available = tree->structure_size - *at;
    struct fdt_item item = {.kind = FDT_BAD};
    uint32_t name;

    if (available < 8)
        return item;
    item.size = fdt_cell(cells);
    name = fdt_cell(cells + 4);
    if (item.size > available - 8 || name >= tree->strings_size)
        return item;
    item.kind = FDT_PROPERTY;
    item.name = (const char *)tree->blob + tree->strings + name;
    item.data = cells + 8;
    *at += 8 + ((item.size + 3) & ~3u);
    return item;
}

struct fdt_item fdt_next(const struct fdt *tree, uint32_t *at)
{
    struct fdt_item item = {.kind = FDT_BAD};
    uint32_t token = TOKEN_NOP;
    uint32_t start = *at;
    uint32_t size;

    while (token == TOKEN_NOP) {
        if (*at > tree->structure_size || tree->structure_size - *at < 4)
            return item;
        start = *at;
        token = fdt_cell(tree->blob + tree->structure + *at);
        *at += 4;
    }
    switch (token) {
    case TOKEN_NODE:
        size = fdt_name_size(tree->blob + tree->structure + *at, tree->structure_size - *at);
        if (size == 0)
            break;
        item.kind = FDT_NODE;
        item.name = (const char *)tree->blob + tree->structure + *at;
        *at += size;
        return item;
    case TOKEN_NODE_END:
        item.kind = FDT_NODE_END;
        return item;
    case TOKEN_PROPERTY:
        item = fdt_read_property(tree, at);
        if (item.kind != FDT_BAD)
            return item;
        break;
    case TOKEN_END:
        item.kind = FDT_END;
        break;
    }
    *at = start; /* the end and damage are final */
    return item;
}

bool fdt_same(const char *left, const char *right)
{
    while (*left != '\0' && *left == *right) {
        left++;
        right++;
    }
    return *left == *right;
}

static bool fdt_is_named(const char *name, const char *wanted, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        if (name[i] == '\0' || name[i] != wanted[i])
            return false;
    }
    return name[size] == '\0';
}

struct fdt_item fdt_find_property(const struct fdt *tree, const char *node, const char *wanted,
                                  uint32_t wanted_size)
{
    struct fdt_item item;
    uint32_t depth = 0; /* at most one node for every 8 bytes: cannot wrap */
    bool inside = false;
    uint32_t at = 0;

    do {
        item = fdt_next(tree, &at);
        if (item.kind == FDT_NODE && ++depth == 2)
            inside = fdt_same(item.name, node);
        else if (item.kind == FDT_NODE_END && depth-- <= 1)
            break;
        else if (item.kind == FDT_PROPERTY && depth == 2 && inside &&
                 fdt_is_named(item.name, wanted, wanted_size))
            return item;
    } while (item.kind != FDT_END && item.kind != FDT_BAD);
    item.kind = FDT_BAD;
    return item;
}

bool fdt_reservation(const struct fdt *tree, uint32_t index, uint64_t *start, uint64_t *size)
{
    uint32_t offset;

    if (index >= tree->size / 16)
        return false;
    offset = tree->reservations + 16 * index;
    if (!fdt_lies_within(tree, offset, 16))
        return false;
    *start = fdt_number(tree->blob + offset, 2);
    *size = fdt_number(tree->blob + offset + 8, 2);
    return *start != 0 || *size != 0;
}
