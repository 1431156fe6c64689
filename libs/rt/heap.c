/* SPDX-License-Identifier: BSD-2-Clause */
/* The fixed arena under picolibc's malloc. */
#include <errno.h>

#include "libs/rt/internal.h"

static size_t heap_used;

void *sbrk(ptrdiff_t change)
{
    if ((change < 0 && (size_t)-change > heap_used) ||
        (change > 0 && (size_t)change > rt_heap.size - heap_used)) {
        errno = ENOMEM;
        return (void *)-1;
    }
    char *before = rt_heap.start + heap_used;
    heap_used += (size_t)change;
    return before;
}
