/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which device of a board lies at an address, and whether it could read and write memory by itself.
 * Stands on libfdt. What a device tree does not tell is taken for the worse.
 */
#ifndef TOOL_SHOW_DEVICE_H
#define TOOL_SHOW_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum device_dma {
    DEVICE_DMA_NO,      /* registers alone: it moves no data by itself */
    DEVICE_DMA_YES,     /* a bus master */
    DEVICE_DMA_ASSUMED, /* the device tree does not say, so it is taken for one */
};

struct device {
    char path[256];      /* in the device tree; "" when no node has the address */
    char compatible[64]; /* the first of the list */
    unsigned region;     /* which of its "reg" */
    enum device_dma dma;
    bool behind_smmu;   /* the device tree puts one before it; nobody programs it yet */
    bool cpu_interface; /* a GICv2's virtual CPU interface: banked for each core, see device.c */
};

/* Every register region of a board's device tree, by address. */
struct device_map {
    const void *tree;
    struct device_region *regions;
    size_t count, capacity;
};

/* `tree` is a device tree blob, which must outlive the map. NULL or no blob: nothing is known. */
void device_map_make(struct device_map *map, const void *tree);
void device_map_release(struct device_map *map);

void device_find(const struct device_map *map, uint64_t address, struct device *device);

const char *device_dma_name(enum device_dma dma);

#endif
