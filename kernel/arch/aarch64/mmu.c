/* SPDX-License-Identifier: BSD-2-Clause */
/* What outlives booting of the kernel's own tables: their trimming. Boot code builds them. */
#include "arch/mmu.h"
#include "kernel/arch/aarch64/mmu.h"

struct mmu_tables mmu_tables;
uint64_t mmu_image_physical;

static void unmap_image(const char *start, const char *end)
{
    for (const char *page = start; page < end; page += 4096) {
        mmu_tables.image_pages[TABLE_INDEX((uint64_t)page)] = 0;
    }
}

void mmu_drop_boot(void)
{
    mmu_tables.root[BOOT_ALIAS >> ROOT_SHIFT] = 0;
    unmap_image(rodata_end, boot_end);
    unmap_image(mmu_pool + 4096UL * mmu_tables.pool_used, image_end);
    __asm__ volatile("dsb ishst; tlbi alle2is; dsb ish; isb" : : : "memory");
}
