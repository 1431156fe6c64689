/* SPDX-License-Identifier: BSD-2-Clause */
/* Clearing of arch/zero.h. */
#include "arch/zero.h"
#include "arch/cache.h"
#include "hw/sysreg.h"
#include "kernel/lib/bits.h"

#define UNIT 16UL

/* Bytes DC ZVA clears at a time; 0 where it may not be used. */
static uint64_t block_size;

void zero_init(void)
{
    uint64_t id = sysreg_read_dczid_el0();
    bool allowed = (id & DCZID_EL0_DZP) == 0;
    block_size = allowed ? 4UL << bits_get(id, DCZID_EL0_BS_SHIFT, DCZID_EL0_BS_WIDTH) : 0;
}

static uint64_t zero_units(uint64_t at, uint64_t end)
{
    for (; at < end; at += UNIT) {
        __asm__ volatile("stp xzr, xzr, [%0]" : : "r"(at) : "memory");
    }
    return at;
}

void zero_memory(void *start, uint64_t size)
{
    uint64_t at = (uint64_t)start;
    uint64_t end = at + size;
    if (block_size != 0 && size >= 2 * block_size) {
        at = zero_units(at, (at + block_size - 1) & ~(block_size - 1));
        for (; at + block_size <= end; at += block_size) {
            __asm__ volatile("dc zva, %0" : : "r"(at) : "memory");
        }
    }
    zero_units(at, end);
}

void zero_and_clean(void *start, uint64_t size)
{
    zero_memory(start, size);
    cache_clean_to_memory(start, size);
}
