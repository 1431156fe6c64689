/* SPDX-License-Identifier: BSD-2-Clause */
/* Copies of capabilities: which may be made, with what rights and data, and where they belong. */
#pragma once

#include "abi/sel4/errors.h"
#include "kernel/cap/cap.h"

/* What a copy of the capability in `slot` would be (seL4 manual 3.1.4). Changes nothing.
 * seL4_IllegalOperation: this kind cannot be copied, or not like this; seL4_RevokeFirst: untyped
 * memory with children. */
MUST_USE seL4_Error cap_derive(const struct slot *slot, struct cap cap, struct cap *copy);

/*
 * `cap` with user data applied: a badge (only where there is none yet) or a CNode's guard; kinds
 * that have neither stay as they are. Null if the data does not fit. Mutate and Rotate move a
 * capability and set `move`: then a badge can never be changed.
 */
struct cap cap_apply_data(struct cap cap, uint64_t data, bool move);

/* Puts `cap`, derived from the one in `source`, into the empty slot `to`. */
void cap_insert(struct slot *source, struct slot *to, struct cap cap);

/* Puts the new object's or new right's `cap` into the empty slot `to`, as `parent`'s child. */
void cap_insert_child(struct slot *parent, struct slot *to, struct cap cap);

/* The same for `count` neighbouring slots, whose objects are `size` bytes apart. */
void cap_insert_children(struct slot *parent, struct slot *to, uint64_t count, struct cap cap,
                         uint64_t size);

/* Moves what is in `from` to the empty slot `to`, as `cap`. */
void cap_move(struct slot *from, struct slot *to, struct cap cap);

/* Exchanges two slots: `a` gets `cap_a`, which was derived from what `b` holds, and vice versa. */
void cap_swap(struct slot *a, struct cap cap_a, struct slot *b, struct cap cap_b);
