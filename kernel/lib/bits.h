/* SPDX-License-Identifier: BSD-2-Clause */
/* Bit and field arithmetic on 64-bit words. Every helper is total for the widths it documents. */
#pragma once

#include "kernel/lib/check.h"

#define BIT(n) (1UL << (n))

/* The low `width` bits set; width 0 to 64. */
static inline uint64_t bits_mask(unsigned width)
{
    return width >= 64 ? ~0UL : BIT(width) - 1;
}

/* Bits [shift + width - 1 : shift] of `word`, moved down. */
static inline uint64_t bits_get(uint64_t word, unsigned shift, unsigned width)
{
    return (word >> shift) & bits_mask(width);
}

/* `value` cut to `width` bits and moved up to `shift`. */
static inline uint64_t bits_put(uint64_t value, unsigned shift, unsigned width)
{
    return (value & bits_mask(width)) << shift;
}

static inline uint64_t bits_replace(uint64_t word, uint64_t value, unsigned shift, unsigned width)
{
    return (word & ~(bits_mask(width) << shift)) | bits_put(value, shift, width);
}

static inline uint64_t align_down(uint64_t value, unsigned bits)
{
    return value & ~bits_mask(bits);
}

/* Wraps to a small number when value is within one alignment of 2^64: callers bound it first. */
static inline uint64_t align_up(uint64_t value, unsigned bits)
{
    return (value + bits_mask(bits)) & ~bits_mask(bits);
}

static inline bool is_aligned(uint64_t value, unsigned bits)
{
    return (value & bits_mask(bits)) == 0;
}

/* Index of the highest set bit; word must not be 0. */
static inline unsigned bits_highest(uint64_t word)
{
    return 63 - (unsigned)__builtin_clzl(word);
}

/* Index of the lowest set bit; word must not be 0. */
static inline unsigned bits_lowest(uint64_t word)
{
    return (unsigned)__builtin_ctzl(word);
}

static inline uint64_t min_u64(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static inline uint64_t max_u64(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}
