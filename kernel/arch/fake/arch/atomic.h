/* SPDX-License-Identifier: BSD-2-Clause */
/* Words that cores exchange: on the host one core runs at a time, and gives way in a pause. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

static inline uint32_t atomic_load_acquire(const uint32_t *word)
{
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static inline void atomic_store_release(uint32_t *word, uint32_t value)
{
    __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

static inline uint32_t atomic_add(uint32_t *word, uint32_t value)
{
    return __atomic_fetch_add(word, value, __ATOMIC_RELAXED);
}

void atomic_pause(void);
