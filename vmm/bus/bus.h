/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest's memory-mapped devices: finds the device behind a guest-physical address and hands
 * it the access. Stands on the address type; never lets a device see an access that is
 * unaligned, crosses its end, or has a size that no instruction makes.
 */
#ifndef VMM_BUS_BUS_H
#define VMM_BUS_BUS_H

#include <stdbool.h>
#include <stdint.h>

#include "vmm/mem/address.h"

enum { BUS_DEVICE_MAX = 16 };

/* One load or store of a guest. `size` is 1, 2, 4 or 8 bytes; `value` has only those. */
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
    BUS_REFUSED,   /* a device, but it is unaligned or of a size no bus carries */
};

enum bus_add_result {
    BUS_ADDED,
    BUS_FULL,
    BUS_OVERLAP, /* with a device already there, or it wraps, or is empty */
};

void bus_init(struct bus *bus);
enum bus_add_result bus_add(struct bus *bus, ipa_t base, uint64_t size,
                            const struct bus_device_ops *ops, void *device)
    __attribute__((warn_unused_result));

/* Carries out `access`; a read leaves its result in it. */
enum bus_result bus_access_make(const struct bus *bus, struct bus_access *access)
    __attribute__((warn_unused_result));

/* Whether a device answers at `address`. */
bool bus_has_device(const struct bus *bus, ipa_t address);

#endif
