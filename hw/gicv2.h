/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Register map of the GICv2 (GIC-400): distributor, CPU interface, the hypervisor's view of the
 * virtual interface (GICH) and the guest's (GICV). Source: Arm IHI 0048B, sections in brackets.
 * Stands on <stdint.h> alone; holds offsets and bits, never behaviour. The kernel's driver and
 * the VMM's emulated distributor both use it.
 *
 * All registers are 32 bits wide and little-endian; those marked (b) may be accessed by bytes.
 * Offsets are from the base of each block, which the board's device tree gives in this order:
 * GICD, GICC, GICH, GICV.
 */
#ifndef HW_GICV2_H
#define HW_GICV2_H

#include <stdint.h>

#define GIC_BIT(n)            (UINT64_C(1) << (n))
#define GIC_FIELD(high, low)  ((UINT64_C(1) << ((high) + 1)) - (UINT64_C(1) << (low)))

#define GICV2_COMPATIBLE_400  "arm,gic-400"
#define GICV2_COMPATIBLE_A15  "arm,cortex-a15-gic"

/* Interrupt numbers (INTIDs) [2.2.1]. */
#define GIC_SGI_COUNT         16u
#define GIC_PPI_FIRST         16u
#define GIC_SPI_FIRST         32u
#define GIC_INTID_LIMIT       1020u /* first number that is no interrupt */
#define GIC_INTID_GROUP1      1022u /* IAR: a group 1 interrupt waits, not acknowledged */
#define GIC_INTID_SPURIOUS    1023u
#define GICV2_CPU_COUNT       8u

/* Private interrupts whose numbers the architecture fixes (Arm BSA 4.1). */
#define GIC_PPI_MAINTENANCE   25u
#define GIC_PPI_HYP_TIMER     26u
#define GIC_PPI_VIRTUAL_TIMER 27u

/*
 * Distributor                          access  what
 */
enum gicd_register {
    GICD_CTLR = 0x000,       /*         rw      [4.3.1]  */
    GICD_TYPER = 0x004,      /*         ro      [4.3.2]  */
    GICD_IIDR = 0x008,       /*         ro      [4.3.3]  */
    GICD_IGROUPR = 0x080,    /*         rw      [4.3.4]  1 bit an interrupt */
    GICD_ISENABLER = 0x100,  /*         rw      [4.3.5]  1 bit; ones set */
    GICD_ICENABLER = 0x180,  /*         rw      [4.3.6]  1 bit; ones clear */
    GICD_ISPENDR = 0x200,    /*         rw      [4.3.7]  1 bit; ones set */
    GICD_ICPENDR = 0x280,    /*         rw      [4.3.8]  1 bit; ones clear */
    GICD_ISACTIVER = 0x300,  /*         rw      [4.3.9]  1 bit; ones set */
    GICD_ICACTIVER = 0x380,  /*         rw      [4.3.10] 1 bit; ones clear */
    GICD_IPRIORITYR = 0x400, /* (b)     rw      [4.3.11] 8 bits */
    GICD_ITARGETSR = 0x800,  /* (b)     rw      [4.3.12] 8 bits, one a core; 0..31 read-only */
    GICD_ICFGR = 0xc00,      /*         rw      [4.3.13] 2 bits; SGIs read-only */
    GICD_NSACR = 0xe00,      /*         rw      [4.3.14] 2 bits; with Security Extensions only */
    GICD_SGIR = 0xf00,       /*         wo      [4.3.15] */
    GICD_CPENDSGIR = 0xf10,  /* (b)     rw      [4.3.16] 8 bits an SGI, one a source core */
    GICD_SPENDSGIR = 0xf20,  /* (b)     rw      [4.3.17] 8 bits an SGI, one a source core */
    GICD_ICPIDR4 = 0xfd0,    /*         ro      [4.3.18] identification, 12 words to the end */
    GICD_ICPIDR0 = 0xfe0,
    GICD_ICPIDR2 = 0xfe8,
    GICD_ICCIDR0 = 0xff0,
    GICD_SIZE = 0x1000,
};

/* Where each array ends: 1,024 interrupts at most, 16 SGIs. */
#define GICD_BITMAP_BYTES         0x80u  /* each array of 1 bit an interrupt */
#define GICD_BYTEMAP_BYTES        0x400u /* IPRIORITYR, ITARGETSR */
#define GICD_ICFGR_BYTES          0x100u
#define GICD_SGI_BYTES            0x10u /* CPENDSGIR, SPENDSGIR */

#define GICD_CTLR_ENABLE_GROUP0   GIC_BIT(0) /* non-secure view: enables group 1 */
#define GICD_CTLR_ENABLE_GROUP1   GIC_BIT(1)

#define GICD_TYPER_LINES          GIC_FIELD(4, 0) /* N: 32 * (N + 1) interrupts */
#define GICD_TYPER_CPUS           GIC_FIELD(7, 5) /* N: N + 1 CPU interfaces */
#define GICD_TYPER_CPUS_SHIFT     5
#define GICD_TYPER_SECURITY       GIC_BIT(10)

/* IIDR of every block: product, variant or architecture, revision, implementer [4.3.3, 4.4.14]. */
#define GIC_IIDR_IMPLEMENTER      GIC_FIELD(11, 0)
#define GIC_IIDR_IMPLEMENTER_ARM  UINT64_C(0x43b)
#define GICD_IIDR_GIC400          UINT64_C(0x0200143b)

#define GICD_ICFGR_EDGE           UINT64_C(2) /* of an interrupt's 2 bits; 0: level */

#define GICD_SGIR_INTID           GIC_FIELD(3, 0)
#define GICD_SGIR_NSATT           GIC_BIT(15)
#define GICD_SGIR_TARGETS         GIC_FIELD(23, 16)
#define GICD_SGIR_TARGETS_SHIFT   16
#define GICD_SGIR_FILTER          GIC_FIELD(25, 24)
#define GICD_SGIR_FILTER_SHIFT    24
#define GICD_SGIR_FILTER_LIST     UINT64_C(0) /* the cores in TARGETS */
#define GICD_SGIR_FILTER_OTHERS   UINT64_C(1) /* all but the sender */
#define GICD_SGIR_FILTER_SELF     UINT64_C(2) /* the sender alone */

#define GICD_ICPIDR2_ARCHITECTURE GIC_FIELD(7, 4)
#define GICD_ICPIDR2_GICV2        UINT64_C(0x20)

/*
 * CPU interface; the guest's GICV has the same registers at the same offsets [5.5].
 *                                      access  what
 */
enum gicc_register {
    GICC_CTLR = 0x000,   /*              rw      [4.4.1]  */
    GICC_PMR = 0x004,    /*              rw      [4.4.2]  only priorities below it get through */
    GICC_BPR = 0x008,    /*              rw      [4.4.3]  binary point */
    GICC_IAR = 0x00c,    /*              ro      [4.4.4]  acknowledges */
    GICC_EOIR = 0x010,   /*              wo      [4.4.5]  drops the priority; ends unless EOIMODE */
    GICC_RPR = 0x014,    /*              ro      [4.4.6]  running priority */
    GICC_HPPIR = 0x018,  /*              ro      [4.4.7]  what IAR would acknowledge */
    GICC_ABPR = 0x01c,   /*              rw      [4.4.8]  */
    GICC_AIAR = 0x020,   /*              ro      [4.4.9]  */
    GICC_AEOIR = 0x024,  /*              wo      [4.4.10] */
    GICC_AHPPIR = 0x028, /*             ro      [4.4.11] */
    GICC_APR = 0x0d0,    /*              rw      [4.4.12] active priorities, 4 words */
    GICC_NSAPR = 0x0e0,  /*              rw      [4.4.13] 4 words */
    GICC_IIDR = 0x0fc,   /*              ro      [4.4.14] */
    GICC_DIR = 0x1000,   /*              wo      [4.4.15] ends the interrupt when EOIMODE is set */
    GICC_SIZE = 0x2000,
};

#define GICC_CTLR_ENABLE_GROUP0 GIC_BIT(0) /* non-secure view: enables group 1 */
#define GICC_CTLR_ENABLE_GROUP1 GIC_BIT(1)
#define GICC_CTLR_ACKCTL        GIC_BIT(2)
#define GICC_CTLR_FIQEN         GIC_BIT(3)
#define GICC_CTLR_CBPR          GIC_BIT(4)
#define GICC_CTLR_EOIMODE_S     GIC_BIT(9)  /* the only view, and either state's own view */
#define GICC_CTLR_EOIMODE_NS    GIC_BIT(10) /* the non-secure mode's, seen from secure */

#define GICC_IAR_INTID          GIC_FIELD(9, 0)
#define GICC_IAR_CPUID          GIC_FIELD(12, 10) /* an SGI's sender */
#define GICC_IAR_CPUID_SHIFT    10

/*
 * Virtual interface control (GICH), one banked copy a core
 *                                      access  what
 */
enum gich_register {
    GICH_HCR = 0x000,    /*             rw      [5.3.1] */
    GICH_VTR = 0x004,    /*             ro      [5.3.2] */
    GICH_VMCR = 0x008,   /*             rw      [5.3.3] the guest's view of its GICV */
    GICH_MISR = 0x010,   /*             ro      [5.3.4] why the maintenance interrupt is up */
    GICH_EISR0 = 0x020,  /*             ro      [5.3.5] list registers that ended, 0..31 */
    GICH_EISR1 = 0x024,  /*                             32..63 */
    GICH_ELRSR0 = 0x030, /*             ro      [5.3.6] list registers that are free, 0..31 */
    GICH_ELRSR1 = 0x034, /*                             32..63 */
    GICH_APR = 0x0f0,    /*             rw      [5.3.7] active priorities */
    GICH_LR = 0x100,     /*             rw      [5.3.8] list registers, 64 words at most */
    GICH_SIZE = 0x200,
};

#define GICH_LR_LIMIT             64u /* GIC-400 has 4 */

#define GICH_HCR_EN               GIC_BIT(0)
#define GICH_HCR_UIE              GIC_BIT(1) /* maintenance: none or one entry is valid */
#define GICH_HCR_LRENPIE          GIC_BIT(2) /* maintenance: EOICOUNT is not zero */
#define GICH_HCR_NPIE             GIC_BIT(3) /* maintenance: no entry is pending */
#define GICH_HCR_VGRP0EIE         GIC_BIT(4)
#define GICH_HCR_VGRP0DIE         GIC_BIT(5)
#define GICH_HCR_VGRP1EIE         GIC_BIT(6)
#define GICH_HCR_VGRP1DIE         GIC_BIT(7)
#define GICH_HCR_EOICOUNT         GIC_FIELD(31, 27) /* ends of interrupts in no entry */
#define GICH_HCR_EOICOUNT_SHIFT   27

#define GICH_VTR_LISTREGS         GIC_FIELD(5, 0) /* N: N + 1 list registers */
#define GICH_VTR_PREBITS          GIC_FIELD(28, 26)
#define GICH_VTR_PREBITS_SHIFT    26
#define GICH_VTR_PRIBITS          GIC_FIELD(31, 29)
#define GICH_VTR_PRIBITS_SHIFT    29

#define GICH_VMCR_ENABLE_GROUP0   GIC_BIT(0)
#define GICH_VMCR_ENABLE_GROUP1   GIC_BIT(1)
#define GICH_VMCR_ACKCTL          GIC_BIT(2)
#define GICH_VMCR_FIQEN           GIC_BIT(3)
#define GICH_VMCR_CBPR            GIC_BIT(4)
#define GICH_VMCR_EOIMODE         GIC_BIT(9)
#define GICH_VMCR_ABPR            GIC_FIELD(20, 18)
#define GICH_VMCR_ABPR_SHIFT      18
#define GICH_VMCR_BPR             GIC_FIELD(23, 21)
#define GICH_VMCR_BPR_SHIFT       21
#define GICH_VMCR_PMR             GIC_FIELD(31, 27) /* the upper 5 bits of GICV_PMR */
#define GICH_VMCR_PMR_SHIFT       27

#define GICH_MISR_EOI             GIC_BIT(0) /* see EISR */
#define GICH_MISR_U               GIC_BIT(1)
#define GICH_MISR_LRENP           GIC_BIT(2)
#define GICH_MISR_NP              GIC_BIT(3)
#define GICH_MISR_VGRP0E          GIC_BIT(4)
#define GICH_MISR_VGRP0D          GIC_BIT(5)
#define GICH_MISR_VGRP1E          GIC_BIT(6)
#define GICH_MISR_VGRP1D          GIC_BIT(7)

#define GICH_LR_VIRTUAL_ID        GIC_FIELD(9, 0)
#define GICH_LR_PHYSICAL_ID       GIC_FIELD(19, 10) /* when HW is set */
#define GICH_LR_PHYSICAL_ID_SHIFT 10
#define GICH_LR_CPUID             GIC_FIELD(12, 10) /* when HW is clear: an SGI's sender */
#define GICH_LR_CPUID_SHIFT       10
#define GICH_LR_EOI               GIC_BIT(19)       /* when HW is clear: maintenance at its end */
#define GICH_LR_PRIORITY          GIC_FIELD(27, 23) /* the upper 5 bits */
#define GICH_LR_PRIORITY_SHIFT    23
#define GICH_LR_STATE             GIC_FIELD(29, 28)
#define GICH_LR_STATE_INVALID     UINT64_C(0)
#define GICH_LR_STATE_PENDING     GIC_BIT(28)
#define GICH_LR_STATE_ACTIVE      GIC_BIT(29)
#define GICH_LR_GROUP1            GIC_BIT(30)
#define GICH_LR_HW                GIC_BIT(31) /* its end also ends PHYSICAL_ID */

#endif
