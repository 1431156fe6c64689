/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sets of addresses as lists of regions: what is RAM, what of it is taken, what is left, and how
 * that divides into powers of two. Pure arithmetic.
 *
 * A list is sorted; its regions are not empty, do not overlap and do not touch. Addresses are
 * below 2^63.
 */
#pragma once

#include "kernel/lib/types.h"

#define REGION_MAX 64

struct region_list {
    unsigned count;
    struct region regions[REGION_MAX];
};

/* An aligned power of two. */
struct region_block {
    uint64_t start;
    unsigned bits;
};

/* The region in multiples of 2^bits, none of it lost or nothing added; may become empty. */
struct region region_round_out(struct region region, unsigned bits);
struct region region_round_in(struct region region, unsigned bits);

bool region_overlaps(struct region a, struct region b);

/* False, and the list unchanged, if the list is full. Empty regions add and remove nothing. */
MUST_USE bool region_list_add(struct region_list *list, struct region region);
MUST_USE bool region_list_remove(struct region_list *list, struct region region);

bool region_list_contains(const struct region_list *list, struct region region);
uint64_t region_list_size(const struct region_list *list);

/* Takes 2^bits aligned bytes, out of the smallest region that has them. False if none has, or if
 * the list has no room for the pieces. */
MUST_USE bool region_list_take(struct region_list *list, unsigned bits, uint64_t *start);

/* Cuts the largest aligned power of two off the front of a region that is not empty. */
struct region_block region_next_block(struct region *region);
