/* SPDX-License-Identifier: BSD-2-Clause */
/* What tests send over channels: each byte tells its place, and which life sends it to which. */
#ifndef TESTS_SYSTEM_SMALL_BYTE_H
#define TESTS_SYSTEM_SMALL_BYTE_H

#include <stdint.h>

/* Eight bytes of the stream that one life sends to another, the lowest first. */
static inline uint64_t line_word(uint32_t from, uint32_t to, uint64_t index)
{
    uint64_t word = ((uint64_t)from << 32 ^ (uint64_t)to << 12 ^ index) *
                    UINT64_C(0x9e3779b97f4a7c15);

    return word ^ word >> 29;
}

/* Byte `at` of it. */
static inline uint8_t line_byte(uint32_t from, uint32_t to, uint64_t at)
{
    return (uint8_t)(line_word(from, to, at / 8) >> at % 8 * 8);
}

#endif
