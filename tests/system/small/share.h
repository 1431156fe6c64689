/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How much of a core's time a program has: it goes round a loop of known length, and counts. Sides:
 * the guests that measure, and meter.c, a native program that counts in memory which they read.
 */
#ifndef TESTS_SYSTEM_SMALL_SHARE_H
#define TESTS_SYSTEM_SMALL_SHARE_H

#include <stdint.h>

#define SHARE_TURNS 5000 /* of two instructions each: a round */

/* Milliseconds of the board's time, whole periods: in the first window all spin, in the second one
 * of them exits instead. */
#define FIRST_FROM  500
#define FIRST_TO    1500
#define SECOND_FROM 1600
#define SECOND_TO   1900

static inline void share_round(void)
{
    uint64_t turns = SHARE_TURNS;

    __asm__ volatile("1: subs %0, %0, #1; b.ne 1b" : "+r"(turns) : : "cc");
}

#endif
