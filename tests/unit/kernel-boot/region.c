/* SPDX-License-Identifier: BSD-2-Clause */
/* Region lists against a plain map of pages: same answers after every random step. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "kernel/boot/region.h"
#include "kernel/lib/bits.h"

#define SPACE 512
#define STEPS 20000

static uint64_t random_state = 0x9e3779b97f4a7c15;

static unsigned random_below(unsigned limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (unsigned)(random_state % limit);
}

static void check_list(const struct region_list *list)
{
    assert_true(list->count <= REGION_MAX);
    for (unsigned i = 0; i < list->count; i++) {
        assert_true(list->regions[i].start < list->regions[i].end);
        if (i > 0) {
            assert_true(list->regions[i - 1].end < list->regions[i].start);
        }
    }
}

static void check_against(const struct region_list *list, const bool *model)
{
    uint64_t size = 0;
    check_list(list);
    for (unsigned i = 0; i < SPACE; i++) {
        struct region one = {i, i + 1};
        assert_int_equal(region_list_contains(list, one), model[i]);
        size += model[i];
    }
    assert_int_equal(region_list_size(list), size);
}

static void matches_a_map_of_pages(void **state)
{
    struct region_list list = {0};
    bool model[SPACE] = {false};
    unsigned refused = 0;
    for (unsigned step = 0; step < STEPS; step++) {
        unsigned start = random_below(SPACE);
        unsigned end = (unsigned)min_u64(SPACE, start + random_below(step % 1000 < 900 ? 6 : 200));
        bool add = random_below(2) == 0;
        struct region region = {start, end};
        struct region_list before = list;
        if (add ? region_list_add(&list, region) : region_list_remove(&list, region)) {
            for (unsigned i = start; i < end; i++) {
                model[i] = add;
            }
        } else {
            refused++;
            assert_int_equal(before.count, REGION_MAX);
            assert_memory_equal(&before, &list, sizeof(list));
        }
        check_against(&list, model);
    }
    assert_true(refused > 0);
}

static void takes_aligned_blocks(void **state)
{
    struct region_list list = {0};
    assert_true(region_list_add(&list, (struct region){5, 100}));
    assert_true(region_list_add(&list, (struct region){200, 209}));
    uint64_t start;
    assert_true(region_list_take(&list, 3, &start));
    assert_int_equal(start, 200); /* out of the smaller region, though it comes later */
    assert_true(region_list_take(&list, 5, &start));
    assert_int_equal(start, 32);
    assert_true(region_list_take(&list, 5, &start));
    assert_int_equal(start, 64);
    assert_false(region_list_take(&list, 5, &start));
    assert_int_equal(region_list_size(&list), 95 + 9 - 8 - 64);
}

static void take_refuses_when_the_list_is_full(void **state)
{
    struct region_list list = {0};
    for (unsigned i = 0; i < REGION_MAX; i++) {
        assert_true(region_list_add(&list, (struct region){i * 4UL + 1, i * 4UL + 4}));
    }
    list.regions[REGION_MAX - 1].start += 1; /* 254, 255: an aligned 2, nothing left over */
    uint64_t start;
    assert_true(region_list_take(&list, 1, &start));
    assert_int_equal(start, 254);
    assert_int_equal(list.count, REGION_MAX - 1);
    assert_true(region_list_add(&list, (struct region){1001, 1010}));
    struct region_list before = list;
    assert_false(region_list_take(&list, 2, &start)); /* would leave a piece on either side */
    assert_memory_equal(&before, &list, sizeof(list));
}

static void blocks_fill_a_region(void **state)
{
    for (unsigned i = 0; i < 2000; i++) {
        struct region region = {random_below(5000), 0};
        region.end = region.start + 1 + random_below(5000);
        struct region rest = region;
        uint64_t at = region.start;
        unsigned count = 0;
        while (rest.start < rest.end) {
            struct region_block block = region_next_block(&rest);
            assert_int_equal(block.start, at);
            assert_true(is_aligned(block.start, block.bits));
            at += BIT(block.bits);
            count++;
        }
        assert_int_equal(at, region.end);
        assert_true(count <= 26); /* at most two of each size */
    }
    struct region all = {0, BIT(40)};
    assert_int_equal(region_next_block(&all).bits, 40);
    assert_int_equal(all.start, all.end);
}

static void rounds(void **state)
{
    struct region region = {0x1001, 0x2fff};
    struct region out = region_round_out(region, 12);
    assert_int_equal(out.start, 0x1000);
    assert_int_equal(out.end, 0x3000);
    struct region in = region_round_in(region, 12);
    assert_int_equal(in.start, in.end); /* no whole page in it */
    in = region_round_in((struct region){0x1001, 0x4001}, 12);
    assert_int_equal(in.start, 0x2000);
    assert_int_equal(in.end, 0x4000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matches_a_map_of_pages),
        cmocka_unit_test(takes_aligned_blocks),
        cmocka_unit_test(take_refuses_when_the_list_is_full),
        cmocka_unit_test(blocks_fill_a_region),
        cmocka_unit_test(rounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
