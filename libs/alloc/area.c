/* SPDX-License-Identifier: BSD-2-Clause */
/* Mapped memory of the root task: RAM and device registers. Stands on object.c, space.c, map.c. */
#include "libs/alloc/internal.h"

static enum alloc_result map_pages(struct alloc *alloc, seL4_CPtr first, size_t count,
                                   uintptr_t vaddr, seL4_ARM_VMAttributes attributes)
{
    for (size_t i = 0; i < count; i++) {
        enum alloc_result result = alloc_map_frame(alloc, first + i, vaddr + i * PAGE_SIZE,
                                                   seL4_ReadWrite, attributes);
        if (result != ALLOC_OK)
            return result;
    }
    return ALLOC_OK;
}

enum alloc_result alloc_area_ram(struct alloc *alloc, size_t size, bool guard,
                                 struct alloc_area *area)
{
    size_t count = (size + PAGE_SIZE - 1) / PAGE_SIZE;
    size_t below = guard ? PAGE_SIZE : 0;
    enum alloc_result result;
    uintptr_t start;
    seL4_CPtr first;

    if (size == 0 || size > ALLOC_SPACE_END)
        return ALLOC_BAD_ARGUMENT;
    result = alloc_reserve(alloc, below + count * PAGE_SIZE, PAGE_SIZE, &start);
    if (result != ALLOC_OK)
        return result;
    result = alloc_frames(alloc, seL4_ARM_SmallPageObject, count, &first);
    if (result != ALLOC_OK)
        goto release;
    result = map_pages(alloc, first, count, start + below, seL4_ARM_Default_VMAttributes);
    if (result != ALLOC_OK)
        goto free_frames;
    *area = (struct alloc_area){
        .vaddr = start + below, .first = first, .count = count, .size = size, .range = start};
    return ALLOC_OK;

free_frames:
    alloc_must(alloc_free_objects(alloc, first, count));
release:
    alloc_must(alloc_release(alloc, start));
    return result;
}

enum alloc_result alloc_area_device(struct alloc *alloc, uint64_t paddr, size_t size,
                                    struct alloc_area *area)
{
    uint64_t offset = paddr % PAGE_SIZE;
    size_t count = (size_t)((offset + size + PAGE_SIZE - 1) / PAGE_SIZE);
    enum alloc_result result;
    size_t made = 0;
    uintptr_t start;
    seL4_CPtr first;

    if (size == 0 || size > ALLOC_SPACE_END || paddr + size < paddr)
        return ALLOC_BAD_ARGUMENT;
    result = alloc_reserve(alloc, count * PAGE_SIZE, PAGE_SIZE, &start);
    if (result != ALLOC_OK)
        return result;
    result = alloc_slots(alloc, count, &first);
    if (result != ALLOC_OK)
        goto release;
    for (; made < count; made++) {
        result = object_make_at(alloc, seL4_ARM_SmallPageObject, 0,
                                paddr - offset + made * PAGE_SIZE, first + made);
        if (result != ALLOC_OK)
            goto free_frames;
    }
    result = map_pages(alloc, first, count, start, seL4_ARM_ExecuteNever);
    if (result != ALLOC_OK)
        goto free_frames;
    *area = (struct alloc_area){
        .vaddr = start + offset, .first = first, .count = count, .size = size, .range = start};
    return ALLOC_OK;

free_frames:
    if (made > 0)
        alloc_must(alloc_free_objects(alloc, first, made));
    alloc_free_slots(alloc, first + made, count - made);
release:
    alloc_must(alloc_release(alloc, start));
    return result;
}

enum alloc_result alloc_area_free(struct alloc *alloc, struct alloc_area *area)
{
    enum alloc_result result = alloc_free_objects(alloc, area->first, area->count);

    if (result == ALLOC_OK)
        result = alloc_release(alloc, area->range);
    if (result == ALLOC_OK)
        *area = (struct alloc_area){0};
    return result;
}
