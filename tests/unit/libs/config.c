/* SPDX-License-Identifier: BSD-2-Clause */
/* libs/component's questions to a configuration, on a blob made here and on damaged ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <libfdt.h>

#include "libs/component/config.h"

#define ROOT COMPONENT_CONFIG_ROOT

static char blob[1024];

static int make_blob(void **state)
{
    static const char arguments[] = "first\0second";
    static const char endless[] = {'n', 'o'};
    uint64_t pair[2] = {cpu_to_fdt64(0x123456789a), cpu_to_fdt64(4096)};
    int bad = 0;

    bad |= fdt_create(blob, sizeof(blob));
    bad |= fdt_finish_reservemap(blob);
    bad |= fdt_begin_node(blob, "");
    bad |= fdt_property(blob, "arguments", arguments, sizeof(arguments));
    bad |= fdt_property(blob, "endless", endless, sizeof(endless));
    bad |= fdt_property_u32(blob, "cpus", 3);
    bad |= fdt_property_u64(blob, "memory", 0x40000000);
    bad |= fdt_property(blob, "kernel", pair, sizeof(pair));
    bad |= fdt_property(blob, "flag", NULL, 0);
    bad |= fdt_begin_node(blob, "shared");
    bad |= fdt_begin_node(blob, "0");
    bad |= fdt_end_node(blob);
    bad |= fdt_begin_node(blob, "11");
    bad |= fdt_property_string(blob, "name", "table");
    bad |= fdt_end_node(blob);
    bad |= fdt_end_node(blob);
    bad |= fdt_end_node(blob);
    bad |= fdt_finish(blob);
    return bad;
}

static void numbers_are_read_whole_or_not_at_all(void **state)
{
    uint64_t wide = 7;
    uint32_t narrow = 7;

    assert_true(component_u64(blob, ROOT, "memory", &wide));
    assert_int_equal(wide, 0x40000000);
    assert_true(component_u32(blob, ROOT, "cpus", &narrow));
    assert_int_equal(narrow, 3);
    assert_false(component_u64(blob, ROOT, "cpus", &wide));
    assert_false(component_u32(blob, ROOT, "memory", &narrow));
    assert_false(component_u64(blob, ROOT, "kernel", &wide));
    assert_false(component_u64(blob, ROOT, "endless", &wide));
    assert_false(component_u32(blob, ROOT, "nowhere", &narrow));
    assert_int_equal(wide, 0x40000000);
    assert_int_equal(narrow, 3);
}

static void numbers_of_a_list_are_read_by_index(void **state)
{
    uint64_t wide;
    uint32_t narrow;

    assert_true(component_u64_at(blob, ROOT, "kernel", 0, &wide));
    assert_int_equal(wide, 0x123456789a);
    assert_true(component_u64_at(blob, ROOT, "kernel", 1, &wide));
    assert_int_equal(wide, 4096);
    assert_false(component_u64_at(blob, ROOT, "kernel", 2, &wide));
    assert_false(component_u64_at(blob, ROOT, "kernel", UINT32_MAX, &wide));
    assert_false(component_u32_at(blob, ROOT, "flag", 0, &narrow));
}

static void strings_are_read_by_index_and_have_an_end(void **state)
{
    assert_string_equal(component_string(blob, ROOT, "arguments"), "first");
    assert_string_equal(component_string_at(blob, ROOT, "arguments", 1), "second");
    assert_null(component_string_at(blob, ROOT, "arguments", 2));
    assert_null(component_string_at(blob, ROOT, "arguments", UINT32_MAX));
    assert_null(component_string(blob, ROOT, "endless"));
    assert_null(component_string(blob, ROOT, "nowhere"));
}

static void flags_and_bytes_are_found(void **state)
{
    size_t size = 0;

    assert_true(component_has(blob, ROOT, "flag"));
    assert_false(component_has(blob, ROOT, "flags"));
    assert_non_null(component_bytes(blob, ROOT, "endless", &size));
    assert_int_equal(size, 2);
}

static void children_are_found_by_name_number_and_order(void **state)
{
    int shared = component_child(blob, ROOT, "shared");
    int child = component_next_child(blob, shared, COMPONENT_NO_NODE);

    assert_int_equal(child, component_child_number(blob, shared, 0));
    child = component_next_child(blob, shared, child);
    assert_int_equal(child, component_child_number(blob, shared, 11));
    assert_string_equal(component_string(blob, child, "name"), "table");
    assert_int_equal(component_next_child(blob, shared, child), COMPONENT_NO_NODE);
    assert_int_equal(component_child_number(blob, shared, 1), COMPONENT_NO_NODE);
    assert_int_equal(component_child(blob, COMPONENT_NO_NODE, "shared"), COMPONENT_NO_NODE);
    assert_null(component_string(blob, COMPONENT_NO_NODE, "name"));
}

static void a_damaged_blob_is_refused(void **state)
{
    size_t size = fdt_totalsize(blob);

    assert_true(component_config_check(blob, size));
    assert_false(component_config_check(NULL, size));
    for (size_t cut = 0; cut < size; cut++)
        assert_false(component_config_check(blob, cut));
    blob[0] ^= 1;
    assert_false(component_config_check(blob, size));
    blob[0] ^= 1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_read_whole_or_not_at_all),
        cmocka_unit_test(numbers_of_a_list_are_read_by_index),
        cmocka_unit_test(strings_are_read_by_index_and_have_an_end),
        cmocka_unit_test(flags_and_bytes_are_found),
        cmocka_unit_test(children_are_found_by_name_number_and_order),
        cmocka_unit_test(a_damaged_blob_is_refused),
    };

    return cmocka_run_group_tests(tests, make_blob, NULL);
}
