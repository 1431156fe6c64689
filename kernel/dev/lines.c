/* SPDX-License-Identifier: BSD-2-Clause */
/* The arrays of kernel/dev/lines.h. */
#include "kernel/dev/lines.h"
#include "arch/mmio.h"
#include "kernel/lib/bits.h"

#define PRIORITY_ALL 0xa0a0a0a0u

static uint64_t word_of(uint64_t base, enum gicd_register array, uint32_t irq)
{
    return base + array + irq / 32 * 4;
}

void lines_write(uint64_t base, enum gicd_register array, uint32_t irq)
{
    mmio_write32(word_of(base, array, irq), (uint32_t)BIT(irq % 32));
}

bool lines_read(uint64_t base, enum gicd_register array, uint32_t irq)
{
    return (mmio_read32(word_of(base, array, irq)) & BIT(irq % 32)) != 0;
}

void lines_set_trigger(uint64_t base, uint32_t irq, bool edge)
{
    uint64_t address = base + GICD_ICFGR + irq / 16 * 4;
    unsigned shift = irq % 16 * 2;
    uint32_t value = mmio_read32(address) & ~(3u << shift);
    mmio_write32(address, value | (edge ? (uint32_t)GICD_ICFGR_EDGE << shift : 0));
}

void lines_reset(uint64_t base, unsigned word)
{
    uint64_t offset = 4UL * word;
    mmio_write32(base + GICD_ICENABLER + offset, UINT32_MAX);
    mmio_write32(base + GICD_ICPENDR + offset, UINT32_MAX);
    mmio_write32(base + GICD_ICACTIVER + offset, UINT32_MAX);
    for (unsigned i = 0; i < 8; i++) {
        mmio_write32(base + GICD_IPRIORITYR + 8 * offset + 4 * i, PRIORITY_ALL);
    }
    for (unsigned i = 0; i < 2; i++) {
        mmio_write32(base + GICD_ICFGR + 2 * offset + 4 * i, 0);
    }
}
