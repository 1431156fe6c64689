/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What both kinds of interrupt controller need (kernel/dev/gic.h).
 *
 * Among it the arrays that hold a bit or more of every interrupt: enabled, pending, active,
 * priority, trigger. A distributor has them, and a GICv3's redistributor has them once more for
 * the private interrupts of its core.
 *
 * Source: Arm IHI 0048B 4.3; IHI 0069G 12.9, 12.11.
 */
#include "kernel/dev/gic.h"
#include "arch/core.h"
#include "kernel/lib/bits.h"

#define PRIORITY_ALL 0xa0a0a0a0u

struct gic gic;

void gic_use(void *distributor, const struct gic_ops *ops, unsigned list_count)
{
    gic.distributor = (uint64_t)distributor;
    gic.ops = ops;
    uint32_t lines = mmio_read32(gic.distributor + GICD_TYPER) & (uint32_t)GICD_TYPER_LINES;
    gic.irq_count = (unsigned)min_u64(32 * (lines + 1), GIC_INTID_LIMIT);
    gic.list_count = (unsigned)min_u64(list_count, GIC_LIST_MAX);
}

static uint64_t array_of(uint32_t irq, enum gicd_register array)
{
    uint64_t base = gic_irq_is_private(irq) ? gic.private_arrays[core_number()] : gic.distributor;
    return base + array;
}

/* Writes the interrupt's bit, and zeros, which mean nothing: sets or clears, by the array. */
static void write_bit(uint32_t irq, enum gicd_register array)
{
    mmio_write32(array_of(irq, array) + irq / 32 * 4, (uint32_t)BIT(irq % 32));
}

void gic_enable(uint32_t irq)
{
    write_bit(irq, GICD_ISENABLER);
}

void gic_disable(uint32_t irq)
{
    write_bit(irq, GICD_ICENABLER);
    if (gic.cpu == 0) {
        gicv3_wait_for_writes(irq);
    }
}

void gic_clear_pending(uint32_t irq)
{
    write_bit(irq, GICD_ICPENDR);
}

void gic_set_active(uint32_t irq)
{
    write_bit(irq, GICD_ISACTIVER);
}

void gic_clear_active(uint32_t irq)
{
    write_bit(irq, GICD_ICACTIVER);
}

void gic_set_trigger(uint32_t irq, bool edge)
{
    uint64_t address = array_of(irq, GICD_ICFGR) + irq / 16 * 4;
    unsigned shift = irq % 16 * 2;
    uint32_t value = mmio_read32(address) & ~(3u << shift);
    mmio_write32(address, value | (edge ? (uint32_t)GICD_ICFGR_EDGE << shift : 0));
}

void gic_reset_word(uint64_t base, unsigned word)
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

void gic_init_guest_interface(void)
{
    static const uint32_t none[GIC_PRIORITY_WORDS];
    gic_interface_load(0, 0, none);
    for (unsigned i = 0; i < gic.list_count; i++) {
        gic_list_write(i, 0);
    }
}
