/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Deletion, interrupted at every step, of random graphs of CNodes and threads that hold each other
 * and themselves, against the plain rule: an object goes with its last capability, and what it
 * holds goes with it. Some objects have threads waiting, who are sent away one by one.
 */
#include "tests/unit/kernel/support.h"
#include "arch/interrupt.h"
#include "kernel/cap/cap.h"
#include "kernel/cap/delete.h"
#include "kernel/cap/derive.h"
#include "kernel/cap/tree.h"
#include "kernel/model/finalise.h"
#include "kernel/model/thread.h"

#define TOP        24 /* slots that stay: the root CNode of whoever deletes */
#define CONTAINERS 14
#define LEAVES     6
#define OBJECTS    (CONTAINERS + LEAVES)
#define SLOTS_MOST 32    /* of a container */
#define LOOKS_MOST 20000 /* for interrupts: a deletion that takes more does not end */

static struct slot *top;
static struct slot *untyped; /* one an object: its memory's owner */
static struct slot *slots_of[CONTAINERS];
static unsigned slot_count[CONTAINERS];
static struct cap caps[OBJECTS];
static unsigned finalised[OBJECTS];
static unsigned waiters[OBJECTS];
static bool being_emptied[OBJECTS]; /* some waiters have gone, not all */

/* ---- the graph ---- */

static void make_container(unsigned i)
{
    bool is_thread = random_below(4) == 0;
    unsigned radix = 1 + random_below(5);
    unsigned bits = is_thread ? seL4_TCBBits : radix + seL4_SlotBits;

    slots_of[i] = arena_take(bits);
    slot_count[i] = is_thread ? THREAD_SLOT_COUNT : 1U << radix;
    paddr_t base = virt_to_phys(slots_of[i]);
    caps[i] = is_thread ? cap_make(CAP_THREAD, base, 0, 0) : cap_cnode(base, radix, 0, 0);
}

static int object_of(struct cap cap)
{
    for (int i = 0; i < OBJECTS; i++) {
        if (!cap_is_null(cap) && cap_address(cap).raw == cap_address(caps[i]).raw) {
            return i;
        }
    }
    return -1;
}

/* Any slot there is, by number; NULL past the end. */
static struct slot *slot_by_number(unsigned number)
{
    if (number < TOP) {
        return &top[number];
    }
    number -= TOP;
    for (unsigned i = 0; i < CONTAINERS; i++) {
        if (number < slot_count[i]) {
            return &slots_of[i][number];
        }
        number -= slot_count[i];
    }
    return NULL;
}

static unsigned slots_in_all(void)
{
    unsigned count = TOP;

    for (unsigned i = 0; i < CONTAINERS; i++) {
        count += slot_count[i];
    }
    return count;
}

/* Ends of containers matter most: half of all choices are there. */
static struct slot *random_empty_slot(void)
{
    for (;;) {
        struct slot *slot = slot_by_number(random_below(slots_in_all()));

        if (random_below(2) == 0) {
            unsigned i = random_below(CONTAINERS);
            slot = &slots_of[i][slot_count[i] - 1 - random_below(2)];
        }
        if (cap_is_null(slot->cap)) {
            return slot;
        }
    }
}

static void make_graph(void)
{
    top = arena_take(10);
    untyped = arena_take(10);
    memset(finalised, 0, sizeof(finalised));
    memset(being_emptied, 0, sizeof(being_emptied));
    for (unsigned i = 0; i < OBJECTS; i++) {
        waiters[i] = i < CONTAINERS ? 0 : random_below(6);
        if (i < CONTAINERS) {
            make_container(i);
        } else {
            caps[i] = cap_make(CAP_ENDPOINT, virt_to_phys(arena_take(4)), RIGHTS_ALL, 0);
        }
        untyped[i].cap = cap_untyped(cap_address(caps[i]), 12, false);
        tree_add_child(tree_anchor(), &untyped[i]);
    }
    for (unsigned i = 0; i < OBJECTS; i++) {
        struct slot *first = random_empty_slot();

        cap_insert_child(&untyped[i], first, caps[i]);
        for (unsigned copies = random_below(3); copies > 0; copies--) {
            struct slot *to = random_empty_slot();
            cap_insert(first, to, first->cap);
        }
    }
}

/* ---- what must be: a picture of it, and the plain rule applied to the picture ---- */

static int picture[TOP + CONTAINERS * SLOTS_MOST]; /* object by slot number, -1 empty */
static unsigned first_number[CONTAINERS];

static void take_picture(void)
{
    unsigned number = TOP;

    for (unsigned i = 0; i < slots_in_all(); i++) {
        picture[i] = object_of(slot_by_number(i)->cap);
    }
    for (unsigned i = 0; i < CONTAINERS; i++) {
        first_number[i] = number;
        number += slot_count[i];
    }
}

static unsigned capabilities_to(int object)
{
    unsigned count = 0;

    for (unsigned i = 0; i < slots_in_all(); i++) {
        count += picture[i] == object;
    }
    return count;
}

static void plain_delete(unsigned number)
{
    int object = picture[number];

    if (object < 0) {
        return;
    }
    picture[number] = -1;
    if (object < CONTAINERS && capabilities_to(object) == 0) {
        for (unsigned i = 0; i < slot_count[object]; i++) {
            plain_delete(first_number[object] + i);
        }
    }
}

static void check_against_picture(void)
{
    for (unsigned i = 0; i < slots_in_all(); i++) {
        const struct slot *slot = slot_by_number(i);

        assert_int_equal(object_of(slot->cap), picture[i]);
        if (picture[i] < 0) {
            assert_true(cap_is_null(slot->cap));
            assert_int_equal(slot->links[0] | slot->links[1], 0);
        } else {
            assert_int_not_equal(cap_type(slot->cap), CAP_ZOMBIE);
        }
    }
    for (int i = 0; i < OBJECTS; i++) {
        bool lives = capabilities_to(i) != 0;

        assert_int_equal(finalised[i], !lives);
        assert_int_equal(tree_child(&untyped[i]) != NULL, lives);
    }
}

/* At any moment: nobody can come to wait where others are being sent away. */
static void check_nobody_can_join(void)
{
    for (unsigned i = 0; i < slots_in_all(); i++) {
        struct cap cap = slot_by_number(i)->cap;
        int object = object_of(cap);

        if (object >= CONTAINERS && being_emptied[object]) {
            assert_int_equal(cap_type(cap), CAP_ENDPOINT);
            assert_int_equal(cap_rights(cap), 0);
        }
    }
}

/* At any moment: memory that still has something in it is still its untyped's child. Else it could
 * be handed out again while deletion works in it. */
static void check_memory_is_owned(void)
{
    for (unsigned i = 0; i < CONTAINERS; i++) {
        bool holds_something = false;

        for (unsigned j = 0; j < slot_count[i]; j++) {
            holds_something = holds_something || !cap_is_null(slots_of[i][j].cap);
        }
        if (holds_something) {
            assert_non_null(tree_child(&untyped[i]));
        }
    }
    check_nobody_can_join();
}

bool object_finalise(struct cap cap, bool last)
{
    int object = object_of(cap);

    if (object < 0 || !last) {
        return true;
    }
    while (waiters[object] > 0) {
        waiters[object]--;
        being_emptied[object] = waiters[object] > 0;
        if (being_emptied[object] && interrupt_pending()) {
            return false;
        }
    }
    finalised[object]++;
    return true;
}

/* ---- deletions ---- */

static void delete_one(unsigned number)
{
    while (!cap_delete(&top[number])) {
        check_memory_is_owned();
    }
    assert_true(cap_is_null(top[number].cap));
}

static void start_over(uint64_t seed)
{
    assert_int_equal(arena_free(NULL), 0);
    assert_int_equal(arena_make(NULL), 0);
    random_seed(seed);
    make_graph();
    take_picture();
}

static void one_after_the_other(void **state)
{
    for (unsigned seed = 0; seed < 600; seed++) {
        start_over(seed);
        interrupt_every = seed % 4;
        for (unsigned i = 0; i < TOP; i++) {
            unsigned number = i * 7 % TOP;
            delete_one(number);
            plain_delete(number);
            check_against_picture();
        }
    }
}

/* Several at a time, each going on where it was; what is half deleted moves elsewhere meanwhile. */
static void interleaved(void **state)
{
    for (unsigned seed = 0; seed < 600; seed++) {
        start_over(seed + 1000);
        interrupt_every = 1 + seed % 2;
        for (unsigned i = 0; i < TOP; i++) {
            plain_delete(i);
        }
        for (bool all = false; !all;) {
            unsigned number = random_below(TOP), other = random_below(TOP);

            (void)!cap_delete(&top[number]);
            check_memory_is_owned();
            if (!cap_is_null(top[number].cap) && cap_is_null(top[other].cap)) {
                cap_move(&top[number], &top[other], top[number].cap);
            }
            all = true;
            for (unsigned i = 0; i < TOP; i++) {
                all = all && cap_is_null(top[i].cap);
            }
        }
        check_against_picture();
    }
}

/* Revokes all memory, one piece after the other: then nothing is left anywhere. */
static void revoke_everything(void)
{
    interrupt_looks = 0;
    for (unsigned i = 0; i < OBJECTS; i++) {
        while (!cap_revoke(&untyped[i])) {
            check_memory_is_owned();
            assert_true(interrupt_looks < LOOKS_MOST);
        }
        assert_null(tree_child(&untyped[i]));
        check_memory_is_owned();
    }
    for (unsigned i = 0; i < OBJECTS; i++) {
        assert_int_equal(finalised[i], 1);
    }
    for (unsigned i = 0; i < slots_in_all(); i++) {
        assert_true(cap_is_null(slot_by_number(i)->cap));
    }
}

/* Everything is taken from below, also what a deletion above it has stopped in the middle of. */
static void revoked_from_below(void **state)
{
    for (unsigned seed = 0; seed < 600; seed++) {
        start_over(seed + 2000);
        interrupt_every = 1;
        for (unsigned i = 0; i < TOP / 2; i++) {
            (void)!cap_delete(&top[random_below(TOP)]);
            check_memory_is_owned();
        }
        revoke_everything();
    }
}

/* ---- deletions that start inside containers, which are deleted themselves meanwhile ---- */

static bool reachable[CONTAINERS];

static void reach_from(const struct slot *slots, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        int object = object_of(slots[i].cap);

        if (cap_type(slots[i].cap) == CAP_CNODE && !reachable[object]) {
            reachable[object] = true;
            reach_from(slots_of[object], slot_count[object]);
        }
    }
}

/* One that a user can name: in the top CNode, or in a CNode there is a way to. */
static struct slot *random_slot_in_reach(void)
{
    unsigned i = random_below(2 * CONTAINERS);

    memset(reachable, 0, sizeof(reachable));
    reach_from(top, TOP);
    if (i < CONTAINERS && reachable[i]) {
        return &slots_of[i][random_below(slot_count[i])];
    }
    return &top[random_below(TOP)];
}

static void started_anywhere(void **state)
{
    for (unsigned seed = 0; seed < 1000; seed++) {
        start_over(seed + 5000);
        interrupt_every = 1;
        for (unsigned i = 0; i < 150; i++) {
            (void)!cap_delete(random_slot_in_reach());
            check_memory_is_owned();
        }
        /* Also in the middle of everything: the memory of one object. */
        while (seed % 2 == 0 && !cap_revoke(&untyped[seed % OBJECTS])) {
            assert_true(interrupt_looks < LOOKS_MOST);
            (void)!cap_delete(random_slot_in_reach());
            check_memory_is_owned();
        }
        revoke_everything();
    }
}

/* A long chain takes a bounded piece of work between two looks for an interrupt. */
static void steps_are_small(void **state)
{
    enum { CHAIN = 200 };
    struct slot *outer = NULL;

    top = arena_take(10);
    untyped = arena_take(10);
    untyped[0].cap = cap_untyped(paddr(FAKE_BASE), 20, false);
    tree_add_child(tree_anchor(), &untyped[0]);
    for (unsigned i = 0; i < CHAIN; i++) {
        struct slot *slots = arena_take(4 + seL4_SlotBits);
        cap_insert_child(&untyped[0], outer == NULL ? &top[0] : &outer[random_below(16)],
                         cap_cnode(virt_to_phys(slots), 4, 0, 0));
        outer = slots;
    }
    interrupt_every = 1;
    unsigned calls = 1;
    while (!cap_delete(&top[0])) {
        calls++;
    }
    assert_true(calls >= CHAIN);
    assert_null(tree_child(&untyped[0]));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, arena_make, arena_free)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_after_the_other), TEST(interleaved),     TEST(revoked_from_below),
        TEST(started_anywhere),    TEST(steps_are_small),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
