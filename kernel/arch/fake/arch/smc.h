/* SPDX-License-Identifier: BSD-2-Clause */
/* Calling firmware: on the host it answers every word with its complement. */
#pragma once

#include <stdint.h>

#define SMC_REGISTER_COUNT 8

struct smc_registers {
    uint64_t x[SMC_REGISTER_COUNT];
};

static inline void smc_call(struct smc_registers *registers)
{
    for (unsigned i = 0; i < SMC_REGISTER_COUNT; i++) {
        registers->x[i] = ~registers->x[i];
    }
}
