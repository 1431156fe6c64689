/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel's own memset() and its kind, at each alignment and length of some words: what they are
 * asked to write, and nothing beside. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdbool.h>
#include <cmocka.h>

/* Beside the C library's. */
#define memcpy  kernel_memcpy
#define memmove kernel_memmove
#define memset  kernel_memset
#define memcmp  kernel_memcmp
#include "kernel/lib/memory.c"
#undef memcpy
#undef memmove
#undef memset
#undef memcmp

enum {
    MOST = 40,
    PLACES = 9,
    BYTES = 64,
};

static _Alignas(8) uint8_t bytes[BYTES], others[BYTES];

static void fill(void)
{
    for (unsigned i = 0; i < BYTES; i++) {
        bytes[i] = (uint8_t)(i + 1);
        others[i] = (uint8_t)(i + 101);
    }
}

static void memory_is_set(void **state)
{
    (void)state;
    for (unsigned at = 0; at < PLACES; at++) {
        for (unsigned size = 0; size <= MOST; size++) {
            fill();
            assert_ptr_equal(kernel_memset(bytes + at, 0x1a5, size), bytes + at);
            for (unsigned i = 0; i < BYTES; i++) {
                bool inside = i >= at && i < at + size;
                assert_int_equal(bytes[i], inside ? 0xa5 : i + 1);
            }
        }
    }
}

static void memory_is_copied(void **state)
{
    (void)state;
    for (unsigned at = 0; at < PLACES; at++) {
        for (unsigned size = 0; size <= MOST; size++) {
            fill();
            assert_ptr_equal(kernel_memcpy(bytes + at, others + 3, size), bytes + at);
            for (unsigned i = 0; i < BYTES; i++) {
                bool inside = i >= at && i < at + size;
                assert_int_equal(bytes[i], inside ? i - at + 104 : i + 1);
            }
        }
    }
}

static void memory_is_moved_over_itself(void **state)
{
    (void)state;
    for (unsigned to = 0; to < PLACES; to++) {
        for (unsigned from = 0; from < PLACES; from++) {
            fill();
            kernel_memmove(bytes + to, bytes + from, MOST);
            for (unsigned i = 0; i < BYTES; i++) {
                bool inside = i >= to && i < to + MOST;
                assert_int_equal(bytes[i], inside ? i - to + from + 1 : i + 1);
            }
        }
    }
}

static void memory_is_compared(void **state)
{
    (void)state;
    fill();
    assert_int_equal(kernel_memcmp(bytes, bytes, BYTES), 0);
    assert_int_equal(kernel_memcmp(bytes, others, 0), 0);
    assert_true(kernel_memcmp(bytes, others, 1) < 0);
    bytes[0] = others[0];
    assert_true(kernel_memcmp(others, bytes, 2) > 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_set),
        cmocka_unit_test(memory_is_copied),
        cmocka_unit_test(memory_is_moved_over_itself),
        cmocka_unit_test(memory_is_compared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
