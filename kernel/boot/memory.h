/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whose each piece of the physical address space is when the first thread starts.
 *
 *   RAM     = reserved by the board | kernel | user image | files | objects of boot | recycled |
 * free the rest = reserved by the board | interrupt controller | devices
 *
 * Files (abi/image.h) are given out as devices are: whoever makes frames of them finds their bytes.
 * Page 0 is nobody's where it is RAM: capability slots are linked by numbers, and 0 means none.
 */
#pragma once

#include "arch/handover.h"
#include "kernel/boot/board.h"

struct memory {
    struct region_list free;
    struct region_list recycled; /* taken while booting, free afterwards */
    struct region_list device;
};

/* Divides the address space. Panics if the hand-over does not fit the board. `image` is the
 * kernel's place. */
void memory_divide(struct memory *memory, const struct board *board,
                   const struct boot_handover *handover, struct region image);

/* Takes all that is in `others` out of the list. Panics if the pieces are too many. */
void memory_exclude(struct region_list *list, const struct region_list *others);

/* 2^bits bytes of free RAM for good, cleared, aligned to their size; panics if there are none. */
paddr_t memory_take(struct memory *memory, unsigned bits);

/* Gives back what only booting needed; not to be touched any more. */
void memory_recycle(struct memory *memory, struct region region);
