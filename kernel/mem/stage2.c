/* SPDX-License-Identifier: BSD-2-Clause */
/* The entries and the walk of kernel/mem/stage2.h (Arm ARM D5.3.1, D5.5). */
#include "arch/barrier.h"
#include "arch/physmap.h"
#include "hw/translation.h"
#include "kernel/mem/stage2.h"

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
    uint64_t entry = base.raw | DESCRIPTOR_VALID | DESCRIPTOR_ACCESSED | DESCRIPTOR_INNER_SHARE;
    entry |= attributes.cacheable ? DESCRIPTOR_S2_NORMAL : DESCRIPTOR_S2_DEVICE;
    entry |= attributes.readable ? DESCRIPTOR_S2_READ : 0;
    entry |= attributes.writable ? DESCRIPTOR_S2_WRITE : 0;
    entry |= attributes.executable ? 0 : DESCRIPTOR_EXECUTE_NEVER;
    return level == STAGE2_4K ? entry | DESCRIPTOR_TABLE : entry;
}

uint64_t stage2_table(paddr_t table)
{
    return table.raw | DESCRIPTOR_TABLE | DESCRIPTOR_VALID;
}

bool stage2_entry_is_table(uint64_t entry, enum stage2_level level)
{
    return level != STAGE2_4K &&
           (entry & (DESCRIPTOR_VALID | DESCRIPTOR_TABLE)) == (DESCRIPTOR_VALID | DESCRIPTOR_TABLE);
}

bool stage2_entry_is_leaf(uint64_t entry, enum stage2_level level)
{
    return (entry & DESCRIPTOR_VALID) != 0 && !stage2_entry_is_table(entry, level);
}

bool stage2_entry_is_cacheable(uint64_t entry)
{
    return (entry & DESCRIPTOR_S2_NORMAL) == DESCRIPTOR_S2_NORMAL;
}

bool stage2_entry_is_writable(uint64_t entry)
{
    return (entry & DESCRIPTOR_S2_WRITE) != 0;
}

paddr_t stage2_entry_address(uint64_t entry)
{
    return paddr(entry & DESCRIPTOR_ADDRESS);
}

void stage2_set(uint64_t *entry, uint64_t value)
{
    *(volatile uint64_t *)entry = value;
    barrier_sync_stores();
}
