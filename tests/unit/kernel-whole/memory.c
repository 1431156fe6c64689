/* SPDX-License-Identifier: BSD-2-Clause */
/* The arena of kernel/arch/fake/arch/physmap.h. */
#include <sys/mman.h>

#include "arch/physmap.h"

extern char __executable_start[]; /* the linker's */

static bool map(uint64_t physical, size_t size)
{
    void *place = phys_to_virt(paddr(physical));
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE;
    return mmap(place, size, PROT_READ | PROT_WRITE, flags, -1, 0) == place;
}

bool fake_memory_make(void)
{
    return map(FAKE_BASE, FAKE_BYTES) && map(FAKE_IMAGE, FAKE_IMAGE_BYTES);
}

void fake_memory_free(void)
{
    (void)munmap(phys_to_virt(paddr(FAKE_BASE)), FAKE_BYTES);
    (void)munmap(phys_to_virt(paddr(FAKE_IMAGE)), FAKE_IMAGE_BYTES);
}

void *physmap_of_image(void *pointer)
{
    uint64_t offset = (uint64_t)pointer - align_down((uint64_t)__executable_start, 21);
    return phys_to_virt(paddr(FAKE_IMAGE + offset % FAKE_IMAGE_BYTES));
}
