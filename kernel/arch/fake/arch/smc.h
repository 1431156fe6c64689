/* SPDX-License-Identifier: BSD-2-Clause */
/* Calling firmware: on the host it answers every word with its complement. */
#pragma once

#include <stdint.h>

#define SMC_REGISTER_COUNT 8

static inline void smc_call(uint64_t registers[SMC_REGISTER_COUNT])
{
    for (unsigned i = 0; i < SMC_REGISTER_COUNT; i++) {
        registers[i] = ~registers[i];
    }
}
