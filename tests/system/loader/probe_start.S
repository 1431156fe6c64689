/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A kernel that does nothing but look at how it was entered: records every register of the
 * hand-over, on each core, before it touches any.
 * Stands on the loader's hand-over alone.
 */
#include "tests/system/loader/probe.h"

    .section .text.first, "ax"
    .global kernel_start
kernel_start:
    .ascii  "not the entry point"               // the entry may be anywhere

    .balign 4
    .global probe_start
probe_start:
    mrs     x9, tpidr_el1
    and     x10, x9, #PROBE_CORE_MAX - 1
    mov     x11, #PROBE_RECORD_SIZE
    adrp    x12, records
    add     x12, x12, :lo12:records
    madd    x12, x10, x11, x12
    stp     x0, x1, [x12]
    stp     x2, x3, [x12, #16]
    stp     x4, x5, [x12, #32]
    mrs     x7, cntvct_el0                      // x7 has no meaning
    stp     x6, x7, [x12, #48]
    mov     x0, sp
    mrs     x1, currentel
    stp     x0, x1, [x12, #64]
    mrs     x0, spsel
    mrs     x1, daif
    stp     x0, x1, [x12, #80]
    mrs     x0, sctlr_el2
    mrs     x1, tcr_el2
    stp     x0, x1, [x12, #96]
    mrs     x0, mair_el2
    mrs     x1, ttbr0_el2
    stp     x0, x1, [x12, #112]
    mrs     x0, hcr_el2
    mrs     x1, vbar_el2
    stp     x0, x1, [x12, #128]
    mrs     x0, cptr_el2
    mrs     x1, cnthctl_el2
    stp     x0, x1, [x12, #144]
    mrs     x0, cntvoff_el2
    stp     x0, x9, [x12, #160]
    adrp    x0, kernel_start
    at      s1e2r, x0
    isb
    mrs     x0, par_el1
    mov     x1, #1
    stp     x0, x1, [x12, #176]
    dsb     sy
    cbnz    x9, 1f                              // the boot core judges for all
    adrp    x0, stack_top
    add     x0, x0, :lo12:stack_top
    mov     sp, x0
    bl      probe_main
1:  wfe
    b       1b

    /* The probe's own tables: x0, then back. */
    .global probe_use_tables
probe_use_tables:
    dsb     sy
    msr     ttbr0_el2, x0
    isb
    tlbi    alle2
    dsb     sy
    isb
    ret

    /* loader/console.c's way out. */
    .global halt
halt:
    wfe
    b       halt

    .global firmware_call
firmware_call:
    smc     #0
    ret
