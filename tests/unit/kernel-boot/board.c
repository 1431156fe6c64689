/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernel reads out of a device tree, and that no damaged one makes it read elsewhere. */
#include <stdio.h>
#include <libfdt.h>
#include "tests/unit/kernel-boot/support.h"

static void *tree;
static size_t tree_size;

static int set_up(void **state)
{
    FILE *file = fopen(TREE_FILE, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        return 1;
    }
    tree_size = (size_t)ftell(file);
    rewind(file);
    tree = malloc(tree_size);
    size_t read = tree == NULL ? 0 : fread(tree, 1, tree_size, file);
    fclose(file);
    return read != tree_size;
}

static int tear_down(void **state)
{
    free(tree);
    return 0;
}

/* A copy in memory of exactly its size, so that the sanitizer sees every byte too far. */
static void *copy_of(const void *data, size_t size)
{
    void *copy = malloc(size);
    assert_non_null(copy);
    memcpy(copy, data, size);
    return copy;
}

static void *edited(void)
{
    void *copy = malloc(2 * tree_size);
    assert_non_null(copy);
    assert_int_equal(fdt_open_into(tree, copy, (int)(2 * tree_size)), 0);
    return copy;
}

static void reads_the_board(void **state)
{
    struct board board = {0};
    assert_true(board_find_console(&board, tree, tree_size));
    assert_int_equal(board_read(&board, tree, tree_size), fdt_totalsize(tree));
    assert_string_equal(board.model, "A board");
    assert_int_equal(board.core_count, 2);
    assert_int_equal(board.ram.count, 2);
    assert_int_equal(board.ram.regions[0].start, 0x40000000);
    assert_int_equal(board.ram.regions[0].end, 0x7ff00000);
    assert_int_equal(board.ram.regions[1].start, 0x800000000);
    assert_int_equal(board.ram.regions[1].end, 0x10000000000); /* cut at 2^40 */
    assert_int_equal(board.reserved.count, 2);
    assert_int_equal(board.reserved.regions[0].start, 0x40000000); /* /memreserve/, whole pages */
    assert_int_equal(board.reserved.regions[0].end, 0x40002000);
    assert_int_equal(board.reserved.regions[1].start, 0x50000000);
    assert_int_equal(board.reserved.regions[1].end, 0x50200000);
    assert_int_equal(board.gic_distributor.base, 0x8000000); /* through two buses */
    assert_int_equal(board.gic_cpu.base, 0x8010000);
    assert_int_equal(board.gic_hyp.base, 0x8030000);
    assert_int_equal(board.gic_hyp.size, 0x10000);
    assert_int_equal(board.gic_version, 2);
    assert_int_equal(board.gic_kept.count, 2); /* all but the virtual CPU interface */
    assert_int_equal(board.gic_kept.regions[0].start, 0x8000000);
    assert_int_equal(board.gic_kept.regions[0].end, 0x8020000);
    assert_int_equal(board.gic_kept.regions[1].start, 0x8030000);
    assert_int_equal(board.gic_kept.regions[1].end, 0x8040000);
    assert_int_equal(board.uart.base, 0x9000000); /* by an alias with options */
}

static void does_without_a_console(void **state)
{
    static const char *const paths[] = {"", "/nowhere", "serial9", ":115200", "/soc/gic@8000000"};
    for (unsigned i = 0; i < ARRAY_COUNT(paths); i++) {
        void *copy = edited();
        struct board board = {0};
        int chosen = fdt_path_offset(copy, "/chosen");
        assert_int_equal(fdt_setprop_string(copy, chosen, "stdout-path", paths[i]), 0);
        assert_false(board_find_console(&board, copy, 2 * tree_size));
        assert_int_equal(board.uart.size, 0);
        free(copy);
    }
}

/* The tree with a GICv3 of two rows of redistributors, the frames of a GICv2 besides, and a
 * translation service. */
static void *edited_gicv3(void)
{
    static const uint32_t reg[] = {0x8000000, 0x10000, 0x8100000, 0x40000, 0x8200000, 0x20000,
                                   0x8300000, 0x2000,  0x8310000, 0x1000,  0x8320000, 0x2000};
    void *copy = edited();
    int gic = fdt_node_offset_by_compatible(copy, -1, "arm,gic-400");
    assert_int_equal(fdt_setprop_string(copy, gic, "compatible", "arm,gic-v3"), 0);
    assert_int_equal(fdt_delprop(copy, gic, "reg"), 0);
    for (unsigned i = 0; i < ARRAY_COUNT(reg); i++) {
        assert_int_equal(fdt_appendprop_u32(copy, gic, "reg", reg[i]), 0);
    }
    assert_int_equal(fdt_setprop_u32(copy, gic, "#redistributor-regions", 2), 0);
    int its = fdt_add_subnode(copy, fdt_parent_offset(copy, gic), "its@8080000");
    assert_true(its >= 0);
    assert_int_equal(fdt_setprop_string(copy, its, "compatible", "arm,gic-v3-its"), 0);
    assert_int_equal(fdt_appendprop_u32(copy, its, "reg", 0x8080000), 0);
    assert_int_equal(fdt_appendprop_u32(copy, its, "reg", 0x20000), 0);
    return copy;
}

static void reads_a_gicv3(void **state)
{
    static const struct region kept[] = {{0x8000000, 0x8010000}, {0x8080000, 0x80a0000},
                                         {0x8100000, 0x8140000}, {0x8200000, 0x8220000},
                                         {0x8300000, 0x8302000}, {0x8310000, 0x8311000}};
    void *copy = edited_gicv3();
    struct board board = {0};
    board_read(&board, copy, 2 * tree_size);
    assert_int_equal(board.gic_version, 3);
    assert_int_equal(board.gic_distributor.base, 0x8000000);
    assert_int_equal(board.gic_redistributors_count, 2);
    assert_int_equal(board.gic_redistributors[0].base, 0x8100000);
    assert_int_equal(board.gic_redistributors[1].base, 0x8200000);
    assert_int_equal(board.gic_redistributors[1].size, 0x20000);
    assert_int_equal(board.gic_redistributor_stride, 0);
    assert_int_equal(board.gic_kept.count, ARRAY_COUNT(kept)); /* not the guest's 0x8320000 */
    assert_memory_equal(board.gic_kept.regions, kept, sizeof(kept));
    free(copy);
}

static void reads_a_gicv3_with_less(void **state)
{
    void *copy = edited_gicv3();
    struct board board = {0};
    int gic = fdt_node_offset_by_compatible(copy, -1, "arm,gic-v3");
    assert_int_equal(fdt_setprop_u64(copy, gic, "redistributor-stride", 0x40000), 0);
    assert_int_equal(fdt_delprop(copy, gic, "#redistributor-regions"), 0);
    board_read(&board, copy, 2 * tree_size);
    assert_int_equal(board.gic_redistributors_count, 1);
    assert_int_equal(board.gic_redistributor_stride, 0x40000);
    gic = fdt_node_offset_by_compatible(copy, -1, "arm,gic-v3");
    assert_int_equal(fdt_setprop_u64(copy, gic, "reg", 0x800000000010000), 0);
    board = (struct board){0};
    ASSERT_PANICS("redistributors", board_read(&board, copy, 2 * tree_size));
    assert_int_equal(fdt_setprop_u32(copy, gic, "#redistributor-regions", 9), 0);
    board = (struct board){0};
    ASSERT_PANICS("9 regions", board_read(&board, copy, 2 * tree_size));
    free(copy);
}

static void refuses_machines_it_cannot_run_on(void **state)
{
    void *copy = edited();
    struct board board = {0};
    int gic = fdt_node_offset_by_compatible(copy, -1, "arm,gic-400");
    assert_int_equal(fdt_setprop_u32(copy, gic, "interrupts", 1), 0);
    assert_int_equal(fdt_appendprop_u32(copy, gic, "interrupts", 8), 0);
    assert_int_equal(fdt_appendprop_u32(copy, gic, "interrupts", 4), 0);
    ASSERT_PANICS("maintenance interrupt", board_read(&board, copy, 2 * tree_size));
    assert_int_equal(fdt_setprop_string(copy, gic, "compatible", "arm,gic-v3"), 0);
    ASSERT_PANICS("maintenance interrupt", board_read(&board, copy, 2 * tree_size));
    assert_int_equal(fdt_setprop_string(copy, gic, "compatible", "nobody,nothing"), 0);
    ASSERT_PANICS("interrupt controller", board_read(&board, copy, 2 * tree_size));
    free(copy);

    copy = edited();
    gic = fdt_node_offset_by_compatible(copy, -1, "arm,gic-400");
    assert_int_equal(fdt_setprop_u64(copy, gic, "reg", 0), 0);
    ASSERT_PANICS("hypervisor interface", board_read(&board, copy, 2 * tree_size));
    free(copy);

    copy = edited();
    int memory;
    while ((memory = fdt_node_offset_by_prop_value(copy, -1, "device_type", "memory", 7)) >= 0) {
        assert_int_equal(fdt_del_node(copy, memory), 0);
    }
    board = (struct board){0};
    ASSERT_PANICS("no memory", board_read(&board, copy, 2 * tree_size));
    free(copy);
}

/* Reads a tree that may be damaged: true if it was refused. */
static bool is_refused(const void *damaged, size_t size)
{
    struct board board = {0};
    bool panicked;
    board_find_console(&board, damaged, size);
    CATCH_PANIC(panicked, board_read(&board, damaged, size));
    for (unsigned i = 0; !panicked && i < board.ram.count; i++) {
        assert_true(board.ram.regions[i].end <= 1UL << 40);
    }
    return panicked;
}

static void survives_truncation(void **state)
{
    for (size_t size = 0; size < tree_size; size++) {
        void *copy = copy_of(tree, size);
        assert_true(is_refused(copy, size));
        assert_non_null(strstr(panic_message, "damaged"));
        free(copy);
    }
}

/* Every byte, several values each: it may be refused or read differently, nothing worse. */
static void survives_any_wrong_byte(void **state)
{
    static const uint8_t flips[] = {0x01, 0x80, 0xff, 0x10};
    unsigned refused = 0;
    for (size_t at = 0; at < tree_size; at++) {
        for (unsigned i = 0; i < ARRAY_COUNT(flips); i++) {
            uint8_t *copy = copy_of(tree, tree_size);
            copy[at] ^= flips[i];
            refused += is_refused(copy, tree_size);
            free(copy);
        }
    }
    assert_in_range(refused, 1, ARRAY_COUNT(flips) * tree_size - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_board),
        cmocka_unit_test(reads_a_gicv3),
        cmocka_unit_test(reads_a_gicv3_with_less),
        cmocka_unit_test(does_without_a_console),
        cmocka_unit_test(refuses_machines_it_cannot_run_on),
        cmocka_unit_test(survives_truncation),
        cmocka_unit_test(survives_any_wrong_byte),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
