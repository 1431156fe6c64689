/* SPDX-License-Identifier: BSD-2-Clause */
/* More address spaces than VMIDs: who had one longest gives it up. */
#include "tests/unit/kernel-whole/world.h"
#include "arch/physmap.h"
#include "arch/tlb.h"
#include "kernel/mem/asid.h"

#define FIRST  2
#define SPACES 300

static unsigned vmid_of(uint64_t vttbr)
{
    return (unsigned)(vttbr >> VTTBR_EL2_VMID_SHIFT);
}

static uint64_t root_of(uint64_t asid)
{
    return FAKE_BASE + (asid << 13);
}

static void vmids_are_lent_in_turn(void **state)
{
    struct asid_pool *pool = object_at(seL4_CapInitThreadASIDPool);
    static unsigned holder[FAKE_VMID_COUNT];
    unsigned invalidated = 0;
    (void)state;
    memset(holder, 0, sizeof(holder));
    memset(fake_tlb_invalidations, 0, sizeof(fake_tlb_invalidations));
    unsigned active = vmid_of(fake_machine.cores[0].sysregs[FAKE_vttbr_el2]);
    for (unsigned asid = FIRST; asid < FIRST + SPACES; asid++) {
        assert_int_equal(asid_assign(pool, 0, paddr(root_of(asid))), asid);
        uint64_t vttbr = asid_vttbr(asid);
        assert_int_equal(vttbr & ASID_VTTBR_ROOT, root_of(asid));
        assert_int_not_equal(vmid_of(vttbr), 0);
        assert_int_not_equal(vmid_of(vttbr), active); /* the core is using it */
        assert_int_equal(asid_vttbr(asid), vttbr);
        unsigned before = holder[vmid_of(vttbr)];
        if (before != 0) {
            assert_int_equal(pool->entries[before] & ASID_ENTRY_LENT, 0);
            invalidated++;
        }
        holder[vmid_of(vttbr)] = asid;
    }
    assert_true(invalidated > 40);
    for (unsigned i = 0; i < FAKE_VMID_COUNT; i++) {
        invalidated -= fake_tlb_invalidations[i];
    }
    assert_int_equal(invalidated, 0);
}

static void an_asid_is_forgotten_for_its_own_root_alone(void **state)
{
    struct asid_pool *pool = object_at(seL4_CapInitThreadASIDPool);
    (void)state;
    assert_int_equal(asid_assign(pool, 0, paddr(root_of(FIRST))), FIRST);
    assert_int_not_equal(asid_vttbr(FIRST), 0);
    asid_invalidate(FIRST, ipa(0));
    asid_invalidate_all(FIRST);
    asid_remove(FIRST, asid_root(1));
    assert_non_null(asid_root(FIRST));
    asid_remove(FIRST, asid_root(FIRST));
    assert_null(asid_root(FIRST));
    assert_int_equal(asid_vttbr(FIRST), 0);
    assert_int_equal(asid_vttbr(0), 0);
    assert_int_equal(asid_vttbr(5000), 0); /* no pool */
    asid_invalidate(5000, ipa(0));
    asid_invalidate_all(5000);
    asid_pool_remove(200, pool);
    asid_pool_remove(1, pool);
    assert_ptr_equal(asid_pools[0], pool);
}

static void a_full_pool_says_so(void **state)
{
    struct asid_pool *pool = object_at(seL4_CapInitThreadASIDPool);
    (void)state;
    for (unsigned i = FIRST; i < ASID_POOL_ENTRIES; i++) {
        assert_int_equal(asid_assign(pool, 0, paddr(root_of(i))), i);
    }
    assert_int_equal(asid_assign(pool, 0, paddr(root_of(0))), ASID_POOL_ENTRIES);
    for (unsigned i = 1; i < ASID_POOL_COUNT; i++) {
        assert_int_equal(asid_pool_find_free(), i);
        asid_pool_install(i, pool);
    }
    assert_int_equal(asid_pool_find_free(), ASID_POOL_COUNT);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_make, world_free)
    static const struct CMUnitTest tests[] = {
        TEST(vmids_are_lent_in_turn),
        TEST(an_asid_is_forgotten_for_its_own_root_alone),
        TEST(a_full_pool_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
