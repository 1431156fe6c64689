/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes device tree blobs for tests.
 */
#include "tests/unit/image/blob.h"
#include "tests/unit/image/cmocka_includes.h"

static void add_cell(struct blob *blob, uint32_t cell)
{
    assert_in_range(blob->structure_cells, 0, 4095);
    blob->structure[blob->structure_cells++] = __builtin_bswap32(cell);
}

static void add_bytes(struct blob *blob, const void *data, uint32_t size)
{
    uint32_t cells = (size + 3) / 4;

    assert_in_range(blob->structure_cells + cells, 0, 4096);
    memcpy(&blob->structure[blob->structure_cells], data, size);
    blob->structure_cells += cells;
}

void blob_begin(struct blob *blob, const char *name)
{
    add_cell(blob, 1);
    add_bytes(blob, name, strlen(name) + 1);
}

void blob_end(struct blob *blob)
{
    add_cell(blob, 2);
}

void blob_property(struct blob *blob, const char *name, const void *data, uint32_t size)
{
    add_cell(blob, 3);
    add_cell(blob, size);
    add_cell(blob, blob->strings_size);
    assert_in_range(blob->strings_size + strlen(name) + 1, 0, sizeof(blob->strings));
    strcpy(blob->strings + blob->strings_size, name);
    blob->strings_size += strlen(name) + 1;
    add_bytes(blob, data, size);
}

void blob_string(struct blob *blob, const char *name, const char *value)
{
    blob_property(blob, name, value, strlen(value) + 1);
}

void blob_cells(struct blob *blob, const char *name, unsigned count, ...)
{
    uint32_t cells[32];
    va_list list;

    va_start(list, count);
    for (unsigned i = 0; i < count; i++)
        cells[i] = __builtin_bswap32(va_arg(list, unsigned));
    va_end(list);
    blob_property(blob, name, cells, 4 * count);
}

void blob_reserve(struct blob *blob, uint64_t start, uint64_t size)
{
    blob->reservations[2 * blob->reservation_count] = __builtin_bswap64(start);
    blob->reservations[2 * blob->reservation_count + 1] = __builtin_bswap64(size);
    blob->reservation_count++;
}

void *blob_finish(struct blob *blob, uint32_t *size)
{
    uint32_t reservations = 16 * (blob->reservation_count + 1);
    uint32_t structure, header[10];
    char *bytes;

    add_cell(blob, 9);
    structure = 4 * blob->structure_cells;
    *size = 40 + reservations + structure + blob->strings_size;
    header[0] = 0xd00dfeed;
    header[1] = *size;
    header[2] = 40 + reservations;
    header[3] = 40 + reservations + structure;
    header[4] = 40;
    header[5] = 17;
    header[6] = 16;
    header[7] = 0;
    header[8] = blob->strings_size;
    header[9] = structure;
    for (unsigned i = 0; i < 10; i++)
        header[i] = __builtin_bswap32(header[i]);
    bytes = malloc(*size);
    memcpy(bytes, header, 40);
    memcpy(bytes + 40, blob->reservations, reservations);
    memcpy(bytes + 40 + reservations, blob->structure, structure);
    memcpy(bytes + 40 + reservations + structure, blob->strings, blob->strings_size);
    return bytes;
}
