/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's first instructions, on the loader's tables, and the change to its own.
 *
 * Stays in memory: a core that was started but has nothing to do waits here.
 */
#include "arch/handover.h"
#include "hw/sysreg.h"
#include "kernel/lib/limits.h"

/* As the hand-over has it, so that no mapping changes its meaning on the way: 0 device nGnRnE,
 * 4 normal write-back. */
#define MAIR  0x0000aaff440c0400
#define TCR   (TCR_EL2_RES1 | TCR_T0SZ(48) | TCR_IRGN0_WBWA | TCR_ORGN0_WBWA | TCR_SH0_INNER | \
               TCR_TG0_4K)
#define SCTLR (SCTLR_EL2_RES1 | SCTLR_M | SCTLR_C | SCTLR_I | SCTLR_SA | SCTLR_WXN)
#define PARANGE_MAX 5 /* 48 bits: more needs another kind of table */

.macro load register, value
    ldr     \register, =(\value)
.endm

.section .text.start, "ax"

/* x0 to x8: struct boot_handover. */
.global _start
_start:
    mrs     x10, tpidr_el1
    cbnz    x10, secondary
    ldr     x9, =boot_handover
    stp     x0, x1, [x9]
    stp     x2, x3, [x9, #16]
    stp     x4, x5, [x9, #32]
    stp     x6, x7, [x9, #48]
    str     x8, [x9, #64]
    ldr     x8, =kernel_stacks + (1 << STACK_BITS)
    mov     sp, x8

    ldr     x8, =_start
    at      s1e2r, x8
    isb
    mrs     x9, par_el1
    and     x9, x9, #PAR_EL1_PA
    ldr     x8, =mmu_image_physical
    str     x9, [x8]

    ldr     x0, =boot_roots
    ldr     x1, =boot_handover
    bl      mmu_build
    ldr     x0, =boot_roots
    bl      mmu_switch
    load    x8, STACK_TOP(0)
    mov     sp, x8

    /* The others may follow. */
    ldr     x8, =tables_ready
    mov     x9, #1
    stlr    x9, [x8]
    dsb     ish
    sev
    ldr     x0, =boot_handover
    mov     x29, xzr
    mov     x30, xzr
    b       boot_main

/* Another core, whose number is x10: it leaves the loader's tables, whose memory others get. */
secondary:
    msr     daifset, #15
    ldr     x8, =tables_ready
    b       2f
1:  wfe
2:  ldar    x9, [x8]
    cbz     x9, 1b
    ldr     x0, =boot_roots
    bl      mmu_switch
    cmp     x10, #CORE_MAX
    b.hs    3f
    add     x9, x10, #1
    lsl     x9, x9, #STACK_STRIDE_BITS
    load    x8, STACK_BASE
    add     sp, x8, x9
    mov     x0, x10
    mov     x29, xzr
    mov     x30, xzr
    b       boot_other_core
3:  wfe
    b       3b

/*
 * mmu_switch(x0: struct mmu_roots *): from the loader's tables to our own. Uses no memory besides.
 *
 * The loader maps the image by a block, we by pages; a TLB must never see both (break before
 * make), so code steps aside to another address of its own page, under which both agree:
 *
 *            loader      transition     alias       final
 *   image    block  -->  the same  -->  none   -->  pages
 *   alias    none        page           same        same
 */
mmu_switch:
    ldp     x1, x2, [x0]
    ldr     x3, [x0, #16]
    ldr     x4, =MAIR
    ldr     x5, =TCR
    mrs     x6, id_aa64mmfr0_el1
    and     x6, x6, #0xf
    mov     x7, #PARANGE_MAX
    cmp     x6, x7
    csel    x6, x6, x7, lo
    orr     x5, x5, x6, lsl #TCR_EL2_PS_SHIFT
    load    x6, SCTLR
    dsb     sy
    msr     ttbr0_el2, x1
    isb
    tlbi    alle2
    dsb     nsh
    isb
    adr     x7, 1f
    and     x7, x7, #0xfff
    orr     x7, x7, #BOOT_ALIAS
    br      x7
1:  msr     ttbr0_el2, x2
    isb
    msr     mair_el2, x4
    msr     tcr_el2, x5
    isb
    tlbi    alle2
    dsb     nsh
    isb
    msr     ttbr0_el2, x3
    msr     sctlr_el2, x6
    isb
    ret

.ltorg
.global start_end /* all of it lies in one page, which the alias shows (kernel.ld) */
start_end:

.section .bss.start, "aw", %nobits
.balign 8
boot_roots:
    .skip   24
tables_ready:
    .skip   8
boot_handover:
    .skip   HANDOVER_BYTES
