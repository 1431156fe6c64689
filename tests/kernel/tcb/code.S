/* SPDX-License-Identifier: BSD-2-Clause */
/* Shows every register: x0 to x30, TPIDR_EL0 and TPIDRRO_EL0, one after the other at sp. */
    .text
    .global code_store_all
code_store_all:
    stp x0, x1, [sp]
    stp x2, x3, [sp, #16]
    stp x4, x5, [sp, #32]
    stp x6, x7, [sp, #48]
    stp x8, x9, [sp, #64]
    stp x10, x11, [sp, #80]
    stp x12, x13, [sp, #96]
    stp x14, x15, [sp, #112]
    stp x16, x17, [sp, #128]
    stp x18, x19, [sp, #144]
    stp x20, x21, [sp, #160]
    stp x22, x23, [sp, #176]
    stp x24, x25, [sp, #192]
    stp x26, x27, [sp, #208]
    stp x28, x29, [sp, #224]
    str x30, [sp, #240]
    mrs x0, tpidr_el0
    mrs x1, tpidrro_el0
    stp x0, x1, [sp, #248]
    brk #0

/* Fills all of v0 to v31, FPCR and FPSR, and falls into the following. */
    .arch_extension fp
    .arch_extension simd
    .global code_fill_fp
code_fill_fp:
    .irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    movi v\n\().16b, #0x5a
    .endr
    mov x5, #0x3c00000
    msr fpcr, x5
    mov x5, #0x1f
    msr fpsr, x5

/* x2: all bits there are in v0 to v31; x3 and x4: FPCR and FPSR. */
    .global code_sum_fp
code_sum_fp:
    .irp n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    orr v0.16b, v0.16b, v\n\().16b
    .endr
    umov x2, v0.d[0]
    umov x3, v0.d[1]
    orr x2, x2, x3
    mrs x3, fpcr
    mrs x4, fpsr
    brk #0
