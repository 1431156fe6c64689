/* SPDX-License-Identifier: BSD-2-Clause */
/* Translation tables: nothing is mapped but by a capability (kernel/invariant/invariant.h). */
#include "kernel/cap/cap.h"
#include "kernel/cap/tree.h"
#include "kernel/invariant/invariant.h"
#include "kernel/mem/asid.h"
#include "kernel/mem/stage2.h"

#define STAGE2_ROOT_ENTRIES 1024

/* A capability of the type to what lies at `object`, with this mapping, or without regard to the
 * address it is mapped at (`address` NULL). */
static bool has_cap(enum cap_type type, paddr_t object, uint64_t asid, const ipa_t *address)
{
    for (struct slot *slot = tree_anchor(); (slot = invariant_next_slot(slot)) != NULL;) {
        struct cap cap = slot->cap;
        if (cap_type(cap) == type && cap_address(cap).raw == object.raw &&
            cap_mapping_asid(cap) == asid &&
            (address == NULL || cap_mapping_address(cap).raw == address->raw)) {
            return true;
        }
    }
    return false;
}

static void check_entry(uint64_t entry, enum stage2_level level, uint64_t asid, ipa_t address)
{
    if (stage2_entry_is_table(entry, level)) {
        HOLDS(has_cap(CAP_PAGE_TABLE, stage2_entry_address(entry), asid, &address),
              "a table in use has a capability that says so");
    } else if (stage2_entry_is_leaf(entry, level)) {
        HOLDS(has_cap(CAP_FRAME, stage2_entry_address(entry), asid, &address),
              "a page that is mapped has a capability that says so");
    } else {
        HOLDS(entry == 0, "an entry maps, or is zero");
    }
}

static const uint64_t *table_of(uint64_t entry)
{
    return phys_to_virt(stage2_entry_address(entry));
}

static void check_last_table(const uint64_t *table, uint64_t asid, uint64_t base)
{
    for (unsigned i = 0; i < STAGE2_TABLE_ENTRIES; i++) {
        if (table[i] != 0) {
            check_entry(table[i], STAGE2_4K, asid, ipa(base + ((uint64_t)i << 12)));
        }
    }
}

static void check_middle_table(const uint64_t *table, uint64_t asid, uint64_t base)
{
    for (unsigned i = 0; i < STAGE2_TABLE_ENTRIES; i++) {
        uint64_t address = base + ((uint64_t)i << 21);
        if (table[i] != 0) {
            check_entry(table[i], STAGE2_2M, asid, ipa(address));
            if (stage2_entry_is_table(table[i], STAGE2_2M)) {
                check_last_table(table_of(table[i]), asid, address);
            }
        }
    }
}

static void check_space(const uint64_t *root, uint64_t asid)
{
    HOLDS(has_cap(CAP_VSPACE, virt_to_phys(root), asid, NULL),
          "an ASID in use stands for an address space");
    for (unsigned i = 0; i < STAGE2_ROOT_ENTRIES; i++) {
        uint64_t address = (uint64_t)i << 30;
        if (root[i] != 0) {
            check_entry(root[i], STAGE2_1G, asid, ipa(address));
            if (stage2_entry_is_table(root[i], STAGE2_1G)) {
                check_middle_table(table_of(root[i]), asid, address);
            }
        }
    }
}

void invariant_check_spaces(struct census *census)
{
    uint64_t lent[4] = {0};
    for (unsigned index = 0; index < ASID_POOL_COUNT; index++) {
        const struct asid_pool *pool = asid_pools[index];
        census->pools_in_table += pool != NULL;
        for (unsigned i = 0; pool != NULL && i < ASID_POOL_ENTRIES; i++) {
            uint64_t entry = pool->entries[i];
            uint64_t asid = (uint64_t)index * ASID_POOL_ENTRIES + i;
            if (entry == 0) {
                continue;
            }
            check_space(asid_root(asid), asid);
            if ((entry & ASID_ENTRY_LENT) != 0) {
                uint64_t vmid = entry & ASID_ENTRY_VMID;
                HOLDS((lent[vmid / 64] & BIT(vmid % 64)) == 0, "a VMID is lent once");
                lent[vmid / 64] |= BIT(vmid % 64);
            }
        }
    }
}
