/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exception vectors of EL2 (Arm ARM D1.10.2).
 *
 * While a thread runs, SP_EL2 points at its saved registers. Entering stores them there and takes
 * the core's stack; leaving does the reverse. Exceptions from EL2 itself are the kernel's own bugs.
 *
 * There are two tables: with several cores ("shared") the kernel lock is taken on the way in and
 * given up on the way out; with one there is none.
 */
#include "abi/sel4/syscalls.h"
#include "arch/context.h"
#include "arch/core.h"
#include "hw/sysreg.h"

    .arch armv8-a

/* Afterwards x0 to x8 are still the thread's. x2 and x3 are what every entry_*() takes last: the
 * thread and the core; x9 is its return address ("elr"). */
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
    mrs     x10, sp_el0
    mrs     x9, elr_el2
    mrs     x11, spsr_el2
    stp     x30, x10, [sp, #240]
    stp     x9, x11, [sp, #REG_PC]
    mrs     x3, tpidr_el2
    sub     x2, sp, #REGISTERS_OFFSET
    ldr     x10, [x3, #CORE_STACK_TOP]
    mov     sp, x10
.endm

/*
 * With several cores: waits for the kernel lock, and comes back with the registers as they were;
 * x10 and x11 hold esr and its class. If this core was stalled meanwhile, what brought it here is
 * forgotten.
 */
.macro take_lock
    mov     x19, x2
    mov     x20, x3
    mov     x21, x10
    mov     x22, x11
    mov     x0, x3
    bl      smp_enter_slow
    mov     w9, w0
    mov     x0, x21
    mov     x2, x19
    mov     x3, x20
    mov     x10, x21
    mov     x11, x22
    adr     x30, entry_return_shared
    cbz     w9, entry_again
    ldp     x0, x1, [x2, #REGISTERS_OFFSET]
    ldr     x7, [x2, #(REGISTERS_OFFSET + 56)]
.endm

/* A system call that is to run again does so at its own instruction: svc leaves it behind. */
.macro synchronous shared
    save_registers
    mrs     x10, esr_el2
    lsr     x11, x10, #ESR_EC_SHIFT
    cmp     x11, #ESR_EC_SVC64
    b.ne    1f
    sub     x9, x9, #4
    str     x9, [x2, #(REGISTERS_OFFSET + REG_RESTART)]
.if \shared
    take_lock
.else
    adr     x30, entry_return
.endif
    cmn     x7, #-seL4_SysCall
    b.eq    fast_call
    cmn     x7, #-seL4_SysReplyRecv
    b.eq    fast_reply_recv
    sub     x9, x7, #seL4_SysNBSend
    cmp     x9, #(seL4_SysSend - seL4_SysNBSend)
    b.ls    fast_send
    cmn     x9, #(seL4_SysNBSend - seL4_SysWait) /* or Recv, or NBRecv */
    b.lo    entry_syscall
    b       fast_wait
1:
.if \shared /* who is stalled does an HVC again, too */
    cmp     x11, #ESR_EC_HVC64
    sub     x12, x9, #4
    csel    x9, x12, x9, eq
.endif
    str     x9, [x2, #(REGISTERS_OFFSET + REG_RESTART)]
.if \shared
    take_lock
.else
    adr     x30, entry_return
.endif
    mov     x0, x10
    b       fast_exception
.endm

/* x10: esr, or nothing */
.macro asynchronous shared, target
    str     x9, [x2, #(REGISTERS_OFFSET + REG_RESTART)]
.if \shared
    mov     x11, xzr
    take_lock
.else
    adr     x30, entry_return
.endif
    mov     x0, x10
    b       \target
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

.macro vector_table synchronous, interrupt, serror
    .rept 8 /* from EL2, on either stack */
    bug_vector
    .endr
    vector  \synchronous
    vector  \interrupt
    vector  \interrupt /* FIQ: group 0 of a controller that splits them */
    vector  \serror
    .rept 4 /* AArch32: never run */
    bug_vector
    .endr
.endm

    .section .text.vectors, "ax"
    .global entry_vectors, entry_vectors_shared
    .balign 2048
entry_vectors:
    vector_table lower_synchronous, lower_interrupt, lower_serror
    .balign 2048
entry_vectors_shared:
    vector_table shared_synchronous, shared_interrupt, shared_serror

lower_synchronous:
    synchronous 0

lower_interrupt:
    save_registers
    mov     x10, xzr
    asynchronous 0, entry_interrupt

lower_serror:
    save_registers
    mrs     x10, esr_el2
    asynchronous 0, entry_serror

shared_synchronous:
    synchronous 1

shared_interrupt:
    save_registers
    mov     x10, xzr
    asynchronous 1, entry_interrupt

shared_serror:
    save_registers
    mrs     x10, esr_el2
    asynchronous 1, entry_serror

/* Gives the kernel lock up first. */
entry_return_shared:
    mov     x19, x0
    mrs     x0, tpidr_el2
    bl      smp_leave_slow
    mov     x0, x19

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
