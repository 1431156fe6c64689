/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tree of untyped capabilities. Roots are the untypeds of bootinfo; a split node has two
 * children of half its size, made by one Untyped_Retype into a pair of slots.
 *
 *          2^29 split
 *         /          \
 *   2^28 free      2^28 split        free RAM nodes hang in a list per size;
 *                  /        \        device nodes are found by address only
 *             2^27 used   2^27 free
 *
 * Two free halves always merge, so a tree with nothing in use is its root again.
 */
#include "libs/alloc/internal.h"

static void list_push(struct alloc *alloc, uint16_t index)
{
    struct alloc_node *node = &alloc->nodes[index];
    uint16_t *head = &alloc->free_head[node->size_bits];

    node->previous = NODE_NONE;
    node->next = *head;
    if (*head != NODE_NONE)
        alloc->nodes[*head].previous = index;
    *head = index;
}

static void list_remove(struct alloc *alloc, uint16_t index)
{
    struct alloc_node *node = &alloc->nodes[index];

    if (node->previous != NODE_NONE)
        alloc->nodes[node->previous].next = node->next;
    else
        alloc->free_head[node->size_bits] = node->next;
    if (node->next != NODE_NONE)
        alloc->nodes[node->next].previous = node->previous;
}

static void set_free(struct alloc *alloc, uint16_t index)
{
    alloc->nodes[index].state = NODE_FREE;
    if (!alloc->nodes[index].device)
        list_push(alloc, index);
}

/* The node is about to be split or used. */
static void unset_free(struct alloc *alloc, uint16_t index)
{
    CHECK(alloc->nodes[index].state == NODE_FREE);
    if (!alloc->nodes[index].device)
        list_remove(alloc, index);
}

enum alloc_result tree_init(struct alloc *alloc, const seL4_BootInfo *bootinfo)
{
    seL4_Word count = bootinfo->untyped.end - bootinfo->untyped.start;

    if (count > CONFIG_MAX_NUM_BOOTINFO_UNTYPED_CAPS || count > ALLOC_NODES)
        return ALLOC_NO_NODE;
    for (unsigned bits = 0; bits <= seL4_MaxUntypedBits; bits++)
        alloc->free_head[bits] = NODE_NONE;
    alloc->root_count = (uint16_t)count;
    alloc->pair_free = NODE_NONE;
    alloc->pair_fresh = (uint16_t)((count + 1) & ~1UL);

    for (uint16_t i = 0; i < count; i++) {
        const seL4_UntypedDesc *untyped = &bootinfo->untypedList[i];

        if (untyped->sizeBits < seL4_MinUntypedBits || untyped->sizeBits > seL4_MaxUntypedBits)
            return ALLOC_BAD_ARGUMENT;
        alloc->nodes[i] = (struct alloc_node){
            .paddr = untyped->paddr,
            .slot = (uint32_t)(bootinfo->untyped.start + i),
            .parent = NODE_NONE,
            .child = NODE_NONE,
            .size_bits = untyped->sizeBits,
            .device = untyped->isDevice != 0,
        };
        set_free(alloc, i);
    }
    return ALLOC_OK;
}

static uint16_t pair_take(struct alloc *alloc)
{
    uint16_t pair = alloc->pair_free;

    if (pair != NODE_NONE) {
        alloc->pair_free = alloc->nodes[pair].next;
        return pair;
    }
    if (alloc->pair_fresh + 2 > ALLOC_NODES)
        return NODE_NONE;
    pair = alloc->pair_fresh;
    alloc->pair_fresh += 2;
    return pair;
}

static void pair_give(struct alloc *alloc, uint16_t pair)
{
    alloc->nodes[pair].state = NODE_UNUSED;
    alloc->nodes[pair + 1].state = NODE_UNUSED;
    alloc->nodes[pair].next = alloc->pair_free;
    alloc->pair_free = pair;
}

/* Halves a free node. On failure it is free as before. */
static enum alloc_result split(struct alloc *alloc, uint16_t index)
{
    struct alloc_node *node = &alloc->nodes[index];
    unsigned bits = node->size_bits - 1U;
    uint16_t pair = pair_take(alloc);
    enum alloc_result result = ALLOC_NO_NODE;
    seL4_CPtr slots;

    if (pair == NODE_NONE)
        return result;
    result = alloc_slots(alloc, 2, &slots);
    if (result != ALLOC_OK)
        goto give_pair;
    result = alloc_judge(alloc, seL4_Untyped_Retype(node->slot, seL4_UntypedObject, bits,
                                                    alloc->root_cnode, 0, 0, slots, 2));
    if (result != ALLOC_OK)
        goto free_slots;

    unset_free(alloc, index);
    node->state = NODE_SPLIT;
    node->child = pair;
    for (uint16_t half = 0; half < 2; half++) {
        alloc->nodes[pair + half] = (struct alloc_node){
            .paddr = node->paddr + ((uint64_t)half << bits),
            .slot = (uint32_t)(slots + half),
            .parent = index,
            .child = NODE_NONE,
            .size_bits = (uint8_t)bits,
            .device = node->device,
        };
        set_free(alloc, pair + half);
    }
    return ALLOC_OK;

free_slots:
    alloc_free_slots(alloc, slots, 2);
give_pair:
    pair_give(alloc, pair);
    return result;
}

/* Both halves of `parent` are free: it becomes free itself. */
static void merge(struct alloc *alloc, uint16_t parent)
{
    uint16_t pair = alloc->nodes[parent].child;

    for (uint16_t half = 0; half < 2; half++) {
        uint32_t slot = alloc->nodes[pair + half].slot;

        unset_free(alloc, pair + half);
        /* An untyped without children can always be deleted. */
        alloc_must(alloc_judge(alloc, seL4_CNode_Delete(alloc->root_cnode, slot, seL4_WordBits)));
        alloc_free_slot(alloc, slot);
    }
    pair_give(alloc, pair);
    alloc->nodes[parent].child = NODE_NONE;
    set_free(alloc, parent);
}

static void merge_upwards(struct alloc *alloc, uint16_t index)
{
    uint16_t parent = alloc->nodes[index].parent;

    while (parent != NODE_NONE) {
        uint16_t pair = alloc->nodes[parent].child;

        if (alloc->nodes[pair].state != NODE_FREE || alloc->nodes[pair + 1].state != NODE_FREE)
            return;
        merge(alloc, parent);
        parent = alloc->nodes[parent].parent;
    }
}

static void take(struct alloc *alloc, uint16_t index)
{
    unset_free(alloc, index);
    alloc->nodes[index].state = NODE_USED;
    alloc->nodes[index].object_count = 0;
}

void tree_give(struct alloc *alloc, uint16_t index)
{
    CHECK(alloc->nodes[index].state == NODE_USED);
    set_free(alloc, index);
    merge_upwards(alloc, index);
}

enum alloc_result tree_take(struct alloc *alloc, unsigned bits, uint16_t *node)
{
    unsigned have = bits;

    while (have <= seL4_MaxUntypedBits && alloc->free_head[have] == NODE_NONE)
        have++;
    if (have > seL4_MaxUntypedBits)
        return ALLOC_NO_MEMORY;

    uint16_t index = alloc->free_head[have];
    while (alloc->nodes[index].size_bits > bits) {
        enum alloc_result result = split(alloc, index);

        if (result != ALLOC_OK) {
            merge_upwards(alloc, index);
            return result;
        }
        index = alloc->nodes[index].child;
    }
    take(alloc, index);
    *node = index;
    return ALLOC_OK;
}

static bool covers(const struct alloc_node *node, uint64_t paddr, unsigned bits)
{
    return node->size_bits >= bits && paddr >= node->paddr &&
           paddr - node->paddr < (UINT64_C(1) << node->size_bits);
}

static uint16_t find_root(const struct alloc *alloc, uint64_t paddr, unsigned bits)
{
    for (uint16_t i = 0; i < alloc->root_count; i++) {
        if (covers(&alloc->nodes[i], paddr, bits))
            return i;
    }
    return NODE_NONE;
}

/* `paddr` is a multiple of 2^bits; so are the bounds of every node of that size or more. */
enum alloc_result tree_take_at(struct alloc *alloc, unsigned bits, uint64_t paddr, uint16_t *node)
{
    uint16_t index = find_root(alloc, paddr, bits);

    if (index == NODE_NONE)
        return ALLOC_NO_MEMORY;
    for (;;) {
        const struct alloc_node *here = &alloc->nodes[index];

        if (here->state == NODE_USED || (here->state == NODE_SPLIT && here->size_bits == bits))
            return ALLOC_IN_USE;
        if (here->size_bits == bits)
            break;
        if (here->state == NODE_FREE) {
            enum alloc_result result = split(alloc, index);

            if (result != ALLOC_OK) {
                merge_upwards(alloc, index);
                return result;
            }
        }
        index = (uint16_t)(here->child + ((paddr - here->paddr) >> (here->size_bits - 1)));
    }
    take(alloc, index);
    *node = index;
    return ALLOC_OK;
}
