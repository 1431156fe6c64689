/* SPDX-License-Identifier: BSD-2-Clause */
/* Copies by words of 8 bytes whatever the alignment, eight at a time. The C library's memcpy() may
 * go byte by byte. Stands on the compiler alone. */
#pragma once

#include <stddef.h>

/* The ranges do not overlap. Each byte is read once. */
void vchan_copy(void *restrict to, const void *restrict from, size_t size);
