/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A small guest's end of a channel, by libs/vchan: found in the device tree, with its bell. It sleeps by
 * WFI, so that nothing but a bell (or the timer) wakes it.
 */
#ifndef TESTS_SYSTEM_SMALL_LINE_H
#define TESTS_SYSTEM_SMALL_LINE_H

#include "libs/vchan/vchan.h"
#include "tests/system/small/small.h"

struct line {
    struct vchan_shape shape;
    struct vchan end;
    uint32_t number;
    const char *arguments; /* the guest's `bootargs` */
};

/* The first channel of the tree; its interrupt and the virtual timer's can come from now on. */
void line_find(struct line *line);
/* Rings the other end, if any call since has asked for it. */
void line_ring(struct line *line);

/* Bells so far. */
uint64_t line_bells(void);
/* Until there are more than those, or the timer's interrupt has come. */
void line_sleep(uint64_t bells);
/* The virtual timer's interrupt comes after that many of the counter's ticks; or not at all. */
void line_set_timer(uint64_t ticks);
void line_clear_timer(void);

/* The guest's own: the timer's interrupt has come. */
void line_timer(void);

/* Byte `at` of the stream that one life sends to another. */
static inline uint8_t line_byte(uint32_t from, uint32_t to, uint64_t at)
{
    uint64_t word = ((uint64_t)from << 32 ^ (uint64_t)to << 12 ^ at / 8) *
                    UINT64_C(0x9e3779b97f4a7c15);

    return (uint8_t)((word ^ word >> 29) >> at % 8 * 8);
}

#endif
