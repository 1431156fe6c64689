/* SPDX-License-Identifier: BSD-2-Clause */
/* Copying, moving and inserting capabilities (kernel/cap/derive.h). */
#include "kernel/cap/derive.h"
#include "kernel/cap/untyped.h"

seL4_Error cap_derive(const struct slot *slot, struct cap cap, struct cap *copy)
{
    *copy = cap;
    switch (cap_type(cap)) {
    case CAP_NULL:
    case CAP_ZOMBIE:
    case CAP_IRQ_CONTROL:
        return seL4_IllegalOperation;
    case CAP_UNTYPED:
        return tree_child(slot) == NULL ? seL4_NoError : seL4_RevokeFirst;
    case CAP_PAGE_TABLE:
    case CAP_VSPACE:
        return cap_mapping_asid(cap) != 0 ? seL4_NoError : seL4_IllegalOperation;
    case CAP_FRAME:
        *copy = cap_set_mapping(cap, 0, ipa(0));
        return seL4_NoError;
    default:
        return seL4_NoError;
    }
}

static struct cap apply_guard(struct cap cap, uint64_t data)
{
    unsigned guard_bits = (unsigned)bits_get(data, 0, 6);
    unsigned radix = cap_size_bits(cap);
    if (guard_bits + radix > 64) {
        return cap_null();
    }
    struct cap result = cap_cnode(cap_address(cap), radix, bits_get(data, 6, guard_bits),
                                  guard_bits);
    return cap_set_original(result, cap_is_original(cap));
}

struct cap cap_apply_data(struct cap cap, uint64_t data, bool move)
{
    switch (cap_type(cap)) {
    case CAP_SMC:
        if (move) {
            return cap;
        }
        __attribute__((fallthrough));
    case CAP_ENDPOINT:
    case CAP_NOTIFICATION:
        if (move || cap_badge(cap) != 0) {
            return cap_null();
        }
        cap.data = data;
        return cap;
    case CAP_CNODE:
        return apply_guard(cap, data);
    default:
        return cap;
    }
}

/* May a capability just derived from `source` revoke what is derived from it in turn? */
static bool becomes_original(struct cap source, struct cap cap)
{
    switch (cap_type(cap)) {
    case CAP_UNTYPED:
        return true;
    case CAP_ENDPOINT:
    case CAP_NOTIFICATION:
    case CAP_SMC:
        return source.data != cap.data;
    default:
        return false;
    }
}

void cap_insert(struct slot *source, struct slot *to, struct cap cap)
{
    ASSERT_DEBUG(cap_is_null(to->cap));
    bool original = cap_is_original(source->cap);
    to->cap = cap_set_original(cap, becomes_original(source->cap, cap));
    if (cap_type(cap) == CAP_UNTYPED) {
        /* The copy may now be retyped; the source must not hand out the same memory. */
        source->cap = untyped_exhaust(source->cap);
    }
    if (original) {
        tree_add_child(source, to);
    } else {
        tree_add_sibling(source, to);
    }
}

void cap_insert_child(struct slot *parent, struct slot *to, struct cap cap)
{
    ASSERT_DEBUG(cap_is_null(to->cap));
    to->cap = cap_set_original(cap, true);
    tree_add_child(parent, to);
}

void cap_insert_children(struct slot *parent, struct slot *to, uint64_t count, struct cap cap,
                         uint64_t size)
{
    ASSERT_DEBUG(cap_is_null(to->cap) && cap_is_null(to[count - 1].cap));
    tree_add_children(parent, to, count, cap_set_original(cap, true), size);
}

void cap_move(struct slot *from, struct slot *to, struct cap cap)
{
    ASSERT_DEBUG(cap_is_null(to->cap));
    tree_move(from, to);
    to->cap = cap;
    from->cap = cap_null();
}

void cap_swap(struct slot *a, struct cap cap_a, struct slot *b, struct cap cap_b)
{
    tree_swap(a, b);
    a->cap = cap_a;
    b->cap = cap_b;
}
