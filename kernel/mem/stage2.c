/* SPDX-License-Identifier: BSD-2-Clause */
/* The entries and the walk of kernel/mem/stage2.h (Arm ARM D5.3.1, D5.5). */
#include "arch/barrier.h"
#include "arch/physmap.h"
#include "kernel/mem/stage2.h"

#define ENTRY_VALID         BIT(0)
#define ENTRY_TABLE         BIT(1) /* levels 1 GiB and 2 MiB: a table; level 4 KiB: a page */
#define ENTRY_MEMATTR       2      /* 4 bits */
#define MEMATTR_DEVICE      0x0UL  /* nGnRnE */
#define MEMATTR_NORMAL      0xfUL  /* write-back, inner and outer */
#define ENTRY_READ          BIT(6)
#define ENTRY_WRITE         BIT(7)
#define ENTRY_INNER_SHARE   (3UL << 8)
#define ENTRY_ACCESSED      BIT(10)
#define ENTRY_EXECUTE_NEVER BIT(54)
#define ENTRY_ADDRESS       0xfffffffff000UL

struct stage2_walk stage2_walk(uint64_t *root, ipa_t address, enum stage2_level level)
{
    struct stage2_walk walk = {root + bits_get(address.raw, 30, 10), STAGE2_1G};
    while (walk.level > level && stage2_entry_is_table(*walk.entry, walk.level)) {
        uint64_t *table = phys_to_virt(stage2_entry_address(*walk.entry));
        walk.level--;
        walk.entry = table + bits_get(address.raw, stage2_level_bits(walk.level), 9);
    }
    return walk;
}

uint64_t stage2_leaf(paddr_t base, enum stage2_level level, struct stage2_attributes attributes)
{
    uint64_t entry = base.raw | ENTRY_VALID | ENTRY_ACCESSED | ENTRY_INNER_SHARE;
    entry |= (attributes.cacheable ? MEMATTR_NORMAL : MEMATTR_DEVICE) << ENTRY_MEMATTR;
    entry |= attributes.readable ? ENTRY_READ : 0;
    entry |= attributes.writable ? ENTRY_WRITE : 0;
    entry |= attributes.executable ? 0 : ENTRY_EXECUTE_NEVER;
    return level == STAGE2_4K ? entry | ENTRY_TABLE : entry;
}

uint64_t stage2_table(paddr_t table)
{
    return table.raw | ENTRY_TABLE | ENTRY_VALID;
}

bool stage2_entry_is_table(uint64_t entry, enum stage2_level level)
{
    return level != STAGE2_4K &&
           (entry & (ENTRY_VALID | ENTRY_TABLE)) == (ENTRY_VALID | ENTRY_TABLE);
}

bool stage2_entry_is_leaf(uint64_t entry, enum stage2_level level)
{
    return (entry & ENTRY_VALID) != 0 && !stage2_entry_is_table(entry, level);
}

bool stage2_entry_is_cacheable(uint64_t entry)
{
    return ((entry >> ENTRY_MEMATTR) & MEMATTR_NORMAL) == MEMATTR_NORMAL;
}

bool stage2_entry_is_writable(uint64_t entry)
{
    return (entry & ENTRY_WRITE) != 0;
}

paddr_t stage2_entry_address(uint64_t entry)
{
    return paddr(entry & ENTRY_ADDRESS);
}

void stage2_set(uint64_t *entry, uint64_t value)
{
    *(volatile uint64_t *)entry = value;
    barrier_sync_stores();
}
