/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The derivation tree: who was derived from whom.
 *
 * Exact: a node's children are those derived from it and nothing else. Children of one parent form
 * a ring-like list whose last member points back at the parent, so that every operation here is a
 * fixed number of steps and no node needs a parent pointer:
 *
 *            parent
 *         child |  ^ next (of the last)
 *               v  |
 *               a <-> b <-> c          previous of the first is the last
 *
 * Removing a node gives its children to its parent, in its place. Capabilities to one object
 * therefore always stand side by side, which is how tree_is_last_cap() sees whether one is the
 * last.
 *
 * All functions need the kernel lock. Slots passed in must be in the tree unless said otherwise.
 */
#pragma once

#include "kernel/cap/cap.h"

/* The kernel's own root, which is empty, has no place and never goes: all capabilities of the first
 * thread are its children, so that every capability can be found from it. */
struct slot *tree_anchor(void);

/* Puts `slot`, whose links are unused, into the tree: first child of `parent`. */
void tree_add_child(struct slot *parent, struct slot *slot);

/* Fills `count` neighbouring slots, at least one, with `cap` and its like for objects `size` bytes
 * apart; puts them into the tree as if one after the other: the last is the first child. */
void tree_add_children(struct slot *parent, struct slot *slots, uint64_t count, struct cap cap,
                       uint64_t size);

/* Puts `slot`, whose links are unused, into the tree: right in front of `sibling`. */
void tree_add_sibling(struct slot *sibling, struct slot *slot);

/* Takes `slot` out; its children take its place. Its links are zero afterwards. */
void tree_remove(struct slot *slot);

/* `to`, whose links are unused, takes `from`'s place; `from`'s links are zero afterwards. */
void tree_move(struct slot *from, struct slot *to);

/* Exchanges the places of two slots, which are not the same. */
void tree_swap(struct slot *a, struct slot *b);

/* First child, or NULL. */
struct slot *tree_child(const struct slot *slot);

/* True if no other capability names the same object. Meaningless for untyped, which has no object.
 */
bool tree_is_last_cap(const struct slot *slot);
