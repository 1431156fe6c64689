/* SPDX-License-Identifier: BSD-2-Clause */
/* Which devices there are. */
#include "vmm/bus/bus.h"

void bus_init(struct bus *bus)
{
    bus->region_count = 0;
}

enum bus_add_result bus_add(struct bus *bus, ipa_t base, uint64_t size,
                            const struct bus_device_ops *ops, void *device)
{
    if (size == 0 || size - 1 > UINT64_MAX - base.value)
        return BUS_OVERLAP;
    if ((base.value | size) % BUS_BYTES != 0)
        return BUS_UNEVEN;
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
