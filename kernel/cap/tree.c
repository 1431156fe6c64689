/* SPDX-License-Identifier: BSD-2-Clause */
/* The derivation tree of kernel/cap/tree.h. Stands on slots alone; knows no object. */
#include "kernel/cap/links.h"
#include "kernel/cap/tree.h"

static struct slot anchor;
static struct slot spare; /* for an exchange */

static uint64_t link_to(const struct slot *slot)
{
    return slot == NULL ? 0 : virt_to_phys(slot).raw >> SLOT_SHIFT;
}

struct slot *tree_child(const struct slot *slot)
{
    uint64_t low = slot->links[0] >> LINK_BITS;
    uint64_t high = bits_get(slot->links[1], LINK_BITS, LINK_BITS - CHILD_LOW_BITS);
    return link_from(high << CHILD_LOW_BITS | low);
}

static void set_next(struct slot *slot, const struct slot *next)
{
    slot->links[0] = bits_replace(slot->links[0], link_to(next), 0, LINK_BITS);
}

static void set_previous(struct slot *slot, const struct slot *previous)
{
    slot->links[1] = bits_replace(slot->links[1], link_to(previous), 0, LINK_BITS);
}

static void set_child(struct slot *slot, const struct slot *child)
{
    uint64_t link = link_to(child);
    slot->links[0] = bits_replace(slot->links[0], link, LINK_BITS, CHILD_LOW_BITS);
    slot->links[1] = bits_replace(slot->links[1], link >> CHILD_LOW_BITS, LINK_BITS,
                                  LINK_BITS - CHILD_LOW_BITS);
}

/* Who comes behind it in the ring: the first behind the last. */
static struct slot *follower_of(const struct slot *slot)
{
    return is_last(slot) ? tree_child(next_of(slot)) : next_of(slot);
}

/* a, then b, in the middle of their siblings. */
static void join(struct slot *a, struct slot *b)
{
    set_next(a, b);
    a->links[1] &= ~LINK_LAST;
    set_previous(b, a);
}

/* a is the last and b the first of `parent`'s children. */
static void close_ring(struct slot *a, struct slot *b, struct slot *parent)
{
    set_next(a, parent);
    a->links[1] |= LINK_LAST;
    set_previous(b, a);
    set_child(parent, b);
}

struct slot *tree_anchor(void)
{
    return physmap_of_image(&anchor);
}

void tree_add_child(struct slot *parent, struct slot *slot)
{
    struct slot *first = tree_child(parent);
    struct slot *last = slot;
    if (first != NULL) {
        last = previous_of(first);
        join(slot, first);
    }
    close_ring(last, slot, parent);
}

void tree_add_children(struct slot *parent, struct slot *slots, uint64_t count, struct cap cap,
                       uint64_t size)
{
    uint64_t link = link_to(slots);
    for (uint64_t i = 0; i < count; i++) {
        slots[i].cap = cap;
        slots[i].links[0] = link - 1; /* its neighbours; at both ends others, see below */
        slots[i].links[1] = link + 1;
        cap.meta += size;
        link++;
    }
    tree_add_child(parent, slots);
    struct slot *last = previous_of(slots);
    set_previous(slots, slots + 1);
    close_ring(last, &slots[count - 1], parent);
}

void tree_add_sibling(struct slot *sibling, struct slot *slot)
{
    /* In front, because both ends of the list can be found from there. */
    struct slot *before = previous_of(sibling);
    if (is_last(before)) {
        tree_add_child(next_of(before), slot);
    } else {
        join(before, slot);
        join(slot, sibling);
    }
}

void tree_remove(struct slot *slot)
{
    struct slot *child = tree_child(slot);
    struct slot *before = previous_of(slot);
    struct slot *after = follower_of(slot);
    bool first = is_last(before);
    bool last = is_last(slot);
    /* The children stand where the slot stood; without any, its neighbours meet. */
    struct slot *head = child == NULL ? after : child;
    struct slot *tail = child == NULL ? before : previous_of(child);
    struct slot *parent = next_of(last ? slot : before);

    if (!first) {
        join(before, head);
    }
    if (!last) {
        join(tail, after);
    }
    if (first && last && child == NULL) {
        set_child(parent, NULL);
    } else if (first || last) {
        close_ring(last ? tail : before, first ? head : after, parent);
    }
    slot->links[0] = 0;
    slot->links[1] = 0;
}

/* Whoever mentions the one is made to mention the other. */
void tree_move(struct slot *from, struct slot *to)
{
    struct slot *before = previous_of(from);
    struct slot *child = tree_child(from);
    set_previous(follower_of(from), to);
    if (is_last(before)) {
        set_child(next_of(before), to);
    } else {
        set_next(before, to);
    }
    if (child != NULL) {
        set_next(previous_of(child), to);
    }
    for (unsigned i = 0; i < ARRAY_COUNT(to->links); i++) {
        to->links[i] = from->links[i];
        from->links[i] = 0;
    }
}

void tree_swap(struct slot *a, struct slot *b)
{
    struct slot *aside = physmap_of_image(&spare);
    ASSERT_DEBUG(a != b);
    tree_move(a, aside);
    tree_move(b, a);
    tree_move(aside, b);
}

/* ---- the last capability of an object ---- */

static bool same_object(const struct slot *a, const struct slot *b)
{
    if (a == NULL || a == b || cap_type(a->cap) != cap_type(b->cap)) {
        return false;
    }
    if (cap_type(a->cap) == CAP_IRQ_HANDLER) {
        return a->cap.data == b->cap.data;
    }
    return cap_address(a->cap).raw == cap_address(b->cap).raw;
}

bool tree_is_last_cap(const struct slot *slot)
{
    /* The neighbour behind the last sibling is the parent: a capability was derived from one to
     * the same object, or from untyped memory, which never counts as the same. */
    return !same_object(previous_of(slot), slot) && !same_object(next_of(slot), slot) &&
           !same_object(tree_child(slot), slot);
}
