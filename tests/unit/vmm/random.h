/* SPDX-License-Identifier: BSD-2-Clause */
/* Random numbers that repeat: the tests' fuzz loops fail the same way every time. */
#ifndef TESTS_UNIT_VMM_RANDOM_H
#define TESTS_UNIT_VMM_RANDOM_H

#include <stdint.h>

/* xorshift64*: any state but 0. */
static inline uint64_t random_next(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(0x2545f4914f6cdd1d);
}

static inline unsigned random_below(uint64_t *state, unsigned limit)
{
    return (unsigned)((random_next(state) >> 32) % limit);
}

#endif
