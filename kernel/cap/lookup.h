/* SPDX-License-Identifier: BSD-2-Clause */
/* Finding the slot a capability pointer names (seL4 manual 3.3). Pure: reads CNodes only. */
#pragma once

#include "kernel/cap/cap.h"
#include "kernel/model/thread.h"

struct lookup {
    struct slot *slot;
    unsigned bits_left; /* of the pointer, unresolved because the slot holds no CNode */
};

/* Resolves the top `depth` bits (1 to 64) of `pointer` from the CNode capability `root`. */
MUST_USE bool lookup_resolve(struct cap root, uint64_t pointer, unsigned depth,
                             struct lookup *found, struct lookup_failure *failure);

/* The slot a thread names by `pointer`, if its CSpace is one CNode that takes all 64 bits. False:
 * ask lookup_pointer(). */
MUST_USE static inline bool lookup_quick(const struct thread *thread, uint64_t pointer,
                                         struct slot **slot)
{
    struct cap root = thread->slots[THREAD_SLOT_CSPACE].cap;
    unsigned radix = cap_size_bits(root);
    /* CAP_WHOLE is a CNode's alone among what that slot may hold. */
    if (UNLIKELY((root.meta & CAP_WHOLE) == 0 || pointer >> radix != cap_cnode_guard(root))) {
        return false;
    }
    *slot = (struct slot *)cap_object(root) + (pointer - (cap_cnode_guard(root) << radix));
    return true;
}

/* The capability a thread names by `pointer`: all 64 bits, leftover bits allowed. */
MUST_USE bool lookup_pointer(struct thread *thread, uint64_t pointer, struct slot **slot,
                             struct lookup_failure *failure);
