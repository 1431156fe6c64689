/* SPDX-License-Identifier: BSD-2-Clause */
/* Single accesses, each ended by a brk: a read to x2, or a write from x0. */
    .text
    .macro reads name, register
    .global read_\name
    .balign 8
read_\name:
    mrs x2, \register
    brk #0
    .endm

    .macro writes name, register
    .global write_\name
    .balign 8
write_\name:
    msr \register, x0
    isb
    brk #0
    .endm

    reads cntpct, cntpct_el0
    reads cntvct, cntvct_el0
    reads cntfrq, cntfrq_el0
    reads cntp_ctl, cntp_ctl_el0
    reads cntp_cval, cntp_cval_el0
    reads cntp_tval, cntp_tval_el0
    writes cntp_ctl, cntp_ctl_el0
    writes cntp_cval, cntp_cval_el0
    writes cntp_tval, cntp_tval_el0
    reads cntv_ctl, cntv_ctl_el0
    writes cntv_ctl, cntv_ctl_el0
    writes cntv_cval, cntv_cval_el0
    reads pmccntr, pmccntr_el0
    writes pmccntr, pmccntr_el0
    reads pmcr, pmcr_el0
    writes pmcr, pmcr_el0
    writes pmcntenset, pmcntenset_el0
    writes pmcntenclr, pmcntenclr_el0
    writes pmselr, pmselr_el0
    writes pmxevtyper, pmxevtyper_el0
    reads pmxevcntr, pmxevcntr_el0
    writes pmovsclr, pmovsclr_el0
    writes pmswinc, pmswinc_el0
    reads mdccsr, mdccsr_el0
