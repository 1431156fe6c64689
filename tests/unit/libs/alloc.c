/* SPDX-License-Identifier: BSD-2-Clause */
/* libs/alloc against the model of the kernel: what is taken is right, what is given back is all. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "libs/alloc/alloc.h"
#include "tests/unit/libs/fake_kernel.h"

#define MIB         (UINT64_C(1) << 20)
#define DEVICE_BASE UINT64_C(0xff000000)
#define BIG_RAM     UINT64_C(0x40000000)

/* A device region, a large and two small pieces of RAM: 512 + 256 + 1 MiB. */
static const seL4_UntypedDesc board[] = {
    {.paddr = DEVICE_BASE, .sizeBits = 24, .isDevice = 1},
    {.paddr = BIG_RAM, .sizeBits = 29},
    {.paddr = 0x10000000, .sizeBits = 28},
    {.paddr = 0x100000, .sizeBits = 20},
};
#define BOARD_RAM (512 * MIB + 256 * MIB + MIB)

static seL4_BootInfo bootinfo;
static struct alloc alloc;

static int set_up(void **state)
{
    fake_reset(&bootinfo, board, sizeof(board) / sizeof(board[0]), 4096);
    assert_int_equal(alloc_init(&alloc, &bootinfo), ALLOC_OK);
    return 0;
}

static void assert_unused(void)
{
    struct alloc_counts counts = alloc_count(&alloc);

    assert_int_equal(counts.slots, 0);
    assert_int_equal(counts.ranges, 0);
    assert_int_equal(counts.nodes, sizeof(board) / sizeof(board[0]));
    assert_int_equal(counts.ram_bytes_free, BOARD_RAM);
    assert_int_equal(fake_capability_count(), 0);
}

static void slots_are_found_first_fit(void **state)
{
    seL4_CPtr a, b, c;

    assert_int_equal(alloc_slots(&alloc, 100, &a), ALLOC_OK);
    assert_int_equal(a, bootinfo.empty.start);
    assert_int_equal(alloc_slots(&alloc, 100, &b), ALLOC_OK);
    assert_int_equal(b, a + 100);
    alloc_free_slots(&alloc, a + 10, 70);
    assert_int_equal(alloc_slots(&alloc, 71, &c), ALLOC_OK);
    assert_int_equal(c, b + 100);
    alloc_free_slots(&alloc, c, 71);
    assert_int_equal(alloc_slots(&alloc, 70, &c), ALLOC_OK);
    assert_int_equal(c, a + 10);
    alloc_free_slots(&alloc, a, 200);
    assert_unused();
}

static void slots_run_out_and_no_further(void **state)
{
    seL4_CPtr first, one;
    size_t all = bootinfo.empty.end - bootinfo.empty.start;

    assert_int_equal(alloc_slots(&alloc, all + 1, &first), ALLOC_NO_SLOT);
    assert_int_equal(alloc_slots(&alloc, 0, &first), ALLOC_BAD_ARGUMENT);
    assert_int_equal(alloc_slots(&alloc, all, &first), ALLOC_OK);
    assert_int_equal(alloc_slot(&alloc, &one), ALLOC_NO_SLOT);
    assert_int_equal(alloc_object(&alloc, seL4_TCBObject, 0, &one), ALLOC_NO_SLOT);
    alloc_free_slot(&alloc, bootinfo.empty.end - 1);
    assert_int_equal(alloc_slot(&alloc, &one), ALLOC_OK);
    assert_int_equal(one, bootinfo.empty.end - 1);
    /* The object's slot is there, but none for splitting. */
    alloc_free_slot(&alloc, one);
    assert_int_equal(alloc_object(&alloc, seL4_TCBObject, 0, &one), ALLOC_NO_SLOT);
    alloc_free_slots(&alloc, first, all - 1);
    assert_unused();
}

static void objects_split_and_merge(void **state)
{
    seL4_CPtr endpoint, tcb, cnode;

    assert_int_equal(alloc_object(&alloc, seL4_EndpointObject, 0, &endpoint), ALLOC_OK);
    assert_int_equal(alloc_object(&alloc, seL4_TCBObject, 0, &tcb), ALLOC_OK);
    assert_int_equal(alloc_object(&alloc, seL4_CapTableObject, 4, &cnode), ALLOC_OK);
    /* The smallest untyped that suffices is the one that is split. */
    assert_in_range(fake_paddr(endpoint), 0x100000, 0x1fffff);
    assert_in_range(fake_paddr(tcb), 0x100000, 0x1fffff);
    assert_int_equal(alloc_count(&alloc).ram_bytes_free, BOARD_RAM - 16 - 2048 - 512);
    assert_int_equal(alloc_free_object(&alloc, tcb), ALLOC_OK);
    assert_int_equal(alloc_free_object(&alloc, tcb), ALLOC_BAD_ARGUMENT);
    assert_int_equal(alloc_free_object(&alloc, endpoint), ALLOC_OK);
    assert_int_equal(alloc_free_object(&alloc, cnode), ALLOC_OK);
    assert_unused();
}

static void wrong_sizes_are_refused(void **state)
{
    seL4_CPtr slot;

    assert_int_equal(alloc_object(&alloc, seL4_ObjectTypeCount, 0, &slot), ALLOC_BAD_ARGUMENT);
    assert_int_equal(alloc_object(&alloc, seL4_UntypedObject, 3, &slot), ALLOC_BAD_ARGUMENT);
    assert_int_equal(alloc_object(&alloc, seL4_UntypedObject, 48, &slot), ALLOC_BAD_ARGUMENT);
    assert_int_equal(alloc_object(&alloc, seL4_CapTableObject, ~0UL, &slot), ALLOC_BAD_ARGUMENT);
    assert_int_equal(alloc_object(&alloc, seL4_UntypedObject, 30, &slot), ALLOC_NO_MEMORY);
    assert_unused();
}

static void memory_runs_out_and_comes_back(void **state)
{
    seL4_CPtr slot[3];

    assert_int_equal(alloc_object(&alloc, seL4_UntypedObject, 29, &slot[0]), ALLOC_OK);
    assert_int_equal(alloc_object(&alloc, seL4_UntypedObject, 28, &slot[1]), ALLOC_OK);
    assert_int_equal(alloc_object(&alloc, seL4_UntypedObject, 21, &slot[2]), ALLOC_NO_MEMORY);
    assert_int_equal(alloc_object(&alloc, seL4_UntypedObject, 20, &slot[2]), ALLOC_OK);
    assert_int_equal(alloc_object(&alloc, seL4_EndpointObject, 0, &slot[2]), ALLOC_NO_MEMORY);
    assert_int_equal(alloc_count(&alloc).ram_bytes_free, 0);
    for (seL4_CPtr i = 0; i < 3; i++)
        assert_int_equal(alloc_free_object(&alloc, bootinfo.empty.start + i), ALLOC_OK);
    assert_unused();
}

static void device_pages_are_found_by_address(void **state)
{
    seL4_CPtr uart, gic, again;

    assert_int_equal(
        alloc_object_at_paddr(&alloc, seL4_ARM_SmallPageObject, 0, DEVICE_BASE + 0x10000, &uart),
        ALLOC_OK);
    assert_int_equal(fake_paddr(uart), DEVICE_BASE + 0x10000);
    assert_int_equal(
        alloc_object_at_paddr(&alloc, seL4_ARM_LargePageObject, 0, DEVICE_BASE + 0x200000, &gic),
        ALLOC_OK);
    assert_int_equal(fake_paddr(gic), DEVICE_BASE + 0x200000);
    assert_int_equal(
        alloc_object_at_paddr(&alloc, seL4_ARM_SmallPageObject, 0, DEVICE_BASE + 0x10000, &again),
        ALLOC_IN_USE);
    assert_int_equal(
        alloc_object_at_paddr(&alloc, seL4_ARM_LargePageObject, 0, DEVICE_BASE, &again),
        ALLOC_IN_USE);
    assert_int_equal(
        alloc_object_at_paddr(&alloc, seL4_ARM_SmallPageObject, 0, DEVICE_BASE + 8, &again),
        ALLOC_BAD_ARGUMENT);
    assert_int_equal(alloc_object_at_paddr(&alloc, seL4_ARM_SmallPageObject, 0, 0xfe000000, &again),
                     ALLOC_NO_MEMORY);
    assert_int_equal(alloc_free_object(&alloc, uart), ALLOC_OK);
    assert_int_equal(alloc_free_object(&alloc, gic), ALLOC_OK);
    assert_unused();
}

static void ram_pages_are_found_by_address(void **state)
{
    seL4_CPtr page, rest;
    uint64_t paddr = BIG_RAM + 123 * 4096;

    assert_int_equal(alloc_object_at_paddr(&alloc, seL4_ARM_SmallPageObject, 0, paddr, &page),
                     ALLOC_OK);
    assert_int_equal(fake_paddr(page), paddr);
    assert_int_equal(alloc_object(&alloc, seL4_UntypedObject, 29, &rest), ALLOC_NO_MEMORY);
    assert_int_equal(alloc_free_object(&alloc, page), ALLOC_OK);
    assert_unused();
}

static void frames_come_in_large_pieces(void **state)
{
    seL4_CPtr first;
    unsigned before;

    /* 640 MiB: 512 from the largest untyped, 128 of the next. */
    assert_int_equal(alloc_frames(&alloc, seL4_ARM_LargePageObject, 320, &first), ALLOC_OK);
    for (seL4_CPtr i = 0; i < 320; i++)
        assert_int_equal(fake_paddr(first + i) % (2 * MIB), 0);
    assert_int_equal(fake_paddr(first), BIG_RAM);
    assert_int_equal(fake_paddr(first + 255), BIG_RAM + 510 * MIB);
    assert_in_range(fake_paddr(first + 256), 0x10000000, 0x1fffffff);
    before = fake_capability_count();
    assert_int_equal(before, 320 + 2); /* one split */
    assert_int_equal(alloc_free_objects(&alloc, first, 319), ALLOC_BAD_ARGUMENT);
    assert_int_equal(alloc_free_object(&alloc, first), ALLOC_BAD_ARGUMENT);
    assert_int_equal(fake_capability_count(), before);
    assert_int_equal(alloc_free_objects(&alloc, first, 320), ALLOC_OK);
    assert_unused();
}

static void too_many_frames_leave_nothing_behind(void **state)
{
    seL4_CPtr first;

    assert_int_equal(alloc_frames(&alloc, seL4_ARM_LargePageObject, 385, &first), ALLOC_NO_MEMORY);
    assert_unused();
    assert_int_equal(alloc_frames(&alloc, seL4_ARM_LargePageObject, 384, &first), ALLOC_OK);
    assert_int_equal(alloc_free_objects(&alloc, first, 384), ALLOC_OK);
    assert_unused();
}

static void small_frames_exceed_the_fan_out_limit(void **state)
{
    seL4_CPtr first;

    assert_int_equal(alloc_frames(&alloc, seL4_ARM_SmallPageObject, 1000, &first), ALLOC_OK);
    assert_false(fake_is_empty(first + 999));
    assert_int_equal(alloc_free_objects(&alloc, first, 1000), ALLOC_OK);
    assert_unused();
}

static void nodes_run_out_and_no_further(void **state)
{
    static seL4_CPtr slot[ALLOC_NODES];
    size_t count = 0;
    enum alloc_result result;

    fake_reset(&bootinfo, board, sizeof(board) / sizeof(board[0]), 65536);
    assert_int_equal(alloc_init(&alloc, &bootinfo), ALLOC_OK);
    while ((result = alloc_object(&alloc, seL4_EndpointObject, 0, &slot[count])) == ALLOC_OK)
        count++;
    assert_int_equal(result, ALLOC_NO_NODE);
    assert_in_range(count, ALLOC_NODES / 4, ALLOC_NODES);
    while (count > 0)
        assert_int_equal(alloc_free_object(&alloc, slot[--count]), ALLOC_OK);
    assert_unused();
}

static void any_order_of_use_ends_where_it_began(void **state)
{
    static const struct {
        seL4_Word type, bits;
    } kinds[] = {{seL4_EndpointObject, 0},      {seL4_NotificationObject, 0},
                 {seL4_TCBObject, 0},           {seL4_ARM_SmallPageObject, 0},
                 {seL4_ARM_LargePageObject, 0}, {seL4_UntypedObject, 16},
                 {seL4_SchedContextObject, 8},  {seL4_CapTableObject, 6}};
    seL4_CPtr slot[64] = {0};
    uint32_t random = 1;

    for (int step = 0; step < 4000; step++) {
        random = random * 1664525 + 1013904223;
        size_t place = (random >> 16) % 64;
        size_t kind = (random >> 24) % 8;

        if (slot[place] != 0) {
            assert_int_equal(alloc_free_object(&alloc, slot[place]), ALLOC_OK);
            slot[place] = 0;
        } else {
            assert_int_equal(alloc_object(&alloc, kinds[kind].type, kinds[kind].bits, &slot[place]),
                             ALLOC_OK);
        }
    }
    for (size_t i = 0; i < 64; i++) {
        if (slot[i] != 0)
            assert_int_equal(alloc_free_object(&alloc, slot[i]), ALLOC_OK);
    }
    assert_unused();
}

static void copies_end_with_their_object(void **state)
{
    seL4_CPtr frame, copy, other;

    assert_int_equal(alloc_object(&alloc, seL4_ARM_SmallPageObject, 0, &frame), ALLOC_OK);
    assert_int_equal(alloc_copy(&alloc, frame, seL4_AllRights, &copy), ALLOC_OK);
    assert_int_equal(alloc_copy(&alloc, frame, seL4_CanRead, &other), ALLOC_OK);
    assert_int_equal(alloc_delete(&alloc, other), ALLOC_OK);
    assert_int_equal(alloc_free_object(&alloc, frame), ALLOC_OK);
    assert_true(fake_is_empty(copy));
    alloc_free_slot(&alloc, copy);
    assert_unused();
}

static void addresses_are_found_first_fit(void **state)
{
    uintptr_t a, b, c, d;

    assert_int_equal(alloc_reserve(&alloc, 1, 4096, &a), ALLOC_OK);
    assert_int_equal(a, ALLOC_SPACE_START);
    assert_int_equal(alloc_reserve(&alloc, 4096, 2 * MIB, &b), ALLOC_OK);
    assert_int_equal(b, ALLOC_SPACE_START + 2 * MIB);
    assert_int_equal(alloc_reserve(&alloc, 2 * MIB - 4096, 4096, &c), ALLOC_OK);
    assert_int_equal(c, a + 4096);
    assert_int_equal(alloc_reserve(&alloc, 4096, 4096, &d), ALLOC_OK);
    assert_int_equal(d, b + 4096);
    assert_int_equal(alloc_release(&alloc, c), ALLOC_OK);
    assert_int_equal(alloc_release(&alloc, c), ALLOC_BAD_ARGUMENT);
    assert_int_equal(alloc_reserve(&alloc, 8192, 4096, &c), ALLOC_OK);
    assert_int_equal(c, a + 4096);
    assert_int_equal(alloc_release(&alloc, a), ALLOC_OK);
    assert_int_equal(alloc_release(&alloc, b), ALLOC_OK);
    assert_int_equal(alloc_release(&alloc, c), ALLOC_OK);
    assert_int_equal(alloc_release(&alloc, d), ALLOC_OK);
    assert_unused();
}

static void impossible_addresses_are_refused(void **state)
{
    uintptr_t all, more;
    size_t space = ALLOC_SPACE_END - ALLOC_SPACE_START;

    assert_int_equal(alloc_reserve(&alloc, 0, 4096, &all), ALLOC_BAD_ARGUMENT);
    assert_int_equal(alloc_reserve(&alloc, 4096, 16, &all), ALLOC_BAD_ARGUMENT);
    assert_int_equal(alloc_reserve(&alloc, 4096, 12288, &all), ALLOC_BAD_ARGUMENT);
    assert_int_equal(alloc_reserve(&alloc, space + 1, 4096, &all), ALLOC_BAD_ARGUMENT);
    assert_int_equal(alloc_reserve(&alloc, SIZE_MAX, 4096, &all), ALLOC_BAD_ARGUMENT);
    assert_int_equal(alloc_reserve(&alloc, space, 4096, &all), ALLOC_OK);
    assert_int_equal(alloc_reserve(&alloc, 1, 4096, &more), ALLOC_NO_SPACE);
    assert_int_equal(alloc_release(&alloc, all), ALLOC_OK);
    for (int i = 0; i < ALLOC_RANGES; i++)
        assert_int_equal(alloc_reserve(&alloc, 1, 4096, &more), ALLOC_OK);
    assert_int_equal(alloc_reserve(&alloc, 1, 4096, &more), ALLOC_NO_NODE);
}

static void mapping_makes_the_tables_it_needs(void **state)
{
    struct alloc_vspace vm;
    seL4_CPtr root = 3000, small, large;

    alloc_vspace_init(&vm, root);
    assert_int_equal(alloc_object(&alloc, seL4_ARM_SmallPageObject, 0, &small), ALLOC_OK);
    assert_int_equal(alloc_object(&alloc, seL4_ARM_LargePageObject, 0, &large), ALLOC_OK);
    assert_int_equal(alloc_map_in(&alloc, &vm, small, 0x8010000, seL4_ReadWrite, 0), ALLOC_OK);
    assert_int_equal(vm.table_count, 2);
    assert_int_equal(alloc_map_in(&alloc, &vm, large, 0x8200000, seL4_ReadWrite, 0), ALLOC_OK);
    assert_int_equal(vm.table_count, 2);
    assert_int_equal(alloc_map_in(&alloc, &vm, large, 0x8200800, seL4_ReadWrite, 0), ALLOC_REFUSED);
    assert_int_equal(alloc.kernel_error, seL4_AlignmentError);
    assert_int_equal(alloc_vspace_clear(&alloc, &vm), ALLOC_OK);
    assert_int_equal(alloc_free_object(&alloc, small), ALLOC_OK);
    assert_int_equal(alloc_free_object(&alloc, large), ALLOC_OK);
    assert_unused();
}

/* Whatever the kernel refuses on the way, what was made before is taken back. */
static enum alloc_result everything(void)
{
    struct alloc_area ram, registers;
    enum alloc_result result = alloc_area_ram(&alloc, 3 * 4096 + 1, true, &ram);
    seL4_CPtr copy;

    if (result != ALLOC_OK)
        return result;
    assert_int_equal(ram.count, 4);
    assert_int_equal(ram.vaddr, ram.range + 4096);
    result = alloc_area_device(&alloc, DEVICE_BASE + 0x1ffc, 8, &registers);
    if (result != ALLOC_OK)
        goto free_ram;
    assert_int_equal(registers.count, 2);
    assert_int_equal(registers.vaddr % 4096, 0xffc);
    assert_int_equal(fake_paddr(registers.first), DEVICE_BASE + 0x1000);
    result = alloc_copy(&alloc, ram.first, seL4_AllRights, &copy);
    if (result == ALLOC_OK)
        assert_int_equal(alloc_delete(&alloc, copy), ALLOC_OK);
    assert_int_equal(alloc_area_free(&alloc, &registers), ALLOC_OK);
free_ram:
    assert_int_equal(alloc_area_free(&alloc, &ram), ALLOC_OK);
    return result;
}

static void every_failure_is_undone(void **state)
{
    enum alloc_result result;
    unsigned n = 0;

    do {
        fake_fail_after(++n);
        result = everything();
        assert_int_equal(result == ALLOC_OK, !fake_has_failed());
        fake_fail_after(0);
        assert_int_equal(alloc_vspace_clear(&alloc, &alloc.own), ALLOC_OK);
        assert_unused();
    } while (result != ALLOC_OK);
    assert_true(n > 20);
}

static void bootinfo_is_checked(void **state)
{
    bootinfo.untyped.end = bootinfo.untyped.start + CONFIG_MAX_NUM_BOOTINFO_UNTYPED_CAPS + 1;
    assert_int_equal(alloc_init(&alloc, &bootinfo), ALLOC_NO_NODE);
    bootinfo.untyped.end = bootinfo.untyped.start + 1;
    bootinfo.untypedList[0].sizeBits = 64;
    assert_int_equal(alloc_init(&alloc, &bootinfo), ALLOC_BAD_ARGUMENT);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(slots_are_found_first_fit),
        TEST(slots_run_out_and_no_further),
        TEST(objects_split_and_merge),
        TEST(wrong_sizes_are_refused),
        TEST(memory_runs_out_and_comes_back),
        TEST(device_pages_are_found_by_address),
        TEST(ram_pages_are_found_by_address),
        TEST(frames_come_in_large_pieces),
        TEST(too_many_frames_leave_nothing_behind),
        TEST(small_frames_exceed_the_fan_out_limit),
        TEST(nodes_run_out_and_no_further),
        TEST(any_order_of_use_ends_where_it_began),
        TEST(copies_end_with_their_object),
        TEST(addresses_are_found_first_fit),
        TEST(impossible_addresses_are_refused),
        TEST(mapping_makes_the_tables_it_needs),
        TEST(every_failure_is_undone),
        TEST(bootinfo_is_checked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
