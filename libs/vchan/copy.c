/* SPDX-License-Identifier: BSD-2-Clause */
/* The bytes of a ring, in and out. */
#include "libs/vchan/copy.h"

#include <stdint.h>

typedef uint64_t word __attribute__((aligned(1), may_alias));

enum { BLOCK = 64 };

static inline void copy_block(uint8_t *restrict out, const uint8_t *restrict in)
{
    const word *source = (const word *)in;
    word *target = (word *)out;
    uint64_t a = source[0], b = source[1], c = source[2], d = source[3];
    uint64_t e = source[4], f = source[5], g = source[6], h = source[7];

    target[0] = a, target[1] = b, target[2] = c, target[3] = d;
    target[4] = e, target[5] = f, target[6] = g, target[7] = h;
}

void vchan_copy(void *restrict to, const void *restrict from, size_t size)
{
    uint8_t *out = to;
    const uint8_t *in = from;

    for (; size >= BLOCK; size -= BLOCK, out += BLOCK, in += BLOCK)
        copy_block(out, in);
    for (; size >= sizeof(word); size -= sizeof(word), out += sizeof(word), in += sizeof(word))
        *(word *)out = *(const word *)in;
    for (; size > 0; size--)
        *out++ = *in++;
}
