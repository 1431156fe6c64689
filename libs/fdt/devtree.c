/* SPDX-License-Identifier: BSD-2-Clause */
/* Finding nodes, and their registers through the ranges of the buses above. Stands on libfdt. */
#include <string.h>
#include <libfdt.h>

#include "libs/fdt/devtree.h"
#include "libs/fdt/internal.h"

/* No board nests buses deeper. */
#define DEPTH_MAX 16

enum devtree_result devtree_check(const void *blob, size_t size)
{
    return fdt_check_full(blob, size) == 0 ? DEVTREE_OK : DEVTREE_MALFORMED;
}

enum devtree_result devtree_judge(int node)
{
    if (node >= 0)
        return DEVTREE_OK;
    return node == -FDT_ERR_NOTFOUND || node == -FDT_ERR_BADPATH ? DEVTREE_NOT_FOUND
                                                                 : DEVTREE_MALFORMED;
}

enum devtree_result devtree_find_path(const void *blob, const char *path, int *node)
{
    *node = fdt_path_offset(blob, path);
    return devtree_judge(*node);
}

enum devtree_result devtree_next_compatible(const void *blob, const char *compatible, int *node)
{
    do {
        *node = fdt_node_offset_by_compatible(blob, *node, compatible);
    } while (*node >= 0 && !devtree_is_enabled(blob, *node));
    return devtree_judge(*node);
}

/* stdout-path is a path or an alias, then perhaps a colon and the line's settings. */
enum devtree_result devtree_find_stdout(const void *blob, int *node)
{
    int length;
    int chosen = fdt_path_offset(blob, "/chosen");
    const char *path;

    if (chosen < 0)
        return devtree_judge(chosen);
    path = fdt_getprop(blob, chosen, "stdout-path", &length);
    if (path == NULL)
        return DEVTREE_NOT_FOUND;
    if (length < 1 || path[length - 1] != '\0')
        return DEVTREE_MALFORMED;
    *node = fdt_path_offset_namelen(blob, path, (int)strcspn(path, ":"));
    return devtree_judge(*node);
}

bool devtree_is_enabled(const void *blob, int node)
{
    int length;
    const char *status = fdt_getprop(blob, node, "status", &length);

    if (status == NULL)
        return true;
    return (length == 5 && memcmp(status, "okay", 5) == 0) ||
           (length == 3 && memcmp(status, "ok", 3) == 0);
}

const char *devtree_compatible(const void *blob, int node, int index)
{
    return fdt_stringlist_get(blob, node, "compatible", index, NULL);
}

bool devtree_read_cells(const fdt32_t *cells, int count, uint64_t *value)
{
    *value = 0;
    for (int i = 0; i < count; i++) {
        if (*value >> 32 != 0)
            return false;
        *value = (*value << 32) | fdt32_to_cpu(cells[i]);
    }
    return true;
}

struct cell_counts {
    int address, size;
};

/* How children of `bus` write their addresses. libfdt answers the specification's defaults. */
static bool read_counts(const void *blob, int bus, struct cell_counts *counts)
{
    counts->address = fdt_address_cells(blob, bus);
    counts->size = fdt_size_cells(blob, bus);
    return counts->address > 0 && counts->size >= 0;
}

/* One step up: an address below `bus` to one above it. */
static enum devtree_result translate_once(const void *blob, int bus, int above, uint64_t *address)
{
    struct cell_counts here, up;
    int length;
    const fdt32_t *entry = fdt_getprop(blob, bus, "ranges", &length);

    if (entry == NULL)
        return DEVTREE_NO_ADDRESS;
    if (length == 0)
        return DEVTREE_OK;
    if (!read_counts(blob, bus, &here) || !read_counts(blob, above, &up))
        return DEVTREE_MALFORMED;

    int stride = here.address + up.address + here.size;
    for (int left = length / 4; left >= stride; left -= stride, entry += stride) {
        uint64_t child, parent, size;

        if (!devtree_read_cells(entry, here.address, &child) ||
            !devtree_read_cells(entry + here.address, up.address, &parent) ||
            !devtree_read_cells(entry + here.address + up.address, here.size, &size))
            continue;
        if (*address >= child && *address - child < size) {
            *address = *address - child + parent;
            return DEVTREE_OK;
        }
    }
    return DEVTREE_NO_ADDRESS;
}

static enum devtree_result translate(const void *blob, int bus, uint64_t *address)
{
    for (int depth = 0; bus > 0; depth++) {
        int above = fdt_parent_offset(blob, bus);

        if (above < 0 || depth == DEPTH_MAX)
            return DEVTREE_MALFORMED;
        enum devtree_result result = translate_once(blob, bus, above, address);
        if (result != DEVTREE_OK)
            return result;
        bus = above;
    }
    return DEVTREE_OK;
}

enum devtree_result devtree_reg(const void *blob, int node, unsigned index,
                                struct devtree_range *range)
{
    struct cell_counts counts;
    int length;
    int bus = fdt_parent_offset(blob, node);
    const fdt32_t *cells = fdt_getprop(blob, node, "reg", &length);

    if (cells == NULL)
        return devtree_judge(length);
    if (bus < 0 || !read_counts(blob, bus, &counts))
        return DEVTREE_MALFORMED;

    unsigned stride = (unsigned)(counts.address + counts.size);
    if (index >= (unsigned)length / 4 / stride)
        return DEVTREE_NOT_FOUND;
    cells += index * stride;
    if (!devtree_read_cells(cells, counts.address, &range->base) ||
        !devtree_read_cells(cells + counts.address, counts.size, &range->size))
        return DEVTREE_NO_ADDRESS;

    enum devtree_result result = translate(blob, bus, &range->base);
    if (result == DEVTREE_OK && range->base + range->size < range->base)
        return DEVTREE_MALFORMED;
    return result;
}

enum devtree_result devtree_memory(const void *blob, unsigned index, struct devtree_range *range)
{
    int node = -1;
    enum devtree_result result;

    for (;;) {
        node = fdt_node_offset_by_prop_value(blob, node, "device_type", "memory", 7);
        if (node < 0)
            return devtree_judge(node);
        for (unsigned entry = 0;; entry++, index--) {
            result = devtree_reg(blob, node, entry, range);
            if (result != DEVTREE_OK || index == 0)
                break;
        }
        if (result != DEVTREE_NOT_FOUND)
            return result;
    }
}
