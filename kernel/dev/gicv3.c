/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GICv3: the operations that are not inline in kernel/dev/gicv3.h.
 *
 * Every interrupt is in group 1, has one priority, and goes to one core by its affinity. Shared
 * interrupts are the distributor's; each core's private ones, software-generated ones among them,
 * are its redistributor's. LPIs stay off. There may be security states (behind firmware) or none
 * (QEMU): the bits written mean the same in either view, and what only the secure state may
 * write is ignored.
 */
#include "kernel/dev/gicv3.h"
#include "arch/core.h"
#include "kernel/dev/gic.h"
#include "kernel/lib/bits.h"

#define PRIORITY_MASK    0xffu
#define PATIENCE         1000000u /* reads of a register that is to change at once */
#define REGISTERS_IN_USE (ICC_SRE_SRE | ICC_SRE_DFB | ICC_SRE_DIB)

static struct gicv3_redistributor redistributors[GICV3_REDISTRIBUTOR_MAX];
static unsigned redistributor_count;

/* A core's own, known once it has run init_core. */
static uint64_t affinity_of_core[CORE_MAX];

/* Bits of active priorities: words a group, of the cores' own and of their guests'. */
static unsigned priority_words;

static void wait_until_clear(uint64_t address, uint64_t bit)
{
    for (unsigned i = 0; i < PATIENCE; i++) {
        if ((mmio_read32(address) & bit) == 0) {
            return;
        }
    }
    panic("the interrupt controller does not answer");
}

void gicv3_wait_for_writes(uint32_t irq)
{
    if (gic_irq_is_private(irq)) {
        uint64_t frame = gic.private_arrays[core_number()] - GICR_PRIVATE;
        wait_until_clear(frame + GICR_CTLR, GICR_CTLR_RWP);
    } else {
        wait_until_clear(gic.distributor + GICD_CTLR, GICV3D_CTLR_RWP);
    }
}

static void v3_set_target(uint32_t irq, unsigned core)
{
    mmio_write64(gic.distributor + GICV3D_IROUTER + 8UL * irq, affinity_of_core[core]);
}

static void v3_send_sgi(unsigned core, uint32_t irq)
{
    /* What was written before is to be seen by whoever takes the interrupt. */
    barrier_sync_stores();
    sysreg_write_icc_sgi1r_el1(affinity_sgi(affinity_of_core[core], irq));
    barrier_instruction();
}

static void write_control(uint64_t control)
{
    mmio_write32(gic.distributor + GICD_CTLR, (uint32_t)control);
    wait_until_clear(gic.distributor + GICD_CTLR, GICV3D_CTLR_RWP);
}

static void reset_word(uint64_t base, unsigned word)
{
    mmio_write32(base + GICD_IGROUPR + 4UL * word, UINT32_MAX);
    gic_reset_word(base, word);
}

static void v3_init_distributor(void)
{
    uint64_t affinity = sysreg_read_mpidr_el1() & MPIDR_AFFINITY;
    write_control(0);
    write_control(GICV3D_CTLR_ARE);
    for (unsigned word = 1; word * 32 < gic.irq_count; word++) {
        reset_word(gic.distributor, word);
    }
    for (uint32_t irq = GIC_SPI_FIRST; irq < gic.irq_count; irq++) {
        mmio_write64(gic.distributor + GICV3D_IROUTER + 8UL * irq, affinity);
    }
    write_control(GICV3D_CTLR_ARE | GICV3D_CTLR_ENABLE_GROUP1);
}

static uint64_t own_redistributor(uint64_t affinity)
{
    uint32_t wanted = affinity_word(affinity);
    for (unsigned i = 0; i < redistributor_count; i++) {
        if (redistributors[i].affinity == wanted) {
            return redistributors[i].base;
        }
    }
    panic("the device tree's interrupt controller has no redistributor for core %u "
          "(affinity 0x%lx)",
          core_number(), affinity);
}

static void init_redistributor(uint64_t base)
{
    uint32_t waker = mmio_read32(base + GICR_WAKER);
    mmio_write32(base + GICR_WAKER, waker & ~(uint32_t)GICR_WAKER_SLEEP);
    wait_until_clear(base + GICR_WAKER, GICR_WAKER_ASLEEP);
    reset_word(base + GICR_PRIVATE, 0);
    wait_until_clear(base + GICR_CTLR, GICR_CTLR_RWP);
}

/* System registers for EL2, and for guests, who cannot change that: their ICC_SRE_EL1 traps. */
static void use_system_registers(void)
{
    sysreg_write_icc_sre_el2(REGISTERS_IN_USE);
    barrier_instruction();
    if ((sysreg_read_icc_sre_el2() & ICC_SRE_SRE) == 0) {
        panic("firmware keeps the interrupt controller's system registers from EL2");
    }
    sysreg_write_icc_sre_el1(REGISTERS_IN_USE);
    barrier_instruction();
}

/* What a boot loader may have left active. */
static void clear_own_priorities(void)
{
    uint64_t bits = bits_get(sysreg_read_icc_ctlr_el1(), ICC_CTLR_PRIBITS_SHIFT, 3) + 1;
    sysreg_write_icc_ap1r0_el1(0);
    if (bits > 5) {
        sysreg_write_icc_ap1r1_el1(0);
    }
    if (bits > 6) {
        sysreg_write_icc_ap1r2_el1(0);
        sysreg_write_icc_ap1r3_el1(0);
    }
}

static void init_interface(void)
{
    sysreg_write_icc_igrpen1_el1(0);
    sysreg_write_icc_pmr_el1(PRIORITY_MASK);
    sysreg_write_icc_bpr1_el1(0);
    sysreg_write_icc_ctlr_el1(ICC_CTLR_EOIMODE);
    clear_own_priorities();
    barrier_instruction();
    sysreg_write_icc_igrpen1_el1(ICC_IGRPEN1_ENABLE);
    barrier_instruction();
}

static void v3_init_core(void)
{
    use_system_registers();
    uint64_t affinity = sysreg_read_mpidr_el1() & MPIDR_AFFINITY;
    uint64_t base = own_redistributor(affinity);
    affinity_of_core[core_number()] = affinity;
    gic.private_arrays[core_number()] = base + GICR_PRIVATE;
    init_redistributor(base);
    init_interface();
    gic_init_guest_interface();
}

static const struct gic_ops v3_ops = {
    .init_distributor = v3_init_distributor,
    .init_core = v3_init_core,
    .set_target = v3_set_target,
    .send_sgi = v3_send_sgi,
};

void gic_use_v3(void *distributor)
{
    use_system_registers();
    uint64_t type = sysreg_read_ich_vtr_el2();
    gic_use(distributor, &v3_ops, (unsigned)(type & ICH_VTR_LISTREGS) + 1);
    uint64_t bits = bits_get(type, ICH_VTR_PREBITS_SHIFT, 3) + 1;
    priority_words = bits > 6 ? 4 : bits > 5 ? 2 : 1;
}

void gicv3_add_redistributor(struct gicv3_redistributor redistributor)
{
    CHECK(redistributor_count < GICV3_REDISTRIBUTOR_MAX);
    redistributors[redistributor_count++] = redistributor;
}

/* ---- the guest's registers, which have numbers in their names ---- */

#define READ_CASE(n) \
    case n:          \
        return sysreg_read_ich_lr##n##_el2();

#define WRITE_CASE(n)                       \
    case n:                                 \
        sysreg_write_ich_lr##n##_el2(list); \
        return;

uint64_t gicv3_list_read(unsigned index)
{
    switch (index) {
        ICH_LR_NUMBERS(READ_CASE)
    default:
        return 0;
    }
}

void gicv3_list_write(unsigned index, uint64_t list)
{
    switch (index) {
        ICH_LR_NUMBERS(WRITE_CASE)
    default:
        return;
    }
}

#define STORE_WORD(index, name, least)                      \
    if (priority_words >= (least)) {                        \
        priorities[index] = (uint32_t)sysreg_read_##name(); \
        sysreg_write_##name(0);                             \
    }

#define LOAD_WORD(index, name, least)           \
    if (priority_words >= (least)) {            \
        sysreg_write_##name(priorities[index]); \
    }

void gicv3_interface_store(uint32_t *machine, uint32_t *priorities)
{
    *machine = (uint32_t)sysreg_read_ich_vmcr_el2();
    sysreg_write_ich_hcr_el2(0);
    sysreg_write_ich_vmcr_el2(ICH_VMCR_VFIQEN);
    ICH_PRIORITY_WORDS(STORE_WORD)
}

void gicv3_interface_load(uint32_t control, uint32_t machine, const uint32_t *priorities)
{
    sysreg_write_ich_vmcr_el2(machine | ICH_VMCR_VFIQEN);
    ICH_PRIORITY_WORDS(LOAD_WORD)
    sysreg_write_ich_hcr_el2(control);
}
