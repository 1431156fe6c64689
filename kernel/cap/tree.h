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
 * therefore always stand side by side, which is how cap_is_last() sees whether one is the last.
 *
 * All functions need the kernel lock. Slots passed in must be in the tree unless said otherwise.
 */
#pragma once

#include "kernel/cap/cap.h"

/* Puts `slot`, whose links are unused, into the tree without a parent. */
void tree_add_root(struct slot *slot);

/* The kernel's own root, which is empty and never goes: all capabilities of the first thread are
 * its children, so that every capability can be found from it. Booting puts it into the tree. */
struct slot *tree_anchor(void);

/* Puts `slot`, whose links are unused, into the tree: first child of `parent`. */
void tree_add_child(struct slot *parent, struct slot *slot);

/* Puts `slot`, whose links are unused, into the tree: right in front of `sibling`. */
void tree_add_sibling(struct slot *sibling, struct slot *slot);

/* Takes `slot` out; its children take its place. Its links are zero afterwards. */
void tree_remove(struct slot *slot);

/* `to`, whose links are unused, takes `from`'s place; `from`'s links are zero afterwards. */
void tree_move(struct slot *from, struct slot *to);

/* Exchanges the places of two slots. */
void tree_swap(struct slot *a, struct slot *b);

/* First child, or NULL. */
struct slot *tree_child(const struct slot *slot);

/* True if no other capability names the same object. Meaningless for untyped, which has no object.
 */
bool tree_is_last_cap(const struct slot *slot);

/* ---- for debug builds, which check the whole tree (kernel/invariant) ---- */

/* The one behind `slot` among its parent's children; NULL if it is the last. */
struct slot *tree_sibling(const struct slot *slot);

/* The next slot of the whole tree: each in front of its children. NULL behind the last. */
struct slot *tree_next(const struct slot *slot);

/* Whether the links are in use, and whether those they lead to lead back. */
bool tree_is_linked(const struct slot *slot);
bool tree_links_agree(const struct slot *slot);
