/* SPDX-License-Identifier: BSD-2-Clause */
/* Capability lookup: each failure, and random CNodes against a lookup that goes bit by bit. */
#include "tests/unit/kernel/support.h"
#include "abi/sel4/errors.h"
#include "kernel/cap/cap.h"
#include "kernel/cap/lookup.h"

static struct cap new_cnode(unsigned radix, uint64_t guard, unsigned guard_bits)
{
    return cap_cnode(virt_to_phys(arena_take(radix + 5)), radix, guard, guard_bits);
}

static struct slot *slots_of(struct cap cnode)
{
    return cap_object(cnode);
}

static void finds_a_slot(void **state)
{
    struct cap root = new_cnode(4, 0, 60);
    struct lookup found;
    struct lookup_failure failure;

    for (uint64_t i = 0; i < 16; i++) {
        assert_true(lookup_resolve(root, i, 64, &found, &failure));
        assert_ptr_equal(found.slot, slots_of(root) + i);
        assert_int_equal(found.bits_left, 0);
    }
    root = cap_cnode(cap_address(root), 4, 0, 0);
    assert_true(lookup_resolve(root, 9, 4, &found, &failure));
    assert_ptr_equal(found.slot, slots_of(root) + 9);
    /* The upper bits of the pointer do not count: only its lowest `depth`. */
    assert_true(lookup_resolve(root, 0xfff9, 4, &found, &failure));
    assert_ptr_equal(found.slot, slots_of(root) + 9);
}

static void goes_down(void **state)
{
    struct cap root = new_cnode(4, 5, 3), inner = new_cnode(6, 0x2a, 7);
    struct lookup found;
    struct lookup_failure failure;
    uint64_t pointer = UINT64_C(5) << 17 | 3 << 13 | 0x2a << 6 | 33;

    slots_of(root)[3].cap = inner;
    assert_true(lookup_resolve(root, pointer, 20, &found, &failure));
    assert_ptr_equal(found.slot, slots_of(inner) + 33);
    /* Cut off at the inner CNode itself. */
    assert_true(lookup_resolve(root, pointer >> 13, 7, &found, &failure));
    assert_ptr_equal(found.slot, slots_of(root) + 3);
    /* At a slot without CNode it stops, with bits left. */
    assert_true(lookup_resolve(root, pointer ^ 1 << 13, 20, &found, &failure));
    assert_ptr_equal(found.slot, slots_of(root) + 2);
    assert_int_equal(found.bits_left, 13);
}

static void a_root_that_is_none(void **state)
{
    struct lookup found;
    struct lookup_failure failure;

    assert_false(lookup_resolve(cap_null(), 0, 64, &found, &failure));
    assert_int_equal(failure.type, seL4_InvalidRoot);
}

static void a_wrong_guard(void **state)
{
    struct cap root = new_cnode(4, 5, 3);
    struct lookup found;
    struct lookup_failure failure;

    assert_false(lookup_resolve(root, UINT64_C(4) << 4, 7, &found, &failure));
    assert_int_equal(failure.type, seL4_GuardMismatch);
    assert_int_equal(failure.bits_left, 7);
    assert_int_equal(failure.found, 5);
    assert_int_equal(failure.guard_size, 3);
    /* More guard than bits. */
    assert_false(lookup_resolve(root, 1, 2, &found, &failure));
    assert_int_equal(failure.type, seL4_GuardMismatch);
    assert_int_equal(failure.bits_left, 2);
}

static void too_few_bits(void **state)
{
    struct cap root = new_cnode(4, 5, 3);
    struct lookup found;
    struct lookup_failure failure;

    assert_false(lookup_resolve(root, 5 << 3, 6, &found, &failure));
    assert_int_equal(failure.type, seL4_DepthMismatch);
    assert_int_equal(failure.bits_left, 6);
    assert_int_equal(failure.found, 7);
}

/* ---- random trees of CNodes against a slow, plain lookup ---- */

#define CNODES 12

static struct cap cnodes[CNODES];

static unsigned bit_of(uint64_t pointer, unsigned depth, unsigned index)
{
    return pointer >> (depth - 1 - index) & 1; /* index from the top of `depth` bits */
}

/* True and the slot, or false and the failure's type. */
static bool plain_lookup(struct cap root, uint64_t pointer, unsigned depth, struct slot **slot,
                         unsigned *left, uint64_t *failure)
{
    unsigned at = 0;

    for (;;) {
        unsigned guard_bits = cap_cnode_guard_bits(root), radix = cap_size_bits(root);
        uint64_t index = 0;

        *failure = seL4_GuardMismatch;
        for (unsigned i = 0; i < guard_bits; i++) {
            if (at + guard_bits > depth ||
                bit_of(pointer, depth, at + i) !=
                    (cap_cnode_guard(root) >> (guard_bits - 1 - i) & 1)) {
                return false;
            }
        }
        at += guard_bits;
        *failure = seL4_DepthMismatch;
        if (at + radix > depth) {
            return false;
        }
        for (unsigned i = 0; i < radix; i++) {
            index = index * 2 + bit_of(pointer, depth, at + i);
        }
        at += radix;
        *slot = slots_of(root) + index;
        *left = depth - at;
        root = (*slot)->cap;
        if (at == depth || cap_type(root) != CAP_CNODE) {
            return true;
        }
    }
}

static void make_random_cnodes(void)
{
    for (unsigned i = 0; i < CNODES; i++) {
        unsigned radix = 1 + random_below(6);
        unsigned guard_bits = random_below(3) == 0 ? random_below(8) : 0;

        cnodes[i] = new_cnode(radix, random_word() & bits_mask(guard_bits), guard_bits);
    }
    for (unsigned i = 0; i < CNODES; i++) {
        for (unsigned j = 0; j < BIT(cap_size_bits(cnodes[i])); j++) {
            if (random_below(3) != 0) {
                slots_of(cnodes[i])[j].cap = cnodes[random_below(CNODES)];
            }
        }
    }
}

static void like_the_plain_lookup(void **state)
{
    random_seed(7);
    for (unsigned round = 0; round < 40; round++) {
        assert_int_equal(arena_free(NULL), 0);
        assert_int_equal(arena_make(NULL), 0);
        make_random_cnodes();
        for (unsigned i = 0; i < 2000; i++) {
            struct cap root = cnodes[random_below(CNODES)];
            unsigned depth = 1 + random_below(64), left = 0;
            uint64_t pointer = random_word(), wanted = 0;
            struct slot *slot = NULL;
            struct lookup found;
            struct lookup_failure failure = {0};
            bool holds = plain_lookup(root, pointer, depth, &slot, &left, &wanted);

            assert_int_equal(lookup_resolve(root, pointer, depth, &found, &failure), holds);
            if (holds) {
                assert_ptr_equal(found.slot, slot);
                assert_int_equal(found.bits_left, left);
            } else {
                assert_int_equal(failure.type, wanted);
            }
        }
    }
}

static void a_threads_pointer_has_64_bits(void **state)
{
    struct thread *thread = arena_take(seL4_TCBBits);
    struct cap root = new_cnode(4, 0, 0);
    struct lookup_failure failure;
    struct slot *slot;

    assert_false(lookup_pointer(thread, 0, &slot, &failure));
    assert_int_equal(failure.type, seL4_InvalidRoot);
    thread->slots[THREAD_SLOT_CSPACE].cap = root;
    assert_true(lookup_pointer(thread, UINT64_C(9) << 60 | 77, &slot, &failure));
    assert_ptr_equal(slot, slots_of(root) + 9);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, arena_make, arena_free)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(finds_a_slot),
        TEST(goes_down),
        TEST(a_root_that_is_none),
        TEST(a_wrong_guard),
        TEST(too_few_bits),
        TEST(like_the_plain_lookup),
        TEST(a_threads_pointer_has_64_bits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
