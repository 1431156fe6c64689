/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory that is given back all at once. Stands on the C library. Running out of memory ends the
 * program, with status 1 and a sentence: nothing here returns NULL.
 */
#ifndef TOOL_MANIFEST_STORAGE_H
#define TOOL_MANIFEST_STORAGE_H

#include <stddef.h>

struct storage;

struct storage *storage_make(void);
void storage_release(struct storage *storage); /* NULL: nothing */

void *storage_take(struct storage *storage, size_t count, size_t size);       /* zeroed */
char *storage_copy(struct storage *storage, const char *text, size_t length); /* and a NUL */
char *storage_print(struct storage *storage, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

_Noreturn void storage_exhausted(void);

#endif
