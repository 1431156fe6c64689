/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Guest RAM as the VMM sees it: one range of guest-physical addresses and where the same bytes
 * lie in the VMM's own address space. Stands on the address type; never follows a guest's
 * pointer without checking all of it.
 */
#ifndef VMM_MEM_RAM_H
#define VMM_MEM_RAM_H

#include <stdbool.h>
#include <stddef.h>

#include "vmm/mem/address.h"

struct ram {
    ipa_t base;
    uint64_t size; /* base + size does not wrap */
    uint8_t *host;
};

/* Whether `size` bytes from `address` all lie in RAM. */
static inline bool ram_contains(const struct ram *ram, ipa_t address, uint64_t size)
{
    uint64_t offset = address.value - ram->base.value;

    return address.value >= ram->base.value && offset <= ram->size && size <= ram->size - offset;
}

/* The VMM's view of these bytes, or NULL if one of them is not RAM. */
static inline void *ram_view(const struct ram *ram, ipa_t address, uint64_t size)
{
    if (!ram_contains(ram, address, size))
        return NULL;
    return ram->host + (address.value - ram->base.value);
}

#endif
