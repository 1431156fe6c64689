/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the loader puts the parts of an image: the places it must find, and those it must refuse.
 */
#include "loader/layout.h"
#include "tests/unit/image/cmocka_includes.h"

#define MIB   0x100000ull
#define IMAGE 0x40200000ull

static struct machine machine;
static struct image_header header;
static struct layout_request request;
static struct layout layout;
static struct layout_fault fault;

/* 1 GiB at 1 GiB, the image 2 MiB above its start, with a tree of its own. */
static int set_up(void **state)
{
    machine = (struct machine){.ram = {{0x40000000, 0x80000000}}, .ram_count = 1};
    header = (struct image_header){
        .length = 4 * MIB,
        .part_count = 6,
        .kernel_paddr = IMAGE_ANYWHERE,
        .kernel_memory_size = 0x50123,
        .parts = {{IMAGE_PART_LOADER, 0, 512, 0x4000},
                  {IMAGE_PART_DEVICE_TREE, 0, 0x20000, 0x8123},
                  {IMAGE_PART_KERNEL, 0, 0x29000, 0x30000},
                  {IMAGE_PART_INIT, 0, 0x60000, 0x10000},
                  {IMAGE_PART_PAYLOAD, 0, 0x70000, 0x300000},
                  {IMAGE_PART_PROGRAM_HEADERS, 0, 0x370000, 0x1000}},
    };
    request = (struct layout_request){
        .header = &header,
        .machine = &machine,
        .image = IMAGE,
        .loader_size = 0x20000,
        .tree = {IMAGE + 0x20000, IMAGE + 0x28123},
    };
    fault = (struct layout_fault){0};
    return 0;
}

static void expect_fault(const char *part, const char *other)
{
    assert_false(layout_decide(&request, &layout, &fault));
    assert_string_equal(fault.part, part);
    if (other == NULL)
        assert_null(fault.other);
    else
        assert_string_equal(fault.other, other);
}

static void expect_kernel_at(uint64_t start)
{
    assert_true(layout_decide(&request, &layout, &fault));
    assert_int_equal(layout.kernel.start, start);
    assert_int_equal(layout.kernel.end, start + 0x51000);
}

static void places_all_parts_behind_the_kernel(void **state)
{
    expect_kernel_at(0x40000000);
    assert_int_equal(layout.tree.start, 0x40051000);
    assert_int_equal(layout.tree.end, 0x40059123);
    assert_int_equal(layout.files.start, layout.files.end);
    /* 3 MiB do not fit between tree and image. */
    assert_int_equal(layout.user.start, IMAGE + 4 * MIB);
    assert_int_equal(layout.user.end, IMAGE + 4 * MIB + 0x310000);
    assert_int_equal(layout.headers.start, layout.user.end);
    assert_int_equal(layout.headers.end, layout.user.end + 0x1000);
    header.parts[4].size = 0x2000;
    header.parts[5].offset = 0x72000;
    expect_kernel_at(0x40000000);
    assert_int_equal(layout.user.start, 0x4005a000);
    assert_int_equal(layout.headers.start, 0x4006c000);
}

static void leaves_files_in_place(void **state)
{
    header.length = 8 * MIB;
    header.part_count = 7;
    header.parts[6] = (struct image_part){IMAGE_PART_FILES, 0, 4 * MIB, 2 * MIB};
    expect_kernel_at(0x40000000);
    assert_int_equal(layout.files.start, IMAGE + 4 * MIB);
    assert_int_equal(layout.files.end, IMAGE + 6 * MIB);
    assert_int_equal(layout.user.start, IMAGE + 8 * MIB);
}

static void finds_the_lowest_free_place(void **state)
{
    machine.reserved[machine.reserved_count++] = (struct range){0x40050fff, 0x40060000};
    expect_kernel_at(0x40600000); /* not between: that is the image's */
    machine.reserved[0].start = 0x40051000;
    expect_kernel_at(0x40000000);
    machine.reserved[machine.reserved_count++] = (struct range){0x40000000, 0x40000001};
    machine.reserved[machine.reserved_count++] = (struct range){0x40800000, 0x40a00001};
    machine.reserved[machine.reserved_count++] = (struct range){0x40600000, 0x40700000};
    expect_kernel_at(0x40c00000);
    machine.ram[1] = machine.ram[0];
    machine.ram[0] = (struct range){0x10000, 0x260fff};
    machine.ram_count = 2;
    expect_kernel_at(0x200000);
    machine.ram[0].end = 0x250fff; /* one byte too small for it */
    expect_kernel_at(0x40c00000);
}

static void keeps_a_fixed_address(void **state)
{
    header.kernel_paddr = 0x50000000;
    expect_kernel_at(0x50000000);
    header.kernel_paddr = 0x7ffaf000;
    expect_kernel_at(0x7ffaf000);
    header.kernel_paddr = 0x7ffb0000;
    expect_fault("kernel", NULL);
    header.kernel_paddr = 0x3ffff000;
    expect_fault("kernel", NULL);
    header.kernel_paddr = IMAGE - 0x50000;
    expect_fault("kernel", "image");
    header.kernel_paddr = IMAGE - 0x51000;
    expect_kernel_at(IMAGE - 0x51000);
    header.kernel_paddr = IMAGE + 4 * MIB - 1;
    expect_fault("kernel", "image");
    header.kernel_paddr = UINT64_MAX - 0x1000;
    expect_fault("kernel", NULL);
    machine.reserved[machine.reserved_count++] = (struct range){0x50050000, 0x50060000};
    header.kernel_paddr = 0x50000000;
    expect_fault("kernel", "reserved memory");
}

static void places_a_foreign_tree(void **state)
{
    header.parts[1] = header.parts[0];
    request.tree = (struct range){0x40000000, 0x40010000};
    expect_kernel_at(0x40600000); /* not over the tree, nor over the image */
    assert_int_equal(layout.tree.start, 0x40651000);
    assert_int_equal(layout.tree.end, 0x40661000);
    request.tree = (struct range){0x7fff0000, 0x80000000};
    expect_kernel_at(0x40000000);
    assert_int_equal(layout.tree.start, 0x40051000);
    header.kernel_paddr = 0x7ff80000; /* no room above: below will do */
    expect_kernel_at(0x7ff80000);
    assert_int_equal(layout.tree.start, 0x7ffd1000);
    request.tree = (struct range){0x7ff00000, 0x7ff80000};
    expect_kernel_at(0x7ff80000);
    assert_int_equal(layout.tree.start, 0x40000000);
}

static void refuses_an_image_outside_ram(void **state)
{
    request.image = 0x7fd00000;
    request.tree = (struct range){0x7fd20000, 0x7fd28123};
    expect_fault("image", NULL);
    machine.ram[1] = (struct range){0x80000000, 0x80100000}; /* a bank that touches */
    machine.ram_count = 2;
    expect_kernel_at(0x40000000);
    machine.ram[1].start++;
    expect_fault("image", NULL);
}

static void refuses_an_image_in_reserved_memory(void **state)
{
    machine.reserved[machine.reserved_count++] = (struct range){IMAGE + 4 * MIB, 0x41000000};
    expect_kernel_at(0x40000000);
    machine.reserved[0].start--;
    expect_fault("image", "reserved memory");
}

static void refuses_a_loader_over_the_parts(void **state)
{
    request.loader_size++;
    expect_fault("loader", "device tree");
}

static void tells_when_ram_is_full(void **state)
{
    machine.ram[0] = (struct range){IMAGE, IMAGE + 4 * MIB};
    expect_fault("kernel", NULL);
    machine.ram[0] = (struct range){IMAGE - 2 * MIB, IMAGE + 4 * MIB};
    header.parts[1] = header.parts[0];
    request.tree = (struct range){0x10000000, 0x10000000 + 2 * MIB};
    expect_fault("device tree", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(places_all_parts_behind_the_kernel, set_up),
        cmocka_unit_test_setup(leaves_files_in_place, set_up),
        cmocka_unit_test_setup(finds_the_lowest_free_place, set_up),
        cmocka_unit_test_setup(keeps_a_fixed_address, set_up),
        cmocka_unit_test_setup(places_a_foreign_tree, set_up),
        cmocka_unit_test_setup(refuses_an_image_outside_ram, set_up),
        cmocka_unit_test_setup(refuses_an_image_in_reserved_memory, set_up),
        cmocka_unit_test_setup(refuses_a_loader_over_the_parts, set_up),
        cmocka_unit_test_setup(tells_when_ram_is_full, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
