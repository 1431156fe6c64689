/* SPDX-License-Identifier: BSD-2-Clause */
/* Words for the kernel in the device tree, well-formed and not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>
#include <libfdt.h>

#include "kernel/boot/options.h"
#include "kernel/lib/print.h"
#include "kernel/virt/user_access.h"

struct user_access user_access;

static char printed[1024];

void print_char(char c)
{
    size_t length = strlen(printed);

    assert_true(length + 1 < sizeof(printed));
    printed[length] = c;
}

void print(const char *format, ...)
{
    for (; *format != '\0'; format++)
        print_char(*format);
}

/* Reads a tree whose bootargs are these bytes; NULL: it has none. */
static void read_bytes(const char *bytes, int length)
{
    static char tree[4096];

    user_access = (struct user_access){.counters = true, .timer = true, .cycles = true};
    memset(printed, 0, sizeof(printed));
    assert_int_equal(fdt_create_empty_tree(tree, sizeof(tree)), 0);
    if (bytes != NULL) {
        int chosen = fdt_add_subnode(tree, 0, "chosen");
        assert_true(chosen > 0);
        assert_int_equal(fdt_setprop(tree, chosen, "bootargs", bytes, length), 0);
    }
    options_read(tree);
}

static void read_text(const char *text)
{
    read_bytes(text, (int)strlen(text) + 1);
}

static void expect(bool counters, bool timer, bool cycles)
{
    assert_int_equal(user_access.counters, counters);
    assert_int_equal(user_access.timer, timer);
    assert_int_equal(user_access.cycles, cycles);
}

static void nothing_is_said(void **state)
{
    read_bytes(NULL, 0);
    expect(true, true, true);
    read_bytes("", 0);
    expect(true, true, true);
    read_text("");
    expect(true, true, true);
    read_text("console=ttyS0 quiet  kernelx.user-timer=off user-timer=off xkernel.user-pmu=off");
    expect(true, true, true);
    assert_string_equal(printed, "");
}

static void each_word(void **state)
{
    read_text("kernel.user-counters=off");
    expect(false, true, true);
    read_text("quiet kernel.user-timer=off root=/dev/x");
    expect(true, false, true);
    read_text("  kernel.user-pmu=off  ");
    expect(true, true, false);
    read_text("kernel.user-pmu=off kernel.user-timer=off kernel.user-counters=off");
    expect(false, false, false);
    assert_string_equal(printed, "");
}

static void the_last_word_counts(void **state)
{
    read_text("kernel.user-pmu=off kernel.user-pmu=on kernel.user-timer=on kernel.user-timer=off");
    expect(true, false, true);
    assert_string_equal(printed, "");
}

/* Each is told, in its own words, and changes nothing. */
static void words_without_a_meaning(void **state)
{
    static const char *const words[] = {"kernel.",
                                        "kernel.user-pmu",
                                        "kernel.user-pmu=",
                                        "kernel.user-pmu=offf",
                                        "kernel.user-pmu=of",
                                        "kernel.user-pmu=no",
                                        "kernel.user-pmus=off",
                                        "kernel.user=off"};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        read_text(words[i]);
        expect(true, true, true);
        assert_non_null(strstr(printed, words[i]));
    }
}

/* The property's length decides, not a zero that may be missing or in the middle. */
static void no_end_of_text(void **state)
{
    read_bytes("kernel.user-pmu=off", (int)strlen("kernel.user-pmu=off"));
    expect(true, true, false);
    read_bytes("kernel.user-pmu=off", (int)strlen("kernel.user-pmu=of"));
    expect(true, true, true);
    read_bytes("quiet\0kernel.user-pmu=off", (int)sizeof("quiet\0kernel.user-pmu=off"));
    expect(true, true, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_said),      cmocka_unit_test(each_word),
        cmocka_unit_test(the_last_word_counts), cmocka_unit_test(words_without_a_meaning),
        cmocka_unit_test(no_end_of_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
