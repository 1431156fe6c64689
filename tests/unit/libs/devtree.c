/* SPDX-License-Identifier: BSD-2-Clause */
/* libs/fdt on a tree made by dtc (devtree.dts), and on the same tree damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <libfdt.h>

#include "libs/fdt/devtree.h"

static char tree[16384];
static size_t tree_size;

static int read_tree(void **state)
{
    FILE *file = fopen(TREE_FILE, "rb");

    if (file == NULL)
        return -1;
    tree_size = fread(tree, 1, sizeof(tree), file);
    fclose(file);
    return tree_size > 0 ? 0 : -1;
}

static int find(const char *compatible)
{
    int node = -1;

    assert_int_equal(devtree_next_compatible(tree, compatible, &node), DEVTREE_OK);
    return node;
}

static void expect_reg(const char *compatible, unsigned index, uint64_t base, uint64_t size)
{
    struct devtree_range range;

    assert_int_equal(devtree_reg(tree, find(compatible), index, &range), DEVTREE_OK);
    assert_int_equal(range.base, base);
    assert_int_equal(range.size, size);
}

static enum devtree_result interrupt_of(const char *compatible, unsigned index,
                                        struct devtree_interrupt *interrupt)
{
    return devtree_interrupt(tree, find(compatible), index, interrupt);
}

static void stdout_is_found_through_its_alias(void **state)
{
    int node;

    assert_int_equal(devtree_find_stdout(tree, &node), DEVTREE_OK);
    assert_int_equal(node, find("xlnx,xuartps"));
    assert_string_equal(devtree_compatible(tree, node, 0), "vendor,other");
    assert_string_equal(devtree_compatible(tree, node, 1), "xlnx,xuartps");
    assert_null(devtree_compatible(tree, node, 2));
}

static void nodes_are_found_by_path(void **state)
{
    int node;

    assert_int_equal(devtree_find_path(tree, "/bus@80000000/serial@1000", &node), DEVTREE_OK);
    assert_int_equal(node, find("xlnx,xuartps"));
    assert_int_equal(devtree_find_path(tree, "/nowhere", &node), DEVTREE_NOT_FOUND);
    assert_int_equal(devtree_find_path(tree, "relative", &node), DEVTREE_NOT_FOUND);
}

static void disabled_nodes_are_passed_over(void **state)
{
    int node = -1, off;

    assert_int_equal(devtree_find_path(tree, "/off", &off), DEVTREE_OK);
    assert_false(devtree_is_enabled(tree, off));
    assert_int_equal(devtree_next_compatible(tree, "test,switch", &node), DEVTREE_OK);
    assert_int_not_equal(node, off);
    assert_int_equal(devtree_next_compatible(tree, "test,switch", &node), DEVTREE_NOT_FOUND);
}

static void registers_are_translated(void **state)
{
    struct devtree_range range;

    expect_reg("arm,gic-400", 0, 0xf9010000, 0x10000);
    expect_reg("xlnx,xuartps", 0, 0xf0001000, 0x100);
    expect_reg("test,far", 0, 0x100000010, 0x10);
    expect_reg("test,far", 1, 0xf0000020, 0x10);
    expect_reg("test,identity", 0, 0xf0000040, 0x10);
    assert_int_equal(devtree_reg(tree, find("test,far"), 2, &range), DEVTREE_NOT_FOUND);
    assert_int_equal(devtree_reg(tree, find("test,switch"), 0, &range), DEVTREE_NOT_FOUND);
    assert_int_equal(devtree_reg(tree, find("test,outside"), 0, &range), DEVTREE_NO_ADDRESS);
    assert_int_equal(devtree_reg(tree, find("test,chip"), 0, &range), DEVTREE_NO_ADDRESS);
    assert_int_equal(devtree_reg(tree, find("test,wide"), 0, &range), DEVTREE_MALFORMED);
}

static void interrupts_are_numbered_as_the_gic_does(void **state)
{
    struct devtree_interrupt interrupt;

    assert_int_equal(interrupt_of("xlnx,xuartps", 0, &interrupt), DEVTREE_OK);
    assert_int_equal(interrupt.intid, 53);
    assert_false(interrupt.edge);
    assert_int_equal(interrupt_of("test,far", 0, &interrupt), DEVTREE_OK);
    assert_int_equal(interrupt.intid, 33);
    assert_true(interrupt.edge);
    assert_int_equal(interrupt_of("test,far", 1, &interrupt), DEVTREE_OK);
    assert_int_equal(interrupt.intid, 27);
    assert_false(interrupt.edge);
    assert_int_equal(interrupt_of("test,far", 2, &interrupt), DEVTREE_NOT_FOUND);
    assert_int_equal(interrupt_of("test,button", 0, &interrupt), DEVTREE_NOT_FOUND);
    assert_int_equal(interrupt_of("test,switch", 0, &interrupt), DEVTREE_NOT_FOUND);
}

static void extended_interrupts_name_their_controller(void **state)
{
    struct devtree_interrupt interrupt;

    assert_int_equal(interrupt_of("test,extended", 0, &interrupt), DEVTREE_NOT_FOUND);
    assert_int_equal(interrupt_of("test,extended", 1, &interrupt), DEVTREE_OK);
    assert_int_equal(interrupt.intid, 72);
    assert_int_equal(interrupt_of("test,extended", 2, &interrupt), DEVTREE_MALFORMED);
    assert_int_equal(interrupt_of("test,extended", 3, &interrupt), DEVTREE_MALFORMED);
    assert_int_equal(interrupt_of("test,extended", 4, &interrupt), DEVTREE_NOT_FOUND);
    assert_int_equal(interrupt_of("test,cut", 0, &interrupt), DEVTREE_MALFORMED);
}

static void memory_is_listed_over_all_nodes(void **state)
{
    static const struct devtree_range expected[] = {
        {0, 0x80000000}, {0x800000000, 0x80000000}, {0x1000000000, 0x1000}};
    struct devtree_range range;

    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(devtree_memory(tree, i, &range), DEVTREE_OK);
        assert_int_equal(range.base, expected[i].base);
        assert_int_equal(range.size, expected[i].size);
    }
    assert_int_equal(devtree_memory(tree, 3, &range), DEVTREE_NOT_FOUND);
}

static void ask_everything(const void *blob, size_t size)
{
    struct devtree_interrupt interrupt;
    struct devtree_range range;
    int node = -1, found;

    if (devtree_check(blob, size) != DEVTREE_OK)
        return;
    (void)!devtree_find_stdout(blob, &found);
    for (unsigned i = 0; i < 4; i++)
        (void)!devtree_memory(blob, i, &range);
    while ((node = fdt_next_node(blob, node, NULL)) >= 0) {
        for (unsigned i = 0; i < 4; i++) {
            (void)!devtree_reg(blob, node, i, &range);
            (void)!devtree_interrupt(blob, node, i, &interrupt);
        }
    }
}

/* One wrong byte anywhere: any answer will do, reading outside the tree will not. */
static void damaged_trees_are_survived(void **state)
{
    static const uint8_t values[] = {0x00, 0x01, 0x7f, 0x80, 0xff};

    assert_int_equal(devtree_check(tree, tree_size), DEVTREE_OK);
    assert_int_equal(devtree_check(tree, tree_size - 1), DEVTREE_MALFORMED);
    assert_int_equal(devtree_check(tree, 16), DEVTREE_MALFORMED);
    for (size_t at = 0; at < tree_size; at++) {
        for (size_t i = 0; i < sizeof(values); i++) {
            char *copy = malloc(tree_size); /* ends where the sanitizer's guard begins */

            assert_non_null(copy);
            memcpy(copy, tree, tree_size);
            copy[at] = (char)values[i];
            ask_everything(copy, tree_size);
            free(copy);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stdout_is_found_through_its_alias),
        cmocka_unit_test(nodes_are_found_by_path),
        cmocka_unit_test(disabled_nodes_are_passed_over),
        cmocka_unit_test(registers_are_translated),
        cmocka_unit_test(interrupts_are_numbered_as_the_gic_does),
        cmocka_unit_test(extended_interrupts_name_their_controller),
        cmocka_unit_test(memory_is_listed_over_all_nodes),
        cmocka_unit_test(damaged_trees_are_survived),
    };

    return cmocka_run_group_tests(tests, read_tree, NULL);
}
