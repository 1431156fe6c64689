/* SPDX-License-Identifier: BSD-2-Clause */
/* VMIDs whose holders went with their pool: invalidated before somebody else has them, and nobody
 * else's number is taken with them. */
#include "tests/unit/kernel-whole/world.h"
#include "arch/tlb.h"
#include "kernel/mem/asid.h"

#define ENTRY 0 /* the first of a fresh pool */
#define ROOT  0x40000000UL

static struct asid_pool gone, next, others;

static unsigned vmid_of(uint64_t asid)
{
    return (unsigned)(asid_vttbr(asid) >> VTTBR_EL2_VMID_SHIFT);
}

/* The next VMID in turn goes to a space of its own. */
static unsigned lend_another(unsigned pool, unsigned entry)
{
    assert_int_equal(asid_assign(&others, pool, paddr(ROOT + (entry + 16UL) * 0x2000)), entry);
    return vmid_of((uint64_t)pool * ASID_POOL_ENTRIES + entry);
}

static void the_holder_went_with_its_pool(void **state)
{
    unsigned index = asid_pool_find_free(), others_index = index + 1;
    uint64_t asid = (uint64_t)index * ASID_POOL_ENTRIES + ENTRY;
    (void)state;

    asid_pool_install(index, &gone);
    asid_pool_install(others_index, &others);
    assert_int_equal(asid_assign(&gone, index, paddr(ROOT)), ENTRY);
    unsigned old = vmid_of(asid);
    assert_int_not_equal(old, 0);
    asid_pool_remove(index, &gone);
    assert_int_equal(asid_vttbr(asid), 0);
    assert_null(asid_root(asid));

    /* The id is another space's, which gets another number, not the one whose turn is next then. */
    (void)lend_another(others_index, 0);
    asid_pool_install(index, &next);
    assert_int_equal(asid_assign(&next, index, paddr(ROOT + 0x2000)), ENTRY);
    unsigned now = vmid_of(asid);
    assert_int_not_equal(now, old);

    unsigned invalidated = fake_tlb_invalidations[old];
    unsigned lent = 0;
    for (unsigned i = 1; i < 300 && lent != old; i++) {
        lent = lend_another(others_index, i);
    }
    assert_int_equal(lent, old);
    assert_int_equal(fake_tlb_invalidations[old], invalidated + 1);
    assert_int_equal(vmid_of(asid), now);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_holder_went_with_its_pool, world_make, world_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
