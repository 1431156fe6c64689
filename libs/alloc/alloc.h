/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a root task owns and gives out: capability slots, kernel objects made from untyped memory,
 * and its own address space. Stands on <sel4/sel4.h>; bounded arrays only, no malloc, no printing.
 *
 * Everything can be given back exactly: after the matching free calls alloc_count() answers what
 * it did before (page tables of an address space stay with it). Untyped memory is split in halves
 * down to the size asked for (a binary tree, each node one untyped capability) and halves that are
 * both free again become their parent.
 *
 * One thread at a time may call.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sel4/sel4.h>

enum alloc_result {
    ALLOC_OK = 0,
    ALLOC_NO_SLOT,      /* the root CNode is full */
    ALLOC_NO_MEMORY,    /* no untyped is large enough, or none covers that physical address */
    ALLOC_NO_NODE,      /* a bounded table of this library is full */
    ALLOC_NO_SPACE,     /* no gap in the address space is large enough */
    ALLOC_IN_USE,       /* somebody has that physical address or that range already */
    ALLOC_BAD_ARGUMENT, /* sizes, alignment, or a slot that was not allocated here */
    ALLOC_REFUSED,      /* the kernel refused: see kernel_error */
};

#define ALLOC_MUST_USE    __attribute__((warn_unused_result))

#define ALLOC_SLOTS       65536
#define ALLOC_NODES       2048
#define ALLOC_RANGES      256
#define ALLOC_TABLES      128

/* The root task's own free addresses: above everything the kernel maps, below UserTop. */
#define ALLOC_SPACE_START 0x1000000000UL
#define ALLOC_SPACE_END   0x8000000000UL

/* A node of the untyped tree. The children of node i are a pair: child and child + 1. */
struct alloc_node {
    uint64_t paddr;
    uint32_t slot;        /* the untyped capability */
    uint32_t object_slot; /* first capability made from it, when used */
    uint16_t object_count;
    uint16_t parent;
    uint16_t child;
    uint16_t next, previous; /* free list of its size; RAM only */
    uint8_t size_bits;
    uint8_t state;
    bool device;
};

/* An address space, and the page tables that alloc_map_in() put into it. */
struct alloc_vspace {
    seL4_CPtr root;
    uint32_t table_count;
    uint32_t tables[ALLOC_TABLES];
};

struct alloc_range {
    uintptr_t start, end;
};

struct alloc {
    seL4_CPtr root_cnode;
    seL4_Word slot_start, slot_end; /* what bootinfo calls empty, cut at ALLOC_SLOTS */
    seL4_Word slot_hint;
    uint64_t slot_used[ALLOC_SLOTS / 64];

    uint16_t root_count;
    uint16_t pair_free, pair_fresh;
    uint16_t free_head[seL4_MaxUntypedBits + 1];
    struct alloc_node nodes[ALLOC_NODES];

    struct alloc_vspace own;
    uint32_t range_count;
    struct alloc_range ranges[ALLOC_RANGES]; /* taken, ascending */

    seL4_Error kernel_error; /* of the last ALLOC_REFUSED */
};

/* What is in use now; two answers are equal when nothing leaked in between. */
struct alloc_counts {
    uint64_t slots, ram_bytes_free, ranges, nodes;
};

/* Takes over every empty slot and every untyped that bootinfo lists. ALLOC_NO_NODE if bootinfo
 * lists more untypeds than the table holds. */
ALLOC_MUST_USE enum alloc_result alloc_init(struct alloc *alloc, const seL4_BootInfo *bootinfo);
struct alloc_counts alloc_count(const struct alloc *alloc);
const char *alloc_strerror(enum alloc_result result);

/* Slots. `alloc_slots` finds `count` neighbours. Freeing does not delete what a slot holds:
 * it must be empty. */
ALLOC_MUST_USE enum alloc_result alloc_slots(struct alloc *alloc, size_t count, seL4_CPtr *first);
ALLOC_MUST_USE enum alloc_result alloc_slot(struct alloc *alloc, seL4_CPtr *slot);
void alloc_free_slots(struct alloc *alloc, seL4_CPtr first, size_t count);
void alloc_free_slot(struct alloc *alloc, seL4_CPtr slot);

/* One kernel object from RAM. `size_bits` as in Untyped_Retype: matters for untyped, CNode and
 * scheduling context alone. Memory is zeroed by the kernel. */
ALLOC_MUST_USE enum alloc_result alloc_object(struct alloc *alloc, seL4_Word type,
                                              seL4_Word size_bits, seL4_CPtr *slot);

/* A frame (or untyped) that begins at this physical address, device memory or free RAM. */
ALLOC_MUST_USE enum alloc_result alloc_object_at_paddr(struct alloc *alloc, seL4_Word type,
                                                       seL4_Word size_bits, uint64_t paddr,
                                                       seL4_CPtr *slot);

/* `count` frames of one type from RAM, in neighbouring slots, as few pieces of memory as there
 * are: a guest's RAM. Physically contiguous only by luck. */
ALLOC_MUST_USE enum alloc_result alloc_frames(struct alloc *alloc, seL4_Word type, size_t count,
                                              seL4_CPtr *first);

/* Deletes objects and every capability derived from them, and takes memory and slots back.
 * Frames of one alloc_frames() go together. */
ALLOC_MUST_USE enum alloc_result alloc_free_objects(struct alloc *alloc, seL4_CPtr first,
                                                    size_t count);
ALLOC_MUST_USE enum alloc_result alloc_free_object(struct alloc *alloc, seL4_CPtr slot);

/* A second capability to the same object, and its end. Freeing the object deletes copies too: then
 * only alloc_free_slot() is left to do. */
ALLOC_MUST_USE enum alloc_result alloc_copy(struct alloc *alloc, seL4_CPtr source,
                                            seL4_CapRights_t rights, seL4_CPtr *copy);
ALLOC_MUST_USE enum alloc_result alloc_delete(struct alloc *alloc, seL4_CPtr slot);

/* The root task's addresses. Sizes are rounded up to pages; `align` is a power of two >= 4096. */
ALLOC_MUST_USE enum alloc_result alloc_reserve(struct alloc *alloc, size_t size, size_t align,
                                               uintptr_t *vaddr);
ALLOC_MUST_USE enum alloc_result alloc_release(struct alloc *alloc, uintptr_t vaddr);

/* Maps a frame, making the page tables that are missing. They stay until alloc_vspace_clear(), so
 * that whoever counts maps something at the same place once before. */
void alloc_vspace_init(struct alloc_vspace *vspace, seL4_CPtr root);
ALLOC_MUST_USE enum alloc_result alloc_map_in(struct alloc *alloc, struct alloc_vspace *vspace,
                                              seL4_CPtr frame, uint64_t vaddr,
                                              seL4_CapRights_t rights,
                                              seL4_ARM_VMAttributes attributes);
ALLOC_MUST_USE enum alloc_result alloc_map_frame(struct alloc *alloc, seL4_CPtr frame,
                                                 uintptr_t vaddr, seL4_CapRights_t rights,
                                                 seL4_ARM_VMAttributes attributes);
/* Deletes the page tables made for this address space; frames lose their mappings with them. */
ALLOC_MUST_USE enum alloc_result alloc_vspace_clear(struct alloc *alloc,
                                                    struct alloc_vspace *vspace);

/* A piece of mapped memory of the root task. */
struct alloc_area {
    uintptr_t vaddr;
    seL4_CPtr first; /* its frames */
    size_t count;
    size_t size;
    uintptr_t range; /* of alloc_reserve(): the guard page's, if there is one */
};

/* Zeroed, cached, read-write memory of 4 KiB pages; `guard` leaves an unmapped page below. */
ALLOC_MUST_USE enum alloc_result alloc_area_ram(struct alloc *alloc, size_t size, bool guard,
                                                struct alloc_area *area);
/* A device's registers, uncached. `paddr` need not be page aligned: area->vaddr is `paddr`'s. */
ALLOC_MUST_USE enum alloc_result alloc_area_device(struct alloc *alloc, uint64_t paddr, size_t size,
                                                   struct alloc_area *area);
ALLOC_MUST_USE enum alloc_result alloc_area_free(struct alloc *alloc, struct alloc_area *area);
