/* SPDX-License-Identifier: BSD-2-Clause */
/* The four functions a freestanding compiler may call, small and plain. */
#include "kernel/lib/memory.h"
#include <stdint.h>

typedef uint64_t __attribute__((may_alias)) word_of_anything;

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

/* The compiler clears its structures with this, by words where it can be. */
void *memset(void *destination, int value, size_t size)
{
    uint8_t *to = destination;
    uint64_t word = (uint8_t)value * UINT64_C(0x0101010101010101);
    for (; size > 0 && (uintptr_t)to % 8 != 0; size--) {
        *to++ = (uint8_t)value;
    }
    for (; size >= 8; to += 8, size -= 8) {
        *(word_of_anything *)to = word;
    }
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
