/* SPDX-License-Identifier: BSD-2-Clause */
/* The root task's own addresses: a short, ascending list of what is taken, first fit. */
#include <string.h>

#include "libs/alloc/internal.h"

static uintptr_t align_up(uintptr_t address, size_t align)
{
    return (address + align - 1) & ~(uintptr_t)(align - 1);
}

enum alloc_result alloc_reserve(struct alloc *alloc, size_t size, size_t align, uintptr_t *vaddr)
{
    const size_t space = ALLOC_SPACE_END - ALLOC_SPACE_START;
    uintptr_t start = ALLOC_SPACE_START;
    uint32_t place = 0;

    if (size == 0 || size > space || align < PAGE_SIZE || align > space ||
        (align & (align - 1)) != 0)
        return ALLOC_BAD_ARGUMENT;
    if (alloc->range_count == ALLOC_RANGES)
        return ALLOC_NO_NODE;

    size = align_up(size, PAGE_SIZE);
    for (; place < alloc->range_count; place++) {
        start = align_up(start, align);
        if (start <= alloc->ranges[place].start && alloc->ranges[place].start - start >= size)
            break;
        start = alloc->ranges[place].end;
    }
    start = align_up(start, align);
    if (start > ALLOC_SPACE_END || ALLOC_SPACE_END - start < size)
        return ALLOC_NO_SPACE;

    memmove(&alloc->ranges[place + 1], &alloc->ranges[place],
            (alloc->range_count - place) * sizeof(alloc->ranges[0]));
    alloc->ranges[place] = (struct alloc_range){start, start + size};
    alloc->range_count++;
    *vaddr = start;
    return ALLOC_OK;
}

enum alloc_result alloc_release(struct alloc *alloc, uintptr_t vaddr)
{
    for (uint32_t i = 0; i < alloc->range_count; i++) {
        if (alloc->ranges[i].start != vaddr)
            continue;
        alloc->range_count--;
        memmove(&alloc->ranges[i], &alloc->ranges[i + 1],
                (alloc->range_count - i) * sizeof(alloc->ranges[0]));
        return ALLOC_OK;
    }
    return ALLOC_BAD_ARGUMENT;
}
