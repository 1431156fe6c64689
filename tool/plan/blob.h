/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes a device tree blob: a component's configuration. Stands on libfdt. Nodes are opened and
 * closed like brackets; properties of a node come before its children.
 */
#ifndef TOOL_PLAN_BLOB_H
#define TOOL_PLAN_BLOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct blob {
    void *data;
    size_t capacity;
};

void blob_begin(struct blob *blob);
void blob_open(struct blob *blob, const char *name);
void blob_close(struct blob *blob);
void blob_flag(struct blob *blob, const char *name);
void blob_u32(struct blob *blob, const char *name, uint32_t value);
void blob_u32s(struct blob *blob, const char *name, const uint32_t *values, size_t count);
void blob_u64(struct blob *blob, const char *name, const uint64_t *values, size_t count);
void blob_text(struct blob *blob, const char *name, const char *value);
void blob_bytes(struct blob *blob, const char *name, const void *value, size_t size);
/* The finished tree; `size` of it. It stays with `blob` until blob_release(). */
const void *blob_finish(struct blob *blob, size_t *size);
void blob_release(struct blob *blob);

/* Whether `size` bytes at `data` are a whole device tree blob. */
bool blob_is_one(const void *data, size_t size);

#endif
