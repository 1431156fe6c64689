/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads a board's device tree. Stands on libfdt and libs/fdt. */
#include <inttypes.h>
#include <libfdt.h>
#include <string.h>

#include "hw/gicv2.h"
#include "hw/gicv3.h"
#include "libs/fdt/devtree.h"
#include "libs/uart/uart.h"
#include "tool/board/board.h"

/* Among the registers of a GICv2: GICD, GICC, GICH, GICV. */
#define GIC_REG_GICV 3
#define GIC_PAGE     0x1000u
#define GIC_ALIAS    0x10000u

static bool add_range(struct board_range *ranges, unsigned *count, uint64_t base, uint64_t size)
{
    if (*count == BOARD_RANGE_MAX)
        return false;
    if (size > 0)
        ranges[(*count)++] = (struct board_range){base, size};
    return true;
}

static bool read_ram(struct board *board, struct fault *fault)
{
    struct devtree_range range;

    for (unsigned i = 0; devtree_memory(board->tree.data, i, &range) == DEVTREE_OK; i++) {
        if (!add_range(board->ram, &board->ram_count, range.base, range.size))
            return fault_set(fault, "%s: more than %d ranges of RAM", board->tree.name,
                             BOARD_RANGE_MAX);
    }
    if (board->ram_count == 0)
        return fault_set(fault, "%s: tells of no RAM", board->tree.name);
    return true;
}

static bool read_reserved(struct board *board, struct fault *fault)
{
    const void *tree = board->tree.data;
    int parent = fdt_path_offset(tree, "/reserved-memory"), node;
    bool fits = true;

    for (int i = 0; i < fdt_num_mem_rsv(tree); i++) {
        uint64_t base, size;

        if (fdt_get_mem_rsv(tree, i, &base, &size) == 0)
            fits = fits && add_range(board->reserved, &board->reserved_count, base, size);
    }
    fdt_for_each_subnode(node, tree, parent)
    {
        struct devtree_range range;

        for (unsigned i = 0;
             devtree_is_enabled(tree, node) && devtree_reg(tree, node, i, &range) == DEVTREE_OK;
             i++)
            fits = fits &&
                   add_range(board->reserved, &board->reserved_count, range.base, range.size);
    }
    return fits || fault_set(fault, "%s: more than %d ranges of reserved memory", board->tree.name,
                             BOARD_RANGE_MAX);
}

static void find_alias(const struct board *board, struct board_device *device)
{
    const void *tree = board->tree.data;
    int aliases = fdt_path_offset(tree, "/aliases"), property;

    if (aliases < 0)
        return;
    fdt_for_each_property_offset(property, tree, aliases)
    {
        const char *name;
        int length;
        const char *path = fdt_getprop_by_offset(tree, property, &name, &length);

        if (path != NULL && length > 0 && path[length - 1] == '\0' &&
            strcmp(path, device->path) == 0 && strlen(name) < sizeof(device->alias)) {
            strcpy(device->alias, name);
            return;
        }
    }
}

static enum board_answer read_registers(const void *tree, struct board_device *device)
{
    for (unsigned i = 0;; i++) {
        struct devtree_range range;
        enum devtree_result result = devtree_reg(tree, device->node, i, &range);

        if (result == DEVTREE_NOT_FOUND)
            return BOARD_FOUND;
        if (result != DEVTREE_OK || i == BOARD_DEVICE_REG_MAX)
            return BOARD_UNREADABLE;
        device->registers[i] = (struct board_range){range.base, range.size};
        device->register_count = i + 1;
    }
}

/* Trees list one line twice where it tells of two things (packets and waking): it is one interrupt.
 */
static enum board_answer add_interrupt(struct board_device *device,
                                       const struct devtree_interrupt *found)
{
    for (unsigned i = 0; i < device->interrupt_count; i++) {
        if (device->interrupts[i].number == found->intid)
            return device->interrupts[i].edge == found->edge ? BOARD_FOUND : BOARD_UNREADABLE;
    }
    if (device->interrupt_count == BOARD_DEVICE_INTERRUPT_MAX)
        return BOARD_UNREADABLE;
    device->interrupts[device->interrupt_count++] = (struct board_interrupt){found->intid,
                                                                             found->edge};
    return BOARD_FOUND;
}

static enum board_answer read_interrupts(const void *tree, struct board_device *device)
{
    for (unsigned i = 0;; i++) {
        struct devtree_interrupt interrupt;
        enum devtree_result result = devtree_interrupt(tree, device->node, i, &interrupt);

        if (result == DEVTREE_NOT_FOUND)
            return BOARD_FOUND;
        if (result != DEVTREE_OK || add_interrupt(device, &interrupt) != BOARD_FOUND)
            return BOARD_UNREADABLE;
    }
}

static enum board_answer read_device(const struct board *board, int node,
                                     struct board_device *device)
{
    const void *tree = board->tree.data;
    int length = 0;
    enum board_answer answer;

    memset(device, 0, sizeof(*device));
    device->node = node;
    if (fdt_get_path(tree, node, device->path, sizeof(device->path)) != 0)
        return BOARD_UNREADABLE;
    find_alias(board, device);
    device->enabled = devtree_is_enabled(tree, node);
    device->compatible = fdt_getprop(tree, node, "compatible", &length);
    if (device->compatible != NULL && (length < 1 || device->compatible[length - 1] != '\0'))
        return BOARD_UNREADABLE;
    device->compatible_size = device->compatible == NULL ? 0 : (size_t)length;
    answer = read_registers(tree, device);
    return answer == BOARD_FOUND ? read_interrupts(tree, device) : answer;
}

static bool find_gic(struct board *board, int *node)
{
    static const struct {
        const char *compatible;
        unsigned version;
    } known[] = {{GICV2_COMPATIBLE_400, 2}, {GICV2_COMPATIBLE_A15, 2}, {GICV3_COMPATIBLE, 3}};

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        *node = -1;
        board->gic_version = known[i].version;
        if (devtree_next_compatible(board->tree.data, known[i].compatible, node) == DEVTREE_OK)
            return true;
    }
    return false;
}

static bool read_gic(struct board *board, struct fault *fault)
{
    const struct board_range *gicv = &board->gic.registers[GIC_REG_GICV];
    int node;

    if (!find_gic(board, &node))
        return fault_set(fault, "%s: has no GICv2 or GICv3", board->tree.name);
    if (read_device(board, node, &board->gic) != BOARD_FOUND)
        return fault_set(fault, "%s: its interrupt controller cannot be made out",
                         board->tree.name);
    if (board->gic_version != 2 || board->gic.register_count <= GIC_REG_GICV ||
        gicv->size < 2 * GIC_PAGE || gicv->base % GIC_PAGE != 0)
        return true;
    board->gicv[0] = gicv->base;
    /* Boards for 64 KiB pages put a 64 KiB alias around each of the two pages. */
    board->gicv[1] = gicv->base + (gicv->size == 2 * GIC_ALIAS ? GIC_ALIAS : GIC_PAGE);
    return true;
}

static bool read_cores(struct board *board, struct fault *fault)
{
    const void *tree = board->tree.data;
    int cpus = fdt_path_offset(tree, "/cpus"), node;

    fdt_for_each_subnode(node, tree, cpus)
    {
        int length;
        const char *type = fdt_getprop(tree, node, "device_type", &length);

        if (type != NULL && length == 4 && memcmp(type, "cpu", 4) == 0 &&
            devtree_is_enabled(tree, node) && board->core_count < BOARD_CORE_MAX)
            board->core_count++;
    }
    return board->core_count > 0 || fault_set(fault, "%s: tells of no cores", board->tree.name);
}

const char *board_uart_name(const struct board_device *device)
{
    const char *name = device->compatible, *end = name + device->compatible_size;

    if (device->register_count == 0 || device->interrupt_count == 0)
        return NULL;
    for (; name != NULL && name < end; name += strlen(name) + 1) {
        if (uart_is_known(name))
            return name;
    }
    return NULL;
}

/* Whether aliases put `a` before `b`: serial1 before serial2, a UART with an alias before others.
 */
static bool comes_before(const struct board_device *a, const struct board_device *b)
{
    if (a->alias[0] == '\0' || b->alias[0] == '\0')
        return a->alias[0] != '\0' && b->alias[0] == '\0';
    return strcmp(a->alias, b->alias) < 0;
}

static void add_uart(struct board *board, const struct board_device *uart)
{
    unsigned at = board->uart_count++;

    for (; at > 0 && comes_before(uart, &board->uarts[at - 1]); at--)
        board->uarts[at] = board->uarts[at - 1];
    board->uarts[at] = *uart;
}

static void choose_uarts(struct board *board)
{
    int node;

    if (devtree_find_stdout(board->tree.data, &node) != DEVTREE_OK)
        node = -1;
    for (unsigned i = 0; i < board->uart_count; i++) {
        if (board->uarts[i].node == node)
            board->log = &board->uarts[i];
    }
    if (board->log == NULL && board->uart_count > 0)
        board->log = &board->uarts[0];
    board->vms = board->log;
    for (unsigned i = 0; i < board->uart_count && board->vms == board->log; i++)
        board->vms = &board->uarts[i];
}

static void read_uarts(struct board *board)
{
    const void *tree = board->tree.data;

    for (int node = fdt_next_node(tree, -1, NULL); node >= 0;
         node = fdt_next_node(tree, node, NULL)) {
        struct board_device uart;

        if (board->uart_count < BOARD_UART_MAX && devtree_is_enabled(tree, node) &&
            read_device(board, node, &uart) == BOARD_FOUND && board_uart_name(&uart) != NULL)
            add_uart(board, &uart);
    }
    choose_uarts(board);
}

static void read_seed(struct board *board)
{
    int length, node = fdt_path_offset(board->tree.data, "/chosen");

    board->seed = node < 0 ? NULL : fdt_getprop(board->tree.data, node, "rng-seed", &length);
    if (board->seed != NULL && length > 0)
        board->seed_size = (size_t)length;
    else
        board->seed = NULL;
}

bool board_open(struct board *board, const char *name, const char *path, struct fault *fault)
{
    *board = (struct board){.name = name};
    if (!file_read(&board->tree, path, fault))
        return false;
    if (devtree_check(board->tree.data, board->tree.size) != DEVTREE_OK) {
        fault_set(fault, "%s: no device tree, or a damaged one", path);
    } else if (read_ram(board, fault) && read_reserved(board, fault) && read_gic(board, fault) &&
               read_cores(board, fault)) {
        read_uarts(board);
        read_seed(board);
        return true;
    }
    board_close(board);
    return false;
}

void board_close(struct board *board)
{
    file_release(&board->tree);
}

/* Reserved ranges are few and seldom overlap; where they do, the board is taken to be smaller. */
uint64_t board_memory(const struct board *board)
{
    uint64_t total = 0, taken = 0;

    for (unsigned i = 0; i < board->ram_count; i++) {
        const struct board_range *ram = &board->ram[i];

        total += ram->size;
        for (unsigned j = 0; j < board->reserved_count; j++) {
            const struct board_range *out = &board->reserved[j];
            uint64_t start = out->base > ram->base ? out->base : ram->base;
            uint64_t end = out->base + out->size < ram->base + ram->size ? out->base + out->size
                                                                         : ram->base + ram->size;

            if (end > start)
                taken += end - start;
        }
    }
    return taken < total ? total - taken : 0;
}

enum board_answer board_find(const struct board *board, const char *text,
                             struct board_device *device)
{
    int node = fdt_path_offset_namelen(board->tree.data, text, (int)strcspn(text, ":"));

    return node < 0 ? BOARD_UNKNOWN : read_device(board, node, device);
}
