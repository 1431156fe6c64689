/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest that lives many times: each life compares its machine with what the first one found, then
 * leaves it as dirty as it can. What it knows of the lives before stands in shared memory, which
 * outlives them, and which the worker reads.
 */
#ifndef TESTS_SYSTEM_SMALL_LIFE_H
#define TESTS_SYSTEM_SMALL_LIFE_H

#include "tests/system/small/small.h"

#define STATE_MAX 200u

/* A page that starts as zeros. */
struct diary {
    uint64_t lives;            /* begun */
    uint64_t wanted;           /* lives that somebody at the terminal is to begin; mostly none */
    uint64_t differences;      /* in all lives */
    uint64_t life, place;      /* of the last of them */
    uint64_t found, first;     /* there */
    uint64_t count;            /* of `state` */
    uint64_t state[STATE_MAX]; /* as the first life found it */
};

_Static_assert(sizeof(struct diary) <= PAGE, "in one page");

/* The number of this life, 1 for the first. */
uint64_t life_begin(void);
/* The worker does not end before there were so many. */
void life_want(uint64_t lives);
/* Registers, memory and devices are nothing like before. Interrupts stay masked. */
void life_spoil(uint64_t life);

#endif
