/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads the board's device tree (kernel/boot/board.h) with libfdt. Runs while booting only.
 * Source: Devicetree Specification 0.4, chapters 2.3, 3.4, 3.5, 3.8; Linux bindings of the GIC.
 */
#include <libfdt.h>
#include "hw/gicv3.h"
#include "kernel/boot/board.h"
#include "kernel/dev/uart.h"

static bool is_enabled(const void *tree, int node)
{
    const char *status = fdt_stringlist_get(tree, node, "status", 0, NULL);
    return status == NULL || fdt_stringlist_search(tree, node, "status", "okay") == 0 ||
           fdt_stringlist_search(tree, node, "status", "ok") == 0;
}

static void list_add(struct region_list *list, struct region region, const char *what)
{
    if (!region_list_add(list, region)) {
        panic("the device tree names more than %u separate pieces of %s", REGION_MAX, what);
    }
}

static struct region region_of(const struct fdt_reg *reg)
{
    return (struct region){min_u64(reg->base, ADDRESS_LIMIT),
                           min_u64(reg->base + reg->size, ADDRESS_LIMIT)};
}

/* Adds all addresses of the node to the list, in whole pages. */
static void add_node(struct region_list *list, const void *tree, int node, bool whole_only,
                     const char *what)
{
    struct fdt_place place;
    struct fdt_reg reg;
    if (!is_enabled(tree, node) || !fdt_place_find(tree, node, &place)) {
        return;
    }
    for (unsigned i = 0; fdt_reg_get(&place, i, &reg); i++) {
        struct region region = region_of(&reg);
        list_add(list,
                 whole_only ? region_round_in(region, PAGE_BITS)
                            : region_round_out(region, PAGE_BITS),
                 what);
    }
}

static void read_memory(struct board *board, const void *tree)
{
    int node;
    fdt_for_each_subnode(node, tree, 0)
    {
        if (fdt_stringlist_search(tree, node, "device_type", "memory") == 0) {
            add_node(&board->ram, tree, node, true, "memory");
        }
    }
    if (region_list_size(&board->ram) == 0) {
        panic("the device tree names no memory (no node with device_type = \"memory\")");
    }
}

static void read_reserved(struct board *board, const void *tree)
{
    int count = fdt_num_mem_rsv(tree);
    for (int i = 0; i < count; i++) {
        struct fdt_reg reg;
        if (fdt_get_mem_rsv(tree, i, &reg.base, &reg.size) == 0 && fdt_reg_is_valid(&reg)) {
            list_add(&board->reserved, region_round_out(region_of(&reg), PAGE_BITS),
                     "reserved memory");
        }
    }
    int parent = fdt_path_offset(tree, "/reserved-memory");
    int node;
    if (parent < 0) {
        return;
    }
    fdt_for_each_subnode(node, tree, parent)
    {
        add_node(&board->reserved, tree, node, false, "reserved memory");
    }
}

static struct fdt_reg device_at(const struct fdt_place *place, unsigned index)
{
    struct fdt_reg reg;
    if (!fdt_reg_get(place, index, &reg) || reg.base >= ADDRESS_LIMIT ||
        reg.size > ADDRESS_LIMIT - reg.base) {
        return (struct fdt_reg){0, 0};
    }
    return reg;
}

/* A property that is a number of one or two cells. */
static uint64_t number_of(const void *tree, int node, const char *name, uint64_t otherwise)
{
    int length;
    const void *cells = fdt_getprop(tree, node, name, &length);
    if (cells == NULL || (length != 4 && length != 8)) {
        return otherwise;
    }
    return length == 4 ? fdt32_ld(cells) : fdt64_ld(cells);
}

/* All addresses entry `index` names are kept from users; so is what follows it, `count` in all. */
static void keep_gic(struct board *board, const struct fdt_place *place, unsigned index,
                     unsigned count)
{
    for (unsigned i = index; i < index + count; i++) {
        struct fdt_reg device = device_at(place, i);
        list_add(&board->gic_kept, region_round_out(region_of(&device), PAGE_BITS),
                 "interrupt controller");
    }
}

static void read_gicv2(struct board *board, const struct fdt_place *place)
{
    board->gic_version = 2;
    board->gic_distributor = device_at(place, 0);
    board->gic_cpu = device_at(place, 1);
    board->gic_hyp = device_at(place, 2);
    if (board->gic_distributor.size < GICD_SIZE || board->gic_cpu.size < GICC_SIZE ||
        board->gic_hyp.size < GICH_SIZE) {
        panic("the device tree's interrupt controller lacks registers: \"reg\" must name "
              "distributor, CPU interface and hypervisor interface (QEMU: virtualization=on)");
    }
    keep_gic(board, place, 0, 3);
}

/* Whoever may program an interrupt translation service writes to memory with it. */
static void keep_translation_services(struct board *board, const void *tree)
{
    struct fdt_place place;
    int node = -1;
    while ((node = fdt_node_offset_by_compatible(tree, node, GICV3_ITS_COMPATIBLE)) >= 0) {
        if (!fdt_place_find(tree, node, &place)) {
            panic("the device tree hides an interrupt translation service under too many buses");
        }
        keep_gic(board, &place, 0, 1);
    }
}

static void read_gicv3(struct board *board, const struct fdt_place *place)
{
    int node = place->nodes[place->depth];
    uint64_t regions = number_of(place->tree, node, "#redistributor-regions", 1);
    board->gic_version = 3;
    board->gic_distributor = device_at(place, 0);
    if (regions < 1 || regions > BOARD_REDISTRIBUTORS_MAX) {
        panic(
            "the device tree's interrupt controller has %lu regions of redistributors; the kernel "
            "knows 1 to %u",
            regions, BOARD_REDISTRIBUTORS_MAX);
    }
    for (unsigned i = 0; i < regions; i++) {
        board->gic_redistributors[i] = device_at(place, 1 + i);
        if (board->gic_distributor.size < GICV3D_SIZE ||
            board->gic_redistributors[i].size < GICR_STRIDE) {
            panic("the device tree's interrupt controller lacks registers: \"reg\" must name "
                  "distributor and redistributors");
        }
    }
    board->gic_redistributors_count = (unsigned)regions;
    board->gic_redistributor_stride = number_of(place->tree, node, "redistributor-stride", 0);
    /* CPU and hypervisor interface of a GICv2 too, where it can be used as one. */
    keep_gic(board, place, 0, 1 + (unsigned)regions + 2);
    keep_translation_services(board, place->tree);
}

/* Its number is the architecture's, and the kernel knows no other. */
static void check_maintenance_interrupt(const void *tree, int node)
{
    int length;
    const fdt32_t *cells = fdt_getprop(tree, node, "interrupts", &length);
    if (cells != NULL && length >= 8 &&
        (fdt32_ld(cells) != 1 || fdt32_ld(cells + 1) + GIC_PPI_FIRST != GIC_PPI_MAINTENANCE)) {
        panic("the device tree's interrupt controller has another maintenance interrupt than "
              "private interrupt %u, which the kernel expects",
              GIC_PPI_MAINTENANCE - GIC_PPI_FIRST);
    }
}

static const struct {
    const char *compatible;
    void (*read)(struct board *board, const struct fdt_place *place);
} controllers[] = {
    {GICV2_COMPATIBLE_400, read_gicv2},
    {GICV2_COMPATIBLE_A15, read_gicv2},
    {GICV3_COMPATIBLE, read_gicv3},
};

static void read_gic(struct board *board, const void *tree)
{
    struct fdt_place place;
    int node = -1;
    unsigned kind = 0;
    for (; kind < ARRAY_COUNT(controllers) && node < 0; kind++) {
        node = fdt_node_offset_by_compatible(tree, -1, controllers[kind].compatible);
    }
    if (node < 0) {
        panic("the device tree names no interrupt controller the kernel knows (%s, %s, %s)",
              controllers[0].compatible, controllers[1].compatible, controllers[2].compatible);
    }
    if (!fdt_place_find(tree, node, &place)) {
        panic("the device tree hides its interrupt controller under too many buses");
    }
    check_maintenance_interrupt(tree, node);
    controllers[kind - 1].read(board, &place);
}

static void read_cores(struct board *board, const void *tree)
{
    int parent = fdt_path_offset(tree, "/cpus");
    int node;
    if (parent < 0) {
        return;
    }
    fdt_for_each_subnode(node, tree, parent)
    {
        if (fdt_stringlist_search(tree, node, "device_type", "cpu") == 0) {
            board->core_count += is_enabled(tree, node);
        }
    }
}

/* The node /chosen/stdout-path names, "serial0:115200n8" or a path; negative if none. */
static int console_node(const void *tree)
{
    int chosen = fdt_path_offset(tree, "/chosen");
    int length;
    const char *path = chosen < 0 ? NULL : fdt_getprop(tree, chosen, "stdout-path", &length);
    if (path == NULL) {
        return -FDT_ERR_NOTFOUND;
    }
    int end = 0;
    while (end < length && path[end] != '\0' && path[end] != ':') {
        end++;
    }
    return fdt_path_offset_namelen(tree, path, end);
}

bool board_find_console(struct board *board, const void *tree, uint64_t limit)
{
    if (limit < sizeof(struct fdt_header) || fdt_check_header(tree) != 0 ||
        fdt_totalsize(tree) > limit) {
        return false;
    }
    struct fdt_place place;
    int node = console_node(tree);
    if (node < 0 || !fdt_place_find(tree, node, &place)) {
        return false;
    }
    for (int i = 0;; i++) {
        const char *name = fdt_stringlist_get(tree, node, "compatible", i, NULL);
        if (name == NULL) {
            return false;
        }
        if (uart_select(name)) {
            board->uart = device_at(&place, 0);
            return board->uart.size != 0;
        }
    }
}

uint64_t board_read(struct board *board, const void *tree, uint64_t limit)
{
    int error = limit > INT32_MAX ? -FDT_ERR_TRUNCATED : fdt_check_full(tree, (size_t)limit);
    if (error != 0) {
        panic("the board's device tree is damaged: %s", fdt_strerror(error));
    }
    board->model = fdt_stringlist_get(tree, 0, "model", 0, NULL);
    read_memory(board, tree);
    read_reserved(board, tree);
    read_gic(board, tree);
    read_cores(board, tree);
    return fdt_totalsize(tree);
}
