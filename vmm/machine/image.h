/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Puts a guest's files into its RAM. Stands on mem/, abi/linux_image.h and unzip.h; every place is
 * checked against RAM and against the others before a byte is written.
 *
 *   RAM base + text_offset   kernel, with the memory its header asks for behind it
 *   next 64 KiB boundary     device tree, GUEST_DT_SIZE
 *   next 64 KiB boundary     initrd
 *
 * Each may be wished elsewhere in RAM; what is not then goes to the next 64 KiB boundary behind the
 * kernel where it has room, or before a kernel that was wished.
 */
#ifndef VMM_MACHINE_IMAGE_H
#define VMM_MACHINE_IMAGE_H

#include <stddef.h>

#include "vmm/machine/complaint.h"
#include "vmm/mem/ram.h"

struct image_file {
    const void *data;
    size_t size; /* 0: there is none */
};

struct image_place {
    ipa_t address;
    uint64_t size;
};

/* Where files are wished to be. */
#define IMAGE_ANYWHERE UINT64_MAX

struct image_wish {
    uint64_t kernel, tree, initrd; /* or IMAGE_ANYWHERE */
};

struct image_plan {
    bool packed;               /* the kernel is gzip-compressed */
    struct image_place kernel; /* all its memory, also what the file does not fill */
    struct image_place tree;
    struct image_place initrd; /* size 0: none */
};

/* Decides where everything goes. Needs only base and size of `ram`. False: see the complaint. */
bool image_plan(const struct ram *ram, const struct image_file *kernel,
                const struct image_file *initrd, const struct image_wish *wish,
                struct image_plan *plan, struct complaint *complaint);

/* Whether image_load() could unpack the kernel. For who packs it: the VMM sees when it loads it. */
bool image_try(const struct image_file *kernel, const struct image_plan *plan,
               struct complaint *complaint);

/* Copies kernel and initrd where the plan says and cleans the caches behind them. */
bool image_load(const struct ram *ram, const struct image_file *kernel,
                const struct image_file *initrd, const struct image_plan *plan,
                struct complaint *complaint);

#endif
