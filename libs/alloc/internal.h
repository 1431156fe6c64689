/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of libs/alloc share; not for programs. */
#pragma once

#include "libs/alloc/alloc.h"
#include "libs/alloc/retype.h"
#include "libs/rt/rt.h"

#define NODE_NONE 0xffff
#define PAGE_SIZE 4096UL

enum node_state {
    NODE_UNUSED = 0, /* not part of the tree */
    NODE_FREE,
    NODE_SPLIT, /* into child and child + 1 */
    NODE_USED,  /* retyped into objects */
};

/* tree.c */
enum alloc_result tree_init(struct alloc *alloc, const seL4_BootInfo *bootinfo);
enum alloc_result tree_take(struct alloc *alloc, unsigned bits, uint16_t *node);
enum alloc_result tree_take_at(struct alloc *alloc, unsigned bits, uint64_t paddr, uint16_t *node);
void tree_give(struct alloc *alloc, uint16_t node);

/* slots.c */
void slots_init(struct alloc *alloc, seL4_SlotRegion empty);

/* object.c: one object at an address, into a slot the caller has. */
enum alloc_result object_make_at(struct alloc *alloc, seL4_Word type, seL4_Word size_bits,
                                 uint64_t paddr, seL4_CPtr slot);

/* Notes what the kernel said, for the caller to look up. */
static inline enum alloc_result alloc_judge(struct alloc *alloc, seL4_Error error)
{
    if (error == seL4_NoError)
        return ALLOC_OK;
    alloc->kernel_error = error;
    return ALLOC_REFUSED;
}

/* For steps that cannot fail unless this library is wrong: taking back what it has just made. */
static inline void alloc_must(enum alloc_result result)
{
    CHECK(result == ALLOC_OK);
}
