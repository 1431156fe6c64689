/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's window onto physical memory: every physical address, RAM or device page in use,
 * appears at that address plus 2^44 (addresses have at most 44 bits, so "plus" is a bit).
 */
#pragma once

#include "kernel/lib/bits.h"

#define PHYSMAP_BASE BIT(44)

static inline void *phys_to_virt(paddr_t address)
{
    return (void *)(address.raw | PHYSMAP_BASE);
}

/* The argument must lie in the window (kernel image addresses do not). */
static inline paddr_t virt_to_phys(const void *pointer)
{
    return paddr((uint64_t)pointer & ~PHYSMAP_BASE);
}
