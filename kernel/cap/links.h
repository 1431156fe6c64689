/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a slot's links are packed: three slot numbers and a flag in two words. For cap/tree.c, and
 * for those who check it (kernel/invariant).
 *
 *   links[0]   child [24:0] at [63:39] | next [38:0]
 *   links[1]   last [53] | child [38:25] at [52:39] | previous [38:0]
 *
 *   last   the slot is the last child: `next` is the parent
 */
#pragma once

#include "kernel/cap/cap.h"

#define LINK_BITS      39
#define CHILD_LOW_BITS 25
#define LINK_LAST      BIT(53)
#define SLOT_SHIFT     5

static inline struct slot *link_from(uint64_t link)
{
    return link == 0 ? NULL : phys_to_virt(paddr(link << SLOT_SHIFT));
}

static inline struct slot *next_of(const struct slot *slot)
{
    return link_from(bits_get(slot->links[0], 0, LINK_BITS));
}

static inline struct slot *previous_of(const struct slot *slot)
{
    return link_from(bits_get(slot->links[1], 0, LINK_BITS));
}

static inline bool is_last(const struct slot *slot)
{
    return (slot->links[1] & LINK_LAST) != 0;
}
