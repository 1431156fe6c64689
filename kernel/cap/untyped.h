/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Untyped memory: arithmetic of the watermark, and clearing.
 *
 *   base            free            clean                     base + size
 *    |  handed out   |  known zero    |  whatever was there        |
 *
 * Memory is cleared when it is handed out, not when it comes back: `clean` remembers how far an
 * interrupted Retype got. Pure but for untyped_clear().
 */
#pragma once

#include "kernel/cap/tree.h"

struct untyped_place {
    uint64_t start; /* offset of the first object, aligned to its size */
    uint64_t end;   /* offset behind the last */
};

/* Bytes not handed out; all of them if `childless`, for then the watermark starts again. */
uint64_t untyped_available(struct cap untyped, bool childless);

/* Where `count` objects of 2^object_bits bytes go. False: they do not fit. */
MUST_USE bool untyped_place(struct cap untyped, bool childless, unsigned object_bits,
                            uint64_t count, struct untyped_place *place);

/* The capability with everything handed out. */
struct cap untyped_exhaust(struct cap untyped);

/*
 * Makes [place.start, place.end) zero in memory and for uncached readers, piece by piece; false if
 * an interrupt came in between: progress is in the capability, and the caller restarts.
 */
MUST_USE bool untyped_clear(struct slot *slot, struct untyped_place place);
