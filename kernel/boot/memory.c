/* SPDX-License-Identifier: BSD-2-Clause */
/* The division of kernel/boot/memory.h. Runs while booting only. */
#include "kernel/boot/memory.h"
#include "abi/image.h"
#include "arch/physmap.h"
#include "arch/zero.h"

static void exclude(struct region_list *list, struct region region)
{
    if (!region_list_remove(list, region)) {
        panic("the device tree's memory map has too many pieces: %u are too few", REGION_MAX);
    }
}

void memory_exclude(struct region_list *list, const struct region_list *others)
{
    for (unsigned i = 0; i < others->count; i++) {
        exclude(list, others->regions[i]);
    }
}

/* Takes a part the loader placed out of the free RAM it must lie in. */
static void claim(struct region_list *free, struct region part, const char *what)
{
    if (part.start >= part.end || !region_list_contains(free, part)) {
        panic("the loader put the %s at 0x%lx to 0x%lx, which is not free RAM", what, part.start,
              part.end);
    }
    exclude(free, part);
}

/* What the boot image carries for the first program, if the loader is ours. */
static struct region files_of(const struct boot_handover *handover)
{
    bool ours = handover->cores - IMAGE_CORES_STARTED - 1 < IMAGE_CORE_MAX;
    return ours ? (struct region){handover->files_start, handover->files_end}
                : (struct region){0, 0};
}

static void divide_ram(struct memory *memory, const struct board *board,
                       const struct boot_handover *handover, struct region image)
{
    memory->free = board->ram;
    memory_exclude(&memory->free, &board->reserved);
    claim(&memory->free, image, "kernel");

    struct region user = {handover->user_start, handover->user_end};
    claim(&memory->free, region_round_out(user, PAGE_BITS), "first program");
    struct region files = files_of(handover);
    if (files.start != files.end) {
        claim(&memory->free, files, "files");
    }
    exclude(&memory->free, (struct region){0, BIT(PAGE_BITS)});

    struct region tree = {handover->device_tree,
                          handover->device_tree + handover->device_tree_size};
    tree = region_round_out(tree, PAGE_BITS);
    if (region_overlaps(tree, image) || region_overlaps(tree, user)) {
        panic("the loader put the device tree at 0x%lx over other parts", tree.start);
    }
    if (region_list_contains(&memory->free, tree)) {
        exclude(&memory->free, tree);
        memory_recycle(memory, tree);
    }
}

static void divide_devices(struct memory *memory, const struct board *board, struct region files)
{
    memory->device.count = 1;
    memory->device.regions[0] = (struct region){0, ADDRESS_LIMIT};
    memory_exclude(&memory->device, &board->ram);
    memory_exclude(&memory->device, &board->reserved);
    memory_exclude(&memory->device, &board->gic_kept);
    if (!region_list_add(&memory->device, files)) {
        panic("the device tree's memory map has too many pieces: %u are too few", REGION_MAX);
    }
}

void memory_divide(struct memory *memory, const struct board *board,
                   const struct boot_handover *handover, struct region image)
{
    memory->recycled.count = 0;
    divide_ram(memory, board, handover, image);
    divide_devices(memory, board, files_of(handover));
}

paddr_t memory_take(struct memory *memory, unsigned bits)
{
    uint64_t start;
    if (!region_list_take(&memory->free, bits, &start)) {
        panic("no 2^%u bytes of RAM are left for the first program", bits);
    }
    zero_memory(phys_to_virt(paddr(start)), BIT(bits));
    return paddr(start);
}

void memory_recycle(struct memory *memory, struct region region)
{
    bool added = region_list_add(&memory->recycled, region);
    CHECK(added);
}
