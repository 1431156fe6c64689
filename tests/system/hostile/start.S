/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A bare guest in an arm64 Linux Image: start-up, exception vectors, and the accesses under test,
 * each one instruction that may fault. Runs at EL1 with the MMU off.
 */

    .text
    .global start
start:
    adr     x0, vectors
    msr     vbar_el1, x0
    mov     x0, #(3 << 20)                      // vector registers, for the accesses with them
    msr     cpacr_el1, x0
    isb
    adrp    x0, guest_stack_top
    add     sp, x0, :lo12:guest_stack_top
    bl      guest_main
1:  wfi
    b       1b

/* A fault is noted and the instruction skipped; a fetch that failed returns to its caller. */
    .balign 2048
vectors:
    .balign 128
    b       unexpected
    .balign 128
    b       unexpected
    .balign 128
    b       unexpected
    .balign 128
    b       unexpected
    .balign 128                                 // current EL, its own stack: synchronous
    b       synchronous
    .balign 128                                 // interrupt
    b       interrupt
    .balign 128
    b       unexpected
    .balign 128
    b       unexpected
    .balign 128                                 // a program at EL0: synchronous
    b       program_ended
    .balign 128                                 // interrupt
    b       interrupt
    .rept   6
    .balign 128
    b       unexpected
    .endr

/*
 * Runs x0 at EL0, with interrupts masked, until it makes an exception; x0 := the exception's class.
 * The registers to be kept wait on EL1's stack meanwhile.
 */
    .global run_at_el0
run_at_el0:
    stp     x29, x30, [sp, #-96]!
    stp     x19, x20, [sp, #16]
    stp     x21, x22, [sp, #32]
    stp     x23, x24, [sp, #48]
    stp     x25, x26, [sp, #64]
    stp     x27, x28, [sp, #80]
    mrs     x1, sctlr_el1
    orr     x1, x1, #(1 << 16)                  // WFI and WFE at EL0 are not EL1's
    orr     x1, x1, #(1 << 18)
    msr     sctlr_el1, x1
    msr     elr_el1, x0
    mov     x1, #(1 << 7)
    msr     spsr_el1, x1
    isb
    eret
program_ended:
    mrs     x0, esr_el1
    lsr     x0, x0, #26
    ldp     x27, x28, [sp, #80]
    ldp     x25, x26, [sp, #64]
    ldp     x23, x24, [sp, #48]
    ldp     x21, x22, [sp, #32]
    ldp     x19, x20, [sp, #16]
    ldp     x29, x30, [sp], #96
    ret

    .global wait_at_el0
wait_at_el0:
    sevl
    wfe
    wfi
    svc     #0

synchronous:
    stp     x0, x1, [sp, #-32]!
    str     x2, [sp, #16]
    adrp    x0, fault
    add     x0, x0, :lo12:fault
    ldr     x1, [x0]
    add     x1, x1, #1
    str     x1, [x0]
    mrs     x1, esr_el1
    str     x1, [x0, #8]
    mrs     x1, far_el1
    str     x1, [x0, #16]
    mrs     x1, elr_el1
    str     x1, [x0, #24]
    mrs     x1, spsr_el1
    str     x1, [x0, #32]
    ldr     x1, [x0, #8]
    lsr     x1, x1, #26
    cmp     x1, #0x21                           // fetched from nowhere: back to the caller
    b.eq    1f
    mrs     x1, elr_el1
    add     x1, x1, #4
    b       2f
1:  mov     x1, x30
2:  msr     elr_el1, x1
    ldr     x2, [sp, #16]
    ldp     x0, x1, [sp], #32
    eret

interrupt:
    stp     x0, x1, [sp, #-16]!
    stp     x2, x3, [sp, #-16]!
    adrp    x0, interrupts
    add     x0, x0, :lo12:interrupts
    ldr     x1, =0x08010000
    ldr     w2, [x1, #0xc]                      // GICC_IAR
    and     w3, w2, #0x3ff
    str     w3, [x0, #8]
    add     x0, x0, #12                         // the list
    ldr     x1, [x0, #-12]
    and     x1, x1, #63
    str     w3, [x0, x1, lsl #2]
    ldr     x3, [x0, #-12]
    add     x3, x3, #1
    str     x3, [x0, #-12]
    ldr     x1, =0x08010000
    mov     x3, #2                              // a timer that is due would interrupt for ever
    msr     cntv_ctl_el0, x3
    isb
    str     w2, [x1, #0x10]                     // GICC_EOIR
    ldp     x2, x3, [sp], #16
    ldp     x0, x1, [sp], #16
    eret

unexpected:
    adrp    x0, unexpected_text
    add     x0, x0, :lo12:unexpected_text
    bl      guest_fail

/* One instruction each; x0 is the address, x1 a value. */
    .macro access name:req, instruction:vararg
    .global \name
\name:
    \instruction
    ret
    .endm

    access load8, ldrb w0, [x0]
    access load16, ldrh w0, [x0]
    access load32, ldr w0, [x0]
    access load64, ldr x0, [x0]
    access store8, strb w1, [x0]
    access store16, strh w1, [x0]
    access store32, str w1, [x0]
    access store64, str x1, [x0]
    access load_vector, ldr q0, [x0]
    access store_vector, str q0, [x0]
    access load_exclusive, ldxr w0, [x0]
    access load_acquire, ldar w0, [x0]
    access clean_line, dc cvac, x0
    access invalidate_line, dc ivac, x0
    access zero_line, dc zva, x0
    access prefetch, prfm pldl1keep, [x0]

    .global load_pair, store_pair, load_back, store_back, call_at, hypercall, secure_call
load_pair:                                      // x0 := both words
    ldp     w2, w3, [x0]
    orr     x0, x2, x3, lsl #32
    ret
store_pair:
    lsr     x2, x1, #32
    stp     w1, w2, [x0]
    ret
load_back:                                      // x0 := the address afterwards, *x1 := the word
    ldr     w2, [x0], #4
    str     w2, [x1]
    ret
store_back:
    str     w1, [x0, #4]!
    ret
call_at:                                        // jump there, whatever it is
    stp     x29, x30, [sp, #-16]!
    blr     x0
    ldp     x29, x30, [sp], #16
    ret
hypercall:                                      // x0 to x5, x6; x7 the number
    hvc     #0
    ret
secure_call:
    smc     #0
    ret

/* Whether the registers a call must keep are kept: x0 number in x7, x1 0 for HVC, 1 for SMC. */
    .global call_keeps_registers
call_keeps_registers:
    stp     x29, x30, [sp, #-80]!
    stp     x19, x20, [sp, #16]
    stp     x21, x22, [sp, #32]
    str     x18, [sp, #48]
    mov     x7, x0
    mov     x19, #0x1919
    mov     x20, #0x2020
    mov     x18, #0x1818
    mov     x8, #0x0808
    mov     x17, #0x1717
    mov     x22, sp
    cbnz    x1, 1f
    mov     x0, #1
    mov     x1, #2
    hvc     #0
    b       2f
1:  mov     x0, #1
    smc     #0
2:  mov     x21, sp
    cmp     x21, x22
    mov     x0, #0x1919
    ccmp    x19, x0, #0, eq
    mov     x0, #0x2020
    ccmp    x20, x0, #0, eq
    mov     x0, #0x1818
    ccmp    x18, x0, #0, eq
    mov     x0, #0x1717
    ccmp    x17, x0, #0, eq
    mov     x0, #0x0808
    ccmp    x8, x0, #0, eq
    cset    x0, eq
    ldr     x18, [sp, #48]
    ldp     x21, x22, [sp, #32]
    ldp     x19, x20, [sp, #16]
    ldp     x29, x30, [sp], #80
    ret

/* The first line of each level of caches, by set and way. */
    .global set_way
set_way:
    mov     x0, #0
    dc      isw, x0
    dc      csw, x0
    dc      cisw, x0
    mov     x0, #2
    dc      cisw, x0
    dsb     sy
    ret

/* An instruction made at run time. */
    .global made_instruction
made_instruction:
    nop
    ret
    .ltorg

    .section .rodata
unexpected_text:
    .asciz "an exception that none of the accesses makes"
