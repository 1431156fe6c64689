/* SPDX-License-Identifier: BSD-2-Clause */
/* The derivation tree, and that it agrees with the slots (kernel/invariant/invariant.h). */
#include "kernel/cap/tree.h"
#include "kernel/cap/links.h"
#include "kernel/invariant/invariant.h"
#include "kernel/model/irq.h"

struct extent {
    uint64_t start, end;
};

/* ---- links ---- */

static bool is_linked(const struct slot *slot)
{
    return (slot->links[0] | slot->links[1]) != 0;
}

struct slot *invariant_next_sibling(const struct slot *slot)
{
    return is_last(slot) ? NULL : next_of(slot);
}

struct slot *invariant_next_slot(const struct slot *slot)
{
    struct slot *child = tree_child(slot);
    if (child != NULL) {
        return child;
    }
    while (slot != tree_anchor() && is_last(slot)) {
        slot = next_of(slot);
    }
    return slot == tree_anchor() ? NULL : next_of(slot);
}

/* What the ring has behind a slot: the first behind the last. */
static const struct slot *follower_of(const struct slot *slot)
{
    return is_last(slot) ? tree_child(next_of(slot)) : next_of(slot);
}

/* Whether the children know whose they are. */
static bool children_agree(const struct slot *slot)
{
    const struct slot *child = tree_child(slot);
    return child == NULL || (is_last(previous_of(child)) && next_of(previous_of(child)) == slot);
}

/* Whether those the links lead to lead back. */
static bool links_agree(const struct slot *slot)
{
    const struct slot *before = previous_of(slot);
    return before != NULL && next_of(slot) != NULL && follower_of(before) == slot &&
           previous_of(follower_of(slot)) == slot && children_agree(slot);
}

/* ---- memory ---- */

static bool is_container(enum cap_type type)
{
    return type == CAP_CNODE || type == CAP_THREAD || type == CAP_ZOMBIE;
}

static uint64_t slot_count(struct cap cap)
{
    /* A zombie's radix is 0 if it was a thread. */
    unsigned radix = cap_type(cap) == CAP_THREAD ? 0 : cap_size_bits(cap);
    return radix == 0 ? THREAD_SLOT_COUNT : BIT(radix);
}

static unsigned memory_bits(struct cap cap)
{
    switch (cap_type(cap)) {
    case CAP_UNTYPED:
    case CAP_SCHED_CONTEXT:
        return cap_size_bits(cap);
    case CAP_ENDPOINT:
        return seL4_EndpointBits;
    case CAP_NOTIFICATION:
        return seL4_NotificationBits;
    case CAP_REPLY:
        return seL4_ReplyBits;
    case CAP_CNODE:
        return cap_size_bits(cap) + seL4_SlotBits;
    case CAP_ZOMBIE:
        return cap_size_bits(cap) == 0 ? seL4_TCBBits : cap_size_bits(cap) + seL4_SlotBits;
    case CAP_THREAD:
        return seL4_TCBBits;
    case CAP_FRAME:
        return stage2_level_bits(cap_frame_size(cap));
    case CAP_VSPACE:
        return seL4_VSpaceBits;
    case CAP_PAGE_TABLE:
    case CAP_ASID_POOL:
    case CAP_VCPU:
        return seL4_PageBits;
    default:
        return 0;
    }
}

/* Empty for a right that no memory stands behind. */
static struct extent memory_of(struct cap cap)
{
    unsigned bits = memory_bits(cap);
    uint64_t start = cap_address(cap).raw;
    return (struct extent){start, bits == 0 ? start : start + BIT(bits)};
}

static bool same_object(struct cap a, struct cap b)
{
    return cap_type(a) == cap_type(b) && cap_type(a) != CAP_UNTYPED &&
           cap_address(a).raw == cap_address(b).raw &&
           (cap_type(a) != CAP_IRQ_HANDLER || a.data == b.data);
}

/* ---- parent and child ---- */

static void check_place(struct cap untyped, struct cap child)
{
    struct extent outer = memory_of(untyped);
    struct extent inner = memory_of(child);
    HOLDS(inner.start < inner.end, "what was made from untyped memory has memory");
    HOLDS(inner.start >= outer.start && inner.end <= outer.end,
          "an object lies in the untyped memory it was made from");
    HOLDS(inner.end <= outer.start + cap_untyped_free(untyped),
          "an object lies below the watermark");
}

static void check_copy(struct cap cap, struct cap copy)
{
    HOLDS((cap_rights(copy) & ~cap_rights(cap)) == 0, "a copy has no rights its source lacks");
    if (cap_type(cap) == CAP_ENDPOINT || cap_type(cap) == CAP_NOTIFICATION) {
        HOLDS(cap_badge(cap) == 0 || cap_badge(cap) == cap_badge(copy), "a badge never changes");
    }
}

static void check_child(const struct slot *parent, const struct slot *child)
{
    enum cap_type type = cap_type(parent->cap);
    HOLDS(!cap_is_null(child->cap), "a slot in the tree is not empty");
    HOLDS(links_agree(child), "links of the tree lead both ways");
    if (parent == tree_anchor()) {
        return;
    }
    HOLDS(cap_is_original(parent->cap), "only an original capability has children");
    if (type == CAP_UNTYPED) {
        check_place(parent->cap, child->cap);
    } else if (type == CAP_IRQ_CONTROL) {
        HOLDS(cap_type(child->cap) == CAP_IRQ_HANDLER, "of IRQControl come interrupt handlers");
    } else {
        HOLDS(same_object(parent->cap, child->cap), "a capability was derived from its like");
        check_copy(parent->cap, child->cap);
    }
}

/* Objects are handed out upwards, and each new one becomes the first child. */
static void check_neighbours(const struct slot *parent, struct cap cap, struct cap next)
{
    struct extent upper = memory_of(cap);
    struct extent lower = memory_of(next);
    if (cap_type(parent->cap) == CAP_UNTYPED) {
        HOLDS(same_object(cap, next) || lower.end <= upper.start,
              "objects do not overlap, and their capabilities stand side by side");
    }
}

static void check_children(const struct slot *parent)
{
    const struct slot *before = NULL;
    for (const struct slot *child = tree_child(parent); child != NULL;
         child = invariant_next_sibling(child)) {
        check_child(parent, child);
        if (before != NULL) {
            check_neighbours(parent, before->cap, child->cap);
        }
        before = child;
    }
}

/* ---- slots ---- */

static uint64_t count_slots(const struct slot *slots, uint64_t count)
{
    uint64_t used = 0;
    for (uint64_t i = 0; i < count; i++) {
        bool empty = cap_is_null(slots[i].cap);
        HOLDS(empty == !is_linked(&slots[i]), "a slot is in the tree unless it is empty");
        HOLDS(empty || links_agree(&slots[i]), "links of the tree lead both ways");
        used += empty ? 0 : 1;
    }
    return used;
}

static void check_irq_slot(const struct slot *slot, uint32_t line)
{
    HOLDS(cap_type(slot->cap) == CAP_NOTIFICATION, "an interrupt signals a notification");
    HOLDS(irq_is_taken(line), "an interrupt that signals is issued");
}

static uint64_t count_irq_slots(void)
{
    const struct slot *slots = irq_slot(0);
    for (uint32_t line = 0; line < IRQ_LINE_COUNT; line++) {
        if (!cap_is_null(slots[line].cap)) {
            check_irq_slot(&slots[line], line);
        }
    }
    return count_slots(slots, IRQ_LINE_COUNT);
}

void invariant_check_tree(struct census *census)
{
    struct slot *anchor = tree_anchor();
    struct cap before = cap_null();
    HOLDS(cap_is_null(anchor->cap) && children_agree(anchor), "the anchor is the root of the tree");
    check_children(anchor);
    for (struct slot *slot = anchor; (slot = invariant_next_slot(slot)) != NULL;) {
        census->slots_in_tree++;
        check_children(slot);
        if (!same_object(before, slot->cap)) {
            if (is_container(cap_type(slot->cap))) {
                census->slots_in_containers += count_slots(cap_object(slot->cap),
                                                           slot_count(slot->cap));
            }
            invariant_check_object(slot->cap, census);
        }
        before = slot->cap;
    }
    census->slots_in_containers += count_irq_slots();
}
