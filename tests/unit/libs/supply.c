/* SPDX-License-Identifier: BSD-2-Clause */
/* libs/alloc/supply.h against the model of the kernel: where objects come to lie, and when there is
 * no room. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "libs/alloc/supply.h"
#include "tests/unit/libs/fake_kernel.h"

#define MIB         (UINT64_C(1) << 20)
#define PAGE        UINT64_C(4096)
#define LARGE       (2 * MIB)
#define DEVICE_BASE UINT64_C(0xff000000)
#define BIG_RAM     UINT64_C(0x40000000)
#define MIDDLE_RAM  UINT64_C(0x10000000)

/* Two device regions side by side, and 512 + 256 + 1 MiB of RAM. */
static const seL4_UntypedDesc board[] = {
    {.paddr = DEVICE_BASE - MIB, .sizeBits = 20, .isDevice = 1},
    {.paddr = DEVICE_BASE, .sizeBits = 24, .isDevice = 1},
    {.paddr = BIG_RAM, .sizeBits = 29},
    {.paddr = MIDDLE_RAM, .sizeBits = 28},
    {.paddr = 0x100000, .sizeBits = 20},
};
#define BOARD_RAM ((512 + 256 + 1) * MIB)

static seL4_BootInfo bootinfo;
static struct supply supply;
static seL4_CPtr first;

static int set_up(void **state)
{
    fake_reset(&bootinfo, board, sizeof(board) / sizeof(board[0]), 4096);
    supply_init(&supply, &bootinfo, bootinfo.empty.start);
    first = bootinfo.empty.start + SUPPLY_PADDING;
    return 0;
}

static void assert_no_padding(void)
{
    for (seL4_CPtr slot = supply.padding; slot < first; slot++)
        assert_true(fake_is_empty(slot));
}

static bool take_pages(uint64_t address, seL4_CPtr slot, size_t count)
{
    return supply_at(&supply, address, seL4_ARM_SmallPageObject, 0, slot, count);
}

static void the_smallest_piece_with_room_is_taken(void **state)
{
    assert_int_equal(supply_left(&supply), BOARD_RAM);
    assert_true(supply_ram(&supply, seL4_ARM_SmallPageObject, 0, first, 1));
    assert_int_equal(fake_paddr(first), 0x100000);
    assert_true(supply_ram(&supply, seL4_ARM_LargePageObject, 0, first + 1, 128));
    assert_int_equal(fake_paddr(first + 1), MIDDLE_RAM);
    assert_int_equal(fake_paddr(first + 128), MIDDLE_RAM + 127 * LARGE);
    assert_int_equal(supply_left(&supply), BOARD_RAM - PAGE - 128 * LARGE);
}

static void what_fits_no_piece_comes_from_several(void **state)
{
    assert_true(supply_ram(&supply, seL4_ARM_LargePageObject, 0, first, 256 + 100));
    assert_int_equal(fake_paddr(first), BIG_RAM);
    assert_int_equal(fake_paddr(first + 255), BIG_RAM + 255 * LARGE);
    assert_int_equal(fake_paddr(first + 256), MIDDLE_RAM);
}

static void ram_is_lent_to_its_end_and_not_beyond(void **state)
{
    assert_true(supply_ram(&supply, seL4_ARM_LargePageObject, 0, first, 384));
    assert_int_equal(supply_left(&supply), MIB);
    assert_false(supply_ram(&supply, seL4_ARM_LargePageObject, 0, first + 384, 1));
    assert_true(supply_ram(&supply, seL4_ARM_SmallPageObject, 0, first + 384, 256));
    assert_int_equal(supply_left(&supply), 0);
    assert_false(supply_ram(&supply, seL4_EndpointObject, 0, first + 640, 1));
    assert_int_equal(fake_capability_count(), 640);
}

static void too_much_is_refused(void **state)
{
    assert_false(supply_ram(&supply, seL4_ARM_LargePageObject, 0, first, 385));
    assert_false(supply_ram(&supply, seL4_UntypedObject, 30, first + 400, 1));
}

/* Falling sizes leave no gap, whatever they are. */
static void falling_sizes_lose_nothing(void **state)
{
    seL4_CPtr slot = first;

    for (unsigned bits = 28; bits >= seL4_MinUntypedBits; bits--) {
        uint64_t left = supply_left(&supply);

        assert_true(supply_ram(&supply, seL4_UntypedObject, bits, slot++, 1));
        assert_int_equal(supply_left(&supply), left - (UINT64_C(1) << bits));
    }
    assert_true(supply_ram(&supply, seL4_UntypedObject, seL4_MinUntypedBits, slot, 1));
}

/* Pages at rising addresses, one behind the other and far apart, each after what was stepped
 * over. */
static void pages_lie_where_they_are_asked_for(void **state)
{
    const uint64_t offsets[] = {PAGE, 2 * PAGE, 17 * PAGE, 0x123000, 0x800000, 0xfff000};

    for (unsigned i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
        assert_true(take_pages(DEVICE_BASE + offsets[i], first + i, 1));
        assert_int_equal(fake_paddr(first + i), DEVICE_BASE + offsets[i]);
        assert_no_padding();
    }
    assert_int_equal(supply_left(&supply), BOARD_RAM);
}

static void pages_cross_from_one_untyped_to_the_next(void **state)
{
    assert_true(take_pages(DEVICE_BASE - 2 * PAGE, first, 5));
    for (unsigned i = 0; i < 5; i++)
        assert_int_equal(fake_paddr(first + i), DEVICE_BASE + i * PAGE - 2 * PAGE);
    assert_no_padding();
}

/* The longest way: up to the middle by doubling, and down again. */
static void the_padding_is_enough(void **state)
{
    static const seL4_UntypedDesc huge = {.sizeBits = seL4_MaxUntypedBits, .isDevice = 1};
    uint64_t last = (UINT64_C(1) << seL4_MaxUntypedBits) - PAGE;

    fake_reset(&bootinfo, &huge, 1, 4096);
    supply_init(&supply, &bootinfo, bootinfo.empty.start);
    first = bootinfo.empty.start + SUPPLY_PADDING;
    assert_true(take_pages(PAGE, first, 1));
    assert_true(take_pages(last, first + 1, 1));
    assert_int_equal(fake_paddr(first + 1), last);
    assert_no_padding();
}

static void nothing_is_made_where_nothing_can_be(void **state)
{
    assert_null(supply_find(&supply, 0));
    assert_null(supply_find(&supply, UINT64_MAX));
    assert_null(supply_find(&supply, DEVICE_BASE + (UINT64_C(1) << 24)));
    assert_ptr_equal(supply_find(&supply, DEVICE_BASE), &bootinfo.untypedList[1]);
    assert_ptr_equal(supply_find(&supply, DEVICE_BASE - 1), &bootinfo.untypedList[0]);
    assert_false(take_pages(0, first, 1));
    assert_false(take_pages(DEVICE_BASE + 16, first, 1));
    assert_int_equal(fake_capability_count(), 0);
    assert_false(take_pages(DEVICE_BASE + 0xfff000, first, 2));
    assert_false(take_pages(DEVICE_BASE, first + 2, 1));
    assert_false(take_pages(DEVICE_BASE + 0xfff000, first + 2, 1));
}

/* Whatever step the kernel refuses, the answer is false, and the next one begins where this did. */
static void what_the_kernel_refuses_is_told(void **state)
{
    for (unsigned n = 1;; n++) {
        set_up(state);
        fake_fail_after(n);
        bool fine = take_pages(DEVICE_BASE + 0x123000, first, 1);
        if (!fake_has_failed()) {
            assert_true(fine);
            assert_true(n > 2);
            return;
        }
        assert_false(fine);
        assert_true(fake_is_empty(first));
        fake_fail_after(1);
        assert_false(supply_ram(&supply, seL4_TCBObject, 0, first, 1));
        assert_int_equal(supply_left(&supply), BOARD_RAM);
    }
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_smallest_piece_with_room_is_taken),
        TEST(what_fits_no_piece_comes_from_several),
        TEST(ram_is_lent_to_its_end_and_not_beyond),
        TEST(too_much_is_refused),
        TEST(falling_sizes_lose_nothing),
        TEST(pages_lie_where_they_are_asked_for),
        TEST(pages_cross_from_one_untyped_to_the_next),
        TEST(the_padding_is_enough),
        TEST(nothing_is_made_where_nothing_can_be),
        TEST(what_the_kernel_refuses_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
