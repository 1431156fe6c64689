/* SPDX-License-Identifier: BSD-2-Clause */
/* Kernel objects: made from a node of the tree, and taken back. Stands on tree.c, slots.c and
 * retype.c. */
#include <string.h>

#include "libs/alloc/internal.h"

enum alloc_result alloc_init(struct alloc *alloc, const seL4_BootInfo *bootinfo)
{
    memset(alloc, 0, sizeof(*alloc));
    alloc->root_cnode = seL4_CapInitThreadCNode;
    slots_init(alloc, bootinfo->empty);
    alloc_vspace_init(&alloc->own, seL4_CapInitThreadVSpace);
    return tree_init(alloc, bootinfo);
}

struct alloc_counts alloc_count(const struct alloc *alloc)
{
    struct alloc_counts counts = {.ranges = alloc->range_count};

    for (size_t i = 0; i < ALLOC_SLOTS / 64; i++)
        counts.slots += (uint64_t)__builtin_popcountll(alloc->slot_used[i]);
    for (size_t i = 0; i < ALLOC_NODES; i++) {
        const struct alloc_node *node = &alloc->nodes[i];

        counts.nodes += node->state != NODE_UNUSED;
        if (node->state == NODE_FREE && !node->device)
            counts.ram_bytes_free += UINT64_C(1) << node->size_bits;
    }
    return counts;
}

const char *alloc_strerror(enum alloc_result result)
{
    static const char *const text[] = {
        [ALLOC_OK] = "no error",
        [ALLOC_NO_SLOT] = "no free capability slot",
        [ALLOC_NO_MEMORY] = "no untyped memory of that size or address",
        [ALLOC_NO_NODE] = "a table of the allocator is full",
        [ALLOC_NO_SPACE] = "no free addresses",
        [ALLOC_IN_USE] = "already in use",
        [ALLOC_BAD_ARGUMENT] = "bad argument",
        [ALLOC_REFUSED] = "refused by the kernel",
    };

    return (size_t)result < sizeof(text) / sizeof(text[0]) ? text[result] : "unknown error";
}

/* Fills a taken node with `count` objects; on failure gives the node back. */
static enum alloc_result fill(struct alloc *alloc, uint16_t index, seL4_Word type,
                              seL4_Word size_bits, seL4_CPtr first, size_t count)
{
    struct alloc_node *node = &alloc->nodes[index];
    enum alloc_result result = alloc_judge(alloc,
                                           alloc_retype(node->slot, type, size_bits, first, count));

    if (result != ALLOC_OK) {
        alloc_must(
            alloc_judge(alloc, seL4_CNode_Revoke(alloc->root_cnode, node->slot, seL4_WordBits)));
        tree_give(alloc, index);
        return result;
    }
    node->object_slot = (uint32_t)first;
    node->object_count = (uint16_t)count;
    return ALLOC_OK;
}

enum alloc_result alloc_object(struct alloc *alloc, seL4_Word type, seL4_Word size_bits,
                               seL4_CPtr *slot)
{
    unsigned bits = alloc_object_bits(type, size_bits);
    enum alloc_result result;
    uint16_t node;

    if (bits == 0)
        return ALLOC_BAD_ARGUMENT;
    result = alloc_slot(alloc, slot);
    if (result != ALLOC_OK)
        return result;
    result = tree_take(alloc, bits, &node);
    if (result == ALLOC_OK)
        result = fill(alloc, node, type, size_bits, *slot, 1);
    if (result != ALLOC_OK)
        alloc_free_slot(alloc, *slot);
    return result;
}

enum alloc_result object_make_at(struct alloc *alloc, seL4_Word type, seL4_Word size_bits,
                                 uint64_t paddr, seL4_CPtr slot)
{
    unsigned bits = alloc_object_bits(type, size_bits);
    enum alloc_result result;
    uint16_t node;

    if (bits == 0 || paddr % (UINT64_C(1) << bits) != 0)
        return ALLOC_BAD_ARGUMENT;
    result = tree_take_at(alloc, bits, paddr, &node);
    if (result == ALLOC_OK)
        result = fill(alloc, node, type, size_bits, slot, 1);
    return result;
}

enum alloc_result alloc_object_at_paddr(struct alloc *alloc, seL4_Word type, seL4_Word size_bits,
                                        uint64_t paddr, seL4_CPtr *slot)
{
    enum alloc_result result = alloc_slot(alloc, slot);

    if (result != ALLOC_OK)
        return result;
    result = object_make_at(alloc, type, size_bits, paddr, *slot);
    if (result != ALLOC_OK)
        alloc_free_slot(alloc, *slot);
    return result;
}

/* The largest piece of memory that holds no more than `count` frames. */
static enum alloc_result take_piece(struct alloc *alloc, unsigned frame_bits, size_t count,
                                    uint16_t *node, size_t *piece)
{
    unsigned bits = frame_bits + 63U - (unsigned)__builtin_clzl(count);
    enum alloc_result result = ALLOC_NO_MEMORY;

    if (bits > seL4_MaxUntypedBits)
        bits = seL4_MaxUntypedBits;
    for (; bits >= frame_bits && result == ALLOC_NO_MEMORY; bits--) {
        result = tree_take(alloc, bits, node);
        *piece = (size_t)1 << (bits - frame_bits);
    }
    return result;
}

enum alloc_result alloc_frames(struct alloc *alloc, seL4_Word type, size_t count, seL4_CPtr *first)
{
    unsigned frame_bits = alloc_object_bits(type, 0);
    enum alloc_result result;
    size_t done = 0;

    if (frame_bits == 0 || count == 0 || count >= ALLOC_SLOTS)
        return ALLOC_BAD_ARGUMENT;
    result = alloc_slots(alloc, count, first);
    if (result != ALLOC_OK)
        return result;
    while (done < count && result == ALLOC_OK) {
        uint16_t node;
        size_t piece;

        result = take_piece(alloc, frame_bits, count - done, &node, &piece);
        if (result == ALLOC_OK)
            result = fill(alloc, node, type, 0, *first + done, piece);
        if (result == ALLOC_OK)
            done += piece;
    }
    if (result == ALLOC_OK)
        return ALLOC_OK;

    if (done > 0)
        alloc_must(alloc_free_objects(alloc, *first, done));
    alloc_free_slots(alloc, *first + done, count - done);
    return result;
}

static bool lies_in(const struct alloc_node *node, seL4_CPtr first, size_t count)
{
    return node->state == NODE_USED && node->object_count > 0 && node->object_slot >= first &&
           node->object_slot - first + node->object_count <= count;
}

enum alloc_result alloc_free_objects(struct alloc *alloc, seL4_CPtr first, size_t count)
{
    size_t found = 0;

    for (uint16_t i = 0; i < ALLOC_NODES; i++) {
        if (lies_in(&alloc->nodes[i], first, count))
            found += alloc->nodes[i].object_count;
    }
    if (count == 0 || found != count)
        return ALLOC_BAD_ARGUMENT;

    for (uint16_t i = 0; i < ALLOC_NODES; i++) {
        const struct alloc_node *node = &alloc->nodes[i];

        if (!lies_in(node, first, count))
            continue;
        enum alloc_result result = alloc_judge(
            alloc, seL4_CNode_Revoke(alloc->root_cnode, node->slot, seL4_WordBits));
        if (result != ALLOC_OK)
            return result;
        alloc_free_slots(alloc, node->object_slot, node->object_count);
        tree_give(alloc, i);
    }
    return ALLOC_OK;
}

enum alloc_result alloc_free_object(struct alloc *alloc, seL4_CPtr slot)
{
    return alloc_free_objects(alloc, slot, 1);
}

enum alloc_result alloc_copy(struct alloc *alloc, seL4_CPtr source, seL4_CapRights_t rights,
                             seL4_CPtr *copy)
{
    enum alloc_result result = alloc_slot(alloc, copy);

    if (result != ALLOC_OK)
        return result;
    result = alloc_judge(alloc, seL4_CNode_Copy(alloc->root_cnode, *copy, seL4_WordBits,
                                                alloc->root_cnode, source, seL4_WordBits, rights));
    if (result != ALLOC_OK)
        alloc_free_slot(alloc, *copy);
    return result;
}

enum alloc_result alloc_delete(struct alloc *alloc, seL4_CPtr slot)
{
    enum alloc_result result = alloc_judge(
        alloc, seL4_CNode_Delete(alloc->root_cnode, slot, seL4_WordBits));

    if (result == ALLOC_OK)
        alloc_free_slot(alloc, slot);
    return result;
}
