/* SPDX-License-Identifier: BSD-2-Clause */
/* Notes all registers at the program's first instruction, then starts as any program does. */

#define _start start_as_usual
#include "libs/rt/start.S"
#undef _start

    .section .text.start, "ax"
    .global _start
_start:
    msr     tpidr_el0, x1           /* somewhere to put it */
    adrp    x1, entry_registers
    add     x1, x1, :lo12:entry_registers
    str     x0, [x1]
    stp     x2, x3, [x1, #16]
    stp     x4, x5, [x1, #32]
    stp     x6, x7, [x1, #48]
    stp     x8, x9, [x1, #64]
    stp     x10, x11, [x1, #80]
    stp     x12, x13, [x1, #96]
    stp     x14, x15, [x1, #112]
    stp     x16, x17, [x1, #128]
    stp     x18, x19, [x1, #144]
    stp     x20, x21, [x1, #160]
    stp     x22, x23, [x1, #176]
    stp     x24, x25, [x1, #192]
    stp     x26, x27, [x1, #208]
    stp     x28, x29, [x1, #224]
    str     x30, [x1, #240]
    mrs     x2, tpidr_el0
    str     x2, [x1, #8]
    b       start_as_usual
