/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes of a fuzzer as choices: read from the front, zeros when they run out. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct input {
    const uint8_t *data;
    size_t size;
};

static inline bool input_is_empty(const struct input *input)
{
    return input->size == 0;
}

static inline uint8_t input_byte(struct input *input)
{
    if (input->size == 0) {
        return 0;
    }
    input->size--;
    return *input->data++;
}

static inline uint64_t input_bytes(struct input *input, unsigned count)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < count; i++) {
        value = value << 8 | input_byte(input);
    }
    return value;
}

/* A word as arguments are: small, a power of two and around it, all ones, or anything. */
static inline uint64_t input_word(struct input *input)
{
    uint8_t kind = input_byte(input);
    if (kind < 0xc0) {
        return kind;
    }
    switch (kind & 0xf) {
    case 0:
        return 1UL << (input_byte(input) % 64);
    case 1:
        return (1UL << (input_byte(input) % 64)) - 1;
    case 2:
        return (uint64_t)input_byte(input) << 12;
    case 3:
        return UINT64_MAX - input_byte(input);
    case 4:
        return input_bytes(input, 8);
    case 5:
        return input_bytes(input, 4);
    default:
        return input_bytes(input, 2);
    }
}
