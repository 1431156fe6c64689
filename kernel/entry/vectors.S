/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exception vectors of EL2 (Arm ARM D1.10.2).
 *
 * While a thread runs, SP_EL2 points at its saved registers. Entering stores them there and takes
 * the core's stack; leaving does the reverse. Exceptions from EL2 itself are the kernel's own bugs.
 */
#include "arch/context.h"
#include "arch/core.h"

    .arch armv8-a

.macro save_registers
    stp     x0, x1, [sp, #0]
    stp     x2, x3, [sp, #16]
    stp     x4, x5, [sp, #32]
    stp     x6, x7, [sp, #48]
    stp     x8, x9, [sp, #64]
    stp     x10, x11, [sp, #80]
    stp     x12, x13, [sp, #96]
    stp     x14, x15, [sp, #112]
    stp     x16, x17, [sp, #128]
    stp     x18, x19, [sp, #144]
    stp     x20, x21, [sp, #160]
    stp     x22, x23, [sp, #176]
    stp     x24, x25, [sp, #192]
    stp     x26, x27, [sp, #208]
    stp     x28, x29, [sp, #224]
    mrs     x1, sp_el0
    stp     x30, x1, [sp, #240]
    mrs     x1, elr_el2
    mrs     x2, spsr_el2
    stp     x1, x2, [sp, #REG_PC]
    str     x1, [sp, #REG_RESTART]
    mrs     x3, tpidr_el2
    ldr     x3, [x3, #CORE_STACK_TOP]
    mov     sp, x3
.endm

/* One of the sixteen vectors, 128 bytes each. */
.macro vector target
    .balign 128
    b       \target
.endm

.macro bug_vector
    .balign 128
    mrs     x0, esr_el2
    mrs     x1, elr_el2
    mrs     x2, far_el2
    mrs     x3, tpidr_el2
    ldr     x3, [x3, #CORE_STACK_TOP]
    mov     sp, x3
    b       panic_exception
.endm

    .section .text.vectors, "ax"
    .balign 2048
    .global entry_vectors
entry_vectors:
    .rept 8 /* from EL2, on either stack */
    bug_vector
    .endr
    vector  lower_synchronous
    vector  lower_interrupt
    vector  lower_interrupt /* FIQ: group 0 of a controller that splits them */
    vector  lower_serror
    .rept 4 /* AArch32: never run */
    bug_vector
    .endr

lower_synchronous:
    save_registers
    mrs     x0, esr_el2
    bl      entry_synchronous
    b       entry_return

lower_interrupt:
    save_registers
    bl      entry_interrupt
    b       entry_return

lower_serror:
    save_registers
    mrs     x0, esr_el2
    bl      entry_serror
    b       entry_return

    .global entry_return
    .type entry_return, %function
entry_return:
    add     sp, x0, #REGISTERS_OFFSET
    ldp     x1, x2, [sp, #REG_PC]
    msr     elr_el2, x1
    msr     spsr_el2, x2
    ldp     x30, x1, [sp, #240]
    msr     sp_el0, x1
    ldp     x28, x29, [sp, #224]
    ldp     x26, x27, [sp, #208]
    ldp     x24, x25, [sp, #192]
    ldp     x22, x23, [sp, #176]
    ldp     x20, x21, [sp, #160]
    ldp     x18, x19, [sp, #144]
    ldp     x16, x17, [sp, #128]
    ldp     x14, x15, [sp, #112]
    ldp     x12, x13, [sp, #96]
    ldp     x10, x11, [sp, #80]
    ldp     x8, x9, [sp, #64]
    ldp     x6, x7, [sp, #48]
    ldp     x4, x5, [sp, #32]
    ldp     x2, x3, [sp, #16]
    ldp     x0, x1, [sp, #0]
    eret
    dsb     nsh /* nothing is speculated past the return */
    isb
    .size entry_return, . - entry_return
