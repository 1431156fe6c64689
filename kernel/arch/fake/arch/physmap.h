/* SPDX-License-Identifier: BSD-2-Clause */
/* Physical memory on the host: one arena, whose first byte has the physical address FAKE_BASE.
 * The test's support makes it. */
#pragma once

#include "kernel/lib/bits.h"

#define FAKE_BASE  BIT(30)
#define FAKE_BYTES BIT(21)

extern char *fake_arena;

static inline void *phys_to_virt(paddr_t address)
{
    return fake_arena + (address.raw - FAKE_BASE);
}

static inline paddr_t virt_to_phys(const void *pointer)
{
    return paddr((uint64_t)((const char *)pointer - fake_arena) + FAKE_BASE);
}
