/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exception vectors of EL2 (Arm ARM D1.10.2).
 *
 * While a thread runs, SP_EL2 points at its saved registers. Entering stores them there and takes
 * the core's stack; leaving does the reverse. Exceptions from EL2 itself are the kernel's own bugs.
 */
#include "abi/sel4/syscalls.h"
#include "arch/context.h"
#include "arch/core.h"
#include "hw/sysreg.h"

    .arch armv8-a

/* Afterwards x0 to x8 are still the thread's. x2 and x3 are what every entry_*() takes last: the
 * thread and the core. */
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
    mrs     x9, sp_el0
    mrs     x10, elr_el2
    mrs     x11, spsr_el2
    stp     x30, x9, [sp, #240]
    stp     x10, x11, [sp, #REG_PC]
    mrs     x3, tpidr_el2
    sub     x2, sp, #REGISTERS_OFFSET
    ldr     x9, [x3, #CORE_STACK_TOP]
    mov     sp, x9
    adr     x30, entry_return
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
    mrs     x9, esr_el2
    lsr     x11, x9, #ESR_EC_SHIFT
    cmp     x11, #ESR_EC_SVC64
    b.ne    1f
    sub     x10, x10, #4 /* a system call that is to run again does so at its own instruction */
    str     x10, [x2, #(REGISTERS_OFFSET + REG_RESTART)]
    cmn     x7, #-seL4_SysCall
    b.eq    fast_call
    cmn     x7, #-seL4_SysReplyRecv
    b.eq    fast_reply_recv
    cmn     x7, #-seL4_SysSend
    b.eq    fast_send
    cmn     x7, #-seL4_SysNBSend
    b.eq    fast_send
    b       entry_syscall
1:  str     x10, [x2, #(REGISTERS_OFFSET + REG_RESTART)]
    mov     x0, x9
    b       fast_exception

lower_interrupt:
    save_registers
    str     x10, [x2, #(REGISTERS_OFFSET + REG_RESTART)]
    b       entry_interrupt

lower_serror:
    save_registers
    str     x10, [x2, #(REGISTERS_OFFSET + REG_RESTART)]
    mrs     x0, esr_el2
    b       entry_serror

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
