/* SPDX-License-Identifier: BSD-2-Clause */
/* The division of the address space: nobody gets what is another's, and all else is given. */
#include "tests/unit/kernel-boot/support.h"
#include "kernel/boot/memory.h"

#define MIB (1UL << 20)

static const struct region image = {0, 0x39000};

static struct board board_make(void)
{
    struct board board = {.gic_kept = {1, {{0xf9010000, 0xf9060000}}}};
    board.ram = (struct region_list){2, {{0, 2048 * MIB}, {0x800000000, 0x880000000}}};
    board.reserved = (struct region_list){2, {{64 * MIB, 65 * MIB}, {0xfffc0000, 0x100000000}}};
    return board;
}

static struct boot_handover handover_make(void)
{
    return (struct boot_handover){
        .user_start = 4 * MIB,
        .user_end = 12 * MIB,
        .device_tree = 2 * MIB + 0x10,
        .device_tree_size = 0x1234,
    };
}

static void assert_apart(const struct region_list *list, struct region region)
{
    for (unsigned i = 0; i < list->count; i++) {
        assert_false(region_overlaps(list->regions[i], region));
    }
}

static void everything_is_given_once(void **state)
{
    struct board board = board_make();
    struct boot_handover handover = handover_make();
    struct memory memory;
    memory_divide(&memory, &board, &handover, image);
    const struct region taken[] = {image,
                                   {4 * MIB, 12 * MIB},
                                   {64 * MIB, 65 * MIB},
                                   {0xfffc0000, 0x100000000},
                                   {0xf9010000, 0xf9060000}};
    for (unsigned i = 0; i < ARRAY_COUNT(taken); i++) {
        assert_apart(&memory.free, taken[i]);
        assert_apart(&memory.device, taken[i]);
        assert_apart(&memory.recycled, taken[i]);
    }
    for (unsigned i = 0; i < memory.recycled.count; i++) {
        assert_apart(&memory.free, memory.recycled.regions[i]);
    }
    assert_int_equal(region_list_size(&memory.recycled), 0x2000); /* the device tree's pages */
    assert_int_equal(region_list_size(&memory.free),
                     region_list_size(&board.ram) - image.end - 8 * MIB - MIB - 0x2000);
    assert_int_equal(region_list_size(&memory.device),
                     (1UL << 40) - region_list_size(&board.ram) - 0x40000 - 0x50000);
}

static void page_0_is_nobodys(void **state)
{
    struct board board = board_make();
    struct boot_handover handover = handover_make();
    struct memory memory;
    memory_divide(&memory, &board, &handover, (struct region){16 * MIB, 17 * MIB});
    assert_apart(&memory.free, (struct region){0, 0x1000});
    assert_apart(&memory.device, (struct region){0, 0x1000});
    assert_true(region_list_contains(&memory.free, (struct region){0x1000, 2 * MIB}));
}

static void refuses_parts_in_the_wrong_place(void **state)
{
    struct board board = board_make();
    struct memory memory;
    struct boot_handover handover = handover_make();
    handover.user_start = 0; /* over the kernel */
    ASSERT_PANICS("first program", memory_divide(&memory, &board, &handover, image));
    handover = handover_make();
    handover.user_end = 64 * MIB + 1; /* into reserved memory */
    ASSERT_PANICS("first program", memory_divide(&memory, &board, &handover, image));
    handover = handover_make();
    handover.user_end = handover.user_start;
    ASSERT_PANICS("first program", memory_divide(&memory, &board, &handover, image));
    handover = handover_make();
    handover.device_tree = 4 * MIB - 0x1000;
    ASSERT_PANICS("device tree", memory_divide(&memory, &board, &handover, image));
    handover = handover_make();
    ASSERT_PANICS("kernel", memory_divide(&memory, &board, &handover,
                                          (struct region){2047 * MIB, 2049 * MIB}));
}

static void a_tree_in_reserved_memory_stays_there(void **state)
{
    struct board board = board_make();
    struct memory memory;
    struct boot_handover handover = handover_make();
    handover.device_tree = 64 * MIB;
    memory_divide(&memory, &board, &handover, image);
    assert_int_equal(memory.recycled.count, 0);
}

static void takes_until_nothing_is_left(void **state)
{
    struct board board = board_make();
    struct boot_handover handover = handover_make();
    struct memory memory;
    board.ram = (struct region_list){1, {{0, 16 * MIB}}};
    board.reserved.count = 0;
    memory_divide(&memory, &board, &handover, image);
    uint64_t before = region_list_size(&memory.free);
    paddr_t place = memory_take(&memory, 21);
    assert_int_equal(place.raw % (2 * MIB), 0);
    assert_int_equal(region_list_size(&memory.free), before - 2 * MIB);
    bool panicked = false;
    for (unsigned i = 0; i < 8 && !panicked; i++) {
        CATCH_PANIC(panicked, memory_take(&memory, 21));
    }
    assert_true(panicked);
    assert_non_null(strstr(panic_message, "2^21"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_given_once),
        cmocka_unit_test(page_0_is_nobodys),
        cmocka_unit_test(refuses_parts_in_the_wrong_place),
        cmocka_unit_test(a_tree_in_reserved_memory_stays_there),
        cmocka_unit_test(takes_until_nothing_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
