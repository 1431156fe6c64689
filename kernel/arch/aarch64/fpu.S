/* SPDX-License-Identifier: BSD-2-Clause */
/* void fpu_save(struct fpu_state *), void fpu_load(const struct fpu_state *): arch/fpu.h. */
    .arch armv8-a+fp+simd

.macro pairs op
    .irp n, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
    fpu_pair \op, \n
    .endr
.endm

.macro fpu_pair op, n
    .altmacro
    fpu_pair_at \op, \n, %(\n + 1)
    .noaltmacro
.endm

.macro fpu_pair_at op, a, b
    \op     q\a, q\b, [x0, #(16 * \a)]
.endm

    .section .text.fpu, "ax"
    .global fpu_save
    .type fpu_save, %function
fpu_save:
    pairs   stp
    mrs     x1, fpcr
    mrs     x2, fpsr
    add     x0, x0, #512
    stp     x1, x2, [x0]
    ret
    .size fpu_save, . - fpu_save

    .global fpu_load
    .type fpu_load, %function
fpu_load:
    pairs   ldp
    add     x0, x0, #512
    ldp     x1, x2, [x0]
    msr     fpcr, x1
    msr     fpsr, x2
    ret
    .size fpu_load, . - fpu_load
