/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a list register holds, as a word: the entry that shows one virtual interrupt to a guest.
 * A GICv2 has 32 bits for it, a GICv3 64, and the fields lie elsewhere. Pure arithmetic.
 *
 * vid 0..1023; priority 0..31, the upper five bits of eight, 0 the most urgent; group 0 or 1.
 *
 * Source: Arm IHI 0048B 5.3.8 (GICH_LRn), IHI 0069G 12.4.6 (ICH_LR<n>_EL2).
 */
#pragma once

#include "hw/gicv3.h"
#include "kernel/lib/types.h"

enum gic_list_state {
    GIC_LIST_INACTIVE,
    GIC_LIST_PENDING,
    GIC_LIST_ACTIVE,
    GIC_LIST_BOTH, /* active, and pending again */
};

static inline uint64_t list_make(bool v3, uint64_t vid, uint64_t priority, uint64_t group)
{
    if (v3) {
        return ICH_LR_STATE_PENDING | (vid & GICH_LR_VIRTUAL_ID) |
               (priority & 31) << ICH_LR_PRIORITY_SHIFT | (group != 0 ? ICH_LR_GROUP1 : 0);
    }
    return GICH_LR_STATE_PENDING | (vid & GICH_LR_VIRTUAL_ID) |
           (priority & 31) << GICH_LR_PRIORITY_SHIFT | (group != 0 ? GICH_LR_GROUP1 : 0);
}

/* The wish to have the interrupt's end reported. */
static inline uint64_t list_eoi(bool v3)
{
    return v3 ? ICH_LR_EOI : GICH_LR_EOI;
}

/* What ties an entry, without that wish, to physical interrupt `pid`. */
static inline uint64_t list_tie(bool v3, uint64_t pid)
{
    return v3 ? ICH_LR_HW | (pid << ICH_LR_PHYSICAL_ID_SHIFT & ICH_LR_PHYSICAL_ID)
              : GICH_LR_HW | (pid << GICH_LR_PHYSICAL_ID_SHIFT & GICH_LR_PHYSICAL_ID);
}

static inline enum gic_list_state list_state(bool v3, uint64_t list)
{
    return (enum gic_list_state)(v3 ? list >> ICH_LR_STATE_SHIFT : (list & GICH_LR_STATE) >> 28);
}
