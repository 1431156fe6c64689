/* SPDX-License-Identifier: BSD-2-Clause */
/* A device tree blob in memory that grows. Stands on libfdt's sequential writer. */
#include "tool/plan/blob.h"

#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include "libs/fdt/devtree.h"
#include "tool/manifest/storage.h"

#define FIRST_CAPACITY 4096

static void grow(struct blob *blob)
{
    void *data = malloc(2 * blob->capacity);

    if (data == NULL || fdt_resize(blob->data, data, (int)(2 * blob->capacity)) != 0)
        storage_exhausted();
    free(blob->data);
    blob->data = data;
    blob->capacity *= 2;
}

/* Again with more room, as long as room is what is missing. */
#define WRITE(blob, call)                \
    while ((call) == -FDT_ERR_NOSPACE) { \
        grow(blob);                      \
    }

void blob_begin(struct blob *blob)
{
    blob->capacity = FIRST_CAPACITY;
    blob->data = malloc(blob->capacity);
    if (blob->data == NULL)
        storage_exhausted();
    fdt_create(blob->data, (int)blob->capacity);
    fdt_finish_reservemap(blob->data);
    fdt_begin_node(blob->data, "");
}

void blob_open(struct blob *blob, const char *name)
{
    WRITE(blob, fdt_begin_node(blob->data, name));
}

void blob_close(struct blob *blob)
{
    WRITE(blob, fdt_end_node(blob->data));
}

void blob_bytes(struct blob *blob, const char *name, const void *value, size_t size)
{
    WRITE(blob, fdt_property(blob->data, name, value, (int)size));
}

void blob_flag(struct blob *blob, const char *name)
{
    blob_bytes(blob, name, "", 0);
}

void blob_u32(struct blob *blob, const char *name, uint32_t value)
{
    blob_u32s(blob, name, &value, 1);
}

void blob_u32s(struct blob *blob, const char *name, const uint32_t *values, size_t count)
{
    fdt32_t *big = calloc(count + 1, sizeof(*big));

    if (big == NULL)
        storage_exhausted();
    for (size_t i = 0; i < count; i++)
        big[i] = cpu_to_fdt32(values[i]);
    blob_bytes(blob, name, big, count * sizeof(*big));
    free(big);
}

void blob_u64(struct blob *blob, const char *name, const uint64_t *values, size_t count)
{
    fdt64_t *big = calloc(count + 1, sizeof(*big));

    if (big == NULL)
        storage_exhausted();
    for (size_t i = 0; i < count; i++)
        big[i] = cpu_to_fdt64(values[i]);
    blob_bytes(blob, name, big, count * sizeof(*big));
    free(big);
}

void blob_text(struct blob *blob, const char *name, const char *value)
{
    blob_bytes(blob, name, value, strlen(value) + 1);
}

/* Its header says how large it is when it is packed; what lay behind is cut off. */
const void *blob_finish(struct blob *blob, size_t *size)
{
    blob_close(blob);
    WRITE(blob, fdt_finish(blob->data));
    *size = fdt_totalsize(blob->data);
    return blob->data;
}

void blob_release(struct blob *blob)
{
    free(blob->data);
    *blob = (struct blob){0};
}

bool blob_is_one(const void *data, size_t size)
{
    return devtree_check(data, size) == DEVTREE_OK;
}
