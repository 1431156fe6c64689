/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds a device by its address in a board's device tree. Stands on libfdt.
 *
 * A GICv2's virtual CPU interface (its fourth region) is mapped for every guest. That shares
 * nothing: its registers are banked for each core, and what they show is the state of the vCPU that
 * runs there, which the kernel exchanges when it switches vCPUs.
 */
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/show/device.h"

#define PAGE                  UINT64_C(4096)
#define GIC_VIRTUAL_INTERFACE 3 /* index of its "reg" */

/* The generic names that the device tree specification recommends (2.2.2), of which kinds. */
static const char *const PASSIVE[] = {
    "serial", "gpio",  "i2c",   "timer", "rtc",  "watchdog", "can",
    "pwm",    "pl011", "pl031", "pl061", "uart", "sram",     "interrupt-controller",
    "intc",   "adc",   "efuse"};
static const char *const MASTERS[] = {
    "ethernet",       "mmc",         "usb",  "pcie", "pci",     "dma",
    "dma-controller", "gpu",         "sata", "ahci", "display", "nand-controller",
    "crypto",         "virtio_mmio", "sdhci"};

static uint64_t read_cells(const fdt32_t *cells, int count)
{
    uint64_t value = 0;

    for (int i = 0; i < count; i++)
        value = value << 32 | fdt32_to_cpu(cells[i]);
    return value;
}

/* An address on the bus of node `bus`, as its parent sees it. False: not translatable. */
static bool translate_once(const void *tree, int bus, uint64_t *address)
{
    int parent = fdt_parent_offset(tree, bus);
    int child_cells = fdt_address_cells(tree, bus), size_cells = fdt_size_cells(tree, bus);
    int parent_cells = parent >= 0 ? fdt_address_cells(tree, parent) : -1;
    int length, entry = child_cells + parent_cells + size_cells;
    const fdt32_t *ranges = fdt_getprop(tree, bus, "ranges", &length);

    if (ranges == NULL || child_cells <= 0 || parent_cells <= 0 || size_cells < 0)
        return false;
    if (length == 0)
        return true;
    for (int i = 0; i + entry <= length / 4; i += entry) {
        uint64_t from = read_cells(ranges + i, child_cells);
        uint64_t to = read_cells(ranges + i + child_cells, parent_cells);
        uint64_t size = read_cells(ranges + i + child_cells + parent_cells, size_cells);

        if (*address >= from && *address - from < size) {
            *address += to - from;
            return true;
        }
    }
    return false;
}

static bool translate(const void *tree, int node, uint64_t *address)
{
    int bus = fdt_parent_offset(tree, node);

    while (bus > 0) {
        if (!translate_once(tree, bus, address))
            return false;
        bus = fdt_parent_offset(tree, bus);
    }
    return bus == 0;
}

static bool is_memory(const void *tree, int node)
{
    const char *type = fdt_getprop(tree, node, "device_type", NULL);

    return type != NULL && strcmp(type, "memory") == 0;
}

/* Pages are what is given, so what shares a page with a device is that device. */
struct device_region {
    uint64_t start, size; /* whole pages */
    int node;
    unsigned index; /* which of the node's "reg" */
};

static void add_region(struct device_map *map, struct device_region region)
{
    if (map->count == map->capacity) {
        map->capacity = map->capacity * 2 + 64;
        map->regions = realloc(map->regions, map->capacity * sizeof(region));
        if (map->regions == NULL) {
            fputs("bulkhead: out of memory\n", stderr);
            abort();
        }
    }
    map->regions[map->count++] = region;
}

static void add_node(struct device_map *map, int node)
{
    const void *tree = map->tree;
    int length, parent, address_cells, size_cells;
    const fdt32_t *cells = fdt_getprop(tree, node, "reg", &length);

    if (cells == NULL || is_memory(tree, node))
        return;
    parent = fdt_parent_offset(tree, node);
    address_cells = fdt_address_cells(tree, parent);
    size_cells = fdt_size_cells(tree, parent);
    if (parent < 0 || address_cells <= 0 || size_cells <= 0)
        return;
    for (int i = 0; (i + 1) * (address_cells + size_cells) <= length / 4; i++) {
        const fdt32_t *entry = cells + i * (address_cells + size_cells);
        uint64_t start = read_cells(entry, address_cells);
        uint64_t size = read_cells(entry + address_cells, size_cells);
        uint64_t within;

        if (size == 0 || size > UINT64_MAX - 2 * PAGE || !translate(tree, node, &start))
            continue;
        within = start % PAGE;
        add_region(map, (struct device_region){start - within,
                                               (size + within + PAGE - 1) / PAGE * PAGE, node, i});
    }
}

void device_map_make(struct device_map *map, const void *tree)
{
    *map = (struct device_map){0};
    if (tree == NULL || fdt_check_header(tree) != 0)
        return;
    map->tree = tree;
    for (int node = fdt_next_node(tree, 0, NULL); node >= 0; node = fdt_next_node(tree, node, NULL))
        add_node(map, node);
}

void device_map_release(struct device_map *map)
{
    free(map->regions);
    *map = (struct device_map){0};
}

static bool is_one_of(const char *name, const char *const *list, size_t count)
{
    size_t length = strcspn(name, "@");

    for (size_t i = 0; i < count; i++) {
        if (strlen(list[i]) == length && strncmp(name, list[i], length) == 0)
            return true;
    }
    return false;
}

static enum device_dma judge_dma(const void *tree, int node)
{
    const char *name = fdt_get_name(tree, node, NULL);

    if (fdt_getprop(tree, node, "iommus", NULL) != NULL ||
        fdt_getprop(tree, node, "iommu-map", NULL) != NULL ||
        fdt_getprop(tree, node, "dma-coherent", NULL) != NULL ||
        is_one_of(name, MASTERS, sizeof(MASTERS) / sizeof(MASTERS[0])))
        return DEVICE_DMA_YES;
    if (is_one_of(name, PASSIVE, sizeof(PASSIVE) / sizeof(PASSIVE[0])))
        return DEVICE_DMA_NO;
    return DEVICE_DMA_ASSUMED;
}

static bool is_gic_v2(const void *tree, int node)
{
    return fdt_node_check_compatible(tree, node, "arm,gic-400") == 0 ||
           fdt_node_check_compatible(tree, node, "arm,cortex-a15-gic") == 0;
}

static void describe(const void *tree, int node, unsigned region, struct device *device)
{
    const char *compatible = fdt_stringlist_get(tree, node, "compatible", 0, NULL);

    if (fdt_get_path(tree, node, device->path, sizeof(device->path)) != 0)
        snprintf(device->path, sizeof(device->path), "%s", fdt_get_name(tree, node, NULL));
    snprintf(device->compatible, sizeof(device->compatible), "%s",
             compatible != NULL ? compatible : "");
    device->region = region;
    device->dma = judge_dma(tree, node);
    device->behind_smmu = fdt_getprop(tree, node, "iommus", NULL) != NULL ||
                          fdt_getprop(tree, node, "iommu-map", NULL) != NULL;
    device->cpu_interface = region == GIC_VIRTUAL_INTERFACE && is_gic_v2(tree, node);
}

void device_find(const struct device_map *map, uint64_t address, struct device *device)
{
    const struct device_region *best = NULL;

    *device = (struct device){.dma = DEVICE_DMA_ASSUMED};
    for (size_t i = 0; i < map->count; i++) {
        const struct device_region *region = &map->regions[i];

        /* The smallest: a bus may name the range of all that is on it. */
        if (address >= region->start && address - region->start < region->size &&
            (best == NULL || region->size < best->size))
            best = region;
    }
    if (best != NULL)
        describe(map->tree, best->node, best->index, device);
}

const char *device_dma_name(enum device_dma dma)
{
    static const char *const names[] = {
        [DEVICE_DMA_NO] = "no",
        [DEVICE_DMA_YES] = "yes",
        [DEVICE_DMA_ASSUMED] = "assumed",
    };

    return names[dma];
}
