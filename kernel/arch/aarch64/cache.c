/* SPDX-License-Identifier: BSD-2-Clause */
/* Cache maintenance of arch/cache.h: one loop, five instructions. */
#include "arch/cache.h"
#include "hw/sysreg.h"
#include "kernel/lib/bits.h"

#define CTR_L1IP_SHIFT 14
#define CTR_L1IP_PIPT  3u /* instruction cache lines are found whatever their virtual address */

uint64_t cache_data_line;
uint64_t cache_instruction_line;

static bool instructions_by_address;

void cache_init(void)
{
    uint64_t type = sysreg_read_ctr_el0();
    cache_data_line = 4UL << bits_get(type, CTR_EL0_DMINLINE_SHIFT, CTR_EL0_LINE_WIDTH);
    cache_instruction_line = 4UL << bits_get(type, CTR_EL0_IMINLINE_SHIFT, CTR_EL0_LINE_WIDTH);
    instructions_by_address = bits_get(type, CTR_L1IP_SHIFT, 2) == CTR_L1IP_PIPT;
}

#define FOR_EACH_LINE(instruction, line_size)                              \
    do {                                                                   \
        uint64_t line = (uint64_t)start & ~((line_size) - 1);              \
        for (; line < (uint64_t)start + size; line += (line_size)) {       \
            __asm__ volatile(instruction ", %0" : : "r"(line) : "memory"); \
        }                                                                  \
        __asm__ volatile("dsb ish" : : : "memory");                        \
    } while (0)

void cache_clean_to_memory(const void *start, uint64_t size)
{
    FOR_EACH_LINE("dc cvac", cache_data_line);
}

void cache_clean_to_unification(const void *start, uint64_t size)
{
    FOR_EACH_LINE("dc cvau", cache_data_line);
}

void cache_invalidate(void *start, uint64_t size)
{
    FOR_EACH_LINE("dc ivac", cache_data_line);
}

void cache_clean_and_invalidate(void *start, uint64_t size)
{
    FOR_EACH_LINE("dc civac", cache_data_line);
}

void cache_invalidate_instructions(const void *start, uint64_t size)
{
    if (instructions_by_address) {
        FOR_EACH_LINE("ic ivau", cache_instruction_line);
    } else {
        __asm__ volatile("ic ialluis; dsb ish" : : : "memory");
    }
    __asm__ volatile("isb" : : : "memory");
}
