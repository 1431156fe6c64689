/* SPDX-License-Identifier: BSD-2-Clause */
/* On the host nobody guesses. */
#pragma once

#include "kernel/lib/types.h"

static inline uint64_t speculation_bound(uint64_t index, uint64_t count)
{
    return index < count ? index : 0;
}
