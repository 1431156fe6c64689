/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Long work of the case's thread, struck in the middle by a thread of higher priority that a timer
 * wakes: once for each moment from before the work's beginning to behind its end.
 *
 *   striker (255)  ....tick...............................tick, strikes
 *   case (254)     ........prepare, spin until tick + period - n | work ... | check
 *
 * n grows from run to run. Time is counted in instructions, so that each moment is hit.
 */
#pragma once

#include "tests/kernel/harness/job.h"

enum strike_phase {
    STRIKE_EARLY,  /* the work has not begun */
    STRIKE_INSIDE, /* the work is half done */
    STRIKE_LATE,   /* it is done */
};

struct strike {
    void (*prepare)(void);
    void (*work)(void);
    void (*strike)(enum strike_phase phase);
    void (*check)(void);
    unsigned step;   /* nanoseconds between moments; 0: 300 */
    unsigned limit;  /* instructions a strike may come late; 0: 5000 */
    unsigned period; /* microseconds between ticks, more than the work takes; 0: 200 */
};

/* Runs all of it. Returns how often the work was struck inside. No strike may come later than the
 * kernel may work with interrupts masked. */
unsigned strike_everywhere(const struct strike *strike);

/* How many instructions, at most, a strike of the last strike_everywhere() came late: the longest
 * piece of the work, with the way into the kernel and to the striker. */
unsigned strike_latest(void);
