/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs the cases and counts (tests/kernel/harness/harness.h). */
#include "tests/kernel/harness/harness.h"
#include "tests/kernel/harness/internal.h"
#include "libs/sel4/text.h"

#define WARM_BYTES 0x180000

struct alloc test_alloc;
struct console test_console;
unsigned test_number;

static struct test_case *first_case, *last_case;
static unsigned failures; /* of the case that runs */

void test_register(struct test_case *test)
{
    if (last_case == NULL)
        first_case = test;
    else
        last_case->next = test;
    last_case = test;
}

/* ---- claims ---- */

bool test_expect(bool holds, const char *what, const char *file, int line)
{
    if (!holds) {
        failures++;
        printf("%s:%d: does not hold: %s\n", file, line, what);
    }
    return holds;
}

bool test_expect_equal(seL4_Word actual, seL4_Word wanted, const char *what, const char *file,
                       int line)
{
    if (actual != wanted) {
        failures++;
        printf("%s:%d: %s is %ld (0x%lx), not %ld (0x%lx)\n", file, line, what, actual, actual,
               wanted, wanted);
    }
    return actual == wanted;
}

bool test_expect_error(seL4_Error actual, seL4_Error wanted, const seL4_Word *words, size_t count,
                       const char *what, const char *file, int line)
{
    bool holds = test_expect_equal(actual, wanted, what, file, line);

    for (size_t i = 0; holds && i < count; i++) {
        seL4_Word word = seL4_GetMR((int)i);

        if (word != words[i + 1]) {
            failures++;
            printf("%s:%d: %s: detail %zu is %ld (0x%lx), not %ld (0x%lx)\n", file, line, what, i,
                   word, word, words[i + 1], words[i + 1]);
            return false;
        }
    }
    return holds;
}

_Noreturn void test_require_failed(const char *what, seL4_Word result, const char *file, int line)
{
    rt_panic("%s:%d: cannot go on: %s (result %lu, the kernel: %s)", file, line, what, result,
             sel4_error_text(test_alloc.kernel_error));
}

/* ---- running ---- */

static bool counts_are(struct alloc_counts before)
{
    struct alloc_counts now = alloc_count(&test_alloc);
    bool same = now.slots == before.slots && now.ram_bytes_free == before.ram_bytes_free &&
                now.ranges == before.ranges && now.nodes == before.nodes;

    if (!same)
        printf("not given back: %ld slots, %ld bytes, %ld ranges, %ld nodes\n",
               (long)(now.slots - before.slots), (long)(before.ram_bytes_free - now.ram_bytes_free),
               (long)(now.ranges - before.ranges), (long)(now.nodes - before.nodes));
    return same;
}

/* A debug kernel looks at all of its objects, and stops if anything is wrong. */
static void check_kernel(void)
{
    if (BUILD_DEBUG)
        seL4_DebugSnapshot();
}

static bool run_case(const struct test_case *test)
{
    struct alloc_counts before = alloc_count(&test_alloc);

    failures = 0;
    test_patience = 0;
    printf("[ RUN      ] %s\n", test->name);
    test_number++;
    test->run();
    check_kernel();
    objects_free_all();
    check_kernel();
    if (!counts_are(before))
        failures++;
    printf(failures == 0 ? "[       OK ] %s\n" : "[  FAILED  ] %s\n", test->name);
    return failures == 0;
}

/* Page tables stay once they are made: the first case must find them. */
static void warm_up(void)
{
    struct alloc_area area;

    REQUIRE_OK(alloc_area_ram(&test_alloc, WARM_BYTES, false, &area));
    REQUIRE_OK(alloc_area_free(&test_alloc, &area));
}

int main(void)
{
    unsigned passed = 0, failed = 0;

    if (BUILD_DEBUG)
        rt_console_set(seL4_DebugPutChar);
    enum alloc_result allocated = alloc_init(&test_alloc, rt_bootinfo());
    if (allocated != ALLOC_OK)
        rt_panic("allocator: %s", alloc_strerror(allocated));
    REQUIRE_OK(console_open(&test_console, &test_alloc, rt_bootinfo()));
    warm_up();
    settle_init();
    for (const struct test_case *test = first_case; test != NULL; test = test->next) {
        if (run_case(test))
            passed++;
        else
            failed++;
    }
    printf("%u passed, %u failed\n", passed, failed);
    return 0;
}
