/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The memory the first thread gets: three lists of regions become untyped capabilities, in the
 * order device, recycled, free. Runs while booting only.
 */
#include "kernel/boot/root.h"
#include "kernel/cap/cap.h"

/* The smallest size such that all blocks at least as large can be given. */
static unsigned least_given(const unsigned counts[64])
{
    unsigned total = 0;
    unsigned bits = 64;
    while (bits > seL4_MinUntypedBits &&
           total + counts[bits - 1] <= CONFIG_MAX_NUM_BOOTINFO_UNTYPED_CAPS) {
        total += counts[--bits];
    }
    return bits;
}

static void give_block(struct root *root, struct region_block block, bool device)
{
    uint64_t number = root->next_slot - root->info->untyped.start;
    root->info->untypedList[number] = (seL4_UntypedDesc){
        .paddr = block.start,
        .sizeBits = (seL4_Uint8)block.bits,
        .isDevice = device,
    };
    root_put(root, cap_untyped(paddr(block.start), block.bits, device));
}

/* Counts the blocks of each size, and gives those of 2^least bytes and more. */
static void divide(struct root *root, unsigned counts[64], unsigned least)
{
    const struct memory *memory = root->memory;
    const struct region_list *lists[] = {&memory->device, &memory->recycled, &memory->free};
    for (unsigned i = 0; i < ARRAY_COUNT(lists); i++) {
        for (unsigned j = 0; j < lists[i]->count; j++) {
            struct region rest = lists[i]->regions[j];
            while (rest.start < rest.end) {
                struct region_block block = region_next_block(&rest);
                counts[block.bits]++;
                if (block.bits >= least) {
                    give_block(root, block, i == 0);
                }
            }
        }
    }
}

void root_give_memory(struct root *root)
{
    unsigned counts[64] = {0};
    divide(root, counts, 64); /* none is as large */
    root->info->untyped.start = root->next_slot;
    divide(root, counts, least_given(counts));
    root->info->untyped.end = root->next_slot;
    root->info->empty.start = root->next_slot;
    root->info->empty.end = BIT(ROOT_CNODE_RADIX);
}
