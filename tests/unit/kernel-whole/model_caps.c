/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Capabilities against a model: random copies, mints, moves, mutations, rotations, deletions,
 * revocations and retypes in nested CNodes, interrupted at random.
 *
 * The model is a set of nodes with parent pointers, and knows nothing of the kernel's links:
 *
 *   - a copy of an original is its child; a copy of another stands beside it, under its parent
 *   - a node that goes leaves its children to its parent
 *   - an object goes with its last node; a CNode's nodes go with it
 *
 * After each step every slot of every CNode is compared. How to run it: model.h.
 */
#include "tests/unit/kernel-whole/model.h"
#include "tests/unit/kernel-whole/world.h"
#include "kernel/cap/cap.h"
#include "kernel/cap/tree.h"
#include "kernel/invariant/invariant.h"

#define SEEDS      6
#define STEPS      1500
#define NODES_MOST 2048
#define UNTYPED    (WORLD_FIRST_FREE)
#define SLOTS_FROM (WORLD_FIRST_FREE + 1) /* of the root CNode, to 255: the test's own */
#define SLOTS_TO   96

struct node {
    bool used;
    const struct slot *slot;
    enum cap_type type;
    uint64_t address, rights, badge; /* badge: a CNode's guard, too */
    unsigned radix, guard_bits;      /* radix: an untyped's size, too */
    uint64_t free;
    bool original;
    int parent; /* -1: what the driver had at first */
};

static struct node nodes[NODES_MOST];

/* ---- the model ---- */

static int node_at(const struct slot *slot)
{
    for (int i = 0; i < NODES_MOST; i++) {
        if (nodes[i].used && nodes[i].slot == slot) {
            return i;
        }
    }
    return -1;
}

static int add(struct node node)
{
    for (int i = 0; i < NODES_MOST; i++) {
        if (!nodes[i].used) {
            nodes[i] = node;
            nodes[i].used = true;
            return i;
        }
    }
    fail_msg("too many nodes");
    return -1;
}

static bool same_object(const struct node *a, const struct node *b)
{
    return a->type == b->type && a->address == b->address;
}

static bool has_child(int parent)
{
    for (int i = 0; i < NODES_MOST; i++) {
        if (nodes[i].used && nodes[i].parent == parent) {
            return true;
        }
    }
    return false;
}

static bool is_last(int node)
{
    for (int i = 0; i < NODES_MOST; i++) {
        if (i != node && nodes[i].used && same_object(&nodes[i], &nodes[node])) {
            return false;
        }
    }
    return true;
}

/* Takes the node out, and what goes with it: a list of CNodes to be emptied, no recursion. */
static void drop(int first)
{
    static int waiting[NODES_MOST];
    int count = 0;
    waiting[count++] = first;
    while (count > 0) {
        int node = waiting[--count];
        struct node gone = nodes[node];
        if (!gone.used) {
            continue;
        }
        bool empties = gone.type == CAP_CNODE && is_last(node);
        nodes[node].used = false;
        for (int i = 0; i < NODES_MOST; i++) {
            if (nodes[i].used && nodes[i].parent == node) {
                nodes[i].parent = gone.parent;
            }
            const struct slot *slots = phys_to_virt(paddr(gone.address));
            if (empties && nodes[i].used && nodes[i].slot >= slots &&
                nodes[i].slot < slots + BIT(gone.radix)) {
                waiting[count++] = i;
            }
        }
    }
}

static void drop_children(int parent)
{
    for (int i = 0; i < NODES_MOST; i++) {
        if (nodes[i].used && nodes[i].parent == parent) {
            drop(i);
            i = -1; /* its children came up, or others went with it */
        }
    }
}

/* ---- comparison ---- */

static void compare_cap(const struct node *node, struct cap cap)
{
    assert_int_equal(cap_type(cap), node->type);
    assert_int_equal(cap_address(cap).raw, node->address);
    assert_int_equal(cap_rights(cap), node->rights);
    assert_int_equal(cap_is_original(cap), node->original);
    switch (node->type) {
    case CAP_ENDPOINT:
    case CAP_NOTIFICATION:
        assert_int_equal(cap_badge(cap), node->badge);
        break;
    case CAP_CNODE:
        assert_int_equal(cap_size_bits(cap), node->radix);
        assert_int_equal(cap_cnode_guard_bits(cap), node->guard_bits);
        assert_int_equal(cap_cnode_guard(cap), node->badge);
        break;
    case CAP_UNTYPED:
        assert_int_equal(cap_size_bits(cap), node->radix);
        assert_int_equal(cap_untyped_free(cap), node->free);
        break;
    default:
        break;
    }
}

/* The kernel's children of a slot are the model's, and no others. */
static unsigned compare_children(const struct slot *parent, int node)
{
    unsigned count = 0;
    for (const struct slot *child = tree_child(parent); child != NULL;
         child = invariant_next_sibling(child)) {
        int other = node_at(child);
        assert_true(other >= 0);
        assert_int_equal(nodes[other].parent, node);
        count++;
    }
    return count;
}

static void compare(void)
{
    unsigned used = 0, found = 0;
    for (int i = 0; i < NODES_MOST; i++) {
        if (nodes[i].used) {
            used++;
            compare_cap(&nodes[i], nodes[i].slot->cap);
            found += compare_children(nodes[i].slot, i);
        }
    }
    assert_int_equal(found + 1, used); /* all but the first are somebody's children */
    for (unsigned i = SLOTS_FROM; i < SLOTS_TO; i++) {
        assert_int_equal(cap_is_null(world.slots[i].cap), node_at(&world.slots[i]) < 0);
    }
}

/* ---- slots, and how they are named ---- */

struct place {
    struct slot *slot;
    uint64_t root, index, depth; /* the capability to start from, and the rest */
};

static struct place in_root(unsigned index)
{
    return (struct place){&world.slots[index], seL4_CapInitThreadCNode, index, 64};
}

/* One level further, where there is a CNode. */
static bool descend(struct place *place)
{
    struct cap cap = place->slot->cap;
    unsigned radix = cap_size_bits(cap);
    unsigned level = radix + cap_cnode_guard_bits(cap);
    bool from_root = place->root == seL4_CapInitThreadCNode;
    if (cap_type(cap) != CAP_CNODE || radix > 6 || place->depth % 64 + level > 64) {
        return false;
    }
    uint64_t index = random_below(1U << radix);
    uint64_t bits = (radix >= 64 ? 0 : cap_cnode_guard(cap) << radix) | index;
    place->root = from_root ? place->index : place->root;
    place->index = from_root ? bits : place->index << (level % 64) | bits;
    place->depth = from_root ? level : place->depth + level;
    place->slot = (struct slot *)cap_object(cap) + index;
    return place->depth >= 1;
}

static struct place random_place(void)
{
    struct place place = in_root(SLOTS_FROM + random_below(SLOTS_TO - SLOTS_FROM));
    for (unsigned i = 0; i < 3 && random_below(3) != 0; i++) {
        struct place deeper = place;
        if (!descend(&deeper)) {
            break;
        }
        place = deeper;
    }
    return place;
}

/* One that holds something, or is empty, with some patience. */
static struct place random_full(void)
{
    struct place place = random_place();
    for (unsigned i = 0; i < 40 && cap_is_null(place.slot->cap); i++) {
        place = random_place();
    }
    return place;
}

static struct place random_empty(void)
{
    struct place place = random_place();
    for (unsigned i = 0; i < 8 && !cap_is_null(place.slot->cap); i++) {
        place = random_place();
    }
    return place;
}

/* ---- steps: what the call answers, and what the model makes of it ---- */

static uint64_t two_slots(uint64_t label, struct place to, struct place from, uint64_t a,
                          uint64_t b)
{
    return CALL(.capability = to.root, .label = label, .length = 6,
                .words = {to.index, to.depth, from.index, from.depth, a, b}, .cap_count = 1,
                .caps = {from.root})
        .label;
}

/* What user data makes of a node; false: it does not fit. */
static bool apply_data(struct node *node, uint64_t data, bool move)
{
    switch (node->type) {
    case CAP_ENDPOINT:
    case CAP_NOTIFICATION:
        if (move || node->badge != 0) {
            return false;
        }
        node->badge = data;
        return true;
    case CAP_CNODE:
        node->guard_bits = data & 63;
        node->badge = (data >> 6) & bits_mask(node->guard_bits);
        return node->guard_bits + node->radix <= 64;
    default:
        return true;
    }
}

static uint64_t rights_known(enum cap_type type)
{
    switch (type) {
    case CAP_ENDPOINT:
        return 15;
    case CAP_NOTIFICATION:
    case CAP_FRAME:
        return 3;
    case CAP_REPLY:
        return 4;
    default:
        return 0;
    }
}

static bool gets_original(const struct node *source, const struct node *copy)
{
    bool badged = copy->type == CAP_ENDPOINT || copy->type == CAP_NOTIFICATION;
    return copy->type == CAP_UNTYPED || (badged && source->badge != copy->badge);
}

static uint64_t random_data(void)
{
    return random_below(3) == 0 ? 0 : random_below(9) | (uint64_t)random_below(4) << 6;
}

static void copy_or_mint(bool mint)
{
    struct place from = random_full(), to = random_empty();
    uint64_t rights = random_below(16), data = random_data(), wanted = seL4_NoError;
    int source = node_at(from.slot);
    struct node node = source < 0 ? (struct node){0} : nodes[source];
    if (!cap_is_null(to.slot->cap)) {
        wanted = seL4_DeleteFirst;
    } else if (source < 0) {
        wanted = seL4_FailedLookup;
    } else if (mint && !apply_data(&node, data, false)) {
        wanted = seL4_IllegalOperation;
    } else if (node.type == CAP_PAGE_TABLE) {
        wanted = seL4_IllegalOperation;
    } else if (node.type == CAP_UNTYPED && has_child(source)) {
        wanted = seL4_RevokeFirst;
    }
    uint64_t label = two_slots(mint ? CNodeMint : CNodeCopy, to, from, rights, data);
    assert_int_equal(label, wanted);
    if (wanted != seL4_NoError) {
        return;
    }
    node.slot = to.slot;
    node.rights &= rights & rights_known(node.type);
    node.original = gets_original(&nodes[source], &node);
    node.parent = nodes[source].original ? source : nodes[source].parent;
    if (node.type == CAP_UNTYPED) {
        nodes[source].free = BIT(node.radix);
    }
    add(node);
}

static void move_or_mutate(bool mutate)
{
    struct place from = random_full(), to = random_empty();
    uint64_t data = random_data(), wanted = seL4_NoError;
    int source = node_at(from.slot);
    struct node node = source < 0 ? (struct node){0} : nodes[source];
    if (!cap_is_null(to.slot->cap)) {
        wanted = seL4_DeleteFirst;
    } else if (source < 0) {
        wanted = seL4_FailedLookup;
    } else if (mutate && !apply_data(&node, data, true)) {
        wanted = seL4_IllegalOperation;
    }
    assert_int_equal(two_slots(mutate ? CNodeMutate : CNodeMove, to, from, data, 0), wanted);
    if (wanted == seL4_NoError) {
        node.slot = to.slot;
        nodes[source] = node;
    }
}

static void rotate(void)
{
    struct place from = random_full(), pivot = random_full();
    struct place to = random_below(2) == 0 ? from : random_empty();
    uint64_t to_data = random_data(), pivot_data = random_data(), wanted = seL4_NoError;
    int source = node_at(from.slot), middle = node_at(pivot.slot);
    struct node moved = source < 0 ? (struct node){0} : nodes[source];
    struct node turned = middle < 0 ? (struct node){0} : nodes[middle];
    if (to.root != seL4_CapInitThreadCNode && pivot.slot == to.slot) {
        return; /* names two slots by a capability that goes: not what this is about */
    }
    if (pivot.slot == from.slot || pivot.slot == to.slot) {
        wanted = seL4_IllegalOperation;
    } else if (to.slot != from.slot && !cap_is_null(to.slot->cap)) {
        wanted = seL4_DeleteFirst;
    } else if (source < 0 || middle < 0) {
        wanted = seL4_FailedLookup;
    } else {
        bool fits = apply_data(&moved, pivot_data, true);
        wanted = apply_data(&turned, to_data, true) && fits ? seL4_NoError : seL4_IllegalOperation;
    }
    uint64_t label = CALL(.capability = to.root, .label = CNodeRotate, .length = 8,
                          .words = {to.index, to.depth, to_data, pivot.index, pivot.depth,
                                    pivot_data, from.index, from.depth},
                          .cap_count = 2, .caps = {pivot.root, from.root})
                         .label;
    assert_int_equal(label, wanted);
    if (wanted == seL4_NoError) {
        moved.slot = pivot.slot;
        turned.slot = to.slot;
        nodes[source] = moved;
        nodes[middle] = turned;
    }
}

static void delete_or_revoke(bool revoke)
{
    struct place place = random_full();
    int node = node_at(place.slot);
    assert_int_equal(CALL(.capability = place.root, .label = revoke ? CNodeRevoke : CNodeDelete,
                          .length = 2, .words = {place.index, place.depth})
                         .label,
                     seL4_NoError);
    if (node < 0) {
        return;
    }
    if (revoke) {
        drop_children(node);
    } else {
        drop(node);
    }
}

/* ---- retype ---- */

static const struct kind {
    uint64_t type;
    enum cap_type cap;
    unsigned bits;
    uint64_t rights;
} kinds[] = {
    {seL4_UntypedObject, CAP_UNTYPED, 0, 0},      {seL4_TCBObject, CAP_THREAD, 11, 0},
    {seL4_EndpointObject, CAP_ENDPOINT, 4, 15},   {seL4_NotificationObject, CAP_NOTIFICATION, 6, 3},
    {seL4_CapTableObject, CAP_CNODE, 5, 0},       {seL4_ReplyObject, CAP_REPLY, 5, 4},
    {seL4_ARM_SmallPageObject, CAP_FRAME, 12, 3}, {seL4_ARM_PageTableObject, CAP_PAGE_TABLE, 12, 0},
};

static void check_no_overlap(const struct node *new, unsigned bits)
{
    for (int i = 0; i < NODES_MOST; i++) {
        const struct node *other = &nodes[i];
        if (other->used && other->type != CAP_UNTYPED && new->type != CAP_UNTYPED) {
            assert_true(other->address >= new->address + BIT(bits) ||
                        other->address < new->address);
        }
    }
}

static void retype_some(void)
{
    struct place from = random_full(), to = random_empty();
    const struct kind *kind = &kinds[random_below(ARRAY_COUNT(kinds))];
    int untyped = node_at(from.slot);
    if (untyped < 0 || nodes[untyped].type != CAP_UNTYPED || from.root != seL4_CapInitThreadCNode ||
        random_below(8) == 0) {
        untyped = node_at(&world.slots[UNTYPED]);
        from = in_root(UNTYPED);
    }
    unsigned size = kind->cap == CAP_UNTYPED ? 9 + random_below(6) : 1 + random_below(4);
    unsigned bits = kind->cap == CAP_UNTYPED ? size : kind->bits;
    bits += kind->cap == CAP_CNODE ? size : 0;
    unsigned index = (unsigned)(to.slot - world.slots);
    unsigned count = 1 + random_below(3);
    if (to.root != seL4_CapInitThreadCNode || index + count > SLOTS_TO) {
        return;
    }
    uint64_t wanted = seL4_NoError;
    uint64_t used = has_child(untyped) ? nodes[untyped].free : 0;
    uint64_t start = (used + BIT(bits) - 1) >> bits << bits;
    for (unsigned i = 0; i < count; i++) {
        wanted = node_at(&world.slots[index + i]) >= 0 ? seL4_DeleteFirst : wanted;
    }
    if (wanted == seL4_NoError && start + (count << bits) > BIT(nodes[untyped].radix)) {
        wanted = seL4_NotEnoughMemory;
    }
    uint64_t label = CALL(.capability = from.index, .label = UntypedRetype, .length = 6,
                          .words = {kind->type, size, 0, 0, index, count}, .cap_count = 1,
                          .caps = {seL4_CapInitThreadCNode})
                         .label;
    assert_int_equal(label, wanted);
    if (wanted != seL4_NoError) {
        return;
    }
    nodes[untyped].free = start + (count << bits);
    for (unsigned i = 0; i < count; i++) {
        struct node node = {.slot = &world.slots[index + i],
                            .type = kind->cap,
                            .address = nodes[untyped].address + start + (i << bits),
                            .rights = kind->rights,
                            .radix = kind->cap == CAP_CNODE || kind->cap == CAP_UNTYPED ? size : 0,
                            .original = true,
                            .parent = untyped};
        check_no_overlap(&node, bits);
        add(node);
    }
}

static void one_step(void)
{
    switch (random_below(16)) {
    case 0:
    case 1:
    case 2:
        retype_some();
        break;
    case 3:
    case 4:
    case 5:
        copy_or_mint(false);
        break;
    case 6:
    case 7:
    case 8:
        copy_or_mint(true);
        break;
    case 9:
    case 10:
        move_or_mutate(false);
        break;
    case 11:
        move_or_mutate(true);
        break;
    case 12:
        rotate();
        break;
    case 13:
    case 14:
        delete_or_revoke(false);
        break;
    default:
        if (random_below(4) == 0) {
            delete_or_revoke(true);
        }
        break;
    }
}

static void start(void)
{
    world_start(1);
    memset(nodes, 0, sizeof(nodes));
    make(seL4_UntypedObject, 16, UNTYPED, 1);
    add((struct node){.slot = &world.slots[UNTYPED],
                      .type = CAP_UNTYPED,
                      .address = cap_address(world.slots[UNTYPED].cap).raw,
                      .radix = 16,
                      .original = true,
                      .parent = -1});
    fake_machine.look_every = random_below(4);
}

static void compared_step(void)
{
    one_step();
    compare();
    forbid_free_memory();
}

int main(int count, char **arguments)
{
    static const struct model model = {"capabilities", start, compared_step, SEEDS, STEPS};
    return model_main(&model, count, arguments);
}
