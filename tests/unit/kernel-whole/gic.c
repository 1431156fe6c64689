/* SPDX-License-Identifier: BSD-2-Clause */
/* The interrupt controller of tests/unit/kernel-whole/machine.h: a GICv2 of one priority, as far as
 * the driver uses it (Arm IHI 0048B; hw/gicv2.h names the sections). */
#include <string.h>

#include "arch/mmio.h"
#include "hw/gicv2.h"
#include "tests/unit/kernel-whole/machine.h"
#include "kernel/lib/bits.h"
#include "kernel/lib/check.h"

#define PPI_TIMER       26
#define PPI_GUEST_TIMER 27
#define SPURIOUS        1023

/* Where an interrupt stands in the machine's tables: the private ones once a core. */
static unsigned line_of(unsigned core, uint32_t irq)
{
    CHECK(irq < FAKE_IRQ_COUNT);
    return irq < 32 ? core * 32 + irq : CORE_MAX * 32 + irq;
}

/* ---- lines ---- */

void fake_irq_raise(uint32_t irq)
{
    fake_machine.pending[line_of(fake_core, irq)] = true;
}

bool fake_irq_is_open(uint32_t irq)
{
    unsigned line = line_of(fake_core, irq);
    /* Software-generated ones cannot be switched off. */
    return (irq < 16 || fake_machine.enabled[line]) && !fake_machine.active[line];
}

/* The levels of the core's two timers. */
static bool timer_is_due(const uint64_t *sysregs, uint32_t irq)
{
    if (irq == PPI_TIMER) {
        return (sysregs[FAKE_cnthp_ctl_el2] & CNT_CTL_ENABLE) != 0 &&
               fake_machine.counter >= sysregs[FAKE_cnthp_cval_el2];
    }
    uint64_t control = sysregs[FAKE_cntv_ctl_el0] & (CNT_CTL_ENABLE | CNT_CTL_IMASK);
    return irq == PPI_GUEST_TIMER && control == CNT_CTL_ENABLE &&
           fake_machine.counter - sysregs[FAKE_cntvoff_el2] >= sysregs[FAKE_cntv_cval_el0];
}

static uint32_t highest_waiting(void)
{
    const uint64_t *sysregs = fake_machine.cores[fake_core].sysregs;
    for (uint32_t irq = 0; irq < FAKE_IRQ_COUNT; irq++) {
        unsigned line = line_of(fake_core, irq);
        bool mine = irq < 32 || (fake_machine.target[irq] & BIT(fake_core)) != 0;
        bool up = fake_machine.pending[line] || timer_is_due(sysregs, irq);
        if (mine && up && fake_irq_is_open(irq)) {
            return irq;
        }
    }
    return SPURIOUS;
}

bool fake_irq_waits(void)
{
    return highest_waiting() != SPURIOUS;
}

/* ---- CPU interface ---- */

static uint32_t acknowledge(void)
{
    uint32_t irq = highest_waiting();
    if (irq == SPURIOUS) {
        return irq;
    }
    unsigned line = line_of(fake_core, irq);
    fake_machine.pending[line] = false;
    fake_machine.active[line] = true;
    return irq < 16 ? irq | (uint32_t)fake_machine.sgi_sender[fake_core][irq] << 10 : irq;
}

static void deactivate(uint32_t value)
{
    uint32_t irq = value & (uint32_t)GICC_IAR_INTID;
    if (irq < FAKE_IRQ_COUNT) {
        fake_machine.active[line_of(fake_core, irq)] = false;
    }
}

/* ---- distributor ---- */

static bool *bitmap_of(uint64_t offset)
{
    switch (offset & ~0x7fUL) {
    case GICD_ISENABLER:
    case GICD_ICENABLER:
        return fake_machine.enabled;
    case GICD_ISPENDR:
    case GICD_ICPENDR:
        return fake_machine.pending;
    case GICD_ISACTIVER:
    case GICD_ICACTIVER:
        return fake_machine.active;
    default:
        return NULL;
    }
}

static uint32_t bitmap_read(const bool *bitmap, uint32_t first)
{
    uint32_t value = 0;
    for (uint32_t i = 0; i < 32 && first + i < FAKE_IRQ_COUNT; i++) {
        value |= bitmap[line_of(fake_core, first + i)] ? (uint32_t)BIT(i) : 0;
    }
    return value;
}

static void bitmap_write(bool *bitmap, uint32_t first, uint32_t ones, bool set)
{
    for (uint32_t i = 0; i < 32 && first + i < FAKE_IRQ_COUNT; i++) {
        if ((ones & BIT(i)) != 0) {
            bitmap[line_of(fake_core, first + i)] = set;
        }
    }
}

static void send_sgi(uint32_t value)
{
    uint32_t irq = value & 15;
    for (unsigned core = 0; core < CORE_MAX; core++) {
        if ((value >> GICD_SGIR_TARGETS_SHIFT & BIT(core)) != 0) {
            fake_machine.pending[core * 32 + irq] = true;
            fake_machine.sgi_sender[core][irq] = (uint8_t)fake_core;
        }
    }
}

static uint32_t distributor_read(uint64_t offset)
{
    bool *bitmap = bitmap_of(offset);
    if (bitmap != NULL) {
        return bitmap_read(bitmap, (uint32_t)(offset & 0x7f) * 8);
    }
    if (offset == GICD_TYPER) {
        return FAKE_IRQ_COUNT / 32 - 1;
    }
    return offset == GICD_ITARGETSR ? 0x01010101u << fake_core : 0;
}

static void distributor_write(uint64_t offset, uint32_t value)
{
    bool *bitmap = bitmap_of(offset);
    if (bitmap != NULL) {
        bitmap_write(bitmap, (uint32_t)(offset & 0x7f) * 8, value, (offset & 0x80) == 0);
    } else if (offset == GICD_SGIR) {
        send_sgi(value);
    } else if (offset >= GICD_ITARGETSR && offset < GICD_ICFGR) {
        uint64_t irq = offset - GICD_ITARGETSR;
        for (unsigned i = 0; i < 4 && irq + i < FAKE_IRQ_COUNT; i++) {
            fake_machine.target[irq + i] = (uint8_t)(value >> 8 * i);
        }
    }
}

/* ---- virtual interface ---- */

static uint32_t lists_where(bool (*holds)(uint32_t list))
{
    uint32_t ones = 0;
    for (unsigned i = 0; i < FAKE_LIST_COUNT; i++) {
        uint32_t list = fake_machine.cores[fake_core].hyp[GICH_LR / 4 + i];
        ones |= holds(list) ? (uint32_t)BIT(i) : 0;
    }
    return ones;
}

static bool is_empty(uint32_t list)
{
    return (list & GICH_LR_STATE) == 0;
}

static bool has_ended(uint32_t list)
{
    return is_empty(list) && (list & GICH_LR_EOI) != 0 && (list & GICH_LR_HW) == 0;
}

static uint32_t hyp_read(uint64_t offset)
{
    switch (offset) {
    case GICH_VTR:
        return FAKE_LIST_COUNT - 1;
    case GICH_EISR0:
        return lists_where(has_ended);
    case GICH_ELRSR0:
        return lists_where(is_empty);
    default:
        return fake_machine.cores[fake_core].hyp[offset / 4];
    }
}

/* ---- the bus ---- */

static uint64_t device_of(uint64_t address, uint64_t *offset)
{
    static const struct {
        uint64_t base, size;
    } devices[] = {{FAKE_GIC_DISTRIBUTOR, GICD_SIZE},
                   {FAKE_GIC_CPU, GICC_SIZE},
                   {FAKE_GIC_HYP, sizeof(fake_machine.cores[0].hyp)}};
    for (unsigned i = 0; i < ARRAY_COUNT(devices); i++) {
        *offset = address - devices[i].base;
        if (*offset < devices[i].size) {
            return devices[i].base;
        }
    }
    return 0;
}

uint32_t mmio_read32(uint64_t address)
{
    uint64_t offset;
    uint64_t device = device_of(address, &offset);
    CHECK(device != 0);
    if (device == FAKE_GIC_DISTRIBUTOR) {
        return distributor_read(offset);
    }
    if (device == FAKE_GIC_HYP) {
        return hyp_read(offset);
    }
    return offset == GICC_IAR ? acknowledge() : 0;
}

void mmio_write32(uint64_t address, uint32_t value)
{
    uint64_t offset;
    uint64_t device = device_of(address, &offset);
    CHECK(device != 0);
    if (device == FAKE_GIC_DISTRIBUTOR) {
        distributor_write(offset, value);
    } else if (device == FAKE_GIC_HYP) {
        fake_machine.cores[fake_core].hyp[offset / 4] = value;
    } else if (offset == GICC_DIR) {
        deactivate(value);
    }
}

/* Nothing of a GICv2 is that wide. */
uint64_t mmio_read64(uint64_t address)
{
    check_failed("64-bit access", __FILE__, __LINE__);
}

void mmio_write64(uint64_t address, uint64_t value)
{
    check_failed("64-bit access", __FILE__, __LINE__);
}

void mmio_write8(uint64_t address, uint8_t value)
{
    uint64_t offset;
    CHECK(device_of(address, &offset) == FAKE_GIC_DISTRIBUTOR && offset >= GICD_ITARGETSR &&
          offset < GICD_ITARGETSR + FAKE_IRQ_COUNT);
    fake_machine.target[offset - GICD_ITARGETSR] = value;
}
