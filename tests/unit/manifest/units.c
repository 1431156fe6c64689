/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbers with units, there and back, and the nearest of known words.
 */
#include <stdio.h>

#include "tests/unit/manifest/cmocka_includes.h"
#include "tool/manifest/nearest.h"
#include "tool/manifest/units.h"

static void parses_quantities(void **state)
{
    static const struct {
        const char *text;
        enum unit_system units;
        enum quantity_result result;
        uint64_t value; /* if it is one */
    } cases[] = {
        {"0", UNITS_NONE, QUANTITY_OK, 0},
        {"18446744073709551615", UNITS_NONE, QUANTITY_OK, UINT64_MAX},
        {"18446744073709551616", UNITS_NONE, QUANTITY_TOO_LARGE, 0},
        {"0xffffffffffffffff", UNITS_NONE, QUANTITY_OK, UINT64_MAX},
        {"0XaBcDeF", UNITS_NONE, QUANTITY_OK, 0xabcdef},
        {"0x10000000000000000", UNITS_NONE, QUANTITY_TOO_LARGE, 0},
        {"17179869183G", UNITS_SIZE, QUANTITY_OK, UINT64_C(0xffffffffc0000000)},
        {"17179869184G", UNITS_SIZE, QUANTITY_TOO_LARGE, 0},
        {"64K", UNITS_SIZE, QUANTITY_OK, 65536},
        {"0x10K", UNITS_SIZE, QUANTITY_OK, 16384},
        {"1M", UNITS_SIZE, QUANTITY_OK, 1 << 20},
        {"7", UNITS_SIZE, QUANTITY_OK, 7},
        {"1us", UNITS_TIME, QUANTITY_OK, 1},
        {"2ms", UNITS_TIME, QUANTITY_OK, 2000},
        {"3s", UNITS_TIME, QUANTITY_OK, 3000000},
        {"3", UNITS_TIME, QUANTITY_NO_UNIT, 0},
        {"0", UNITS_TIME, QUANTITY_NO_UNIT, 0},
        {"1m", UNITS_TIME, QUANTITY_UNKNOWN_UNIT, 0},
        {"1K", UNITS_NONE, QUANTITY_UNKNOWN_UNIT, 0},
        {"99999999999999999999x", UNITS_NONE, QUANTITY_UNKNOWN_UNIT, 0},
        {"", UNITS_NONE, QUANTITY_NO_NUMBER, 0},
        {"K", UNITS_SIZE, QUANTITY_NO_NUMBER, 0},
        {"0x", UNITS_NONE, QUANTITY_NO_NUMBER, 0},
        {"0xg", UNITS_NONE, QUANTITY_NO_NUMBER, 0},
        {"+1", UNITS_NONE, QUANTITY_NO_NUMBER, 0},
        {"-", UNITS_NONE, QUANTITY_NO_NUMBER, 0},
        {"1:30", UNITS_TIME, QUANTITY_NO_NUMBER, 0},
        {"1,5", UNITS_NONE, QUANTITY_NO_NUMBER, 0},
        {"-1", UNITS_NONE, QUANTITY_NEGATIVE, 0},
        {"1.5M", UNITS_SIZE, QUANTITY_FRACTION, 0},
        {"0.5", UNITS_NONE, QUANTITY_FRACTION, 0},
        {"010", UNITS_NONE, QUANTITY_LEADING_ZERO, 0},
        {"00", UNITS_NONE, QUANTITY_LEADING_ZERO, 0},
        {"1 K", UNITS_SIZE, QUANTITY_BLANK, 0},
    };

    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint64_t value;
        enum quantity_result result = quantity_parse(cases[i].text, cases[i].units, &value);

        if (result != cases[i].result)
            fail_msg("'%s': %d", cases[i].text, result);
        if (result == QUANTITY_OK)
            assert_int_equal(value, cases[i].value);
    }
}

static void finds_where_units_begin(void **state)
{
    assert_string_equal(quantity_unit("12MB"), "MB");
    assert_string_equal(quantity_unit("0x1fM"), "M");
    assert_string_equal(quantity_unit("12"), "");
    assert_string_equal(quantity_unit("M"), "M");
}

static void prints_the_shortest(void **state)
{
    static const struct {
        uint64_t value;
        enum unit_system units;
        const char *text;
    } cases[] = {
        {0, UNITS_SIZE, "0"},
        {1023, UNITS_SIZE, "1023"},
        {1024, UNITS_SIZE, "1K"},
        {3 << 20, UNITS_SIZE, "3M"},
        {UINT64_C(64) << 30, UNITS_SIZE, "64G"},
        {(1 << 20) + 1024, UNITS_SIZE, "1025K"},
        {UINT64_MAX, UNITS_SIZE, "18446744073709551615"},
        {0, UNITS_TIME, "0us"},
        {999, UNITS_TIME, "999us"},
        {1500, UNITS_TIME, "1500us"},
        {20000, UNITS_TIME, "20ms"},
        {2000000, UNITS_TIME, "2s"},
        {1024, UNITS_NONE, "1024"},
    };

    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[QUANTITY_TEXT_SIZE];

        assert_string_equal(quantity_print(cases[i].value, cases[i].units, text), cases[i].text);
    }
}

static void parses_percentages(void **state)
{
    uint64_t percent;

    assert_true(percent_parse("30%", &percent));
    assert_int_equal(percent, 30);
    assert_true(percent_parse("0%", &percent));
    assert_false(percent_parse("30", &percent));
    assert_false(percent_parse("30%%", &percent));
    assert_false(percent_parse("%", &percent));
    assert_false(percent_parse("1.5%", &percent));
    assert_false(percent_parse("18446744073709551616%", &percent));
}

static const char *nearest_of(const char *text, const char *a, const char *b)
{
    struct nearest nearest = {.text = text};

    nearest_offer(&nearest, a);
    nearest_offer(&nearest, b);
    return nearest.word == NULL ? "" : nearest.word;
}

static void finds_the_nearest(void **state)
{
    assert_string_equal(nearest_of("kernal", "kernel", "memory"), "kernel");
    assert_string_equal(nearest_of("baord", "core", "board"), "board"); /* swapped */
    assert_string_equal(nearest_of("cpu", "cores", "cpus"), "cpus");
    assert_string_equal(nearest_of("linux2", "linux1", "linux22"), "linux1"); /* the first */
    assert_string_equal(nearest_of("MEMORY", "memor", "memory"), "memory");
    assert_string_equal(nearest_of("prio", "period", "priority"), "priority");
    assert_string_equal(nearest_of("disk", "dtb", "core"), "");
    assert_string_equal(nearest_of("a", "b", "c"), "");
    assert_string_equal(nearest_of("", "a", "b"), "");
    assert_string_equal(nearest_of("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopq",
                                   "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopr", "b"),
                        ""); /* longer than any word we know */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parses_quantities),   cmocka_unit_test(finds_where_units_begin),
        cmocka_unit_test(prints_the_shortest), cmocka_unit_test(parses_percentages),
        cmocka_unit_test(finds_the_nearest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
