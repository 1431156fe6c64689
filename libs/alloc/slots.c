/* SPDX-License-Identifier: BSD-2-Clause */
/* Slots of the root CNode: one bit each, first fit. The root CNode's guard makes a capability
 * pointer equal to its slot's number. */
#include "libs/alloc/internal.h"

void slots_init(struct alloc *alloc, seL4_SlotRegion empty)
{
    alloc->slot_start = empty.start;
    alloc->slot_end = empty.end < ALLOC_SLOTS ? empty.end : ALLOC_SLOTS;
    alloc->slot_hint = empty.start;
}

static bool is_used(const struct alloc *alloc, seL4_Word slot)
{
    return (alloc->slot_used[slot / 64] >> (slot % 64)) & 1;
}

static void mark(struct alloc *alloc, seL4_Word slot, bool used)
{
    uint64_t bit = UINT64_C(1) << (slot % 64);

    CHECK(is_used(alloc, slot) != used);
    if (used)
        alloc->slot_used[slot / 64] |= bit;
    else
        alloc->slot_used[slot / 64] &= ~bit;
}

/* slot_hint: no slot below it is free. */
enum alloc_result alloc_slots(struct alloc *alloc, size_t count, seL4_CPtr *first)
{
    size_t run = 0;
    seL4_Word slot = alloc->slot_hint;

    if (count == 0)
        return ALLOC_BAD_ARGUMENT;
    for (; slot < alloc->slot_end && run < count; slot++) {
        if (slot % 64 == 0 && alloc->slot_used[slot / 64] == UINT64_MAX) {
            run = 0;
            slot += 63;
            continue;
        }
        run = is_used(alloc, slot) ? 0 : run + 1;
    }
    if (run < count)
        return ALLOC_NO_SLOT;

    *first = slot - count;
    for (size_t i = 0; i < count; i++)
        mark(alloc, *first + i, true);
    if (*first == alloc->slot_hint)
        alloc->slot_hint = slot;
    return ALLOC_OK;
}

enum alloc_result alloc_slot(struct alloc *alloc, seL4_CPtr *slot)
{
    return alloc_slots(alloc, 1, slot);
}

void alloc_free_slots(struct alloc *alloc, seL4_CPtr first, size_t count)
{
    CHECK(first >= alloc->slot_start && first <= alloc->slot_end &&
          count <= alloc->slot_end - first);
    for (size_t i = 0; i < count; i++)
        mark(alloc, first + i, false);
    if (first < alloc->slot_hint)
        alloc->slot_hint = first;
}

void alloc_free_slot(struct alloc *alloc, seL4_CPtr slot)
{
    alloc_free_slots(alloc, slot, 1);
}
