/* SPDX-License-Identifier: BSD-2-Clause */
/* Capability lookup of kernel/cap/lookup.h: one loop, at most 64 rounds. */
#include "abi/sel4/errors.h"
#include "kernel/cap/lookup.h"

bool lookup_resolve(struct cap root, uint64_t pointer, unsigned depth, struct lookup *found,
                    struct lookup_failure *failure)
{
    unsigned bits_left = depth;
    if (UNLIKELY(cap_type(root) != CAP_CNODE)) {
        *failure = (struct lookup_failure){.type = seL4_InvalidRoot};
        return false;
    }
    for (;;) {
        unsigned radix = cap_size_bits(root);
        unsigned guard_bits = cap_cnode_guard_bits(root);
        unsigned level_bits = radix + guard_bits;
        if (UNLIKELY(guard_bits > bits_left || bits_get(pointer, (bits_left - guard_bits) & 63,
                                                        guard_bits) != cap_cnode_guard(root))) {
            *failure = (struct lookup_failure){.type = seL4_GuardMismatch,
                                               .bits_left = bits_left,
                                               .found = cap_cnode_guard(root),
                                               .guard_size = guard_bits};
            return false;
        }
        if (UNLIKELY(level_bits > bits_left)) {
            *failure = (struct lookup_failure){
                .type = seL4_DepthMismatch, .bits_left = bits_left, .found = level_bits};
            return false;
        }
        bits_left -= level_bits;
        found->slot = (struct slot *)cap_object(root) + bits_get(pointer, bits_left, radix);
        root = found->slot->cap;
        if (bits_left == 0 || cap_type(root) != CAP_CNODE) {
            found->bits_left = bits_left;
            return true;
        }
    }
}

bool lookup_pointer(struct thread *thread, uint64_t pointer, struct slot **slot,
                    struct lookup_failure *failure)
{
    struct lookup found;
    if (LIKELY(lookup_quick(thread, pointer, slot))) {
        return true;
    }
    if (!lookup_resolve(thread->slots[THREAD_SLOT_CSPACE].cap, pointer, 64, &found, failure)) {
        return false;
    }
    *slot = found.slot;
    return true;
}
