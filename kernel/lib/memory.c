/* SPDX-License-Identifier: BSD-2-Clause */
/* The four functions a freestanding compiler may call. Small and plain: hot paths do not use them.
 */
#include "kernel/lib/memory.h"
#include <stdint.h>

void *memcpy(void *restrict destination, const void *restrict source, size_t size)
{
    uint8_t *to = destination;
    const uint8_t *from = source;
    while (size-- > 0) {
        *to++ = *from++;
    }
    return destination;
}

void *memmove(void *destination, const void *source, size_t size)
{
    uint8_t *to = destination;
    const uint8_t *from = source;
    if (to <= from) {
        return memcpy(destination, source, size);
    }
    while (size-- > 0) {
        to[size] = from[size];
    }
    return destination;
}

void *memset(void *destination, int value, size_t size)
{
    uint8_t *to = destination;
    while (size-- > 0) {
        *to++ = (uint8_t)value;
    }
    return destination;
}

int memcmp(const void *a, const void *b, size_t size)
{
    const uint8_t *left = a;
    const uint8_t *right = b;
    for (; size > 0; size--, left++, right++) {
        if (*left != *right) {
            return *left - *right;
        }
    }
    return 0;
}
