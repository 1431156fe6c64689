/* SPDX-License-Identifier: BSD-2-Clause */
/* Address space ids and VMIDs of kernel/mem/asid.h. Stands on arch/tlb.h. */
#include "arch/physmap.h"
#include "arch/tlb.h"
#include "kernel/mem/asid.h"

#define VMID_COUNT 256

struct asid_pool *asid_pools[ASID_POOL_COUNT];

static uint16_t vmid_holder[VMID_COUNT]; /* ASID, 0 none */
static unsigned vmid_next = 1;

uint64_t asid_generation = 1;

static const uint64_t *active_vttbr[CORE_MAX];
static uint64_t empty_root[1024] __attribute__((aligned(8192)));

uint64_t asid_empty_vttbr(void)
{
    return virt_to_phys(physmap_of_image(empty_root)).raw;
}

void asid_watch_core(unsigned core, const uint64_t *active)
{
    CHECK(core < CORE_MAX);
    active_vttbr[core] = active;
}

/* NULL if the id is nobody's: so is 0, whose entry stays empty. */
static uint64_t *entry_of(uint64_t asid)
{
    struct asid_pool *pool = asid_pools[(asid / ASID_POOL_ENTRIES) % ASID_POOL_COUNT];
    if (pool == NULL || pool->entries[asid % ASID_POOL_ENTRIES] == 0) {
        return NULL;
    }
    return &pool->entries[asid % ASID_POOL_ENTRIES];
}

uint64_t *asid_root(uint64_t asid)
{
    const uint64_t *entry = entry_of(asid);
    return entry == NULL ? NULL : phys_to_virt(paddr(*entry & ASID_ENTRY_ROOT));
}

/* Takes the VMID from its holder, if any, and forgets what the TLBs know under it. The holder may
 * have gone with its pool, and its ASID be somebody else's, with another VMID. */
static void vmid_reclaim(unsigned vmid)
{
    if (vmid_holder[vmid] != 0) {
        uint64_t *entry = entry_of(vmid_holder[vmid]);
        if (entry != NULL && (*entry & ~ASID_ENTRY_ROOT) == (ASID_ENTRY_LENT | vmid)) {
            *entry &= ASID_ENTRY_ROOT;
        }
        vmid_holder[vmid] = 0;
        asid_generation++;
        tlb_invalidate_space((uint64_t)vmid << VTTBR_EL2_VMID_SHIFT);
    }
}

static bool vmid_is_active(unsigned vmid)
{
    for (unsigned i = 0; i < CORE_MAX; i++) {
        if (active_vttbr[i] != NULL && *active_vttbr[i] >> VTTBR_EL2_VMID_SHIFT == vmid) {
            return true;
        }
    }
    return false;
}

uint64_t asid_active(uint32_t core)
{
    CHECK(core < CORE_MAX && active_vttbr[core] != NULL);
    return vmid_holder[*active_vttbr[core] >> VTTBR_EL2_VMID_SHIFT];
}

/* The next in turn that no core is using: there are more of them than cores. */
static unsigned vmid_choose(void)
{
    unsigned vmid;
    do {
        vmid = vmid_next;
        vmid_next = vmid + 1 == VMID_COUNT ? 1 : vmid + 1;
    } while (vmid_is_active(vmid));
    return vmid;
}

static void vmid_lend(uint64_t *entry, uint64_t asid)
{
    unsigned vmid = vmid_choose();
    vmid_reclaim(vmid);
    vmid_holder[vmid] = (uint16_t)asid;
    *entry = (*entry & ASID_ENTRY_ROOT) | ASID_ENTRY_LENT | vmid;
}

uint64_t asid_vttbr(uint64_t asid)
{
    uint64_t *entry = entry_of(asid);
    if (UNLIKELY(entry == NULL)) {
        return 0;
    }
    if (UNLIKELY((*entry & ASID_ENTRY_LENT) == 0)) {
        vmid_lend(entry, asid);
    }
    return (*entry & ASID_ENTRY_ROOT) | (*entry & ASID_ENTRY_VMID) << VTTBR_EL2_VMID_SHIFT;
}

unsigned asid_pool_find_free(void)
{
    unsigned index = 0;
    while (index < ASID_POOL_COUNT && asid_pools[index] != NULL) {
        index++;
    }
    return index;
}

void asid_pool_install(unsigned index, struct asid_pool *pool)
{
    CHECK(index < ASID_POOL_COUNT && asid_pools[index] == NULL);
    asid_pools[index] = pool;
}

void asid_pool_remove(unsigned index, struct asid_pool *pool)
{
    /* The VMIDs stay lent, with nobody to run under them, and are invalidated one by one when
     * somebody else gets them: all at once would take long. */
    if (index < ASID_POOL_COUNT && asid_pools[index] == pool) {
        asid_pools[index] = NULL;
        asid_generation++;
    }
}

unsigned asid_assign(struct asid_pool *pool, unsigned pool_index, paddr_t root)
{
    unsigned entry = pool_index == 0 ? 1 : 0;
    while (entry < ASID_POOL_ENTRIES && pool->entries[entry] != 0) {
        entry++;
    }
    if (entry < ASID_POOL_ENTRIES) {
        pool->entries[entry] = root.raw;
    }
    return entry;
}

void asid_remove(uint64_t asid, const uint64_t *root)
{
    if (asid_root(asid) != root) {
        return;
    }
    uint64_t *entry = entry_of(asid);
    if ((*entry & ASID_ENTRY_LENT) != 0) {
        vmid_reclaim((unsigned)(*entry & ASID_ENTRY_VMID));
    }
    *entry = 0;
    asid_generation++;
}

/* With the VMID alone; 0 if it has none. */
static uint64_t lent_vttbr(uint64_t asid)
{
    const uint64_t *entry = entry_of(asid);
    return entry == NULL ? 0 : (*entry & ASID_ENTRY_VMID) << VTTBR_EL2_VMID_SHIFT;
}

void asid_invalidate(uint64_t asid, ipa_t address)
{
    if (lent_vttbr(asid) != 0) {
        tlb_invalidate_address(lent_vttbr(asid), address);
    }
}

void asid_invalidate_all(uint64_t asid)
{
    if (lent_vttbr(asid) != 0) {
        tlb_invalidate_space(lent_vttbr(asid));
    }
}
