/* SPDX-License-Identifier: BSD-2-Clause */
/* Between the files that build, switch and finally trim the kernel's tables. */
#pragma once

#include "arch/handover.h"

#define ROOT_SHIFT     39
#define TABLE_ENTRIES  512
#define TABLE_INDEX(a) (((a) >> 12) & (TABLE_ENTRIES - 1))

/* What mmu_switch() (boot.S) goes through, root tables by physical address. */
struct mmu_roots {
    uint64_t transition; /* the image by the same block the loader used, and the alias */
    uint64_t alias;      /* the alias alone */
    uint64_t final;
};

/* What mmu_drop_boot() needs to know of the tables. */
struct mmu_tables {
    uint64_t *root;
    uint64_t *image_pages;
    unsigned pool_used; /* from the front, for good */
};

extern struct mmu_tables mmu_tables;
extern uint64_t mmu_image_physical;

/* Places of the linker's (kernel.ld), all page aligned. */
extern char image_start[], text_end[], rodata_end[], boot_text_end[], boot_end[], image_end[];
extern char kernel_stacks[], mmu_pool[], mmu_pool_end[];

static inline uint64_t image_to_physical(const void *pointer)
{
    return (uint64_t)pointer - IMAGE_BASE + mmu_image_physical;
}
