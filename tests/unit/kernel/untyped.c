/* SPDX-License-Identifier: BSD-2-Clause */
/* Untyped memory: where objects go, and clearing that is interrupted wherever it may be. */
#include "tests/unit/kernel/support.h"
#include "kernel/cap/cap.h"
#include "kernel/cap/untyped.h"

#define SIZE_BITS 18
#define SIZE      BIT(SIZE_BITS)

/* ---- arithmetic, against counting ---- */

static void capability_fields(void **state)
{
    /* Addresses have 40 bits: no untyped is as large as that. */
    for (unsigned bits = 4; bits < 40; bits++) {
        struct cap cap = cap_untyped(paddr(BIT(30)), bits, bits % 2 == 0);

        assert_int_equal(cap_size_bits(cap), bits);
        assert_int_equal(cap_is_device(cap), bits % 2 == 0);
        assert_int_equal(cap_untyped_free(cap), 0);
        cap = untyped_exhaust(cap);
        assert_int_equal(untyped_available(cap, false), 0);
        assert_int_equal(untyped_available(cap, true), BIT(bits));
        cap = cap_untyped_set(cap, 0, 0);
        assert_int_equal(untyped_available(cap, false), BIT(bits));
    }
}

static void nothing_or_inside(struct cap cap, unsigned object_bits, uint64_t count)
{
    struct untyped_place place = {0};
    uint64_t free = cap_untyped_free(cap), size = BIT(cap_size_bits(cap));
    uint64_t start = free, step = BIT(object_bits);

    /* The first aligned place that is free, found by hand. */
    while (start % step != 0) {
        start += 16;
    }
    bool fits = start <= size && (size - start) / step >= count;
    assert_int_equal(untyped_place(cap, false, object_bits, count, &place), fits);
    if (fits) {
        assert_int_equal(place.start, start);
        assert_int_equal(place.end, start + count * step);
        assert_true(place.end <= size);
    }
    assert_true(untyped_place(cap, true, object_bits, 1, &place) ==
                (object_bits <= cap_size_bits(cap)));
}

static void places(void **state)
{
    random_seed(3);
    for (unsigned i = 0; i < 20000; i++) {
        unsigned bits = 4 + random_below(14);
        struct cap cap = cap_untyped(paddr(BIT(30)), bits, false);
        uint64_t free = (random_word() & bits_mask(bits)) & ~UINT64_C(15);

        cap = cap_untyped_set(cap, random_below(8) == 0 ? BIT(bits) : free, 0);
        nothing_or_inside(cap, 4 + random_below(15), 1 + random_below(256));
    }
}

static void huge_requests(void **state)
{
    struct cap cap = cap_untyped(paddr(0), 47, false);
    struct untyped_place place;

    assert_false(untyped_place(cap, true, 63, 256, &place));
    assert_false(untyped_place(cap, true, 64, 1, &place));
    assert_false(untyped_place(cap, true, 47, 2, &place));
    assert_true(untyped_place(cap, true, 47, 1, &place));
    assert_int_equal(place.end, BIT(47));
    assert_false(untyped_place(cap, true, 4, UINT64_MAX, &place));
}

/* ---- clearing ---- */

static struct slot *slot;
static uint8_t *memory;

static void fill(uint64_t free)
{
    memory = arena_take(SIZE_BITS);
    slot = arena_take(5);
    memset(memory, 0xa5, SIZE);
    slot->cap = cap_untyped_set(cap_untyped(virt_to_phys(memory), SIZE_BITS, false), free, 0);
}

static bool all_are(uint64_t from, uint64_t to, uint8_t value)
{
    for (uint64_t i = from; i < to; i++) {
        if (memory[i] != value) {
            return false;
        }
    }
    return true;
}

/* Clears as Retype does, which starts again after each interruption; then books it. */
static unsigned clear_all(struct untyped_place place)
{
    unsigned rounds = 1;

    while (!untyped_clear(slot, place)) {
        rounds++;
        assert_true(rounds < 1000);
        /* What is said to be clean is: anything may be made there next. */
        assert_true(all_are(cap_untyped_free(slot->cap), cap_untyped_clean(slot->cap), 0));
        struct untyped_place again;
        assert_true(untyped_place(slot->cap, false, 12, (place.end - place.start) >> 12, &again));
        assert_int_equal(again.start, place.start);
    }
    return rounds;
}

static void cleared_exactly(void **state)
{
    random_seed(4);
    for (unsigned i = 0; i < 200; i++) {
        struct untyped_place place;
        uint64_t free = random_below(8) * 16;

        assert_int_equal(arena_free(NULL), 0);
        assert_int_equal(arena_make(NULL), 0);
        fill(free);
        interrupt_every = i % 3;
        assert_true(untyped_place(slot->cap, false, 12, 1 + random_below(40), &place));
        unsigned rounds = clear_all(place);
        assert_true(all_are(place.start, place.end, 0));
        assert_true(all_are(0, place.start, 0xa5));
        assert_true(all_are(place.end, SIZE, 0xa5));
        /* Each round gets somewhere: no more of them than pieces. */
        assert_true(rounds <= 1 + (place.end - place.start) / 0x1000);
        assert_int_equal(cap_untyped_free(slot->cap) <= place.start, true);
    }
}

/* Interrupted for good, and then a smaller object is made: what was cleared stays known. */
static void a_different_request_after_an_interruption(void **state)
{
    struct untyped_place place;

    fill(0);
    interrupt_every = 1;
    assert_true(untyped_place(slot->cap, true, SIZE_BITS, 1, &place));
    assert_false(untyped_clear(slot, place));
    assert_false(untyped_clear(slot, place));
    uint64_t clean = cap_untyped_clean(slot->cap);
    assert_true(clean > 0 && clean < SIZE);
    assert_true(all_are(0, clean, 0));
    assert_true(untyped_place(slot->cap, true, 4, 3, &place));
    assert_true(untyped_clear(slot, place));
    assert_true(all_are(place.start, place.end, 0));
    /* An object that begins in what is clean and ends behind. */
    assert_true(untyped_place(slot->cap, true, SIZE_BITS, 1, &place));
    interrupt_every = 0;
    assert_true(untyped_clear(slot, place));
    assert_true(all_are(0, SIZE, 0));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, arena_make, arena_free)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(capability_fields),
        TEST(places),
        TEST(huge_requests),
        TEST(cleared_exactly),
        TEST(a_different_request_after_an_interruption),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
