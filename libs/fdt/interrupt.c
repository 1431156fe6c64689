/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupts of a node, as numbers of the GIC (binding arm,gic: kind, number, flags). Stands on
 * libfdt; nodes behind other interrupt controllers have no answer here. */
#include "libs/fdt/internal.h"

#define DEPTH_MAX 64

enum gic_cell {
    GIC_KIND,
    GIC_NUMBER,
    GIC_FLAGS,
    GIC_CELLS, /* GICv3 may add a fourth, which names a set of cores */
};

#define GIC_KIND_SHARED   0
#define GIC_KIND_PRIVATE  1
#define GIC_FLAGS_EDGE    3 /* rising or falling; level is 4 or 8 */
#define GIC_PRIVATE_FIRST 16
#define GIC_PRIVATE_COUNT 16
#define GIC_SHARED_FIRST  32
#define GIC_SHARED_COUNT  988

static bool read_phandle(const void *blob, int node, const char *name, uint32_t *phandle)
{
    int length;
    const fdt32_t *cell = fdt_getprop(blob, node, name, &length);

    if (cell == NULL || length != 4)
        return false;
    *phandle = fdt32_to_cpu(*cell);
    return true;
}

/* Cells per interrupt of a controller, or 0. */
static unsigned interrupt_cells(const void *blob, int controller)
{
    uint32_t count;

    return read_phandle(blob, controller, "#interrupt-cells", &count) && count <= 16 ? count : 0;
}

/* The nearest "interrupt-parent", from the node upwards. */
static enum devtree_result find_controller(const void *blob, int node, int *controller)
{
    for (int depth = 0; node >= 0 && depth < DEPTH_MAX; depth++) {
        uint32_t phandle;

        if (read_phandle(blob, node, "interrupt-parent", &phandle)) {
            *controller = fdt_node_offset_by_phandle(blob, phandle);
            return devtree_judge(*controller);
        }
        node = fdt_parent_offset(blob, node);
    }
    return DEVTREE_NOT_FOUND;
}

static bool is_gic(const void *blob, int controller)
{
    static const char *const names[] = {"arm,gic-400", "arm,cortex-a15-gic", "arm,cortex-a9-gic",
                                        "arm,cortex-a7-gic", "arm,gic-v3"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (fdt_node_check_compatible(blob, controller, names[i]) == 0)
            return interrupt_cells(blob, controller) >= GIC_CELLS;
    }
    return false;
}

static enum devtree_result decode(const void *blob, int controller, const fdt32_t *cells,
                                  struct devtree_interrupt *interrupt)
{
    if (!is_gic(blob, controller))
        return DEVTREE_NOT_FOUND;

    uint32_t number = fdt32_to_cpu(cells[GIC_NUMBER]);
    switch (fdt32_to_cpu(cells[GIC_KIND])) {
    case GIC_KIND_SHARED:
        if (number >= GIC_SHARED_COUNT)
            return DEVTREE_MALFORMED;
        interrupt->intid = GIC_SHARED_FIRST + number;
        break;
    case GIC_KIND_PRIVATE:
        if (number >= GIC_PRIVATE_COUNT)
            return DEVTREE_MALFORMED;
        interrupt->intid = GIC_PRIVATE_FIRST + number;
        break;
    default:
        return DEVTREE_MALFORMED;
    }
    interrupt->edge = (fdt32_to_cpu(cells[GIC_FLAGS]) & GIC_FLAGS_EDGE) != 0;
    return DEVTREE_OK;
}

/* interrupts-extended: each entry names its own controller first. */
static enum devtree_result decode_extended(const void *blob, const fdt32_t *cells, unsigned left,
                                           unsigned index, struct devtree_interrupt *interrupt)
{
    while (left > 0) {
        int controller = fdt_node_offset_by_phandle(blob, fdt32_to_cpu(cells[0]));
        unsigned count = controller >= 0 ? interrupt_cells(blob, controller) : 0;

        if (count == 0 || count + 1 > left)
            return DEVTREE_MALFORMED;
        if (index-- == 0)
            return decode(blob, controller, cells + 1, interrupt);
        cells += count + 1;
        left -= count + 1;
    }
    return DEVTREE_NOT_FOUND;
}

enum devtree_result devtree_interrupt(const void *blob, int node, unsigned index,
                                      struct devtree_interrupt *interrupt)
{
    int length, controller;
    const fdt32_t *cells = fdt_getprop(blob, node, "interrupts-extended", &length);

    if (cells != NULL)
        return decode_extended(blob, cells, (unsigned)length / 4, index, interrupt);
    cells = fdt_getprop(blob, node, "interrupts", &length);
    if (cells == NULL)
        return devtree_judge(length);
    enum devtree_result result = find_controller(blob, node, &controller);
    if (result != DEVTREE_OK)
        return result;

    unsigned count = interrupt_cells(blob, controller);
    if (count == 0)
        return DEVTREE_MALFORMED;
    if (index >= (unsigned)length / 4 / count)
        return DEVTREE_NOT_FOUND;
    return decode(blob, controller, cells + index * count, interrupt);
}
