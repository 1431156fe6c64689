/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GICv2 (GIC-400): the operations that are not inline in kernel/dev/gic.h.
 *
 * Every interrupt has one priority and stays in the group it was found in: group 0 where there are
 * no security states (QEMU), group 1 behind firmware. Bit 0 of both control registers then
 * enables just ours: it means group 0 in the one case and, seen non-secure, group 1 in the other.
 */
#include "kernel/dev/gic.h"
#include "arch/core.h"

#define PRIORITY_MASK 0xffu

/* A core's bit in GICD_ITARGETSR: its interface's number need not be the core's. */
static uint8_t target_of_core[CORE_MAX];

/* Per core and software-generated interrupt: as acknowledged, with its sender. */
static uint32_t sgi_acknowledged[CORE_MAX][GIC_SGI_COUNT];

static void v2_set_target(uint32_t irq, unsigned core)
{
    mmio_write8(gic.distributor + GICD_ITARGETSR + irq, target_of_core[core]);
}

/* A core reads its own bit in the targets of its private interrupts; with one core they read 0. */
static uint8_t own_target(void)
{
    uint32_t targets = mmio_read32(gic.distributor + GICD_ITARGETSR);
    uint8_t target = (uint8_t)(targets | targets >> 8 | targets >> 16 | targets >> 24);
    return target != 0 ? target : 1;
}

static void v2_init_distributor(void)
{
    mmio_write32(gic.distributor + GICD_CTLR, 0);
    uint8_t target = own_target();
    for (unsigned word = 1; word * 32 < gic.irq_count; word++) {
        gic_reset_word(gic.distributor, word);
        for (unsigned i = 0; i < 8; i++) {
            mmio_write32(gic.distributor + GICD_ITARGETSR + 32UL * word + 4 * i,
                         target * 0x01010101u);
        }
    }
    mmio_write32(gic.distributor + GICD_CTLR, (uint32_t)GICD_CTLR_ENABLE_GROUP0);
}

static void v2_init_core(void)
{
    target_of_core[core_number()] = own_target();
    gic_reset_word(gic.distributor, 0);
    for (unsigned offset = 0; offset < GICD_SGI_BYTES; offset += 4) {
        mmio_write32(gic.distributor + GICD_CPENDSGIR + offset, UINT32_MAX);
    }
    mmio_write32(gic.cpu + GICC_CTLR, 0);
    mmio_write32(gic.cpu + GICC_PMR, PRIORITY_MASK);
    mmio_write32(gic.cpu + GICC_BPR, 0);
    mmio_write32(gic.cpu + GICC_APR, 0);
    mmio_write32(gic.cpu + GICC_CTLR, (uint32_t)(GICC_CTLR_ENABLE_GROUP0 | GICC_CTLR_EOIMODE_S));
    gic_init_guest_interface();
}

static void v2_send_sgi(unsigned core, uint32_t irq)
{
    /* What was written before is to be seen by whoever takes the interrupt. */
    barrier_sync_stores();
    mmio_write32(gic.distributor + GICD_SGIR,
                 (uint32_t)target_of_core[core] << GICD_SGIR_TARGETS_SHIFT | irq);
}

static const struct gic_ops v2_ops = {
    .init_distributor = v2_init_distributor,
    .init_core = v2_init_core,
    .set_target = v2_set_target,
    .send_sgi = v2_send_sgi,
};

void gic_use_v2(void *distributor, void *cpu, void *hyp)
{
    gic.cpu = (uint64_t)cpu;
    gic.hyp = (uint64_t)hyp;
    for (unsigned core = 0; core < CORE_MAX; core++) {
        gic.private_arrays[core] = (uint64_t)distributor; /* it has all cores', one at a time */
    }
    gic_use(distributor, &v2_ops,
            (mmio_read32(gic.hyp + GICH_VTR) & (uint32_t)GICH_VTR_LISTREGS) + 1);
}

void gicv2_sgi_note(uint32_t acknowledged)
{
    sgi_acknowledged[core_number()][acknowledged & GICC_IAR_INTID] = acknowledged;
}

void gicv2_sgi_end(uint32_t irq, enum gicc_register end)
{
    mmio_write32(gic.cpu + end, sgi_acknowledged[core_number()][irq]);
}
