/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Page tables of the loader.
 * Stands on a fixed pool of pages; never frees one.
 *
 * Arm ARM D8.3: descriptors of the stage 1 translation regime of EL2, which has one privilege.
 */
#include "loader/tables.h"
#include "hw/translation.h"
#include "loader/board.h"

#define ENTRIES      512

/* A set that maps the image across a 1 GiB border, kernel, UART, and two trees needs 14 pages;
 * the one for the kernel at most 7. */
#define POOL_PAGES   22

/* Indices in MAIR. */
#define BLOCK_NORMAL (4ull << DESCRIPTOR_S1_MEMORY_SHIFT) /* write-back */
#define BLOCK_DEVICE (0ull << DESCRIPTOR_S1_MEMORY_SHIFT) /* nGnRnE */

static uint64_t pool[POOL_PAGES][ENTRIES] __attribute__((section(".bss.uncleared"), aligned(4096)));
static unsigned pool_used;

static uint64_t *new_table(void)
{
    if (pool_used == POOL_PAGES)
        return NULL;
    return memset(pool[pool_used++], 0, sizeof(pool[0]));
}

uint64_t tables_create(void)
{
    return (uint64_t)new_table();
}

/* The table below entry `index`, made if there is none. */
static uint64_t *descend(uint64_t *table, uint64_t index)
{
    uint64_t *next;

    if (table[index] != 0)
        return (uint64_t *)(table[index] & DESCRIPTOR_ADDRESS);
    next = new_table();
    if (next != NULL)
        table[index] = (uint64_t)next | DESCRIPTOR_TABLE | DESCRIPTOR_VALID;
    return next;
}

static bool map_block(uint64_t *table, uint64_t vaddr, uint64_t block)
{
    table = descend(table, vaddr >> 39 & 511);
    if (table != NULL)
        table = descend(table, vaddr >> 30 & 511);
    if (table == NULL)
        return false;
    if (table[vaddr >> 21 & 511] == 0)
        table[vaddr >> 21 & 511] = block;
    return true;
}

bool tables_map(uint64_t tables, uint64_t vaddr, uint64_t paddr, uint64_t size,
                enum tables_memory memory)
{
    uint64_t attributes = DESCRIPTOR_VALID | DESCRIPTOR_S1_ONE_PRIVILEGE | DESCRIPTOR_INNER_SHARE |
                          DESCRIPTOR_ACCESSED;
    uint64_t end = vaddr + size;

    attributes |= memory == TABLES_NORMAL ? BLOCK_NORMAL : BLOCK_DEVICE | DESCRIPTOR_EXECUTE_NEVER;
    vaddr &= ~(TABLES_BLOCK - 1);
    paddr &= ~(TABLES_BLOCK - 1);
    for (; vaddr < end; vaddr += TABLES_BLOCK, paddr += TABLES_BLOCK) {
        if (!map_block((uint64_t *)tables, vaddr, paddr | attributes))
            return false;
    }
    return true;
}

uint64_t tables_translation(uint64_t memory_features)
{
    uint64_t size = memory_features & 15; /* PARange */

    if (size > 5)
        size = 5;                    /* 48 bits: more takes another table format */
    return 1ull << 31 | 1ull << 23 | /* must be one */
           size << 16 |              /* PS */
           3ull << 12 |              /* walks are inner shareable, */
           1ull << 10 | 1ull << 8 |  /* write-back, write-allocate */
           16;                       /* T0SZ: 48-bit addresses */
}
