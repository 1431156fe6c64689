/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The memory the first thread gets: three lists of regions become untyped capabilities, in the
 * order device, recycled, free. Runs while booting only.
 */
#include "kernel/boot/root.h"
#include "kernel/cap/cap.h"

#define LIST_COUNT 3

/* How many blocks of each size the list divides into. */
static void count_blocks(const struct region_list *list, unsigned counts[64])
{
    for (unsigned i = 0; i < list->count; i++) {
        struct region rest = list->regions[i];
        while (rest.start < rest.end) {
            counts[region_next_block(&rest).bits]++;
        }
    }
}

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

static void give_list(struct root *root, const struct region_list *list, unsigned least,
                      bool device)
{
    for (unsigned i = 0; i < list->count; i++) {
        struct region rest = list->regions[i];
        while (rest.start < rest.end) {
            struct region_block block = region_next_block(&rest);
            if (block.bits >= least) {
                give_block(root, block, device);
            }
        }
    }
}

void root_give_memory(struct root *root)
{
    const struct region_list *lists[LIST_COUNT] = {
        &root->memory->device,
        &root->memory->recycled,
        &root->memory->free,
    };
    unsigned counts[64] = {0};
    for (unsigned i = 0; i < LIST_COUNT; i++) {
        count_blocks(lists[i], counts);
    }
    unsigned least = least_given(counts);
    root->info->untyped.start = root->next_slot;
    for (unsigned i = 0; i < LIST_COUNT; i++) {
        give_list(root, lists[i], least, i == 0);
    }
    root->info->untyped.end = root->next_slot;
    root->info->empty.start = root->next_slot;
    root->info->empty.end = BIT(ROOT_CNODE_RADIX);
}
