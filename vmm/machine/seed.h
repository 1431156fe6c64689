/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random seeds for guests, each its own, out of the one the boot loader gave the board. Stands on
 * a hash (SHA-256, FIPS 180-4); never hands the board's seed itself to a guest.
 */
#ifndef VMM_MACHINE_SEED_H
#define VMM_MACHINE_SEED_H

#include <stddef.h>
#include <stdint.h>

enum { SEED_SIZE = 32 };

void sha256(const void *data, size_t size, uint8_t digest[SEED_SIZE]);

/* The seed of start number `count` of the guest called `name`: the hash of board seed, name and
 * count, so that neither two guests nor two starts of one share it. */
void seed_derive(const uint8_t *board, size_t board_size, const char *name, uint64_t count,
                 uint8_t seed[SEED_SIZE]);

/* Where the kernel of the guest that has `seed` moves to; tells nothing of the seed. */
uint64_t seed_kaslr(const uint8_t seed[SEED_SIZE]);

#endif
