/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A small guest's end of a channel, by libs/vchan: found in the device tree, with its bell. It sleeps by
 * WFI, so that nothing but a bell (or the timer) wakes it.
 */
#ifndef TESTS_SYSTEM_SMALL_LINE_H
#define TESTS_SYSTEM_SMALL_LINE_H

#include "libs/vchan/vchan.h"
#include "tests/system/small/byte.h"
#include "tests/system/small/small.h"

struct line {
    struct vchan_shape shape;
    struct vchan end;
    uint32_t number;
};

/* The first channels of the tree; their interrupts and the virtual timer's can come from now on. */
void line_find(struct line *lines, unsigned count);
/* The guest's `bootargs`, which are there: after line_find(). */
const char *line_arguments(void);
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

#endif
