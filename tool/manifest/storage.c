/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory that is given back all at once: a chain of blocks, one each allocation, so that sanitizers
 * see the edges of each. Stands on the C library.
 */
#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/manifest/storage.h"

struct block {
    struct block *before;
    alignas(max_align_t) unsigned char bytes[];
};

struct storage {
    struct block *last;
};

void storage_exhausted(void)
{
    fprintf(stderr, "out of memory\n");
    exit(1);
}

struct storage *storage_make(void)
{
    struct storage *storage = calloc(1, sizeof(*storage));

    if (storage == NULL)
        storage_exhausted();
    return storage;
}

void *storage_take(struct storage *storage, size_t count, size_t size)
{
    struct block *block = NULL;

    if (count <= (SIZE_MAX - sizeof(*block)) / size)
        block = calloc(1, sizeof(*block) + count * size);
    if (block == NULL)
        storage_exhausted();
    block->before = storage->last;
    storage->last = block;
    return block->bytes;
}

char *storage_copy(struct storage *storage, const char *text, size_t length)
{
    return memcpy(storage_take(storage, length + 1, 1), text, length);
}

char *storage_print(struct storage *storage, const char *format, ...)
{
    va_list list;
    char *text, *kept;
    int length;

    va_start(list, format);
    length = vasprintf(&text, format, list);
    va_end(list);
    if (length < 0)
        storage_exhausted();
    kept = storage_copy(storage, text, (size_t)length);
    free(text);
    return kept;
}

void storage_release(struct storage *storage)
{
    if (storage == NULL)
        return;
    while (storage->last != NULL) {
        struct block *block = storage->last;

        storage->last = block->before;
        free(block);
    }
    free(storage);
}
