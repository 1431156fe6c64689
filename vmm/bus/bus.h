/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest's memory-mapped devices: finds the device behind a guest-physical address and hands
 * it the access. Stands on the address type; never lets a device see an access that is
 * unaligned or crosses its end.
 */
#ifndef VMM_BUS_BUS_H
#define VMM_BUS_BUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vmm/mem/address.h"

enum {
    BUS_DEVICE_MAX = 16,
    BUS_BYTES = 8, /* the widest access: an aligned one crosses no multiple of it */
};

/* One load or store of a guest. `size` is 1, 2, 4 or 8 bytes, as instructions are decoded; `value`
 * has only those. */
struct bus_access {
    ipa_t address;
    unsigned cpu; /* who makes it */
    unsigned size;
    bool write;
    uint64_t value; /* written, or what a read gave */
};

/* `offset` is from the device's base, a multiple of `size`. A device answers every access: what
 * it does not know reads as zero and ignores writes. */
struct bus_device_ops {
    uint64_t (*read)(void *device, unsigned cpu, uint64_t offset, unsigned size);
    void (*write)(void *device, unsigned cpu, uint64_t offset, unsigned size, uint64_t value);
};

struct bus_region {
    uint64_t base, size;
    const struct bus_device_ops *ops;
    void *device;
};

struct bus {
    unsigned region_count;
    struct bus_region regions[BUS_DEVICE_MAX];
};

enum bus_result {
    BUS_OK,
    BUS_NO_DEVICE, /* nothing there: hardware would answer with an external abort */
    BUS_REFUSED,   /* a device, but it is unaligned */
};

enum bus_add_result {
    BUS_ADDED,
    BUS_FULL,
    BUS_OVERLAP, /* with a device already there, or it wraps, or is empty */
    BUS_UNEVEN,  /* base or size are no multiples of BUS_BYTES */
};

void bus_init(struct bus *bus);
enum bus_add_result bus_add(struct bus *bus, ipa_t base, uint64_t size,
                            const struct bus_device_ops *ops, void *device)
    __attribute__((warn_unused_result));

/* The device that answers at `address`, or NULL. There are few, so a linear search is the quickest;
 * here because every access goes through it. */
static inline const struct bus_region *bus_find(const struct bus *bus, ipa_t address)
{
    const struct bus_region *region = bus->regions;

    for (unsigned left = bus->region_count; left > 0; left--, region++) {
        if (address.value - region->base < region->size) /* below the base it wraps */
            return region;
    }
    return NULL;
}

/* Carries out `access`; a read leaves its result in it. */
__attribute__((warn_unused_result)) static inline enum bus_result
bus_access_make(const struct bus *bus, struct bus_access *access)
{
    const struct bus_region *region = bus_find(bus, access->address);
    uint64_t offset;

    if (region == NULL)
        return BUS_NO_DEVICE;
    offset = access->address.value - region->base;
    if ((offset & (access->size - 1)) != 0)
        return BUS_REFUSED;
    if (access->write)
        region->ops->write(region->device, access->cpu, offset, access->size, access->value);
    else
        access->value = region->ops->read(region->device, access->cpu, offset, access->size);
    return BUS_OK;
}

/* Whether a device answers at `address`. */
static inline bool bus_has_device(const struct bus *bus, ipa_t address)
{
    return bus_find(bus, address) != NULL;
}

#endif
