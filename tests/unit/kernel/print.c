/* SPDX-License-Identifier: BSD-2-Clause */
/* The formatter, against the host's. */
#include "tests/unit/kernel/support.h"
#include "kernel/lib/print.h"
#include <stdio.h>

static char said[256];
static unsigned said_count;

static void hear(char c)
{
    said[said_count++] = c;
    said[said_count] = '\0';
}

/* Without the host's checks of a format: these are the kernel's own. */
#define SAYS(wanted, ...)                    \
    do {                                     \
        said_count = 0;                      \
        said[0] = '\0';                      \
        print(__VA_ARGS__);                  \
        assert_string_equal(said, (wanted)); \
    } while (0)

static void numbers(void **state)
{
    char wanted[128];
    (void)state;
    print_set_sink(NULL);
    print("nobody hears %u", 1u);
    print_set_sink(hear);
    SAYS("0 7", "%u %u", 0u, 7u);
    SAYS("42|ff", "%u|%x", 42u, 255u);
    snprintf(wanted, sizeof(wanted), "%lu %lx", UINT64_MAX, UINT64_MAX);
    SAYS(wanted, "%lu %lx", UINT64_MAX, UINT64_MAX);
}

static void text(void **state)
{
    (void)state;
    print_set_sink(hear);
    SAYS("a bc|%", "a %s|%%", "bc");
    SAYS("1\r\n2", "1\n2");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(numbers), cmocka_unit_test(text)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
