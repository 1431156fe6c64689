/* SPDX-License-Identifier: BSD-2-Clause */
/* The derivation tree of kernel/cap/tree.h. Stands on slots alone; knows no object. */
#include "kernel/cap/tree.h"

/*
 * A slot's links: three slot numbers and two flags in two words.
 *
 *   links[0]   child [24:0] at [63:39] | next [38:0]
 *   links[1]   root [54] | last [53] | child [38:25] at [52:39] | previous [38:0]
 *
 *   last   the slot is the last child: `next` is the parent
 *   root   besides, there is no parent: `next` is the first of its siblings
 */
#define LINK_BITS      39
#define CHILD_LOW_BITS 25
#define LINK_LAST      BIT(53)
#define LINK_ROOT      BIT(54)
#define SLOT_SHIFT     5

static uint64_t link_to(const struct slot *slot)
{
    return slot == NULL ? 0 : virt_to_phys(slot).raw >> SLOT_SHIFT;
}

static struct slot *link_from(uint64_t link)
{
    return link == 0 ? NULL : phys_to_virt(paddr(link << SLOT_SHIFT));
}

static struct slot *next_of(const struct slot *slot)
{
    return link_from(bits_get(slot->links[0], 0, LINK_BITS));
}

static struct slot *previous_of(const struct slot *slot)
{
    return link_from(bits_get(slot->links[1], 0, LINK_BITS));
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

static bool is_last(const struct slot *slot)
{
    return (slot->links[1] & LINK_LAST) != 0;
}

static bool is_first(const struct slot *slot)
{
    return is_last(previous_of(slot));
}

/* The parent, seen from the last sibling. */
static struct slot *parent_of_last(const struct slot *last)
{
    return (last->links[1] & LINK_ROOT) != 0 ? NULL : next_of(last);
}

static struct slot *first_of_last(const struct slot *last)
{
    return (last->links[1] & LINK_ROOT) != 0 ? next_of(last) : tree_child(parent_of_last(last));
}

/* a, then b, in the middle of their siblings. */
static void join(struct slot *a, struct slot *b)
{
    set_next(a, b);
    a->links[1] &= ~(LINK_LAST | LINK_ROOT);
    set_previous(b, a);
}

/* a is the last and b the first of `parent`'s children. */
static void close_ring(struct slot *a, struct slot *b, struct slot *parent)
{
    set_next(a, parent == NULL ? b : parent);
    a->links[1] &= ~(LINK_LAST | LINK_ROOT);
    a->links[1] |= parent == NULL ? LINK_LAST | LINK_ROOT : LINK_LAST;
    set_previous(b, a);
    if (parent != NULL) {
        set_child(parent, b);
    }
}

static struct slot anchor;

struct slot *tree_anchor(void)
{
    return physmap_of_image(&anchor);
}

void tree_add_root(struct slot *slot)
{
    close_ring(slot, slot, NULL);
}

void tree_add_child(struct slot *parent, struct slot *slot)
{
    struct slot *first = tree_child(parent);
    if (first == NULL) {
        close_ring(slot, slot, parent);
    } else {
        struct slot *last = previous_of(first);
        join(slot, first);
        close_ring(last, slot, parent);
    }
}

void tree_add_sibling(struct slot *sibling, struct slot *slot)
{
    /* In front, because both ends of the list can be found from there. */
    struct slot *before = previous_of(sibling);
    bool first = is_last(before);
    struct slot *parent = first ? parent_of_last(before) : NULL;
    join(slot, sibling);
    if (!first) {
        join(before, slot);
    } else {
        close_ring(before == sibling ? sibling : before, slot, parent);
    }
}

void tree_remove(struct slot *slot)
{
    bool first = is_first(slot);
    bool last = is_last(slot);
    struct slot *end = last ? slot : first ? previous_of(slot) : NULL;
    struct slot *parent = end == NULL ? NULL : parent_of_last(end);
    struct slot *before = previous_of(slot);
    struct slot *after = last ? first_of_last(slot) : next_of(slot);
    struct slot *run_first = tree_child(slot);
    struct slot *run_last = run_first == NULL ? NULL : previous_of(run_first);

    if (first && last) {
        if (run_first != NULL) {
            close_ring(run_last, run_first, parent);
        } else if (parent != NULL) {
            set_child(parent, NULL);
        }
    } else {
        /* The children, if any, stand where the slot stood. */
        struct slot *head = run_first == NULL ? after : run_first;
        struct slot *tail = run_last == NULL ? before : run_last;
        if (!last && run_last != NULL) {
            join(run_last, after);
        }
        if (!first && run_first != NULL) {
            join(before, run_first);
        }
        if (first) {
            close_ring(before, head, parent);
        } else if (last) {
            close_ring(tail, after, parent);
        } else if (run_first == NULL) {
            join(before, after);
        }
    }
    slot->links[0] = 0;
    slot->links[1] = 0;
}

/* ---- looking at all of it ---- */

struct slot *tree_sibling(const struct slot *slot)
{
    return is_last(slot) ? NULL : next_of(slot);
}

struct slot *tree_next(const struct slot *slot)
{
    struct slot *child = tree_child(slot);
    if (child != NULL) {
        return child;
    }
    while (slot != NULL && is_last(slot)) {
        slot = parent_of_last(slot);
    }
    return slot == NULL ? NULL : next_of(slot);
}

bool tree_is_linked(const struct slot *slot)
{
    return (slot->links[0] | slot->links[1]) != 0;
}

bool tree_links_agree(const struct slot *slot)
{
    const struct slot *before = previous_of(slot);
    const struct slot *child = tree_child(slot);
    if (before == NULL || next_of(slot) == NULL) {
        return false;
    }
    const struct slot *after = is_last(slot) ? first_of_last(slot) : next_of(slot);
    return previous_of(after) == slot &&
           (is_last(before) ? first_of_last(before) : next_of(before)) == slot &&
           (child == NULL || (is_first(child) && parent_of_last(previous_of(child)) == slot));
}

/* ---- moving: every node that mentions a slot is made to mention another ---- */

#define MENTION_MAX 10

struct mentions {
    struct slot *nodes[MENTION_MAX];
    unsigned count;
};

static void mentions_add(struct mentions *mentions, struct slot *node)
{
    if (node == NULL) {
        return;
    }
    for (unsigned i = 0; i < mentions->count; i++) {
        if (mentions->nodes[i] == node) {
            return;
        }
    }
    CHECK(mentions->count < MENTION_MAX);
    mentions->nodes[mentions->count++] = node;
}

/* All nodes with a link to `slot`: its neighbours, its parent and its last child. */
static void mentions_of(struct mentions *mentions, const struct slot *slot)
{
    struct slot *child = tree_child(slot);
    mentions_add(mentions, previous_of(slot));
    if (is_first(slot)) {
        mentions_add(mentions, parent_of_last(previous_of(slot)));
    }
    mentions_add(mentions, is_last(slot) ? first_of_last(slot) : next_of(slot));
    if (child != NULL) {
        mentions_add(mentions, previous_of(child));
    }
}

static struct slot *exchanged(struct slot *node, struct slot *a, struct slot *b)
{
    return node == a ? b : node == b ? a : node;
}

static void exchange_mentions(struct mentions *mentions, struct slot *a, struct slot *b)
{
    for (unsigned i = 0; i < mentions->count; i++) {
        struct slot *node = mentions->nodes[i];
        set_next(node, exchanged(next_of(node), a, b));
        set_previous(node, exchanged(previous_of(node), a, b));
        set_child(node, exchanged(tree_child(node), a, b));
    }
}

static void exchange_links(struct slot *a, struct slot *b)
{
    for (unsigned i = 0; i < 2; i++) {
        uint64_t links = a->links[i];
        a->links[i] = b->links[i];
        b->links[i] = links;
    }
}

void tree_move(struct slot *from, struct slot *to)
{
    struct mentions mentions = {.count = 0};
    mentions_of(&mentions, from);
    exchange_mentions(&mentions, from, to);
    exchange_links(from, to);
}

void tree_swap(struct slot *a, struct slot *b)
{
    struct mentions mentions = {.count = 0};
    mentions_of(&mentions, a);
    mentions_of(&mentions, b);
    exchange_mentions(&mentions, a, b);
    exchange_links(a, b);
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
