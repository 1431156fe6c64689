/* SPDX-License-Identifier: BSD-2-Clause */
/* A bare guest in an arm64 Linux Image: start-up, the interrupt's vector, calls. Runs at EL1 with
 * the MMU off. The vector reads the counter before anything else. */

    .text
    .global start
start:
    adr     x0, vectors
    msr     vbar_el1, x0
    isb
    adrp    x0, guest_stack_top
    add     sp, x0, :lo12:guest_stack_top
    bl      guest_main
1:  wfi
    b       1b

    .balign 2048
vectors:
    .rept   5
    .balign 128
    b       .                                   // nothing here faults; the bench's limit ends it
    .endr
    .balign 128                                 // current EL, its own stack: interrupt
    stp     x0, x1, [sp, #-32]!
    mrs     x0, cntvct_el0
    stp     x2, x3, [sp, #16]
    adrp    x1, interrupt_time
    str     x0, [x1, :lo12:interrupt_time]
    mov     x2, #2                              // the timer is masked
    msr     cntv_ctl_el0, x2
    isb
    ldr     x1, =0x08010000
    ldr     w2, [x1, #0xc]                      // GICC_IAR
    str     w2, [x1, #0x10]                     // GICC_EOIR
    ldp     x2, x3, [sp, #16]
    ldp     x0, x1, [sp], #32
    eret
    .ltorg
    .rept   10
    .balign 128
    b       .
    .endr

    .global hypercall, secure_call
hypercall:                                      // x0 function
    mov     x7, #0
    hvc     #0
    ret
secure_call:
    smc     #0
    ret
