/* SPDX-License-Identifier: BSD-2-Clause */
/* A bare guest begins with the header of an arm64 Linux Image; each has a `start` of its own. */
#include "abi/linux_image.h"

    .section .text.start, "ax"
    .global _start
_start:
    b       start
    .word   0
    .quad   0, guest_image_size, LINUX_IMAGE_PAGES_4K
    .quad   0, 0, 0
    .word   LINUX_IMAGE_MAGIC, 0
