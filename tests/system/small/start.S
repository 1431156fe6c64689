/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A bare guest in an arm64 Linux Image: what it finds in its registers is kept before any is used,
 * then guest_main() runs at EL1 with the MMU off and interrupts masked.
 */

    .text
    .global start
start:
    adr     x30, entry
    stp     x0, x1, [x30]
    stp     x2, x3, [x30, #16]
    stp     x4, x5, [x30, #32]
    stp     x6, x7, [x30, #48]
    stp     x8, x9, [x30, #64]
    stp     x10, x11, [x30, #80]
    stp     x12, x13, [x30, #96]
    stp     x14, x15, [x30, #112]
    stp     x16, x17, [x30, #128]
    stp     x18, x19, [x30, #144]
    stp     x20, x21, [x30, #160]
    stp     x22, x23, [x30, #176]
    stp     x24, x25, [x30, #192]
    stp     x26, x27, [x30, #208]
    stp     x28, x29, [x30, #224]
    mrs     x1, vbar_el1
    mrs     x2, cpacr_el1
    stp     x1, x2, [x30, #240]
    mov     x3, sp
    mrs     x4, daif
    stp     x3, x4, [x30, #256]
    adr     x0, vectors
    msr     vbar_el1, x0
    mov     x0, #(3 << 20)                      // vector registers
    msr     cpacr_el1, x0
    isb
    add     x0, x30, #272
    bl      vectors_store
    adrp    x0, guest_stack_top
    add     sp, x0, :lo12:guest_stack_top
    bl      guest_main
1:  wfi
    b       1b

    .balign 16
    .global entry
entry:                                          // struct entry of small.h
    .zero   8 * 34 + 16 * 32

    .balign 2048
vectors:
    .rept   4
    .balign 128
    b       fault
    .endr
    .balign 128                                 // current EL, its own stack: synchronous
    b       fault
    .balign 128                                 // interrupt
    b       interrupt
    .rept   10
    .balign 128
    b       fault
    .endr

fault:
    mrs     x0, esr_el1
    mrs     x1, elr_el1
    mrs     x2, far_el1
    b       guest_fault

interrupt:
    stp     x0, x1, [sp, #-176]!
    stp     x2, x3, [sp, #16]
    stp     x4, x5, [sp, #32]
    stp     x6, x7, [sp, #48]
    stp     x8, x9, [sp, #64]
    stp     x10, x11, [sp, #80]
    stp     x12, x13, [sp, #96]
    stp     x14, x15, [sp, #112]
    stp     x16, x17, [sp, #128]
    stp     x18, x29, [sp, #144]
    str     x30, [sp, #160]
    bl      guest_interrupt
    ldr     x30, [sp, #160]
    ldp     x18, x29, [sp, #144]
    ldp     x16, x17, [sp, #128]
    ldp     x14, x15, [sp, #112]
    ldp     x12, x13, [sp, #96]
    ldp     x10, x11, [sp, #80]
    ldp     x8, x9, [sp, #64]
    ldp     x6, x7, [sp, #48]
    ldp     x4, x5, [sp, #32]
    ldp     x2, x3, [sp, #16]
    ldp     x0, x1, [sp], #176
    eret

/* All 32 vector registers to, or from, the 512 bytes at x0. */
    .macro each_vector instruction:req
    \instruction q0, q1, [x0, #0]
    \instruction q2, q3, [x0, #32]
    \instruction q4, q5, [x0, #64]
    \instruction q6, q7, [x0, #96]
    \instruction q8, q9, [x0, #128]
    \instruction q10, q11, [x0, #160]
    \instruction q12, q13, [x0, #192]
    \instruction q14, q15, [x0, #224]
    \instruction q16, q17, [x0, #256]
    \instruction q18, q19, [x0, #288]
    \instruction q20, q21, [x0, #320]
    \instruction q22, q23, [x0, #352]
    \instruction q24, q25, [x0, #384]
    \instruction q26, q27, [x0, #416]
    \instruction q28, q29, [x0, #448]
    \instruction q30, q31, [x0, #480]
    .endm

    .global vectors_store, vectors_load
vectors_store:
    each_vector stp
    ret
vectors_load:
    each_vector ldp
    ret

/* x0 := the answer. */
    .global hypercall, secure_call
hypercall:
    hvc     #0
    ret
secure_call:
    smc     #0
    ret

/* Two instructions for each of x0 turns, and nothing else that takes time. */
    .global turn
turn:
    subs    x0, x0, #1
    b.ne    turn
    ret
