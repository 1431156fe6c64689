/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An init that is never run: the probe kernel compares what lies in memory with it.
 * Two segments with a gap between, an entry that is not the start, and a bss.
 */
    .section .text.first, "ax"
    .ascii  "init.S.."
    .global _start
_start:
    b       .

    .section .data.first, "aw"
    .quad   0x6c756b6861656400
    .quad   0x401000

    .section .bss.first, "aw", %nobits
    .space  135000
