/* SPDX-License-Identifier: BSD-2-Clause */
/* The four functions a freestanding compiler may call, by the C library's names and meanings. */
#pragma once

#include <stddef.h>

void *memcpy(void *restrict destination, const void *restrict source, size_t size);
void *memmove(void *destination, const void *source, size_t size);
void *memset(void *destination, int value, size_t size);
int memcmp(const void *a, const void *b, size_t size);
