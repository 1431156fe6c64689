/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Register map of the GICv3: what its distributor has beyond a GICv2's, the redistributors, and
 * the system registers that are a core's interface: ICC_* for the core itself, ICH_* for EL2's
 * view of the guest's, ICV_* (under the names of ICC_*) for the guest. Source: Arm IHI 0069G,
 * sections in brackets. Holds offsets, bits and a list of names, never behaviour.
 *
 * The arrays from GICD_IGROUPR to GICD_ICFGR lie where a GICv2 has them (hw/gicv2.h), in the
 * distributor for shared interrupts and in a redistributor's second frame for private ones.
 */
#ifndef HW_GICV3_H
#define HW_GICV3_H

#include "hw/gicv2.h"
#include "hw/sysreg.h"

#define GICV3_COMPATIBLE     "arm,gic-v3"
#define GICV3_ITS_COMPATIBLE "arm,gic-v3-its"

/*
 * Distributor                          access  what
 */
enum gicv3_distributor_register {
    GICV3D_IROUTER = 0x6000, /*         rw      [12.9.22] 64 bits an interrupt, from 0 */
    GICV3D_SIZE = 0x10000,
};

#define GICV3D_CTLR_ENABLE_GROUP1 GIC_BIT(1)  /* [12.9.4] non-secure group 1, in either view */
#define GICV3D_CTLR_ARE           GIC_BIT(4)  /* affinity routing, in either view */
#define GICV3D_CTLR_RWP           GIC_BIT(31) /* a write has not taken effect everywhere yet */

/* IROUTER: bits [39:32] and [23:0] are the affinity of a core, as MPIDR_EL1 has it. */

/*
 * Redistributor, one a core: two frames of 64 KiB, or four with virtual LPIs.
 *                                      access  what
 */
enum gicr_register {
    GICR_CTLR = 0x0000,     /*             rw      [12.11.2] */
    GICR_TYPER = 0x0008,    /*             ro      [12.11.35] 64 bits: see GICR_TYPER_* */
    GICR_WAKER = 0x0014,    /*             rw      [12.11.42] */
    GICR_PRIVATE = 0x10000, /* the second frame: arrays of the 32 private interrupts */
    GICR_STRIDE = 0x20000,
    GICR_STRIDE_VIRTUAL = 0x40000,
};

#define GICR_CTLR_RWP             GIC_BIT(3)
#define GICR_TYPER_VLPIS          GIC_BIT(1) /* it has four frames */
#define GICR_TYPER_LAST           GIC_BIT(4) /* of the redistributors in a row */
#define GICR_TYPER_AFFINITY_SHIFT 32         /* four bytes, level 3 first */
#define GICR_WAKER_SLEEP          GIC_BIT(1) /* ask for it, or end it */
#define GICR_WAKER_ASLEEP         GIC_BIT(2) /* whether it is */

/* Registers that can be read and written [12.2, 12.4]. Some are not there on every core: more
 * than the first active priorities depend on the bits a priority has. */
#define GICV3_LIST_RW(R) \
    /* the core's own */ \
    R(icc_pmr_el1)       \
    R(icc_bpr1_el1)      \
    R(icc_ctlr_el1)      \
    R(icc_igrpen1_el1)   \
    R(icc_sre_el1)       \
    R(icc_sre_el2)       \
    R(icc_ap1r0_el1)     \
    R(icc_ap1r1_el1)     \
    R(icc_ap1r2_el1)     \
    R(icc_ap1r3_el1)     \
    /* the guest's */    \
    R(ich_hcr_el2)       \
    R(ich_vmcr_el2)      \
    R(ich_ap0r0_el2)     \
    R(ich_ap0r1_el2)     \
    R(ich_ap0r2_el2)     \
    R(ich_ap0r3_el2)     \
    R(ich_ap1r0_el2)     \
    R(ich_ap1r1_el2)     \
    R(ich_ap1r2_el2)     \
    R(ich_ap1r3_el2)     \
    R(ich_lr0_el2)       \
    R(ich_lr1_el2)       \
    R(ich_lr2_el2)       \
    R(ich_lr3_el2)       \
    R(ich_lr4_el2)       \
    R(ich_lr5_el2)       \
    R(ich_lr6_el2)       \
    R(ich_lr7_el2)       \
    R(ich_lr8_el2)       \
    R(ich_lr9_el2)       \
    R(ich_lr10_el2)      \
    R(ich_lr11_el2)      \
    R(ich_lr12_el2)      \
    R(ich_lr13_el2)      \
    R(ich_lr14_el2)      \
    R(ich_lr15_el2)

#define GICV3_LIST_RO(R) \
    R(icc_iar1_el1)      \
    R(ich_vtr_el2)       \
    R(ich_misr_el2)      \
    R(ich_eisr_el2)      \
    R(ich_elrsr_el2)

#define GICV3_LIST_WO(R) \
    R(icc_eoir1_el1)     \
    R(icc_dir_el1)       \
    R(icc_sgi1r_el1)

#ifdef __aarch64__
GICV3_LIST_RW(SYSREG_READ)
GICV3_LIST_RW(SYSREG_WRITE)
GICV3_LIST_RO(SYSREG_READ)
GICV3_LIST_WO(SYSREG_WRITE)
#endif

/* The list registers, which have numbers in their names [12.4.6]. */
#define ICH_LR_NUMBERS(R) \
    R(0)                  \
    R(1)                  \
    R(2)                  \
    R(3)                  \
    R(4)                  \
    R(5)                  \
    R(6)                  \
    R(7)                  \
    R(8)                  \
    R(9)                  \
    R(10)                 \
    R(11)                 \
    R(12)                 \
    R(13)                 \
    R(14)                 \
    R(15)

/* Active priorities of the guest's two groups [12.4.1, 12.4.2]: their order, and of how many words
 * a group they are there. */
#define ICH_PRIORITY_WORDS(R) \
    R(0, ich_ap0r0_el2, 1)    \
    R(1, ich_ap0r1_el2, 2)    \
    R(2, ich_ap0r2_el2, 4)    \
    R(3, ich_ap0r3_el2, 4)    \
    R(4, ich_ap1r0_el2, 1)    \
    R(5, ich_ap1r1_el2, 2)    \
    R(6, ich_ap1r2_el2, 4)    \
    R(7, ich_ap1r3_el2, 4)

#define ICC_INTID                GIC_FIELD(23, 0)

#define ICC_CTLR_EOIMODE         GIC_BIT(1)       /* EOIR1 drops the priority, DIR ends */
#define ICC_CTLR_PRIBITS         GIC_FIELD(10, 8) /* N: a priority has N + 1 bits */
#define ICC_CTLR_PRIBITS_SHIFT   8
#define ICC_IGRPEN1_ENABLE       GIC_BIT(0)

#define ICC_SRE_SRE              GIC_BIT(0) /* system registers, not the memory of a GICv2 */
#define ICC_SRE_DFB              GIC_BIT(1) /* no bypass around the controller: FIQ, IRQ */
#define ICC_SRE_DIB              GIC_BIT(2)
#define ICC_SRE_EL2_ENABLE       GIC_BIT(3) /* EL1 may access its own; otherwise a trap */

/* ICC_SGI1R_EL1 [12.2.22]: cores by affinity, sixteen of one level 1 at a time. */
#define ICC_SGI_TARGET_WIDTH     4u /* of level 0: a bit in [15:0] */
#define ICC_SGI_AFFINITY1_SHIFT  16
#define ICC_SGI_INTID_SHIFT      24
#define ICC_SGI_AFFINITY2_SHIFT  32
#define ICC_SGI_RANGE_SHIFT      44 /* which sixteen */
#define ICC_SGI_AFFINITY3_SHIFT  48

/* ICH_HCR_EL2 [12.4.5], beyond the bits GICH_HCR has too. */
#define ICH_HCR_TC               GIC_BIT(10) /* traps of EL1: what both groups share, */
#define ICH_HCR_TALL0            GIC_BIT(11) /* group 0, */
#define ICH_HCR_TALL1            GIC_BIT(12) /* group 1, */
#define ICH_HCR_TDIR             GIC_BIT(14) /* ICC_DIR_EL1 */

#define ICH_VTR_LISTREGS         GIC_FIELD(4, 0)   /* N: N + 1 list registers */
#define ICH_VTR_PREBITS          GIC_FIELD(28, 26) /* N: N + 1 bits decide on preemption */
#define ICH_VTR_PREBITS_SHIFT    26

/* ICH_VMCR_EL2 [12.4.9]: the bits of GICH_VMCR, but the priority mask has all 8 bits, and: */
#define ICH_VMCR_VFIQEN          GIC_BIT(3) /* one, where the guest has system registers */

/* ICH_LR<n>_EL2 [12.4.6] */
#define ICH_LR_VIRTUAL_ID        GIC_FIELD(31, 0)
#define ICH_LR_PHYSICAL_ID       GIC_FIELD(44, 32) /* when HW is set */
#define ICH_LR_PHYSICAL_ID_SHIFT 32
#define ICH_LR_EOI               GIC_BIT(41) /* when HW is clear: maintenance at its end */
#define ICH_LR_PRIORITY_SHIFT    51          /* the upper 5 bits of [55:48] */
#define ICH_LR_GROUP1            GIC_BIT(60)
#define ICH_LR_HW                GIC_BIT(61)
#define ICH_LR_STATE_SHIFT       62
#define ICH_LR_STATE_PENDING     GIC_BIT(62)
#define ICH_LR_STATE_ACTIVE      GIC_BIT(63)

#endif
