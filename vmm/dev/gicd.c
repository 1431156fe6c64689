/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The distributor's registers (IHI 0048B 4.3). Words everywhere, bytes also where the
 * specification allows them; any other access, and any register that is reserved, reads as zero
 * and ignores writes.
 *
 * As on a GIC-400 without Security Extensions: SGIs are always enabled, SGIs and PPIs have a
 * fixed configuration, priorities have 5 bits, and with one core ITARGETSR reads as zero.
 */
#include "vmm/dev/gic.h"

#include <stddef.h>

/* Identification of a GIC-400 (DDI 0471 3.3): ICPIDR4..7, ICPIDR0..3, ICCIDR0..3. */
static const uint8_t gicd_identity[] = {0x04, 0x00, 0x00, 0x00, 0x90, 0xb4,
                                        0x2b, 0x00, 0x0d, 0xf0, 0x05, 0xb1};

enum { GICD_IDENTITY_END = GICD_ICPIDR4 + 4 * sizeof(gicd_identity) };

static bool gicd_in(uint64_t offset, uint64_t base, uint64_t bytes)
{
    return offset >= base && offset - base < bytes;
}

/* Of the arrays with a byte an interrupt or an SGI. */
static bool gicd_is_bytewise(uint64_t offset)
{
    return gicd_in(offset, GICD_IPRIORITYR, 2 * GICD_BYTEMAP_BYTES) ||
           gicd_in(offset, GICD_CPENDSGIR, 2 * GICD_SGI_BYTES);
}

static uint8_t gicd_read_byte(struct gic *gic, unsigned cpu, uint64_t offset)
{
    unsigned intid = (unsigned)(offset % GICD_BYTEMAP_BYTES);

    if (offset >= GICD_CPENDSGIR)
        return gic->cpus[cpu].sgi_sources[offset % GICD_SGI_BYTES];
    if (intid >= gic->line_count)
        return 0;

    const struct gic_bank *bank = gic_bank(gic, cpu, intid / 32);
    if (offset < GICD_ITARGETSR)
        return bank->priority[intid % 32];
    return gic->cpu_count == 1 ? 0 : bank->targets[intid % 32];
}

static void gicd_write_sgi_pending(struct gic *gic, unsigned cpu, uint64_t offset, uint8_t value)
{
    unsigned intid = (unsigned)(offset % GICD_SGI_BYTES);
    struct gic_cpu *target = &gic->cpus[cpu];

    value &= (uint8_t)((1u << gic->cpu_count) - 1);
    if (offset < GICD_SPENDSGIR) {
        target->sgi_sources[intid] &= (uint8_t)~value;
        if (target->sgi_sources[intid] == 0)
            target->bank.latched &= ~(UINT32_C(1) << intid);
        return;
    }
    for (unsigned from = 0; from < gic->cpu_count; from++) {
        if (value >> from & 1)
            gic_send_sgi(gic, from, cpu, intid);
    }
}

static void gicd_write_byte(struct gic *gic, unsigned cpu, uint64_t offset, uint8_t value)
{
    unsigned intid = (unsigned)(offset % GICD_BYTEMAP_BYTES);

    if (offset >= GICD_CPENDSGIR) {
        gicd_write_sgi_pending(gic, cpu, offset, value);
        return;
    }
    if (intid >= gic->line_count)
        return;

    struct gic_bank *bank = gic_bank(gic, cpu, intid / 32);
    if (offset < GICD_ITARGETSR) {
        bank->priority[intid % 32] = value & 0xf8;
        gic_settle_timer(gic, cpu);
    } else if (intid >= GIC_SPI_FIRST && gic->cpu_count > 1) {
        bank->targets[intid % 32] = value & (uint8_t)((1u << gic->cpu_count) - 1);
        gic_deliver_all(gic);
    }
}

/* Two bits an interrupt, of which only the upper one means something: 1 is edge. */
static uint32_t gicd_read_config(struct gic *gic, unsigned cpu, unsigned word)
{
    uint32_t edges = gic_bank(gic, cpu, word / 2)->edge >> (word % 2 * 16);
    uint32_t value = 0;

    for (unsigned i = 0; i < 16; i++)
        value |= (edges >> i & 1) << (2 * i + 1);
    return value;
}

static void gicd_write_config(struct gic *gic, unsigned word, uint32_t value)
{
    if (word < 2)
        return; /* SGIs and PPIs are what they are */

    struct gic_bank *bank = gic_bank(gic, 0, word / 2);
    for (unsigned i = 0; i < 16; i++) {
        uint32_t bit = UINT32_C(1) << (word % 2 * 16 + i);

        bank->edge = value >> (2 * i + 1) & 1 ? bank->edge | bit : bank->edge & ~bit;
    }
    gic_deliver_all(gic);
}

static __attribute__((noinline)) uint32_t gicd_read_pending(struct gic *gic, unsigned cpu,
                                                            unsigned index)
{
    const struct gic_bank *bank = gic_bank(gic, cpu, index);

    gic_resample(gic, cpu, index, ~UINT32_C(0));
    return gic_bank_pending(bank) | bank->held | (index == 0 ? gic_kernel_pending(gic, cpu) : 0);
}

static __attribute__((noinline)) uint32_t gicd_read_active(struct gic *gic, unsigned cpu,
                                                           unsigned index)
{
    const struct gic_bank *bank = gic_bank(gic, cpu, index);

    return bank->active | bank->held | (index == 0 ? gic_kernel_active(gic, cpu) : 0);
}

/* The arrays with one bit an interrupt: a word is a bank. */
static uint32_t gicd_read_bitmap(struct gic *gic, unsigned cpu, uint64_t offset)
{
    unsigned index = (unsigned)(offset % GICD_BITMAP_BYTES / 4);

    if (index >= gic->line_count / 32)
        return 0;
    switch (offset & ~(uint64_t)(GICD_BITMAP_BYTES - 1)) {
    case GICD_IGROUPR:
        return gic_bank(gic, cpu, index)->group1;
    case GICD_ISENABLER:
    case GICD_ICENABLER:
        return gic_bank(gic, cpu, index)->enabled;
    case GICD_ISPENDR:
    case GICD_ICPENDR:
        return gicd_read_pending(gic, cpu, index);
    default: /* GICD_ISACTIVER, GICD_ICACTIVER */
        return gicd_read_active(gic, cpu, index);
    }
}

static __attribute__((noinline)) void gicd_set_pending(struct gic *gic, unsigned cpu,
                                                       unsigned index, uint32_t mask)
{
    if (index == 0)
        mask &= 0xffff0000; /* SGIs by GICD_SPENDSGIR only */
    for (; mask != 0; mask &= mask - 1)
        gic_set_pending(gic, cpu, index * 32 + (unsigned)__builtin_ctz(mask));
}

/* Only what changes something needs to be looked at again. */
static __attribute__((noinline)) void gicd_write_bitmap(struct gic *gic, unsigned cpu,
                                                        uint64_t offset, uint32_t value)
{
    unsigned index = (unsigned)(offset % GICD_BITMAP_BYTES / 4);
    uint32_t sgis = index == 0 ? 0xffff : 0;

    if (index >= gic->line_count / 32)
        return;

    struct gic_bank *bank = gic_bank(gic, cpu, index);
    switch (offset & ~(uint64_t)(GICD_BITMAP_BYTES - 1)) {
    case GICD_IGROUPR:
        bank->group1 = value;
        break;
    case GICD_ISENABLER:
        value &= ~bank->enabled;
        if (value == 0)
            return;
        gic_resample(gic, cpu, index, value);
        bank->enabled |= value;
        break;
    case GICD_ICENABLER:
        value &= bank->enabled & ~sgis;
        if (value == 0)
            return;
        bank->enabled &= ~value;
        gic_settle_timer(gic, cpu);
        return;
    case GICD_ISPENDR:
        gicd_set_pending(gic, cpu, index, value);
        return;
    case GICD_ICPENDR:
        bank->latched &= ~(value & ~sgis);
        gic_settle_timer(gic, cpu);
        return;
    case GICD_ISACTIVER:
        bank->active |= value;
        gic_settle_timer(gic, cpu);
        return;
    case GICD_ICACTIVER:
        bank->active &= ~value;
        break;
    }
    gic_deliver_all(gic);
}

static uint32_t gicd_read_word(struct gic *gic, unsigned cpu, uint64_t offset)
{
    if (gicd_in(offset, GICD_ICFGR, gic->line_count / 4))
        return gicd_read_config(gic, cpu, (unsigned)(offset - GICD_ICFGR) / 4);
    if (gicd_in(offset, GICD_ICPIDR4, GICD_IDENTITY_END - GICD_ICPIDR4))
        return gicd_identity[(offset - GICD_ICPIDR4) / 4];
    switch (offset) {
    case GICD_TYPER:
        return (gic->line_count / 32 - 1) | (gic->cpu_count - 1) << GICD_TYPER_CPUS_SHIFT;
    case GICD_IIDR:
        return (uint32_t)GICD_IIDR_GIC400;
    default:
        return 0;
    }
}

static __attribute__((noinline)) void gicd_write_sgir(struct gic *gic, unsigned cpu, uint32_t value)
{
    unsigned intid = value & GICD_SGIR_INTID;
    uint32_t everyone = (UINT32_C(1) << gic->cpu_count) - 1, targets;

    switch ((value & GICD_SGIR_FILTER) >> GICD_SGIR_FILTER_SHIFT) {
    case GICD_SGIR_FILTER_LIST:
        targets = (value & GICD_SGIR_TARGETS) >> GICD_SGIR_TARGETS_SHIFT & everyone;
        break;
    case GICD_SGIR_FILTER_OTHERS:
        targets = everyone & ~(UINT32_C(1) << cpu);
        break;
    case GICD_SGIR_FILTER_SELF:
        targets = UINT32_C(1) << cpu;
        break;
    default:
        return; /* reserved */
    }
    for (; targets != 0; targets &= targets - 1)
        gic_send_sgi(gic, cpu, (unsigned)__builtin_ctz(targets), intid);
}

static void gicd_write_control(struct gic *gic, uint32_t value)
{
    value &= GICD_CTLR_ENABLE_GROUP0 | GICD_CTLR_ENABLE_GROUP1;
    if (value == gic->control)
        return;
    gic->control = value;
    gic_deliver_all(gic);
}

/* What neither the arrays of bits nor SGIR and CTLR are. */
static __attribute__((noinline)) uint64_t gicd_read_rest(struct gic *gic, unsigned cpu,
                                                         uint64_t offset, unsigned size)
{
    uint64_t value = 0;

    if (gicd_is_bytewise(offset) && size <= 4) {
        for (unsigned i = 0; i < size; i++)
            value |= (uint64_t)gicd_read_byte(gic, cpu, offset + i) << (8 * i);
        return value;
    }
    return size == 4 && offset < GICD_SIZE ? gicd_read_word(gic, cpu, offset) : 0;
}

static __attribute__((noinline)) void
gicd_write_rest(struct gic *gic, unsigned cpu, uint64_t offset, unsigned size, uint64_t value)
{
    if (gicd_is_bytewise(offset) && size <= 4) {
        for (unsigned i = 0; i < size; i++)
            gicd_write_byte(gic, cpu, offset + i, (uint8_t)(value >> (8 * i)));
    } else if (size == 4 && gicd_in(offset, GICD_ICFGR, gic->line_count / 4)) {
        gicd_write_config(gic, (unsigned)(offset - GICD_ICFGR) / 4, (uint32_t)value);
    }
}

/* A running guest uses these few most. */
static uint64_t gicd_read(void *device, unsigned cpu, uint64_t offset, unsigned size)
{
    struct gic *gic = device;

    if (size == 4) {
        if (gicd_in(offset, GICD_IGROUPR, GICD_IPRIORITYR - GICD_IGROUPR))
            return gicd_read_bitmap(gic, cpu, offset);
        if (offset == GICD_CTLR)
            return gic->control;
    }
    return gicd_read_rest(gic, cpu, offset, size);
}

static void gicd_write(void *device, unsigned cpu, uint64_t offset, unsigned size, uint64_t value)
{
    struct gic *gic = device;

    if (size == 4 && gicd_in(offset, GICD_IGROUPR, GICD_IPRIORITYR - GICD_IGROUPR))
        gicd_write_bitmap(gic, cpu, offset, (uint32_t)value);
    else if (size == 4 && offset == GICD_SGIR)
        gicd_write_sgir(gic, cpu, (uint32_t)value);
    else if (size == 4 && offset == GICD_CTLR)
        gicd_write_control(gic, (uint32_t)value);
    else
        gicd_write_rest(gic, cpu, offset, size, value);
}

const struct bus_device_ops gicd_bus_ops = {.read = gicd_read, .write = gicd_write};
