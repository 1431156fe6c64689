/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds RAM, the GICv2's virtual CPU interface and the boot loader's seed. */
#include "vmm/alone/board.h"

#include <libfdt.h>

#include "hw/gicv3.h"
#include "libs/fdt/devtree.h"
#include "vmm/mem/address.h"

/* Index of GICV among the interrupt controller's registers: GICD, GICC, GICH, GICV. */
enum { GIC_REG_GICV = 3 };

static bool board_find_gic(const void *tree, int *node)
{
    static const char *const names[] = {GICV2_COMPATIBLE_400, GICV2_COMPATIBLE_A15};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        *node = -1;
        if (devtree_next_compatible(tree, names[i], node) == DEVTREE_OK)
            return true;
    }
    return false;
}

static bool board_has_gicv3(const void *tree)
{
    int node = -1;

    return devtree_next_compatible(tree, GICV3_COMPATIBLE, &node) == DEVTREE_OK;
}

static bool board_find_gicv(const void *tree, struct board *board, struct complaint *complaint)
{
    struct devtree_range gicv;
    int node;

    if (!board_find_gic(tree, &node)) {
        if (board_has_gicv3(tree))
            return complain(complaint, "the board has a GICv3, and guests need the virtual CPU "
                                       "interface of a GICv2: choose another board");
        return complain(complaint, "the board's device tree has no GICv2 (%s)",
                        GICV2_COMPATIBLE_400);
    }
    if (devtree_reg(tree, node, GIC_REG_GICV, &gicv) != DEVTREE_OK || gicv.size < KIB(8) ||
        gicv.base % KIB(4) != 0)
        return complain(complaint, "the board's GICv2 has no virtual CPU interface (the fourth "
                                   "'reg' of its node): it cannot run guests");
    board->gicv[0] = gicv.base;
    /* Boards for 64 KiB pages put a 64 KiB alias around each of the two pages. */
    board->gicv[1] = gicv.base + (gicv.size == KIB(128) ? KIB(64) : KIB(4));
    return true;
}

static void board_find_seed(const void *tree, struct board *board)
{
    int length = 0, node = fdt_path_offset(tree, "/chosen");

    board->seed = node >= 0 ? fdt_getprop(tree, node, "rng-seed", &length) : NULL;
    board->seed_size = board->seed != NULL && length > 0 ? (size_t)length : 0;
}

static void board_find_ram(const void *tree, struct board *board)
{
    struct devtree_range range;

    board->ram_size = 0;
    for (unsigned i = 0; devtree_memory(tree, i, &range) == DEVTREE_OK; i++)
        board->ram_size += range.size;
}

bool board_read(const void *tree, size_t size, struct board *board, struct complaint *complaint)
{
    if (tree == NULL || devtree_check(tree, size) != DEVTREE_OK)
        return complain(complaint, "the kernel handed over no valid device tree of the board");
    board_find_ram(tree, board);
    board_find_seed(tree, board);
    return board_find_gicv(tree, board, complaint);
}
