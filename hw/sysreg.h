/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AArch64 system registers: one list that makes sysreg_read_NAME() and sysreg_write_NAME(), and
 * the bits of those registers software sets or looks at. Source: Arm ARM (DDI 0487) D13 for the
 * registers, D1.10 for exception classes.
 *
 * Holds names, never behaviour: no barrier is implied. A write that must act before what follows
 * needs an ISB of the caller's. Assembly may include it for the constants.
 */
#ifndef HW_SYSREG_H
#define HW_SYSREG_H

#ifdef __ASSEMBLER__
#define SYSREG_VALUE(value) (value)
#else
#include <stdint.h>
#define SYSREG_VALUE(value) UINT64_C(value)

/* Registers that can be read and written. */
#define SYSREG_LIST_RW(R)                 \
    /* EL2: faults */                     \
    R(esr_el2)                            \
    R(far_el2)                            \
    R(hpfar_el2)                          \
    R(elr_el2)                            \
    R(spsr_el2)                           \
    /* EL2: translation */                \
    R(ttbr0_el2)                          \
    R(tcr_el2)                            \
    R(mair_el2)                           \
    R(sctlr_el2)                          \
    R(vttbr_el2)                          \
    R(vtcr_el2)                           \
    /* EL2: control of what lies below */ \
    R(hcr_el2)                            \
    R(hstr_el2)                           \
    R(cptr_el2)                           \
    R(mdcr_el2)                           \
    R(hacr_el2)                           \
    R(vmpidr_el2)                         \
    R(vpidr_el2)                          \
    R(vbar_el2)                           \
    R(tpidr_el2)                          \
    R(actlr_el2)                          \
    R(cnthctl_el2)                        \
    R(cntvoff_el2)                        \
    R(cnthp_ctl_el2)                      \
    R(cnthp_cval_el2)                     \
    /* EL1: a guest's own */              \
    R(sctlr_el1)                          \
    R(cpacr_el1)                          \
    R(ttbr0_el1)                          \
    R(ttbr1_el1)                          \
    R(tcr_el1)                            \
    R(mair_el1)                           \
    R(amair_el1)                          \
    R(contextidr_el1)                     \
    R(actlr_el1)                          \
    R(afsr0_el1)                          \
    R(afsr1_el1)                          \
    R(esr_el1)                            \
    R(far_el1)                            \
    R(par_el1)                            \
    R(vbar_el1)                           \
    R(tpidr_el1)                          \
    R(sp_el1)                             \
    R(elr_el1)                            \
    R(spsr_el1)                           \
    R(cntkctl_el1)                        \
    R(mdscr_el1)                          \
    R(csselr_el1)                         \
    /* Timers of a guest */               \
    R(cntv_ctl_el0)                       \
    R(cntv_cval_el0)                      \
    R(cntp_ctl_el0)                       \
    R(cntp_cval_el0)                      \
    R(cntfrq_el0)                         \
    /* EL0 */                             \
    R(sp_el0)                             \
    R(tpidr_el0)                          \
    R(tpidrro_el0)                        \
    R(pmuserenr_el0)                      \
    R(pmcr_el0)                           \
    R(pmcntenset_el0)                     \
    R(pmcntenclr_el0)                     \
    R(pmintenclr_el1)                     \
    R(pmovsclr_el0)                       \
    R(pmccfiltr_el0)                      \
    R(pmccntr_el0)                        \
    R(daif)

#define SYSREG_LIST_RO(R) \
    R(isr_el1)            \
    R(midr_el1)           \
    R(mpidr_el1)          \
    R(currentel)          \
    R(cntpct_el0)         \
    R(cntvct_el0)         \
    R(id_aa64mmfr0_el1)   \
    R(id_aa64mmfr1_el1)   \
    R(id_aa64pfr0_el1)    \
    R(id_aa64dfr0_el1)    \
    R(id_aa64isar0_el1)   \
    R(ccsidr_el1)         \
    R(clidr_el1)          \
    R(ctr_el0)            \
    R(dczid_el0)

#define SYSREG_READ(name)                                 \
    static inline uint64_t sysreg_read_##name(void)       \
    {                                                     \
        uint64_t value;                                   \
        __asm__ volatile("mrs %0, " #name : "=r"(value)); \
        return value;                                     \
    }

#define SYSREG_WRITE(name)                                                 \
    static inline void sysreg_write_##name(uint64_t value)                 \
    {                                                                      \
        __asm__ volatile("msr " #name ", %x0" : : "rZ"(value) : "memory"); \
    }

/* Host tests include files that include this one; they get no accessors. */
#ifdef __aarch64__
SYSREG_LIST_RW(SYSREG_READ)
SYSREG_LIST_RW(SYSREG_WRITE)
SYSREG_LIST_RO(SYSREG_READ)
#endif
#endif

#define SYSREG_BIT(n)              (SYSREG_VALUE(1) << (n))
#define SYSREG_FIELD(high, low)    (SYSREG_BIT((high) + 1) - SYSREG_BIT(low))

/* ---- HCR_EL2 (D13.2.46) ---- */
#define HCR_EL2_VM                 SYSREG_BIT(0) /* stage 2 on */
#define HCR_EL2_SWIO               SYSREG_BIT(1) /* set/way invalidation also cleans */
#define HCR_EL2_PTW                SYSREG_BIT(2) /* stage-1 walks may not touch device memory */
#define HCR_EL2_FMO                SYSREG_BIT(3) /* FIQ, IRQ, SError to EL2; below, virtual ones */
#define HCR_EL2_IMO                SYSREG_BIT(4)
#define HCR_EL2_AMO                SYSREG_BIT(5)
#define HCR_EL2_VF                 SYSREG_BIT(6) /* a virtual FIQ, IRQ, SError is pending */
#define HCR_EL2_VI                 SYSREG_BIT(7)
#define HCR_EL2_VSE                SYSREG_BIT(8)
#define HCR_EL2_FB                 SYSREG_BIT(9)  /* maintenance for the inner shareable domain */
#define HCR_EL2_BSU_INNER          SYSREG_BIT(10) /* barriers act on the inner shareable domain */
#define HCR_EL2_DC                 SYSREG_BIT(12) /* stage 1 off means cacheable */
#define HCR_EL2_TWI                SYSREG_BIT(13) /* traps: WFI */
#define HCR_EL2_TWE                SYSREG_BIT(14) /*        WFE */
#define HCR_EL2_TID0               SYSREG_BIT(15)
#define HCR_EL2_TID1               SYSREG_BIT(16)
#define HCR_EL2_TID2               SYSREG_BIT(17)
#define HCR_EL2_TID3               SYSREG_BIT(18)
#define HCR_EL2_TSC                SYSREG_BIT(19) /*        SMC */
#define HCR_EL2_TIDCP              SYSREG_BIT(20) /*        implementation defined registers */
#define HCR_EL2_TAC                SYSREG_BIT(21) /*        ACTLR_EL1 */
#define HCR_EL2_TSW                SYSREG_BIT(22) /*        cache maintenance by set and way */
#define HCR_EL2_TPC                SYSREG_BIT(23)
#define HCR_EL2_TPU                SYSREG_BIT(24)
#define HCR_EL2_TTLB               SYSREG_BIT(25) /*        TLB maintenance */
#define HCR_EL2_TVM                SYSREG_BIT(26) /*        writes of translation registers */
#define HCR_EL2_TGE                SYSREG_BIT(27) /* EL0 runs without an EL1: exceptions to EL2 */
#define HCR_EL2_TDZ                SYSREG_BIT(28)
#define HCR_EL2_HCD                SYSREG_BIT(29)
#define HCR_EL2_TRVM               SYSREG_BIT(30)
#define HCR_EL2_RW                 SYSREG_BIT(31) /* EL1 is AArch64 */
#define HCR_EL2_CD                 SYSREG_BIT(32)
#define HCR_EL2_ID                 SYSREG_BIT(33)

/* ---- ESR_ELx (D13.2.37) ---- */
#define ESR_EC_SHIFT               26
#define ESR_EC_WIDTH               6
#define ESR_IL                     SYSREG_BIT(25) /* the instruction has 32 bits */
#define ESR_ISS                    SYSREG_FIELD(24, 0)

#define ESR_EC_UNKNOWN             SYSREG_VALUE(0x00)
#define ESR_EC_WFX                 SYSREG_VALUE(0x01)
#define ESR_EC_CP15_32             SYSREG_VALUE(0x03) /* AArch32 coprocessor accesses */
#define ESR_EC_CP15_64             SYSREG_VALUE(0x04)
#define ESR_EC_CP14_32             SYSREG_VALUE(0x05)
#define ESR_EC_CP14_LS             SYSREG_VALUE(0x06)
#define ESR_EC_FP                  SYSREG_VALUE(0x07) /* trapped FP or SIMD */
#define ESR_EC_CP10                SYSREG_VALUE(0x08)
#define ESR_EC_CP14_64             SYSREG_VALUE(0x0c)
#define ESR_EC_ILLEGAL             SYSREG_VALUE(0x0e) /* illegal execution state */
#define ESR_EC_SVC32               SYSREG_VALUE(0x11)
#define ESR_EC_HVC32               SYSREG_VALUE(0x12)
#define ESR_EC_SMC32               SYSREG_VALUE(0x13)
#define ESR_EC_SVC64               SYSREG_VALUE(0x15)
#define ESR_EC_HVC64               SYSREG_VALUE(0x16)
#define ESR_EC_SMC64               SYSREG_VALUE(0x17)
#define ESR_EC_SYSREG              SYSREG_VALUE(0x18) /* trapped MSR, MRS, system instruction */
#define ESR_EC_SVE                 SYSREG_VALUE(0x19)
#define ESR_EC_INST_LOWER          SYSREG_VALUE(0x20) /* instruction abort from a lower level */
#define ESR_EC_INST_SAME           SYSREG_VALUE(0x21)
#define ESR_EC_PC_ALIGN            SYSREG_VALUE(0x22)
#define ESR_EC_DATA_LOWER          SYSREG_VALUE(0x24) /* data abort from a lower level */
#define ESR_EC_DATA_SAME           SYSREG_VALUE(0x25)
#define ESR_EC_SP_ALIGN            SYSREG_VALUE(0x26)
#define ESR_EC_FP32                SYSREG_VALUE(0x28) /* FP exceptions */
#define ESR_EC_FP64                SYSREG_VALUE(0x2c)
#define ESR_EC_SERROR              SYSREG_VALUE(0x2f)
#define ESR_EC_BREAK_LOWER         SYSREG_VALUE(0x30)
#define ESR_EC_BREAK_SAME          SYSREG_VALUE(0x31)
#define ESR_EC_STEP_LOWER          SYSREG_VALUE(0x32)
#define ESR_EC_STEP_SAME           SYSREG_VALUE(0x33)
#define ESR_EC_WATCH_LOWER         SYSREG_VALUE(0x34)
#define ESR_EC_WATCH_SAME          SYSREG_VALUE(0x35)
#define ESR_EC_BKPT32              SYSREG_VALUE(0x38)
#define ESR_EC_BRK64               SYSREG_VALUE(0x3c)

/* Of instruction and data aborts. */
#define ESR_ABORT_FSC              SYSREG_FIELD(5, 0) /* fault status: type, and level in [1:0] */
#define ESR_ABORT_FSC_TYPE         SYSREG_FIELD(5, 2)
#define ESR_FSC_ADDRESS_SIZE       SYSREG_VALUE(0x00)
#define ESR_FSC_TRANSLATION        SYSREG_VALUE(0x04)
#define ESR_FSC_ACCESS_FLAG        SYSREG_VALUE(0x08)
#define ESR_FSC_PERMISSION         SYSREG_VALUE(0x0c)
#define ESR_FSC_EXTERNAL           SYSREG_VALUE(0x10)
#define ESR_FSC_ALIGNMENT          SYSREG_VALUE(0x21)
#define ESR_ABORT_S1PTW            SYSREG_BIT(7) /* stage-2 fault on a stage-1 walk */
#define ESR_ABORT_CM               SYSREG_BIT(8)
#define ESR_ABORT_EA               SYSREG_BIT(9)
#define ESR_ABORT_FNV              SYSREG_BIT(10) /* FAR is not valid */
#define ESR_DATA_WNR               SYSREG_BIT(6)  /* it was a write */
#define ESR_DATA_AR                SYSREG_BIT(14)
#define ESR_DATA_SF                SYSREG_BIT(15) /* the register has 64 bits */
#define ESR_DATA_SRT_SHIFT         16             /* which register */
#define ESR_DATA_SRT_WIDTH         5
#define ESR_DATA_SSE               SYSREG_BIT(21) /* the value is sign-extended */
#define ESR_DATA_SAS_SHIFT         22             /* log2 of the access' bytes */
#define ESR_DATA_SAS_WIDTH         2
#define ESR_DATA_ISV               SYSREG_BIT(24) /* the five fields above hold */

#define ESR_WFX_TI                 SYSREG_BIT(0) /* 1: WFE, 0: WFI */

/* Of trapped MSR and MRS: which register, which way. */
#define ESR_SYSREG_READ            SYSREG_BIT(0)
#define ESR_SYSREG_CRM_SHIFT       1
#define ESR_SYSREG_RT_SHIFT        5
#define ESR_SYSREG_RT_WIDTH        5
#define ESR_SYSREG_CRN_SHIFT       10
#define ESR_SYSREG_OP1_SHIFT       14
#define ESR_SYSREG_OP2_SHIFT       17
#define ESR_SYSREG_OP0_SHIFT       20

/* HPFAR_EL2: bits [47:12] of the faulting address. */
#define HPFAR_EL2_FIPA_SHIFT       4
#define HPFAR_EL2_FIPA_WIDTH       36

/* ---- SCTLR_EL2, SCTLR_EL1 (D13.2.113, .114) ---- */
#define SCTLR_M                    SYSREG_BIT(0) /* MMU */
#define SCTLR_A                    SYSREG_BIT(1) /* alignment checks */
#define SCTLR_C                    SYSREG_BIT(2) /* data cache */
#define SCTLR_SA                   SYSREG_BIT(3) /* SP alignment checks */
#define SCTLR_SA0                  SYSREG_BIT(4)
#define SCTLR_CP15BEN              SYSREG_BIT(5)
#define SCTLR_ITD                  SYSREG_BIT(7)
#define SCTLR_SED                  SYSREG_BIT(8)
#define SCTLR_UMA                  SYSREG_BIT(9)
#define SCTLR_I                    SYSREG_BIT(12) /* instruction cache */
#define SCTLR_DZE                  SYSREG_BIT(14) /* EL0: DC ZVA */
#define SCTLR_UCT                  SYSREG_BIT(15) /*      CTR_EL0 */
#define SCTLR_NTWI                 SYSREG_BIT(16) /*      WFI */
#define SCTLR_NTWE                 SYSREG_BIT(18) /*      WFE */
#define SCTLR_WXN                  SYSREG_BIT(19) /* what is writable is not executable */
#define SCTLR_E0E                  SYSREG_BIT(24)
#define SCTLR_EE                   SYSREG_BIT(25) /* big-endian */
#define SCTLR_UCI                  SYSREG_BIT(26) /* EL0: cache maintenance by address */
#define SCTLR_EL1_RES1             SYSREG_VALUE(0x30d00800)
#define SCTLR_EL2_RES1             SYSREG_VALUE(0x30c50830)

/* ---- TCR_EL2, VTCR_EL2 (D13.2.124, .148) ---- */
#define TCR_T0SZ(bits)             (SYSREG_VALUE(64) - (bits)) /* of so many bits of address */
#define TCR_IRGN0_WBWA             (SYSREG_VALUE(1) << 8)
#define TCR_ORGN0_WBWA             (SYSREG_VALUE(1) << 10)
#define TCR_SH0_INNER              (SYSREG_VALUE(3) << 12)
#define TCR_TG0_4K                 (SYSREG_VALUE(0) << 14)
#define TCR_EL2_PS_SHIFT           16 /* as ID_AA64MMFR0_EL1.PARange */
#define TCR_EL2_RES1               (SYSREG_BIT(31) | SYSREG_BIT(23))
#define VTCR_EL2_SL0_SHIFT         6
#define VTCR_EL2_SL0_LEVEL1        (SYSREG_VALUE(1) << VTCR_EL2_SL0_SHIFT)
#define VTCR_EL2_SL0_LEVEL0        (SYSREG_VALUE(2) << VTCR_EL2_SL0_SHIFT)
#define VTCR_EL2_PS_SHIFT          16
#define VTCR_EL2_PS_40             (SYSREG_VALUE(2) << VTCR_EL2_PS_SHIFT)
#define VTCR_EL2_RES1              SYSREG_BIT(31)

#define VTTBR_EL2_VMID_SHIFT       48

/* Attributes of MAIR_ELx, a byte each. */
#define MAIR_DEVICE_NGNRNE         SYSREG_VALUE(0x00)
#define MAIR_NORMAL_NC             SYSREG_VALUE(0x44)
#define MAIR_NORMAL_WB             SYSREG_VALUE(0xff)

/* ---- Traps of EL2 ---- */
#define CPTR_EL2_TFP               SYSREG_BIT(10) /* FP and SIMD, at every level */
#define CPTR_EL2_TTA               SYSREG_BIT(20)
#define CPTR_EL2_TCPAC             SYSREG_BIT(31)
#define CPTR_EL2_RES1              SYSREG_VALUE(0x33ff)

#define MDCR_EL2_HPMN              SYSREG_FIELD(4, 0) /* event counters the guest may see */
#define MDCR_EL2_TPMCR             SYSREG_BIT(5)
#define MDCR_EL2_TPM               SYSREG_BIT(6)
#define MDCR_EL2_HPME              SYSREG_BIT(7)
#define MDCR_EL2_TDE               SYSREG_BIT(8)
#define MDCR_EL2_TDA               SYSREG_BIT(9)
#define MDCR_EL2_TDOSA             SYSREG_BIT(10)
#define MDCR_EL2_TDRA              SYSREG_BIT(11)

#define PMCR_EL0_E                 SYSREG_BIT(0) /* counters count */
#define PMCR_EL0_LC                SYSREG_BIT(6) /* the cycle counter overflows at 64 bits */
#define PMCR_EL0_N_SHIFT           11
#define PMCR_EL0_N_WIDTH           5

#define PMCNTEN_CYCLES             SYSREG_BIT(31) /* of PMCNTENSET: the cycle counter */
#define PMCCFILTR_EL0_P            SYSREG_BIT(31) /* not at EL1; NSH clear: nor at EL2 */
#define PMUSERENR_EL0_CR           SYSREG_BIT(2)  /* EL0 reads the cycle counter */
#define ID_AA64DFR0_PMUVER_SHIFT   8
#define ID_AA64DFR0_PMUVER_WIDTH   4
#define ID_AA64DFR0_PMUVER_NONE    SYSREG_VALUE(0)
#define ID_AA64DFR0_PMUVER_OTHER   SYSREG_VALUE(0xf) /* one that is not the architecture's */

#define CPACR_EL1_FPEN_SHIFT       20
#define CPACR_EL1_FPEN_ALL         (SYSREG_VALUE(3) << CPACR_EL1_FPEN_SHIFT)

/* ---- Timers (D13.8) ---- */
#define CNTHCTL_EL2_EL1PCTEN       SYSREG_BIT(0) /* EL1 and EL0 may read the physical counter */
#define CNTHCTL_EL2_EL1PCEN        SYSREG_BIT(1) /* and use the physical timer */

#define CNTKCTL_EL1_EL0PCTEN       SYSREG_BIT(0)
#define CNTKCTL_EL1_EL0VCTEN       SYSREG_BIT(1)
#define CNTKCTL_EL1_EL0PTEN        SYSREG_BIT(9) /* EL0 may use the physical timer */

/* CNTV_CTL_EL0, CNTP_CTL_EL0, CNTHP_CTL_EL2. */
#define CNT_CTL_ENABLE             SYSREG_BIT(0)
#define CNT_CTL_IMASK              SYSREG_BIT(1)
#define CNT_CTL_ISTATUS            SYSREG_BIT(2) /* the moment is reached */

/* ---- Address translation, processor state, identification ---- */
#define PAR_EL1_F                  SYSREG_BIT(0) /* the translation failed */
#define PAR_EL1_FST_SHIFT          1
#define PAR_EL1_FST_WIDTH          6
#define PAR_EL1_PA                 SYSREG_FIELD(47, 12)

#define SPSR_MODE_EL0T             SYSREG_VALUE(0x0)
#define SPSR_MODE_EL1T             SYSREG_VALUE(0x4)
#define SPSR_MODE_EL1H             SYSREG_VALUE(0x5)
#define SPSR_MODE_EL2H             SYSREG_VALUE(0x9)
#define SPSR_MODE_MASK             SYSREG_VALUE(0xf)
#define SPSR_AARCH32               SYSREG_BIT(4)
#define SPSR_F                     SYSREG_BIT(6) /* masked: FIQ, IRQ, SError, debug */
#define SPSR_I                     SYSREG_BIT(7)
#define SPSR_A                     SYSREG_BIT(8)
#define SPSR_D                     SYSREG_BIT(9)
#define SPSR_IL                    SYSREG_BIT(20)
#define SPSR_SS                    SYSREG_BIT(21)
#define SPSR_NZCV                  SYSREG_FIELD(31, 28)

#define CURRENTEL_EL2              (SYSREG_VALUE(2) << 2)

#define MPIDR_AFFINITY             (SYSREG_FIELD(39, 32) | SYSREG_FIELD(23, 0))

#define CTR_EL0_IMINLINE_SHIFT     0 /* log2 of words in the smallest line */
#define CTR_EL0_DMINLINE_SHIFT     16
#define CTR_EL0_LINE_WIDTH         4

#define DCZID_EL0_BS_SHIFT         0 /* log2 of words in a DC ZVA block */
#define DCZID_EL0_BS_WIDTH         4
#define DCZID_EL0_DZP              SYSREG_BIT(4) /* DC ZVA is forbidden */

#define ID_AA64MMFR0_PARANGE_SHIFT 0
#define ID_AA64MMFR0_PARANGE_WIDTH 4

#endif
