/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Deletion (kernel/cap/delete.h).
 *
 * CNodes and threads hold capabilities, which may be the last ones of further CNodes and threads,
 * and so on. No recursion: when the last capability of a container is deleted, its slot turns into
 * a zombie that says which container is being emptied and how many slots are left. On meeting the
 * last capability of another container inside, the zombie changes over to that one, and leaves the
 * way back in a slot of the inner container, whose former content moves to where the inner
 * container's capability was:
 *
 *   before    S: zombie(A, k+1)    A[k]: B        B[last]: x
 *   after     S: zombie(B, last)   A[k]: x        B[last]: way back (A, k+1)
 *
 * So all that is known about the work is in S and in containers that nobody else can reach.
 *
 *   zombie   meta: radix [49:44] (0: a thread), LINKED, LINK_SECOND; data: slots left
 */
#include "arch/interrupt.h"
#include "kernel/cap/cap.h"
#include "kernel/cap/delete.h"
#include "kernel/cap/tree.h"
#include "kernel/lib/check.h"
#include "kernel/model/finalise.h"
#include "kernel/model/thread.h"

#define ZOMBIE_LINKED      BIT(56) /* there is a way back */
#define ZOMBIE_LINK_SECOND BIT(57) /* it is in the last slot but one: the last is S itself */
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

static struct slot *zombie_link(struct cap zombie)
{
    uint64_t behind = (zombie.meta & ZOMBIE_LINK_SECOND) != 0 ? 2 : 1;
    return zombie_slots(zombie) + zombie_slot_count(zombie) - behind;
}

static struct cap zombie_make(struct cap container)
{
    struct cap zombie = cap_make(CAP_ZOMBIE, cap_address(container), 0, 0);
    unsigned radix = cap_type(container) == CAP_CNODE ? cap_cnode_radix(container) : 0;
    zombie.meta |= bits_put(radix, 44, 6);
    zombie.data = zombie_slot_count(zombie);
    return zombie;
}

static void slot_empty(struct slot *slot)
{
    tree_remove(slot);
    slot->cap = cap_null();
}

/* Deletes at once, or starts a zombie in the slot. */
static void delete_begin(struct slot *slot)
{
    bool last = tree_is_last_cap(slot);
    object_finalise(slot->cap, last);
    if (last && is_container(slot->cap)) {
        slot->cap = zombie_make(slot->cap);
    } else {
        slot_empty(slot);
    }
}

/* `victim`, in the container of the zombie in `root`, holds the last capability of another. */
static void descend(struct slot *root, struct slot *victim)
{
    struct cap inner = zombie_make(victim->cap);
    object_finalise(victim->cap, true);
    slot_empty(victim);

    inner.meta |= ZOMBIE_LINKED;
    if (zombie_link(inner) == root) {
        inner.meta |= ZOMBIE_LINK_SECOND;
    }
    struct slot *link = zombie_link(inner);
    inner.data = (uint64_t)(link - zombie_slots(inner));
    if (!cap_is_null(link->cap)) {
        tree_move(link, victim);
        victim->cap = link->cap;
    }
    link->cap = root->cap;
    root->cap = inner;
}

/* The container is empty: go back to the one outside, or be done. */
static void ascend(struct slot *root)
{
    if ((root->cap.meta & ZOMBIE_LINKED) == 0) {
        slot_empty(root);
        return;
    }
    struct slot *link = zombie_link(root->cap);
    root->cap = link->cap;
    link->cap = cap_null();
}

/* The zombie whose container is to be worked on: the slot's own, or one inside that an
 * interrupted deletion from elsewhere left behind. */
static struct slot *innermost_zombie(struct slot *root)
{
    for (;;) {
        if (root->cap.data == 0) {
            return root;
        }
        struct slot *top = zombie_slots(root->cap) + root->cap.data - 1;
        if (top == root || cap_type(top->cap) != CAP_ZOMBIE) {
            return root;
        }
        root = top;
    }
}

/* A bounded piece of work on the zombie in `slot`. */
static void zombie_step(struct slot *slot)
{
    struct slot *root = innermost_zombie(slot);
    struct slot *slots = zombie_slots(root->cap);
    for (unsigned i = 0; i < EMPTY_SLOTS_A_STEP && root->cap.data > 0; i++) {
        struct slot *victim = slots + root->cap.data - 1;
        if (victim == root || cap_is_null(victim->cap)) {
            root->cap.data--;
        } else if (cap_type(victim->cap) == CAP_ZOMBIE) {
            return;
        } else if (is_container(victim->cap) && tree_is_last_cap(victim)) {
            descend(root, victim);
            return;
        } else {
            object_finalise(victim->cap, tree_is_last_cap(victim));
            slot_empty(victim);
            root->cap.data--;
            return;
        }
    }
    if (root->cap.data == 0) {
        ascend(root);
    }
}

bool cap_delete(struct slot *slot)
{
    if (!cap_is_null(slot->cap) && cap_type(slot->cap) != CAP_ZOMBIE) {
        delete_begin(slot);
    }
    while (!cap_is_null(slot->cap)) {
        zombie_step(slot);
        if (!cap_is_null(slot->cap) && interrupt_pending()) {
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
