/* SPDX-License-Identifier: BSD-2-Clause */
/* Copies large images into guest RAM, fast, and makes them visible to a guest that starts with
 * its caches off. Stands on the compiler alone. */
#ifndef VMM_MEM_COPY_H
#define VMM_MEM_COPY_H

#include <stddef.h>

/* Copies; the ranges do not overlap. A C library's memcpy may go byte by byte, which for a
 * 32 MiB kernel costs a hundred million instructions. */
void copy_bulk(void *restrict to, const void *restrict from, size_t size);

/* Zeroes, as fast. */
void copy_zero(void *to, size_t size);

/* Writes the data caches back to the point of coherency: an observer without caches then sees
 * the bytes. */
void copy_clean(const void *start, size_t size);

#endif
