/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Turns the MMU on, and takes cores into the kernel.
 * Stands on struct handover; core_enter() uses no stack, since cores arrive there without one.
 */
#include "loader/board.h"

/* Index 0 nGnRnE, 1 nGnRE, 2 GRE, 3 not cacheable, 4 write-back, 5 write-through. */
#define MAIR  0x0000aaff440c0400
#define SCTLR 0x1005 /* MMU, data and instruction cache */

    .macro  function name
    .section .text.\name, "ax"
    .global \name
    .hidden \name
\name:
    .endm

    /* Tables in \tables, TCR in \translation; clobbers x9. Nothing cached may be left. */
    .macro  switch_mmu_on tables, translation
    ldr     x9, =MAIR
    msr     mair_el2, x9
    msr     tcr_el2, \translation
    msr     ttbr0_el2, \tables
    isb
    tlbi    alle2
    ic      iallu
    dsb     nsh
    isb
    mov     x9, #SCTLR
    msr     sctlr_el2, x9
    isb
    .endm

function mmu_enable
    dsb     sy                                  // the tables are in memory
    mov     x10, x30
    mov     x12, x0
    mov     x13, x1
    /* Instruction fetches may have pulled lines of the tables into a shared cache. */
    adr     x0, working_start
    adr     x1, loader_end
    bl      invalidate
    switch_mmu_on x12, x13
    mov     x30, x10
    ret

function core_start
    msr     daifset, #15
    msr     hcr_el2, xzr
    isb
    /* fall through: x0 is the core's number, as the context of CPU_ON */
    b       core_enter

    /*
     * x0: the core's number. The boot core comes with its MMU on, the others with theirs off;
     * both sets of tables map this code alike, so both may switch.
     */
function core_enter
    msr     daifset, #15
    msr     spsel, #1
    msr     tpidr_el1, x0
    adr     x8, handover
    ldr     x10, [x8, #HANDOVER_TABLES]
    ldr     x11, [x8, #HANDOVER_TRANSLATION]
    switch_mmu_on x10, x11
    msr     vbar_el2, xzr
    msr     cptr_el2, xzr
    msr     hcr_el2, xzr
    msr     cntvoff_el2, xzr
    mov     x9, #3                              // EL1 may use the counter and physical timer
    msr     cnthctl_el2, x9
    cbz     x0, 1f                              // the boot core keeps its stack
    add     x9, x8, #HANDOVER_STACKS
    mov     x10, #CORE_STACK_SIZE
    madd    x9, x0, x10, x9
    add     sp, x9, #CORE_STACK_SIZE
1:  add     x9, x8, #HANDOVER_ARRIVED
    mov     w10, #1
    str     w10, [x9, x0, lsl #2]               // pairs with cores_start(), which waits for it
    dsb     ish
    sev
    ldr     x9, [x8, #HANDOVER_ENTRY]
    ldp     x0, x1, [x8, #HANDOVER_ARGUMENTS]
    ldp     x2, x3, [x8, #HANDOVER_ARGUMENTS + 16]
    ldp     x4, x5, [x8, #HANDOVER_ARGUMENTS + 32]
    ldp     x6, x7, [x8, #HANDOVER_ARGUMENTS + 48]
    ldr     x8, [x8, #HANDOVER_ARGUMENTS + 64]
    isb
    br      x9

function firmware_call
    smc     #0
    ret
