/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the other vCPUs start, with the address of a struct second in x0; and calls with more
 * arguments. */
    .text
    .global second_start
second_start:
    ldp     x1, x2, [x0]
    mov     sp, x1
    msr     vbar_el1, x2
    mov     x1, #(3 << 20)                      // vector registers
    msr     cpacr_el1, x1
    isb
    b       second_main

/* x0 := the answer. */
    .global call_smc, call_hvc
call_smc:
    smc     #0
    ret
call_hvc:
    hvc     #0
    ret
