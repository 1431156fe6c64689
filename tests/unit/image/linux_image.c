/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading the header of an arm64 Linux Image: good ones, and files that are none.
 */
#include "abi/linux_image.h"
#include "tests/unit/image/cmocka_includes.h"

/* Debian's 6.1, as it is. */
static const struct linux_image_header good = {
    .code0 = 0xfa405a4d,
    .image_size = 0x2010000,
    .flags = LINUX_IMAGE_ANYWHERE | LINUX_IMAGE_PAGES_4K,
    .magic = LINUX_IMAGE_MAGIC,
    .pe_offset = 64,
};

static enum linux_image_result parse(const struct linux_image_header *header, uint64_t size)
{
    struct linux_image image;
    /* Exactly as many bytes as there are, so that one read too far is found. */
    size_t present = size < sizeof(*header) ? size : sizeof(*header);
    char *start = malloc(present + 1);
    char *bytes = start + 1; /* and at an odd address */
    enum linux_image_result result;

    memcpy(bytes, header, present);
    result = linux_image_parse(bytes, size, &image);
    free(start);
    return result;
}

static void reads_a_good_header(void **state)
{
    struct linux_image image;

    assert_int_equal(linux_image_parse(&good, 0x1f6e000, &image), LINUX_IMAGE_OK);
    assert_int_equal(image.text_offset, 0);
    assert_int_equal(image.image_size, 0x2010000);
    assert_int_equal(image.flags, 0xa);
    assert_int_equal(parse(&good, 0x2010000), LINUX_IMAGE_OK);
}

static void refuses_short_files(void **state)
{
    for (uint64_t size = 0; size < 64; size++)
        assert_int_equal(parse(&good, size), LINUX_IMAGE_TOO_SHORT);
    assert_int_equal(parse(&good, 64), LINUX_IMAGE_OK);
}

static void names_what_else_it_is(void **state)
{
    struct linux_image_header header = good;

    header.code0 = 0x00088b1f;
    assert_int_equal(parse(&header, 64), LINUX_IMAGE_GZIP);
    assert_int_equal(parse(&header, 2), LINUX_IMAGE_GZIP);
    assert_int_equal(parse(&header, 1), LINUX_IMAGE_TOO_SHORT);
    header = good;
    header.magic ^= 1u << 31;
    assert_int_equal(parse(&header, 64), LINUX_IMAGE_NO_MAGIC);
    header = good;
    header.flags |= LINUX_IMAGE_BIG_ENDIAN;
    assert_int_equal(parse(&header, 64), LINUX_IMAGE_WRONG_ENDIAN);
    header = good;
    header.image_size = 0;
    assert_int_equal(parse(&header, 64), LINUX_IMAGE_TOO_OLD);
}

static void refuses_impossible_sizes(void **state)
{
    struct linux_image_header header = good;

    assert_int_equal(parse(&header, 0x2010001), LINUX_IMAGE_BAD_SIZE); /* longer than it says */
    header.image_size = UINT64_MAX;
    assert_int_equal(parse(&header, 64), LINUX_IMAGE_OK);
    header.text_offset = 4;
    assert_int_equal(parse(&header, 64), LINUX_IMAGE_BAD_SIZE); /* the sum wraps */
    header = good;
    header.text_offset = 2;
    assert_int_equal(parse(&header, 64), LINUX_IMAGE_BAD_SIZE);
}

static void has_a_sentence_for_each(void **state)
{
    for (int result = LINUX_IMAGE_OK; result <= LINUX_IMAGE_BAD_SIZE; result++)
        assert_string_not_equal(linux_image_reason(result),
                                "an arm64 Linux Image with an unknown fault");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_good_header),     cmocka_unit_test(refuses_short_files),
        cmocka_unit_test(names_what_else_it_is),   cmocka_unit_test(refuses_impossible_sizes),
        cmocka_unit_test(has_a_sentence_for_each),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
