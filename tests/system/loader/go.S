/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Enters an image as U-Boot's `go` does: at EL2, MMU and caches on, RAM and devices mapped to
 * themselves, x0 a count of arguments. QEMU starts it as a Linux Image; the boot image lies
 * GO_IMAGE. Stands on QEMU's virt machine.
 */
#define GO_IMAGE 0x50000000

    .text
    b       start
    .word   0
    .quad   0, 0x10000, 0xa
    .quad   0, 0, 0
    .word   0x644d5241, 0

start:
    adr     x0, table
    mov     x1, #0x701                          // 0 to 1 GiB: devices
    orr     x1, x1, #0x40
    str     x1, [x0]
    mov     x2, #0x40000000                     // 1 to 4 GiB: memory, index 1
    mov     x1, #0x745
    add     x1, x1, x2
    str     x1, [x0, #8]
    add     x1, x1, x2
    str     x1, [x0, #16]
    mov     x3, #0xff00
    msr     mair_el2, x3
    ldr     x3, =0x80823519                     // 39-bit addresses: tables start at 1 GiB blocks
    msr     tcr_el2, x3
    msr     ttbr0_el2, x0
    dsb     sy
    isb
    tlbi    alle2
    dsb     sy
    isb
    ldr     x3, =0x30c5183d
    msr     sctlr_el2, x3
    isb
    mov     x0, #1
    mov     x1, sp
    mov     x2, #GO_IMAGE
    br      x2
    .ltorg

    .balign 4096
table:
    .space  4096
