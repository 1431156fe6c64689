/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first instructions of a boot image: the headers, and the way to C with the MMU off.
 * Stands on nothing; it never assumes where it lies (any multiple of 16 will do to get to C),
 * nor that the caches are off: U-Boot's `go` leaves them on.
 */
#include "abi/image.h"
#include "abi/linux_image.h"

    .section .head, "ax"
    .global image_start
    .hidden image_start
image_start:
    b       start
    .word   0
    .quad   0                                   // text_offset: mkimage's to fill in
    .quad   loader_end - . + 16                 // image_size: until then, the loader's own
    .quad   LINUX_IMAGE_PAGES_4K | LINUX_IMAGE_ANYWHERE
    .quad   0, 0, 0
    .word   LINUX_IMAGE_MAGIC
    .word   0

    .org    IMAGE_HEADER_OFFSET
    .quad   IMAGE_MAGIC                         // mkimage knows a loader by it
    .word   IMAGE_VERSION
    .org    IMAGE_CODE_OFFSET

start:
    msr     daifset, #15
    msr     spsel, #1
    mov     x19, x0                             // a device tree, perhaps
    adr     x20, image_start
    tst     x20, #15
    b.ne    halt                                // not even the stack would be aligned
    adr     x0, stack_top
    mov     sp, x0
    mrs     x21, currentel
    lsr     x21, x21, #2
    cmp     x21, #2
    b.ne    clear_memory                        // C will refuse; the state does not matter
    mrs     x0, sctlr_el2
    tbz     x0, #0, caches_off

    /*
     * The MMU is on, and so may be the data cache: what the boot loader wrote may be nowhere
     * else. Write it all to memory before the cache is switched off. C is asked how far the
     * image and the device tree reach; what it pushes on the stack is cleaned with the rest.
     */
    mov     x0, x20
    bl      boot_image_end
    mov     x22, x0
    mov     x0, x19
    bl      boot_tree_end
    mov     x1, x0
    mov     x0, x19
    bl      clean_and_invalidate
    mov     x0, x20
    mov     x1, x22
    bl      clean_and_invalidate

caches_off:
    /*
     * From here the loader owns EL2: no MMU, no caches, no VHE. This code runs at its physical
     * address, as boot loaders map RAM to itself.
     */
    ldr     w0, =0x30c50830                     // SCTLR_EL2: only the bits that must be one
    msr     sctlr_el2, x0
    isb
    msr     hcr_el2, xzr
    isb
    tlbi    alle2
    ic      iallu
    dsb     nsh
    isb
    adr     x0, vectors
    msr     vbar_el2, x0
    /* Lines of the working memory that are still cached from earlier must not hide what is
     * written past the cache now. The image's range holds no dirty lines: boot protocol. */
    adr     x0, working_start
    adr     x1, loader_end
    bl      invalidate

clear_memory:
    adr     x0, working_start
    adr     x1, cleared_end
1:  stp     xzr, xzr, [x0], #16
    cmp     x0, x1
    b.lo    1b
    mov     x29, xzr
    mov     x30, xzr
    mov     x0, x20
    mov     x1, x19
    mov     x2, x21
    bl      loader_main

    .global halt
    .hidden halt
halt:
    wfe
    b       halt

    /* x0 to x1, a range of addresses; uses x0 to x3. Without a stack: it may be cleaned. */
clean_and_invalidate:
    mrs     x3, ctr_el0
    ubfx    x3, x3, #16, #4                     // log2 of words in the smallest data line
    mov     x2, #4
    lsl     x2, x2, x3
    sub     x3, x2, #1
    bic     x0, x0, x3
1:  cmp     x0, x1
    b.hs    2f
    dc      civac, x0
    add     x0, x0, x2
    b       1b
2:  dsb     sy
    ret

    /* The same, but drops what is cached. The range starts and ends with a page. */
    .global invalidate
    .hidden invalidate
invalidate:
    mrs     x3, ctr_el0
    ubfx    x3, x3, #16, #4
    mov     x2, #4
    lsl     x2, x2, x3
1:  dc      ivac, x0
    add     x0, x0, x2
    cmp     x0, x1
    b.lo    1b
    dsb     sy
    ret

    .ltorg

    /* A fault in the loader itself, or in what the boot loader handed over. */
    .section .vectors, "ax"
    .balign 2048
vectors:
    .rept   16
    b       1f
    .balign 128
    .endr
1:  adr     x0, stack_top
    mov     sp, x0
    mrs     x0, esr_el2
    mrs     x1, elr_el2
    mrs     x2, far_el2
    bl      loader_fault
