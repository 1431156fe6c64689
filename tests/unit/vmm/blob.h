/* SPDX-License-Identifier: BSD-2-Clause */
/* A device tree blob that a test writes, property by property. Include cmocka.h before. */
#pragma once

#include <libfdt.h>

struct blob {
    char bytes[16384];
};

static inline void blob_begin(struct blob *blob)
{
    assert_int_equal(fdt_create(blob, sizeof(*blob)), 0);
    assert_int_equal(fdt_finish_reservemap(blob), 0);
    assert_int_equal(fdt_begin_node(blob, ""), 0);
}

static inline size_t blob_end(struct blob *blob)
{
    assert_int_equal(fdt_end_node(blob), 0);
    assert_int_equal(fdt_finish(blob), 0);
    return fdt_totalsize(blob);
}
