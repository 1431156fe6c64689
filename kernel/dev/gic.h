/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The interrupt controller: physical interrupts, and the list registers that show virtual ones to
 * a guest. Interrupts are named by their INTID.
 *
 *   raised --acknowledge--> active, core's priority up --drop_priority--> active, others get in
 *          <------------------------- deactivate -------------------------------'
 *
 * An active interrupt is not signalled again: between drop_priority() and deactivate() it is as
 * good as masked, without a write to the distributor.
 *
 * What is set once or seldom goes through a const table chosen at boot; what happens on every
 * interrupt or vCPU switch is inline: on a GICv2's registers in memory, or, by a branch on where
 * those are, on a GICv3's system registers.
 *
 * Source: Arm IHI 0048B, IHI 0069G; hw/gicv2.h and hw/gicv3.h name the sections. All functions
 * need the kernel lock, apart from those that touch this core's own interface. Knows nothing of
 * who waits for an interrupt.
 */
#pragma once

#include "arch/mmio.h"
#include "kernel/dev/affinity.h"
#include "kernel/dev/gicv3.h"
#include "kernel/dev/list.h"

#define GIC_SPURIOUS       1023u
#define GIC_LIST_MAX       16u /* more list registers than this are left alone */
#define GIC_PRIORITY_WORDS (2 * GICV3_PRIORITY_WORDS_MAX) /* a GICv2 has one */

struct gic_ops {
    /* Everything disabled, level-triggered, of one priority, aimed at this core. Once. */
    void (*init_distributor)(void);

    /* This core's interface on, its private interrupts disabled, its list registers empty. Every
     * core, after init_distributor(). */
    void (*init_core)(void);

    /* A shared interrupt goes to `core`, which has run init_core(). */
    void (*set_target)(uint32_t irq, unsigned core);

    /* Raises software-generated interrupt `irq`, 0 to 15, at a core that has run init_core(). */
    void (*send_sgi)(unsigned core, uint32_t irq);
};

/* Written at boot, before the first user runs; only read afterwards. Bases are virtual. */
struct gic {
    uint64_t cpu; /* 0: a GICv3, whose interfaces are system registers */
    uint64_t hyp; /* the same */
    uint64_t distributor;
    uint64_t private_arrays[CORE_MAX]; /* where a core's private interrupts are; see gic.c */
    const struct gic_ops *ops;
    unsigned irq_count;  /* INTIDs are below this: what the hardware implements, at most 1,020 */
    unsigned list_count; /* list registers, at most GIC_LIST_MAX; their indices are below this */
};

extern struct gic gic;

/* ---- at boot ---- */

/* Says where the registers of a GICv2 are mapped. First of all. */
void gic_use_v2(void *distributor, void *cpu, void *hyp);

/* The same for a GICv3, and then all of its redistributors, one by one. */
#define GICV3_REDISTRIBUTOR_MAX 64u

void gic_use_v3(void *distributor);
void gicv3_add_redistributor(struct gicv3_redistributor redistributor);

/* ---- physical interrupts ---- */

/* Private to each core: software-generated and peripheral interrupts of the core itself. */
static inline bool gic_irq_is_private(uint32_t irq)
{
    return irq < GIC_SPI_FIRST;
}

/* All take an irq below gic.irq_count. Private ones mean those of this core. */
void gic_enable(uint32_t irq);
void gic_disable(uint32_t irq);

/* Only while the interrupt is disabled. No effect where hardware fixes the trigger. */
void gic_set_trigger(uint32_t irq, bool edge);

/* Forgets an edge that was latched; a level that still stands comes back. */
void gic_clear_pending(uint32_t irq);

/*
 * The state alone, whoever brought it about: an interrupt that a guest's list register is tied to
 * is active for as long as the guest has not ended it, and that goes where the guest goes. An
 * active interrupt is not signalled. No priority of the core's is involved.
 */
void gic_set_active(uint32_t irq);
void gic_clear_active(uint32_t irq);

/* Software-generated interrupts carry their sender, which their end must repeat. */
void gicv2_sgi_note(uint32_t acknowledged);
void gicv2_sgi_end(uint32_t irq, enum gicc_register end);

static inline uint32_t gicv2_acknowledge(void)
{
    uint32_t acknowledged = mmio_read32(gic.cpu + GICC_IAR);
    uint32_t irq = acknowledged & (uint32_t)GICC_IAR_INTID;
    if (UNLIKELY(irq < GIC_SGI_COUNT)) {
        gicv2_sgi_note(acknowledged);
    }
    return irq;
}

/* The interrupt this core is to handle, now active; GIC_SPURIOUS if none. */
static inline uint32_t gic_acknowledge(void)
{
    uint32_t irq = UNLIKELY(gic.cpu == 0) ? gicv3_acknowledge() : gicv2_acknowledge();
    return irq >= GIC_INTID_LIMIT ? GIC_SPURIOUS : irq;
}

/* Once for every acknowledged interrupt, on the same core. */
static inline void gic_drop_priority(uint32_t irq)
{
    if (UNLIKELY(gic.cpu == 0)) {
        gicv3_drop_priority(irq);
    } else if (UNLIKELY(irq < GIC_SGI_COUNT)) {
        gicv2_sgi_end(irq, GICC_EOIR);
    } else {
        mmio_write32(gic.cpu + GICC_EOIR, irq);
    }
}

/* Ends an active interrupt whose priority was dropped: it may be signalled again. On the core that
 * took it; from another one, gic_clear_active() ends shared interrupts. Of no effect on an
 * interrupt that is not active. */
static inline void gic_deactivate(uint32_t irq)
{
    if (UNLIKELY(gic.cpu == 0)) {
        gicv3_deactivate(irq);
    } else if (UNLIKELY(irq < GIC_SGI_COUNT)) {
        gicv2_sgi_end(irq, GICC_DIR);
    } else {
        mmio_write32(gic.cpu + GICC_DIR, irq);
    }
}

/* ---- virtual interrupts of the guest on this core ---- */

#define GIC_HYP_ENABLE ((uint32_t)GICH_HCR_EN)

/* A pending interrupt whose end the maintenance interrupt reports. vid 0..1023, priority 0..31
 * (the upper five bits), group 0 or 1. */
static inline uint64_t gic_list_make(uint64_t vid, uint64_t priority, uint64_t group)
{
    bool v3 = UNLIKELY(gic.hyp == 0);
    return list_make(v3, vid, priority, group) | list_eoi(v3);
}

/* A pending interrupt that is tied to physical interrupt `pid`, 16 or more, which must be active:
 * the guest's end of the one deactivates the other, and nobody is told. */
static inline uint64_t gic_list_make_hardware(uint64_t vid, uint64_t pid, uint64_t priority,
                                              uint64_t group)
{
    bool v3 = UNLIKELY(gic.hyp == 0);
    return list_make(v3, vid, priority, group) | list_tie(v3, pid);
}

/* The entry without its wish to have its end reported. */
static inline uint64_t gic_list_clear_eoi(uint64_t list)
{
    return list & ~list_eoi(UNLIKELY(gic.hyp == 0));
}

/* Such an entry without its tie: its end is reported, like that of others. */
static inline uint64_t gic_list_untie(uint64_t list)
{
    bool v3 = UNLIKELY(gic.hyp == 0);
    return (list & ~list_tie(v3, ~0UL)) | list_eoi(v3);
}

static inline enum gic_list_state gic_list_state(uint64_t list)
{
    return list_state(UNLIKELY(gic.hyp == 0), list);
}

static inline uint64_t gic_list_read(unsigned index)
{
    if (UNLIKELY(gic.hyp == 0)) {
        return gicv3_list_read(index);
    }
    return mmio_read32(gic.hyp + GICH_LR + 4UL * index);
}

static inline void gic_list_write(unsigned index, uint64_t list)
{
    if (UNLIKELY(gic.hyp == 0)) {
        gicv3_list_write(index, list);
    } else {
        mmio_write32(gic.hyp + GICH_LR + 4UL * index, (uint32_t)list);
    }
}

/* Takes the guest's settings (GICH_VMCR, ICH_VMCR_EL2) and active priorities out of the core, and
 * leaves the interface off. `priorities`: GIC_PRIORITY_WORDS words, of which the hardware's are
 * used. */
static inline void gic_interface_store(uint32_t *machine, uint32_t *priorities)
{
    uint64_t hyp = gic.hyp;
    if (UNLIKELY(hyp == 0)) {
        gicv3_interface_store(machine, priorities);
        return;
    }
    *machine = mmio_read32(hyp + GICH_VMCR);
    *priorities = mmio_read32(hyp + GICH_APR);
    mmio_write32(hyp + GICH_HCR, 0);
    mmio_write32(hyp + GICH_VMCR, 0);
    mmio_write32(hyp + GICH_APR, 0);
}

/* The reverse. `machine` 0: as after reset. */
static inline void gic_interface_load(uint32_t control, uint32_t machine,
                                      const uint32_t *priorities)
{
    uint64_t hyp = gic.hyp;
    if (UNLIKELY(hyp == 0)) {
        gicv3_interface_load(control, machine, priorities);
        return;
    }
    mmio_write32(hyp + GICH_VMCR, machine);
    mmio_write32(hyp + GICH_APR, *priorities);
    mmio_write32(hyp + GICH_HCR, control);
}

/* List registers whose interrupt the guest ended and whose end is to be reported: a bit each. */
static inline uint64_t gic_eoi_status(void)
{
    return UNLIKELY(gic.hyp == 0) ? sysreg_read_ich_eisr_el2() : mmio_read32(gic.hyp + GICH_EISR0);
}

/* ---- for the two kinds of controller ---- */

/* This core's list registers empty, and nothing left of an earlier guest. */
void gic_init_guest_interface(void);

/* What boot says of either: its counts, of which no more are used than the kernel knows. */
void gic_use(void *distributor, const struct gic_ops *ops, unsigned list_count);

/* Interrupts [32 * word, 32 * word + 32) of the arrays at `base`: as if nobody had ever used them,
 * all of one priority. */
void gic_reset_word(uint64_t base, unsigned word);
