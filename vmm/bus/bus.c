/* SPDX-License-Identifier: BSD-2-Clause */
/* Looks devices up by address. There are few, so a linear search is the quickest. */
#include "vmm/bus/bus.h"

#include <stddef.h>

void bus_init(struct bus *bus)
{
    bus->region_count = 0;
}

enum bus_add_result bus_add(struct bus *bus, ipa_t base, uint64_t size,
                            const struct bus_device_ops *ops, void *device)
{
    if (size == 0 || size - 1 > UINT64_MAX - base.value)
        return BUS_OVERLAP;
    for (unsigned i = 0; i < bus->region_count; i++) {
        const struct bus_region *region = &bus->regions[i];

        if (base.value <= region->base + (region->size - 1) &&
            region->base <= base.value + (size - 1))
            return BUS_OVERLAP;
    }
    if (bus->region_count == BUS_DEVICE_MAX)
        return BUS_FULL;
    bus->regions[bus->region_count++] = (struct bus_region){
        .base = base.value, .size = size, .ops = ops, .device = device};
    return BUS_ADDED;
}

static const struct bus_region *bus_find(const struct bus *bus, uint64_t address)
{
    for (unsigned i = 0; i < bus->region_count; i++) {
        const struct bus_region *region = &bus->regions[i];

        if (address >= region->base && address - region->base < region->size)
            return region;
    }
    return NULL;
}

bool bus_has_device(const struct bus *bus, ipa_t address)
{
    return bus_find(bus, address.value) != NULL;
}

enum bus_result bus_access_make(const struct bus *bus, struct bus_access *access)
{
    const struct bus_region *region = bus_find(bus, access->address.value);
    unsigned size = access->size;

    if (region == NULL)
        return BUS_NO_DEVICE;

    uint64_t offset = access->address.value - region->base;
    if ((size != 1 && size != 2 && size != 4 && size != 8) || offset % size != 0 ||
        size > region->size - offset)
        return BUS_REFUSED;
    if (access->write)
        region->ops->write(region->device, access->cpu, offset, size, access->value);
    else
        access->value = region->ops->read(region->device, access->cpu, offset, size);
    return BUS_OK;
}
