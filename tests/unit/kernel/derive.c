/* SPDX-License-Identifier: BSD-2-Clause */
/* Copies of capabilities: rights, badges, guards; who is whose child; who is the last. */
#include "tests/unit/kernel/support.h"
#include "kernel/cap/cap.h"
#include "kernel/cap/derive.h"
#include "kernel/cap/tree.h"

#define SLOTS   60
#define OBJECTS 6

static struct slot *slots;
static struct slot *untyped;

static struct cap endpoint(unsigned object)
{
    return cap_make(CAP_ENDPOINT, paddr(FAKE_BASE + 0x100000 + object * 16), RIGHTS_ALL, 0);
}

static void set_up(void)
{
    slots = arena_take(11);
    untyped = arena_take(5);
    untyped->cap = cap_untyped(paddr(FAKE_BASE + 0x100000), 16, false);
    tree_add_child(tree_anchor(), untyped);
}

/* A capability with no relatives but the anchor. */
static struct slot *alone(struct cap cap)
{
    struct slot *slot = arena_take(5);

    slot->cap = cap;
    tree_add_child(tree_anchor(), slot);
    return slot;
}

/* ---- what a copy is ---- */

static seL4_Error status_of(struct cap cap)
{
    struct cap copy;

    return cap_derive(alone(cap), cap, &copy);
}

static void kinds(void **state)
{
    static const enum cap_type copied[] = {CAP_ENDPOINT, CAP_NOTIFICATION,  CAP_REPLY,
                                           CAP_CNODE,    CAP_THREAD,        CAP_ASID_POOL,
                                           CAP_VCPU,     CAP_IRQ_HANDLER,   CAP_SCHED_CONTEXT,
                                           CAP_SMC,      CAP_SCHED_CONTROL, CAP_DOMAIN};
    static const enum cap_type refused[] = {CAP_NULL, CAP_ZOMBIE, CAP_IRQ_CONTROL, CAP_PAGE_TABLE,
                                            CAP_VSPACE};

    for (unsigned i = 0; i < sizeof(copied) / sizeof(copied[0]); i++) {
        assert_int_equal(status_of(cap_make(copied[i], paddr(FAKE_BASE), 0, 0)), seL4_NoError);
    }
    for (unsigned i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        assert_int_equal(status_of(cap_make(refused[i], paddr(FAKE_BASE), 0, 0)),
                         seL4_IllegalOperation);
    }
    struct cap table = cap_make(CAP_PAGE_TABLE, paddr(FAKE_BASE), 0, 0);
    assert_int_equal(status_of(cap_set_mapping(table, 5, ipa(0))), seL4_NoError);
}

static void a_copied_frame_is_unmapped(void **state)
{
    struct cap frame = cap_frame(paddr(FAKE_BASE), STAGE2_2M, false, RIGHT_READ), copy;

    frame = cap_set_mapping(frame, 77, ipa(0x40000000));
    assert_int_equal(cap_derive(alone(frame), frame, &copy), seL4_NoError);
    assert_int_equal(cap_mapping_asid(copy), 0);
    assert_int_equal(cap_frame_size(copy), STAGE2_2M);
    assert_int_equal(cap_rights(copy), RIGHT_READ);
}

static void untyped_with_children(void **state)
{
    struct cap copy;

    set_up();
    assert_int_equal(cap_derive(untyped, untyped->cap, &copy), seL4_NoError);
    cap_insert_child(untyped, &slots[0], endpoint(0));
    assert_int_equal(cap_derive(untyped, untyped->cap, &copy), seL4_RevokeFirst);
}

static void badges(void **state)
{
    struct cap cap = endpoint(0), badged = cap_apply_data(cap, 5, false);

    assert_int_equal(cap_badge(badged), 5);
    assert_true(cap_is_null(cap_apply_data(badged, 6, false)));
    assert_true(cap_is_null(cap_apply_data(badged, 0, false)));
    assert_true(cap_is_null(cap_apply_data(cap, 5, true)));
    struct cap thread = cap_make(CAP_THREAD, paddr(FAKE_BASE), 0, 0);
    assert_int_equal(cap_apply_data(thread, 9, false).meta, thread.meta);
}

static void guards(void **state)
{
    for (unsigned radix = 1; radix < 40; radix++) {
        struct cap cnode = cap_cnode(paddr(FAKE_BASE), radix, 0, 0);

        for (unsigned bits = 0; bits < 64; bits++) {
            uint64_t guard = UINT64_C(0x2a5a5a5a5a5a5a5);
            struct cap cap = cap_apply_data(cnode, guard << 6 | bits, bits % 2 == 0);

            if (bits + radix > 64) {
                assert_true(cap_is_null(cap));
                continue;
            }
            assert_int_equal(cap_cnode_guard_bits(cap), bits);
            assert_int_equal(cap_cnode_guard(cap), guard & bits_mask(bits < 58 ? bits : 58));
            assert_int_equal(cap_size_bits(cap), radix);
        }
    }
}

/* ---- a life of capabilities against a table of who came from whom ---- */

static int object_of[SLOTS]; /* -1: empty */
static int parent_of[SLOTS]; /* -1: the untyped */
static bool original[SLOTS];

static int pick(bool used)
{
    int start = (int)random_below(SLOTS);

    for (int i = 0; i < SLOTS; i++) {
        int slot = (start + i) % SLOTS;
        if ((object_of[slot] >= 0) == used) {
            return slot;
        }
    }
    return -1;
}

static unsigned capabilities_to(int object)
{
    unsigned count = 0;

    for (int i = 0; i < SLOTS; i++) {
        count += object_of[i] == object;
    }
    return count;
}

static void create(int to)
{
    int object = 0;

    while (object < OBJECTS && capabilities_to(object) != 0) {
        object++;
    }
    if (object < OBJECTS) {
        cap_insert_child(untyped, &slots[to], endpoint((unsigned)object));
        object_of[to] = object;
        parent_of[to] = -1;
        original[to] = true;
    }
}

static void copy(int from, int to, uint64_t badge)
{
    struct cap cap = slots[from].cap, result;

    if (badge != 0) {
        cap = cap_apply_data(cap, badge, false);
        if (cap_is_null(cap)) {
            return;
        }
    }
    assert_int_equal(cap_derive(&slots[from], cap, &result), seL4_NoError);
    cap_insert(&slots[from], &slots[to], result);
    object_of[to] = object_of[from];
    parent_of[to] = original[from] ? from : parent_of[from];
    original[to] = badge != 0;
}

static void delete(int slot)
{
    tree_remove(&slots[slot]);
    slots[slot].cap = cap_null();
    for (int i = 0; i < SLOTS; i++) {
        if (object_of[i] >= 0 && parent_of[i] == slot) {
            parent_of[i] = parent_of[slot];
        }
    }
    object_of[slot] = -1;
}

static int renamed(int slot, int a, int b)
{
    return slot == a ? b : slot == b ? a : slot;
}

static void exchange(int a, int b)
{
    int object = object_of[a], parent = parent_of[a];
    bool is_original = original[a];

    object_of[a] = object_of[b];
    parent_of[a] = parent_of[b];
    original[a] = original[b];
    object_of[b] = object;
    parent_of[b] = parent;
    original[b] = is_original;
    for (int i = 0; i < SLOTS; i++) {
        parent_of[i] = renamed(parent_of[i], a, b);
    }
}

static void check(void)
{
    for (int i = 0; i < SLOTS; i++) {
        bool has_child = false;

        assert_int_equal(cap_is_null(slots[i].cap), object_of[i] < 0);
        if (object_of[i] < 0) {
            continue;
        }
        for (int j = 0; j < SLOTS; j++) {
            has_child = has_child || (object_of[j] >= 0 && parent_of[j] == i);
        }
        assert_int_equal(tree_child(&slots[i]) != NULL, has_child);
        assert_int_equal(tree_is_last_cap(&slots[i]), capabilities_to(object_of[i]) == 1);
        assert_int_equal(cap_is_original(slots[i].cap), original[i]);
    }
}

static void one_operation(void)
{
    int used = pick(true), unused = pick(false), other = pick(true);
    unsigned what = random_below(12);

    if (what < 2 && unused >= 0) {
        create(unused);
    } else if (what < 7 && used >= 0 && unused >= 0) {
        copy(used, unused, what < 5 ? 0 : 1 + random_below(3));
    } else if (what < 10 && used >= 0) {
        delete (used);
    } else if (what == 10 && used >= 0 && unused >= 0) {
        cap_move(&slots[used], &slots[unused], slots[used].cap);
        exchange(used, unused);
    } else if (what == 11 && used >= 0 && used != other) {
        cap_swap(&slots[used], slots[other].cap, &slots[other], slots[used].cap);
        exchange(used, other);
    }
}

static void life_of_capabilities(void **state)
{
    for (unsigned seed = 0; seed < 20; seed++) {
        assert_int_equal(arena_free(NULL), 0);
        assert_int_equal(arena_make(NULL), 0);
        set_up();
        random_seed(seed);
        for (int i = 0; i < SLOTS; i++) {
            object_of[i] = -1;
            parent_of[i] = -2;
        }
        for (unsigned i = 0; i < 4000; i++) {
            one_operation();
            check();
        }
    }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, arena_make, arena_free)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(kinds),  TEST(a_copied_frame_is_unmapped), TEST(untyped_with_children), TEST(badges),
        TEST(guards), TEST(life_of_capabilities),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
