/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes device tree blobs for tests, good ones and broken ones.
 * Stands on nothing; a test's tree fits, or the test is wrong.
 */
#ifndef TESTS_UNIT_IMAGE_BLOB_H
#define TESTS_UNIT_IMAGE_BLOB_H

#include <stdint.h>

struct blob {
    uint32_t structure[4096];
    uint32_t structure_cells;
    char strings[1024];
    uint32_t strings_size;
    uint64_t reservations[2 * 128];
    uint32_t reservation_count;
};

void blob_begin(struct blob *blob, const char *name);
void blob_end(struct blob *blob);
void blob_property(struct blob *blob, const char *name, const void *data, uint32_t size);
void blob_string(struct blob *blob, const char *name, const char *value);
void blob_cells(struct blob *blob, const char *name, unsigned count, ...); /* unsigned cells */
void blob_reserve(struct blob *blob, uint64_t start, uint64_t size);

/* A malloced blob, complete; its size is in *size. */
void *blob_finish(struct blob *blob, uint32_t *size);

#endif
