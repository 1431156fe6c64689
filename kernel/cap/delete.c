/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Deletion (kernel/cap/delete.h).
 *
 * CNodes and threads hold capabilities, which may be the last ones of further CNodes and threads,
 * and so on. No recursion: when the last capability of a container is deleted, its slot turns into
 * a zombie that says which container is being emptied and how many slots are left. On meeting
 * another container's last capability inside, or a zombie that an interrupted deletion left, the
 * two change places: the inner container is emptied first, and keeps the outer's zombie in its last
 * slot, whose former content moves to where the inner one was met:
 *
 *   before    S: zombie(A, k)      A[k-1]: zombie(B, n)   B[last]: x
 *   after     S: zombie(B, last)   A[k-1]: x              B[last]: zombie(A, k)
 *
 * Each capability takes its place in the derivation tree along. So a container's memory has a
 * child in its untyped memory until it is empty, and every zombie, wherever it stands, is all that
 * is needed to go on: whoever finds it may.
 *
 *   zombie   meta: radix [50:45] (0: a thread); data: slots left
 */
#include "arch/interrupt.h"
#include "kernel/cap/delete.h"
#include "kernel/cap/derive.h"
#include "kernel/cap/tree.h"
#include "kernel/model/finalise.h"
#include "kernel/model/thread.h"

#define EMPTY_SLOTS_A_STEP 64

static bool is_container(struct cap cap)
{
    return cap_type(cap) == CAP_CNODE || cap_type(cap) == CAP_THREAD;
}

static struct slot *zombie_slots(struct cap zombie)
{
    return cap_object(zombie);
}

static uint64_t zombie_slot_count(struct cap zombie)
{
    return cap_size_bits(zombie) == 0 ? THREAD_SLOT_COUNT : BIT(cap_size_bits(zombie));
}

static struct cap zombie_make(struct cap container)
{
    struct cap zombie = cap_make(CAP_ZOMBIE, cap_address(container), 0, 0);
    unsigned radix = cap_type(container) == CAP_CNODE ? cap_size_bits(container) : 0;
    zombie.meta |= bits_put(radix, CAP_SIZE, 6);
    zombie.data = zombie_slot_count(zombie);
    return zombie;
}

static void slot_empty(struct slot *slot)
{
    tree_remove(slot);
    slot->cap = cap_null();
}

/* Deletes at once, or starts a zombie in the slot. False: interrupted before either. The capability
 * stays until its object has nobody left, and has no rights from here on: then nobody can join
 * those who are being sent away. */
static bool delete_begin(struct slot *slot)
{
    bool last = tree_is_last_cap(slot);
    if (!object_finalise(slot->cap, last)) {
        slot->cap = cap_mask_rights(slot->cap, 0);
        return false;
    }
    if (last && is_container(slot->cap)) {
        slot->cap = zombie_make(slot->cap);
    } else {
        slot_empty(slot);
    }
    return true;
}

/* Whether the slot lies in the container the zombie empties. */
static bool is_inside(const struct slot *slot, struct cap zombie)
{
    const struct slot *slots = zombie_slots(zombie);
    return slot >= slots && slot < slots + zombie_slot_count(zombie);
}

/* The zombie in `victim`, which stands in the container of the zombie in `root`, goes first. */
static void change_places(struct slot *root, struct slot *victim)
{
    struct cap outer = root->cap;
    struct cap inner = victim->cap;
    struct slot *last = zombie_slots(inner) + zombie_slot_count(inner) - 1;
    struct slot *keeper = last == root ? last - 1 : last;

    outer.data = (uint64_t)(victim - zombie_slots(outer)) + 1;
    if (is_inside(root, outer)) {
        /* The root was passed over while it stood for the container; now it holds the inner one. */
        outer.data = max_u64(outer.data, (uint64_t)(root - zombie_slots(outer)) + 1);
    }
    inner.data = min_u64(inner.data, (uint64_t)(keeper - zombie_slots(inner)));
    if (cap_is_null(keeper->cap)) {
        tree_move(root, keeper);
        tree_move(victim, root);
        victim->cap = cap_null();
    } else {
        tree_swap(victim, keeper);
        tree_swap(keeper, root);
        victim->cap = keeper->cap;
    }
    keeper->cap = outer;
    root->cap = inner;
}

/* A slot of the container that still holds something: one of the two that may keep a zombie. */
static struct slot *kept_slot(const struct slot *root, bool *both)
{
    struct slot *last = zombie_slots(root->cap) + zombie_slot_count(root->cap) - 1;
    bool has_last = last != root && !cap_is_null(last->cap);
    bool has_second = last - 1 != root && !cap_is_null(last[-1].cap);
    *both = has_last && has_second;
    return has_last ? last : has_second ? last - 1 : NULL;
}

/* No slots are left, but for what is kept: go on with that, or be done. False: only places were
 * changed. */
static bool zombie_finish(struct slot *root)
{
    bool both;
    struct slot *kept = kept_slot(root, &both);
    if (kept == NULL) {
        slot_empty(root);
    } else if (cap_type(kept->cap) != CAP_ZOMBIE) {
        root->cap.data = (uint64_t)(kept - zombie_slots(root->cap)) + 1;
    } else if (both || is_inside(root, root->cap)) {
        /* The container must outlive what it keeps, or the root itself, which stands in it. */
        change_places(root, kept);
        return false;
    } else {
        slot_empty(root);
        cap_move(kept, root, kept->cap);
    }
    return true;
}

/* A bounded piece of work on the zombie in `root`. False: two zombies changed places, no more; who
 * stops there, and starts again from the other, would change them back. */
static bool zombie_step(struct slot *root)
{
    struct slot *slots = zombie_slots(root->cap);
    for (unsigned i = 0; i < EMPTY_SLOTS_A_STEP && root->cap.data > 0; i++) {
        struct slot *victim = slots + root->cap.data - 1;
        if (victim != root && !cap_is_null(victim->cap)) {
            bool is_new = cap_type(victim->cap) != CAP_ZOMBIE;
            if (is_new && !delete_begin(victim)) {
                return true;
            }
            if (cap_type(victim->cap) == CAP_ZOMBIE) {
                change_places(root, victim);
            } else {
                root->cap.data--;
            }
            return is_new;
        }
        root->cap.data--;
    }
    return root->cap.data != 0 || zombie_finish(root);
}

bool cap_delete(struct slot *slot)
{
    if (!cap_is_null(slot->cap) && cap_type(slot->cap) != CAP_ZOMBIE && !delete_begin(slot)) {
        return false;
    }
    while (!cap_is_null(slot->cap)) {
        bool advanced = zombie_step(slot);
        if (advanced && !cap_is_null(slot->cap) && interrupt_pending()) {
            return false;
        }
    }
    return true;
}

bool cap_revoke(struct slot *slot)
{
    struct slot *child;
    while ((child = tree_child(slot)) != NULL) {
        if (!cap_delete(child) || interrupt_pending()) {
            return tree_child(slot) == NULL;
        }
    }
    return true;
}
