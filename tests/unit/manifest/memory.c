/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * No memory: the n-th allocation fails, ours or libyaml's, for every n there is. The program must
 * end with status 1 and a sentence, and never go on with what it did not get. The linker gives us
 * our own calls of malloc() and its kind, and of exit() (--wrap); libyaml's go through
 * yaml_malloc(), which it finds here first. Runs from the top of the tree.
 */
#include <stdbool.h>
#include <stdio.h>

#include "tests/unit/manifest/cmocka_includes.h"
#include "tool/manifest/complaints.h"

#define FOLDER "tests/unit/manifest/"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *yaml_malloc(size_t size);
void *yaml_realloc(void *old, size_t size);
_Noreturn void __wrap_exit(int status);

/* Not there without sanitizers. */
__attribute__((weak)) void __lsan_disable(void);

/* Counts down to the allocation that fails; 0: none does. */
static volatile unsigned countdown;

static bool is_the_one(void)
{
    return countdown > 0 && --countdown == 0;
}

void *__wrap_malloc(size_t size)
{
    return is_the_one() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return is_the_one() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return is_the_one() ? NULL : __real_realloc(old, size);
}

void *yaml_malloc(size_t size)
{
    return is_the_one() ? NULL : __real_malloc(size > 0 ? size : 1);
}

void *yaml_realloc(void *old, size_t size)
{
    if (is_the_one())
        return NULL;
    return old != NULL ? __real_realloc(old, size > 0 ? size : 1)
                       : __real_malloc(size > 0 ? size : 1);
}

static jmp_buf before;

/* The end of the program is that of one reading here. */
void __wrap_exit(int status)
{
    longjmp(before, status == 1 ? 1 : 2);
}

static void read_and_print(const char *path, FILE *output)
{
    struct complaints complaints = {.file = path};

    manifest_release(manifest_read(path, &complaints));
    complaints_print(&complaints, output);
    complaints_release(&complaints);
}

/* Answers whether that many allocations were made at all. */
static bool runs_out(const char *path, unsigned failing)
{
    FILE *console = stderr;
    char text[256] = "";
    int status;

    stderr = fmemopen(text, sizeof(text) - 1, "w");
    countdown = failing;
    status = setjmp(before);
    if (status == 0)
        read_and_print(path, console);
    fclose(stderr);
    stderr = console;
    if (countdown > 0) {
        countdown = 0;
        assert_int_equal(status, 0);
        return false;
    }
    assert_int_equal(status, 1);
    assert_string_equal(text, "out of memory\n");
    return true;
}

static void assert_every_allocation(const char *path)
{
    unsigned failing = 1;

    while (runs_out(path, failing))
        failing++;
    /* Ours and libyaml's are among them. */
    assert_in_range(failing, 60, 10000);
}

static void good_manifest_runs_out(void **state)
{
    assert_every_allocation(FOLDER "small.yaml");
}

static void bad_manifest_runs_out(void **state)
{
    assert_every_allocation(FOLDER "mistaken.yaml");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_manifest_runs_out),
        cmocka_unit_test(bad_manifest_runs_out),
    };

    if (__lsan_disable != NULL)
        __lsan_disable(); /* what a program has when it ends is not given back */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
