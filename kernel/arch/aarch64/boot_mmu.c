/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Builds the kernel's own tables (arch/mmu.h). Runs while booting only.
 *
 * The first half runs on the loader's tables and knows nothing of RAM but this image, so tables
 * come from a pool in it: those that stay from its front, those of the switch from its back.
 *
 * Source: Arm ARM D5.3 (descriptors), D5.10.1 (break before make).
 */
#include "arch/barrier.h"
#include "arch/mmu.h"
#include "arch/physmap.h"
#include "hw/translation.h"
#include "kernel/arch/aarch64/mmu.h"

/* Index in MAIR_EL2, as the hand-over sets it. */
#define MEMORY_NORMAL    (4UL << DESCRIPTOR_S1_MEMORY_SHIFT)

#define MAP_COMMON       (DESCRIPTOR_VALID | DESCRIPTOR_S1_ONE_PRIVILEGE | DESCRIPTOR_ACCESSED)
#define MAP_NORMAL       (MAP_COMMON | DESCRIPTOR_INNER_SHARE | MEMORY_NORMAL)
#define MAP_CODE         (MAP_NORMAL | DESCRIPTOR_S1_READ_ONLY)
#define MAP_CONSTANT     (MAP_CODE | DESCRIPTOR_EXECUTE_NEVER)
#define MAP_DATA         (MAP_NORMAL | DESCRIPTOR_EXECUTE_NEVER)
#define MAP_DEVICE       (MAP_COMMON | DESCRIPTOR_EXECUTE_NEVER)
#define MAP_LOADER_BLOCK MAP_NORMAL /* what the loader maps this image by */

#define PHYSICAL_LIMIT   BIT(40)

void mmu_build(struct mmu_roots *roots, const struct boot_handover *handover);

static unsigned pool_used_back; /* from the back of the pool, for the switch */
static bool for_good;           /* whether what is mapped stays */

static uint64_t *table_new(void)
{
    unsigned count = (unsigned)(mmu_pool_end - mmu_pool) / 4096;
    if (mmu_tables.pool_used + pool_used_back >= count) {
        panic("the device tree's memory map has too many pieces: %u page tables do not do", count);
    }
    unsigned index = for_good ? mmu_tables.pool_used++ : count - ++pool_used_back;
    return (uint64_t *)(mmu_pool + 4096UL * index);
}

static void entry_set(uint64_t *entry, uint64_t value)
{
    *(volatile uint64_t *)entry = value;
}

/* The next table below `entry`, made if there is none. */
static uint64_t *table_below(uint64_t *entry)
{
    if ((*entry & DESCRIPTOR_VALID) == 0) {
        entry_set(entry, image_to_physical(table_new()) | DESCRIPTOR_VALID | DESCRIPTOR_TABLE);
    }
    if ((*entry & DESCRIPTOR_TABLE) == 0) {
        panic("the device tree puts the interrupt controller or the console into memory");
    }
    uint64_t physical = *entry & DESCRIPTOR_ADDRESS;
    return (uint64_t *)(physical - mmu_image_physical + IMAGE_BASE);
}

/* The entry of `address` that covers 2^shift bytes: 12, 21 or 30. */
static uint64_t *entry_at(uint64_t *root, uint64_t address, unsigned shift)
{
    uint64_t *table = root;
    unsigned level = ROOT_SHIFT;
    for (; level > shift; level -= 9) {
        table = table_below(&table[bits_get(address, level, 9)]);
    }
    return &table[bits_get(address, level, 9)];
}

static void map(uint64_t *root, uint64_t address, uint64_t physical, uint64_t size,
                uint64_t attributes)
{
    while (size > 0) {
        unsigned shift = 30;
        while (shift > 12 && (!is_aligned(address | physical, shift) || size < BIT(shift))) {
            shift -= 9;
        }
        uint64_t page = shift == 12 ? DESCRIPTOR_TABLE : 0;
        entry_set(entry_at(root, address, shift), physical | attributes | page);
        address += BIT(shift);
        physical += BIT(shift);
        size -= BIT(shift);
    }
}

static void map_image(const char *start, const char *end, uint64_t attributes)
{
    uint64_t address = (uint64_t)start;
    map(mmu_tables.root, address, image_to_physical(start), (uint64_t)(end - start), attributes);
}

static void map_stacks(void)
{
    CHECK((mmu_pool - kernel_stacks) >> STACK_BITS == CORE_MAX);
    for (unsigned core = 0; core < CORE_MAX; core++) {
        const char *stack = kernel_stacks + (core << STACK_BITS);
        map(mmu_tables.root, STACK_TOP(core) - BIT(STACK_BITS), image_to_physical(stack),
            BIT(STACK_BITS), MAP_DATA);
    }
}

/* The tables of the switch: see mmu_switch() in boot.S. */
static void build_transition(struct mmu_roots *roots)
{
    uint64_t *transition = table_new();
    uint64_t *alias = table_new();
    map(alias, BOOT_ALIAS, image_to_physical(image_start), 4096, MAP_CODE);
    uint64_t lower = alias[BOOT_ALIAS >> ROOT_SHIFT];
    entry_set(&transition[BOOT_ALIAS >> ROOT_SHIFT], lower);
    entry_set(&mmu_tables.root[BOOT_ALIAS >> ROOT_SHIFT], lower);
    map(transition, IMAGE_BASE, mmu_image_physical, IMAGE_LIMIT, MAP_LOADER_BLOCK);
    roots->transition = image_to_physical(transition);
    roots->alias = image_to_physical(alias);
    roots->final = image_to_physical(mmu_tables.root);
}

/* On the loader's tables, before anything can be printed. */
void mmu_build(struct mmu_roots *roots, const struct boot_handover *handover)
{
    for_good = true;
    mmu_tables.root = table_new();
    map_image(image_start, text_end, MAP_CODE);
    map_image(text_end, rodata_end, MAP_CONSTANT);
    map_image(rodata_end, boot_text_end, MAP_CODE);
    map_image(boot_text_end, boot_end, MAP_CONSTANT);
    map_image(boot_end, kernel_stacks, MAP_DATA);
    map_image(mmu_pool, image_end, MAP_DATA);
    mmu_tables.image_pages = entry_at(mmu_tables.root, IMAGE_BASE, 12);
    map_stacks();

    for_good = false;
    build_transition(roots);
    uint64_t start = align_down(handover->device_tree, 12);
    uint64_t size = align_up(handover->device_tree - start + handover->device_tree_size, 12);
    if (handover->device_tree_size <= DEVICE_TREE_MAX) {
        map(mmu_tables.root, BOOT_DEVICE_TREE, start, size, MAP_CONSTANT);
    }
    for_good = true;
    barrier_sync_stores();
}

const void *mmu_device_tree(uint64_t physical)
{
    return (const void *)(BOOT_DEVICE_TREE + bits_get(physical, 0, 12));
}

static void map_window(uint64_t start, uint64_t end, uint64_t attributes)
{
    if (start < end) {
        CHECK(end <= PHYSICAL_LIMIT);
        map(mmu_tables.root, start | PHYSMAP_BASE, start, end - start, attributes);
    }
}

void mmu_map_ram(struct region ram)
{
    uint64_t constant = image_to_physical(image_start);
    uint64_t constant_end = image_to_physical(rodata_end);
    map_window(ram.start, min_u64(ram.end, constant), MAP_DATA);
    map_window(max_u64(ram.start, constant), min_u64(ram.end, constant_end), MAP_CONSTANT);
    map_window(max_u64(ram.start, constant_end), ram.end, MAP_DATA);
    barrier_sync_stores();
}

void *mmu_map_device(paddr_t base, uint64_t size)
{
    uint64_t start = align_down(base.raw, 12);
    for (uint64_t page = start; page < base.raw + size; page += 4096) {
        map_window(page, page + 4096, MAP_DEVICE);
    }
    barrier_sync_stores();
    barrier_instruction();
    return phys_to_virt(base);
}

struct region mmu_image(void)
{
    return (struct region){image_to_physical(image_start), image_to_physical(image_end)};
}

struct region mmu_leftover(unsigned index)
{
    CHECK(index < MMU_LEFTOVER_COUNT);
    const char *start = index == 0 ? rodata_end : mmu_pool + 4096UL * mmu_tables.pool_used;
    const char *end = index == 0 ? boot_end : image_end;
    return (struct region){image_to_physical(start), image_to_physical(end)};
}
