/* SPDX-License-Identifier: BSD-2-Clause */
/* kernel/lib/bits.h against what the words say, at every width. */
#include "tests/unit/kernel/support.h"

static void masks(void **state)
{
    uint64_t wanted = 0;

    for (unsigned width = 0; width < 64; width++) {
        assert_int_equal(bits_mask(width), wanted);
        wanted = wanted * 2 + 1;
    }
    assert_int_equal(bits_mask(64), UINT64_MAX);
    assert_int_equal(bits_mask(65), UINT64_MAX);
}

static uint64_t bit_by_bit(uint64_t word, unsigned shift, unsigned width)
{
    uint64_t result = 0;

    for (unsigned i = 0; i < width && shift + i < 64; i++) {
        result |= (word >> (shift + i) & 1) << i;
    }
    return result;
}

static void fields(void **state)
{
    random_seed(1);
    for (unsigned shift = 0; shift < 64; shift++) {
        for (unsigned width = 0; shift + width <= 64; width++) {
            uint64_t word = random_word(), value = random_word();

            assert_int_equal(bits_get(word, shift, width), bit_by_bit(word, shift, width));
            assert_int_equal(bits_get(bits_put(value, shift, width), shift, width),
                             bit_by_bit(value, 0, width));
            uint64_t replaced = bits_replace(word, value, shift, width);
            assert_int_equal(bits_get(replaced, shift, width), bit_by_bit(value, 0, width));
            uint64_t outside = ~(bits_mask(width) << shift);
            assert_int_equal(replaced & outside, word & outside);
        }
    }
}

static void alignment(void **state)
{
    random_seed(2);
    for (unsigned i = 0; i < 1000; i++) {
        unsigned bits = random_below(48);
        uint64_t value = random_word() >> 2;

        assert_true(is_aligned(align_down(value, bits), bits));
        assert_true(is_aligned(align_up(value, bits), bits));
        assert_true(align_down(value, bits) <= value);
        assert_true(align_up(value, bits) >= value);
        assert_true(align_up(value, bits) - align_down(value, bits) <= BIT(bits));
        assert_int_equal(is_aligned(value, bits), align_down(value, bits) == value);
    }
}

static void ends(void **state)
{
    for (unsigned i = 0; i < 64; i++) {
        assert_int_equal(bits_highest(BIT(i)), i);
        assert_int_equal(bits_lowest(BIT(i)), i);
        assert_int_equal(bits_highest(BIT(i) | 1), i);
        assert_int_equal(bits_lowest(BIT(i) | BIT(63)), i);
    }
    assert_int_equal(min_u64(1, UINT64_MAX), 1);
    assert_int_equal(max_u64(1, UINT64_MAX), UINT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(masks),
        cmocka_unit_test(fields),
        cmocka_unit_test(alignment),
        cmocka_unit_test(ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
