/* SPDX-License-Identifier: BSD-2-Clause */
/* Watermark arithmetic and clearing of kernel/cap/untyped.h. */
#include "arch/interrupt.h"
#include "arch/zero.h"
#include "kernel/cap/untyped.h"

#define CLEAR_PIECE_BITS 14 /* bytes between two looks for an interrupt */

uint64_t untyped_available(struct cap untyped, bool childless)
{
    uint64_t free = childless ? 0 : cap_untyped_free(untyped);
    return BIT(cap_size_bits(untyped)) - free;
}

bool untyped_place(struct cap untyped, bool childless, unsigned object_bits, uint64_t count,
                   struct untyped_place *place)
{
    uint64_t available = untyped_available(untyped, childless);
    if (object_bits >= 64 || available >> object_bits < count) {
        return false;
    }
    place->start = align_up(BIT(cap_size_bits(untyped)) - available, object_bits);
    place->end = place->start + (count << object_bits);
    return true;
}

struct cap untyped_exhaust(struct cap untyped)
{
    return cap_untyped_set(untyped, BIT(cap_size_bits(untyped)), 0);
}

bool untyped_clear(struct slot *slot, struct untyped_place place)
{
    uint8_t *base = cap_object(slot->cap);
    uint64_t at = max_u64(place.start, cap_untyped_clean(slot->cap));
    while (at < place.end) {
        uint64_t end = min_u64(align_down(at, CLEAR_PIECE_BITS) + BIT(CLEAR_PIECE_BITS), place.end);
        uint64_t whole = align_down(end, UNTYPED_CLEAN_UNIT_BITS);
        end = whole > at ? whole : end;
        zero_and_clean(base + at, end - at);
        at = end;
        /* Also behind the last piece, if that can be remembered: making objects takes as long. */
        if (at == whole && interrupt_pending()) {
            /* The gap in front of the place was not cleared. It is lost either way: giving it up
             * now makes all of [free, clean) zero. */
            uint64_t free = max_u64(cap_untyped_free(slot->cap), place.start);
            slot->cap = cap_untyped_set(slot->cap, free, at);
            return false;
        }
    }
    return true;
}
