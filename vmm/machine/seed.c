/* SPDX-License-Identifier: BSD-2-Clause */
/* SHA-256, for seeds alone: short rather than fast. */
#include "vmm/machine/seed.h"

#include <string.h>

enum { SHA256_BLOCK = 64 };

static const uint32_t sha256_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

struct sha256_state {
    uint32_t hash[8];
    uint64_t size; /* bytes taken in so far */
    uint8_t block[SHA256_BLOCK];
};

static uint32_t rotate(uint32_t value, unsigned count)
{
    return value >> count | value << (32 - count);
}

static void sha256_block(struct sha256_state *state)
{
    uint32_t w[64], v[8];

    for (unsigned i = 0; i < 16; i++)
        w[i] = (uint32_t)state->block[4 * i] << 24 | (uint32_t)state->block[4 * i + 1] << 16 |
               (uint32_t)state->block[4 * i + 2] << 8 | state->block[4 * i + 3];
    for (unsigned i = 16; i < 64; i++) {
        uint32_t s0 = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3;
        uint32_t s1 = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10;

        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    memcpy(v, state->hash, sizeof(v));
    for (unsigned i = 0; i < 64; i++) {
        uint32_t s1 = rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25);
        uint32_t choice = (v[4] & v[5]) ^ (~v[4] & v[6]);
        uint32_t t1 = v[7] + s1 + choice + sha256_constants[i] + w[i];
        uint32_t s0 = rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22);
        uint32_t t2 = s0 + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));

        memmove(&v[1], &v[0], 7 * sizeof(v[0]));
        v[4] += t1;
        v[0] = t1 + t2;
    }
    for (unsigned i = 0; i < 8; i++)
        state->hash[i] += v[i];
}

static void sha256_begin(struct sha256_state *state)
{
    *state = (struct sha256_state){.hash = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                            0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}};
}

static void sha256_add(struct sha256_state *state, const void *data, size_t size)
{
    const uint8_t *bytes = data;

    for (size_t i = 0; i < size; i++) {
        state->block[state->size++ % SHA256_BLOCK] = bytes[i];
        if (state->size % SHA256_BLOCK == 0)
            sha256_block(state);
    }
}

static void sha256_end(struct sha256_state *state, uint8_t digest[SEED_SIZE])
{
    static const uint8_t one = 0x80, zero = 0;
    uint64_t bits = state->size * 8;
    uint8_t length[8];

    for (unsigned i = 0; i < 8; i++)
        length[i] = (uint8_t)(bits >> (56 - 8 * i));
    sha256_add(state, &one, 1);
    while (state->size % SHA256_BLOCK != SHA256_BLOCK - sizeof(length))
        sha256_add(state, &zero, 1);
    sha256_add(state, length, sizeof(length));
    for (unsigned i = 0; i < SEED_SIZE; i++)
        digest[i] = (uint8_t)(state->hash[i / 4] >> (24 - 8 * (i % 4)));
}

void sha256(const void *data, size_t size, uint8_t digest[SEED_SIZE])
{
    struct sha256_state state;

    sha256_begin(&state);
    sha256_add(&state, data, size);
    sha256_end(&state, digest);
}

void seed_derive(const uint8_t *board, size_t board_size, const char *name, uint64_t count,
                 uint8_t seed[SEED_SIZE])
{
    struct sha256_state state;
    uint8_t number[8];

    for (unsigned i = 0; i < 8; i++)
        number[i] = (uint8_t)(count >> (8 * i));
    sha256_begin(&state);
    sha256_add(&state, board, board_size);
    sha256_add(&state, name, strlen(name) + 1);
    sha256_add(&state, number, sizeof(number));
    sha256_end(&state, seed);
}

uint64_t seed_kaslr(const uint8_t seed[SEED_SIZE])
{
    uint8_t digest[SEED_SIZE];
    uint64_t word;

    seed_derive(seed, SEED_SIZE, "kaslr", 0, digest);
    memcpy(&word, digest, sizeof(word));
    return word;
}
