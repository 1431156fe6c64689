/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Physical memory on the host: an arena at the address the board's window would show it at, so
 * that a pointer and its physical address differ by one bit here, too.
 *
 *   FAKE_BASE    FAKE_BYTES of RAM, what the test shares out
 *   FAKE_IMAGE   the window's view of the program's own data: of a variable in it only what is
 *                reached through physmap_of_image() is real
 */
#pragma once

#include "kernel/lib/bits.h"

#define PHYSMAP_BASE     BIT(44)
#define FAKE_BASE        BIT(31) /* lower ones are taken by the address sanitizer's shadow */
#define FAKE_BYTES       BIT(24)
#define FAKE_IMAGE       BIT(33)
#define FAKE_IMAGE_BYTES BIT(26)

static inline void *phys_to_virt(paddr_t address)
{
    return (void *)(address.raw | PHYSMAP_BASE);
}

static inline void *physmap_object(uint64_t word)
{
    return phys_to_virt(paddr(word & 0xffffffffff0UL));
}

static inline paddr_t virt_to_phys(const void *pointer)
{
    return paddr((uint64_t)pointer & ~PHYSMAP_BASE);
}

static inline bool physmap_is_mapped(paddr_t address)
{
    return address.raw - FAKE_BASE < FAKE_BYTES;
}

void *physmap_of_image(void *pointer);

/* Both parts, full of zeros; false if the host refuses. An earlier arena is gone. */
MUST_USE bool fake_memory_make(void);
void fake_memory_free(void);
