/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The payload: what the packer writes, the reader finds; what is damaged, it refuses.
 */
#include "tests/unit/image/cmocka_includes.h"
#include "tool/image/image.h"

static uint8_t big[5000];
static const struct payload_file files[] = {
    {"kernel", {"a", big, sizeof(big)}},
    {"initrd", {"b", (uint8_t *)"hello", 5}},
    {"config", {"c", (uint8_t *)"", 0}},
    {"kernel2", {"d", big, sizeof(big)}},
    {"0123456789012345678901234567890", {"e", (uint8_t *)"x", 1}},
};

static struct bytes make(void)
{
    struct bytes out = {0};
    struct fault fault;

    memset(big, 'k', sizeof(big));
    assert_true(payload_make(files, 5, &out, &fault));
    return out;
}

static void finds_what_was_packed(void **state)
{
    struct bytes out = make();
    const struct payload_directory *directory = (const void *)out.data;
    const void *data;
    size_t size;

    assert_int_equal(out.size % PAYLOAD_PAGE, 0);
    assert_int_equal(payload_check(directory, out.size), PAYLOAD_OK);
    assert_int_equal(directory->size, out.size);
    for (unsigned i = 0; i < 5; i++) {
        assert_int_equal(payload_find(directory, files[i].name, &data, &size), PAYLOAD_OK);
        assert_int_equal(size, files[i].file.size);
        assert_memory_equal(data, files[i].file.data, size);
        assert_int_equal((uintptr_t)((const uint8_t *)data - out.data) % PAYLOAD_PAGE, 0);
    }
    assert_int_equal(payload_find(directory, "kerne", &data, &size), PAYLOAD_NOT_FOUND);
    assert_int_equal(payload_find(directory, "", &data, &size), PAYLOAD_NOT_FOUND);
    assert_int_equal(payload_find(directory, "01234567890123456789012345678901", &data, &size),
                     PAYLOAD_NOT_FOUND);
    bytes_release(&out);
}

static void keeps_equal_files_once(void **state)
{
    struct bytes out = make();
    const struct payload_directory *directory = (const void *)out.data;

    assert_int_equal(directory->entries[0].offset, directory->entries[3].offset);
    /* Directory, 5000 bytes, two small files. */
    assert_int_equal(out.size, 5 * PAYLOAD_PAGE);
    bytes_release(&out);
}

static void refuses_bad_names(void **state)
{
    struct payload_file bad[2] = {{"a", {"a", (uint8_t *)"", 0}}, {"a", {"b", (uint8_t *)"", 0}}};
    struct bytes out = {0};
    struct fault fault;

    assert_false(payload_make(bad, 2, &out, &fault));
    assert_string_equal(fault.text, "payload a: there are two files of this name");
    bad[1].name = "01234567890123456789012345678901";
    assert_false(payload_make(bad, 2, &out, &fault));
    bad[1].name = "";
    assert_false(payload_make(bad, 2, &out, &fault));
    bytes_release(&out);
}

/* One field after the other is set to what cannot be. */
static void refuses_damaged_directories(void **state)
{
    struct bytes out = make();
    struct payload_directory *directory = (void *)out.data;
    struct payload_directory good = *directory;
    struct payload_entry entry = directory->entries[1];

    assert_int_equal(payload_check(directory, 31), PAYLOAD_NOT_ONE);
    assert_int_equal(payload_check(directory, out.size - 1), PAYLOAD_DAMAGED);
    directory->magic ^= 1;
    assert_int_equal(payload_check(directory, out.size), PAYLOAD_NOT_ONE);
    *directory = good;
    directory->version++;
    assert_int_equal(payload_check(directory, out.size), PAYLOAD_NOT_ONE);
    *directory = good;
    directory->count = UINT32_MAX;
    assert_int_equal(payload_check(directory, out.size), PAYLOAD_DAMAGED);
    *directory = good;
    directory->size = 32 + 5 * 48 - 1;
    assert_int_equal(payload_check(directory, out.size), PAYLOAD_DAMAGED);
    *directory = good;
    directory->entries[1].offset += 8;
    assert_int_equal(payload_check(directory, out.size), PAYLOAD_DAMAGED);
    directory->entries[1].offset = out.size + PAYLOAD_PAGE;
    assert_int_equal(payload_check(directory, out.size), PAYLOAD_DAMAGED);
    directory->entries[1] = entry;
    directory->entries[1].size = UINT64_MAX;
    assert_int_equal(payload_check(directory, out.size), PAYLOAD_DAMAGED);
    directory->entries[1] = entry;
    memset(directory->entries[1].name, 'n', PAYLOAD_NAME_SIZE);
    assert_int_equal(payload_check(directory, out.size), PAYLOAD_DAMAGED);
    directory->entries[1] = entry;
    assert_int_equal(payload_check(directory, out.size), PAYLOAD_OK);
    bytes_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_was_packed),
        cmocka_unit_test(keeps_equal_files_once),
        cmocka_unit_test(refuses_bad_names),
        cmocka_unit_test(refuses_damaged_directories),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
