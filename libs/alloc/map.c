/* SPDX-License-Identifier: BSD-2-Clause */
/* Mapping frames, making page tables as the kernel asks for them. Stands on object.c. */
#include "libs/alloc/internal.h"

/* How many levels can be missing below the root, on any configuration of the kernel. */
#define LEVELS 3

void alloc_vspace_init(struct alloc_vspace *vspace, seL4_CPtr root)
{
    vspace->root = root;
    vspace->table_count = 0;
}

static enum alloc_result add_table(struct alloc *alloc, struct alloc_vspace *vspace, uint64_t vaddr)
{
    enum alloc_result result;
    seL4_CPtr table;

    if (vspace->table_count == ALLOC_TABLES)
        return ALLOC_NO_NODE;
    result = alloc_object(alloc, seL4_ARM_PageTableObject, 0, &table);
    if (result != ALLOC_OK)
        return result;
    result = alloc_judge(
        alloc, seL4_ARM_PageTable_Map(table, vspace->root, vaddr, seL4_ARM_Default_VMAttributes));
    if (result != ALLOC_OK) {
        alloc_must(alloc_free_object(alloc, table));
        return result;
    }
    vspace->tables[vspace->table_count++] = (uint32_t)table;
    return ALLOC_OK;
}

enum alloc_result alloc_map_in(struct alloc *alloc, struct alloc_vspace *vspace, seL4_CPtr frame,
                               uint64_t vaddr, seL4_CapRights_t rights,
                               seL4_ARM_VMAttributes attributes)
{
    for (unsigned attempt = 0; attempt <= LEVELS; attempt++) {
        seL4_Error error = seL4_ARM_Page_Map(frame, vspace->root, vaddr, rights, attributes);

        /* A missing table is told as a missing capability; any other lookup failure is final. */
        if (error != seL4_FailedLookup || seL4_GetMR(1) != seL4_MissingCapability)
            return alloc_judge(alloc, error);
        enum alloc_result result = add_table(alloc, vspace, vaddr);
        if (result != ALLOC_OK)
            return result;
    }
    return alloc_judge(alloc, seL4_FailedLookup);
}

enum alloc_result alloc_map_frame(struct alloc *alloc, seL4_CPtr frame, uintptr_t vaddr,
                                  seL4_CapRights_t rights, seL4_ARM_VMAttributes attributes)
{
    return alloc_map_in(alloc, &alloc->own, frame, vaddr, rights, attributes);
}

enum alloc_result alloc_vspace_clear(struct alloc *alloc, struct alloc_vspace *vspace)
{
    while (vspace->table_count > 0) {
        enum alloc_result result = alloc_free_object(alloc,
                                                     vspace->tables[vspace->table_count - 1]);

        if (result != ALLOC_OK)
            return result;
        vspace->table_count--;
    }
    return ALLOC_OK;
}
