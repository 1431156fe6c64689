/* SPDX-License-Identifier: BSD-2-Clause */
/* A guest's seeds, and the hash below them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "vmm/machine/seed.h"

static void assert_digest(const char *text, const char *expected)
{
    uint8_t digest[SEED_SIZE];

    sha256(text, strlen(text), digest);
    for (unsigned i = 0; i < SEED_SIZE; i++) {
        char byte[3] = {expected[2 * i], expected[2 * i + 1], 0};

        assert_int_equal(digest[i], strtoul(byte, NULL, 16));
    }
}

/* Examples of FIPS 180-4. */
static void hash_is_sha256(void **state)
{
    assert_digest("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_digest("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void seeds_differ(void **state)
{
    static const uint8_t board[] = {1, 2, 3, 4};
    uint8_t seeds[4][SEED_SIZE];

    seed_derive(board, sizeof(board), "a", 1, seeds[0]);
    seed_derive(board, sizeof(board), "a", 2, seeds[1]);
    seed_derive(board, sizeof(board), "b", 1, seeds[2]);
    seed_derive(board, 3, "a", 1, seeds[3]);
    for (unsigned i = 0; i < 4; i++) {
        for (unsigned j = i + 1; j < 4; j++) {
            assert_memory_not_equal(seeds[i], seeds[j], SEED_SIZE);
            assert_true(seed_kaslr(seeds[i]) != seed_kaslr(seeds[j]));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hash_is_sha256),
        cmocka_unit_test(seeds_differ),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
