/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Work on many bytes: checksum, copy, clear and cache maintenance.
 * Stands on nothing; every byte of the image passes here once, so the loops are unrolled.
 */
    .arch   armv8-a+crc

    .macro  function name
    .section .text.\name, "ax"
    .global \name
    .hidden \name
\name:
    .endm

    .macro  crc_pair first, second
    crc32x  w0, w0, \first
    crc32x  w0, w0, \second
    .endm

    /* w0: checksum so far, x1: data, x2: blocks of 128 bytes. 26 instructions a block. */
function crc32_blocks
    cbz     x2, 2f
1:  ldp     x3, x4, [x1], #128
    ldp     x5, x6, [x1, #-112]
    ldp     x7, x8, [x1, #-96]
    ldp     x9, x10, [x1, #-80]
    crc_pair x3, x4
    ldp     x3, x4, [x1, #-64]
    crc_pair x5, x6
    ldp     x5, x6, [x1, #-48]
    crc_pair x7, x8
    ldp     x7, x8, [x1, #-32]
    crc_pair x9, x10
    ldp     x9, x10, [x1, #-16]
    crc_pair x3, x4
    crc_pair x5, x6
    crc_pair x7, x8
    crc_pair x9, x10
    subs    x2, x2, #1
    b.ne    1b
2:  ret

function memcpy
    mov     x3, x0
    orr     x4, x0, x1
    tst     x4, #7
    b.ne    2f                                  // not aligned: byte by byte
    subs    x2, x2, #64
    b.lo    1f
0:  ldp     x4, x5, [x1], #64
    ldp     x6, x7, [x1, #-48]
    ldp     x8, x9, [x1, #-32]
    ldp     x10, x11, [x1, #-16]
    stp     x4, x5, [x3], #64
    stp     x6, x7, [x3, #-48]
    stp     x8, x9, [x3, #-32]
    stp     x10, x11, [x3, #-16]
    subs    x2, x2, #64
    b.hs    0b
1:  add     x2, x2, #64
2:  cbz     x2, 4f
3:  ldrb    w4, [x1], #1
    strb    w4, [x3], #1
    subs    x2, x2, #1
    b.ne    3b
4:  ret

function memset
    mov     x3, x0
    and     w1, w1, #0xff
    tst     x0, #7
    b.ne    2f
    mov     x4, #0x0101010101010101
    mul     x4, x4, x1
    subs    x2, x2, #64
    b.lo    1f
0:  stp     x4, x4, [x3], #64
    stp     x4, x4, [x3, #-48]
    stp     x4, x4, [x3, #-32]
    stp     x4, x4, [x3, #-16]
    subs    x2, x2, #64
    b.hs    0b
1:  add     x2, x2, #64
2:  cbz     x2, 4f
3:  strb    w1, [x3], #1
    subs    x2, x2, #1
    b.ne    3b
4:  ret

    /* x2: bytes in the smallest data line, x0 rounded down to it; clobbers x3. */
    .macro  line_of
    mrs     x3, ctr_el0
    ubfx    x3, x3, #16, #4
    mov     x2, #4
    lsl     x2, x2, x3
    sub     x3, x2, #1
    bic     x0, x0, x3
    .endm

function cache_clean
    line_of
1:  cmp     x0, x1
    b.hs    2f
    dc      cvac, x0
    add     x0, x0, x2
    b       1b
2:  dsb     sy
    ret

function cache_publish_code
    line_of
1:  cmp     x0, x1
    b.hs    2f
    dc      cvac, x0
    add     x0, x0, x2
    b       1b
2:  dsb     sy
    ic      ialluis
    dsb     ish
    isb
    ret
