/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What libfdt, built for a hosted C library, links against beyond kernel/lib/memory.c. Used while
 * booting only.
 */
#include "kernel/lib/check.h"

/* The names and types are the C library's. */
size_t strlen(const char *s);
size_t strnlen(const char *s, size_t limit);
void *memchr(const void *start, int value, size_t size);
char *strrchr(const char *s, int c);
NO_RETURN void __stack_chk_fail(void);

extern const uint64_t __stack_chk_guard;
const uint64_t __stack_chk_guard = 0x00ff0a0d5aa5c33c;

size_t strnlen(const char *s, size_t limit)
{
    size_t length = 0;
    while (length < limit && s[length] != '\0') {
        length++;
    }
    return length;
}

size_t strlen(const char *s)
{
    return strnlen(s, SIZE_MAX);
}

void *memchr(const void *start, int value, size_t size)
{
    const unsigned char *at = start;
    for (; size > 0; size--, at++) {
        if (*at == (unsigned char)value) {
            return (void *)at;
        }
    }
    return NULL;
}

char *strrchr(const char *s, int c)
{
    for (size_t i = strlen(s) + 1; i > 0; i--) {
        if (s[i - 1] == (char)c) {
            return (char *)&s[i - 1];
        }
    }
    return NULL;
}

void __stack_chk_fail(void)
{
    panic("libfdt overran its stack");
}
