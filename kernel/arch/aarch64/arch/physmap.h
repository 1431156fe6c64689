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

/* The object a capability's first word names: its bits [44:4] are an address of the window. */
static inline void *physmap_object(uint64_t word)
{
    return (void *)(word & 0x1ffffffffff0UL);
}

/* The argument must lie in the window (kernel image addresses do not). */
static inline paddr_t virt_to_phys(const void *pointer)
{
    return paddr((uint64_t)pointer & ~PHYSMAP_BASE);
}

/* Where the kernel's image begins in RAM (found at boot), and as linked. */
extern uint64_t mmu_image_physical;
extern char image_start[];

/* The window's address of something inside the kernel's image: static slots need one. */
static inline void *physmap_of_image(void *pointer)
{
    return phys_to_virt(paddr((uint64_t)pointer - (uint64_t)image_start + mmu_image_physical));
}

/* Whether the window shows the address at all: RAM, or a device the kernel uses. */
static inline bool physmap_is_mapped(paddr_t address)
{
    uint64_t before, result;
    __asm__ volatile("mrs %0, par_el1\n"
                     "at s1e2r, %2\n"
                     "isb\n"
                     "mrs %1, par_el1\n"
                     "msr par_el1, %0\n"
                     : "=&r"(before), "=&r"(result)
                     : "r"(phys_to_virt(address))
                     : "memory");
    return (result & 1) == 0;
}
