/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Indices that a user chose: after the check, also a core that guesses the check's outcome must not
 * load beyond the table (Arm: Cache Speculation Side-channels; CSDB in Arm ARM C6.2).
 */
#pragma once

#include "kernel/lib/types.h"

/* `index`, which was found to be below `count`; 0 where that is only guessed. No branch. */
static inline uint64_t speculation_bound(uint64_t index, uint64_t count)
{
    __asm__("cmp %0, %1\n"
            "csel %0, %0, xzr, lo\n"
            "hint #20" /* csdb */
            : "+r"(index)
            : "r"(count)
            : "cc");
    return index;
}
