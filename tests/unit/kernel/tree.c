/* SPDX-License-Identifier: BSD-2-Clause */
/* The derivation tree against lists of who is whose child, over thousands of random operations.
 * Includes the implementation: every link is looked at, not only what the contract shows. */
#include "tests/unit/kernel/support.h"
#include "kernel/cap/tree.c"

#define SLOTS  48
#define ANCHOR SLOTS
#define LISTS  (SLOTS + 1) /* children of each slot, and of the anchor */

static struct slot *slots;
static int lists[LISTS][SLOTS];
static int counts[LISTS];
static int list_of[SLOTS]; /* whose child; -1: not in the tree */

static void model_reset(void)
{
    slots = arena_take(11);
    memset(counts, 0, sizeof(counts));
    for (int i = 0; i < SLOTS; i++) {
        list_of[i] = -1;
    }
}

static int place_in(int list, int node)
{
    for (int i = 0; i < counts[list]; i++) {
        if (lists[list][i] == node) {
            return i;
        }
    }
    fail();
    return 0;
}

static void list_insert(int list, int place, int node)
{
    memmove(&lists[list][place + 1], &lists[list][place],
            (size_t)(counts[list] - place) * sizeof(int));
    lists[list][place] = node;
    counts[list]++;
    list_of[node] = list;
}

static void list_delete(int list, int place)
{
    counts[list]--;
    memmove(&lists[list][place], &lists[list][place + 1],
            (size_t)(counts[list] - place) * sizeof(int));
}

static void model_remove(int node)
{
    int list = list_of[node], place = place_in(list, node);

    list_delete(list, place);
    for (int i = 0; i < counts[node]; i++) {
        list_insert(list, place + i, lists[node][i]);
    }
    counts[node] = 0;
    list_of[node] = -1;
}

/* Two labels change places, whether in the tree or not. */
static void model_swap(int a, int b)
{
    int list[SLOTS], count;

    for (int i = 0; i < LISTS; i++) {
        for (int j = 0; j < counts[i]; j++) {
            int node = lists[i][j];
            lists[i][j] = node == a ? b : node == b ? a : node;
        }
    }
    memcpy(list, lists[a], sizeof(list));
    memcpy(lists[a], lists[b], sizeof(list));
    memcpy(lists[b], list, sizeof(list));
    count = counts[a];
    counts[a] = counts[b];
    counts[b] = count;
    for (int i = 0; i < SLOTS; i++) {
        list_of[i] = -1;
    }
    for (int i = 0; i < LISTS; i++) {
        for (int j = 0; j < counts[i]; j++) {
            list_of[lists[i][j]] = i;
        }
    }
}

/* ---- both are the same ---- */

static struct slot *slot_of(int node)
{
    return node == ANCHOR ? tree_anchor() : &slots[node];
}

static void check_list(int list)
{
    int count = counts[list];

    for (int i = 0; i < count; i++) {
        const struct slot *slot = slot_of(lists[list][i]);
        bool last = i == count - 1;

        assert_int_equal(is_last(slot), last);
        assert_int_equal(is_last(previous_of(slot)), i == 0);
        assert_ptr_equal(previous_of(slot), slot_of(lists[list][i == 0 ? count - 1 : i - 1]));
        assert_ptr_equal(next_of(slot), slot_of(last ? list : lists[list][i + 1]));
    }
}

static void check_all(void)
{
    for (int i = 0; i < LISTS; i++) {
        check_list(i);
        assert_ptr_equal(tree_child(slot_of(i)), counts[i] == 0 ? NULL : slot_of(lists[i][0]));
    }
    for (int i = 0; i < SLOTS; i++) {
        if (list_of[i] < 0) {
            assert_int_equal(slots[i].links[0] | slots[i].links[1], 0);
        }
    }
}

/* ---- random operations ---- */

static int pick(bool used)
{
    int start = (int)random_below(SLOTS);

    for (int i = 0; i < SLOTS; i++) {
        int node = (start + i) % SLOTS;
        if ((list_of[node] >= 0) == used) {
            return node;
        }
    }
    return -1;
}

static void add_one(int node, int beside, unsigned how)
{
    if (beside < 0 || how == 0) {
        tree_add_child(tree_anchor(), slot_of(node));
        list_insert(ANCHOR, 0, node);
    } else if (how < 4) {
        tree_add_child(slot_of(beside), slot_of(node));
        list_insert(beside, 0, node);
    } else {
        int list = list_of[beside];
        tree_add_sibling(slot_of(beside), slot_of(node));
        list_insert(list, place_in(list, beside), node);
    }
}

/* As many unused slots as there are behind `node`, but at most so many. */
static void add_run(int node, int parent, int most)
{
    struct cap cap = {7, 9};
    int count = 0;

    while (count < most && node + count < SLOTS && list_of[node + count] < 0) {
        list_insert(parent, 0, node + count);
        count++;
    }
    tree_add_children(slot_of(parent), slot_of(node), (uint64_t)count, cap, 16);
    for (int i = 0; i < count; i++) {
        assert_int_equal(slots[node + i].cap.meta, 7 + 16 * i);
        assert_int_equal(slots[node + i].cap.data, 9);
    }
}

static void one_operation(unsigned adding)
{
    int used = pick(true), unused = pick(false), other = pick(true);
    unsigned what = random_below(10);

    if (what == 0 && unused >= 0) {
        add_run(unused, used < 0 || random_below(4) == 0 ? ANCHOR : used, 1 + (int)random_below(8));
    } else if (what < adding && unused >= 0) {
        add_one(unused, used, random_below(8));
    } else if (what < 8 && used >= 0) {
        tree_remove(slot_of(used));
        model_remove(used);
    } else if (what == 8 && used >= 0 && unused >= 0) {
        tree_move(slot_of(used), slot_of(unused));
        model_swap(used, unused);
    } else if (what == 9 && used >= 0 && used != other) {
        tree_swap(slot_of(used), slot_of(other));
        model_swap(used, other);
    }
}

static void random_operations(void **state)
{
    for (unsigned seed = 0; seed < 20; seed++) {
        assert_int_equal(arena_free(NULL), 0);
        assert_int_equal(arena_make(NULL), 0);
        model_reset();
        random_seed(seed);
        for (unsigned i = 0; i < 3000; i++) {
            /* Grows, then shrinks, then grows again. */
            one_operation(i / 500 % 2 == 0 ? 6 : 2);
            check_all();
        }
    }
}

/* Each the only child of the one before. */
static void all_in_one_line(void **state)
{
    model_reset();
    add_one(0, -1, 0);
    for (int i = 1; i < SLOTS; i++) {
        add_one(i, i - 1, 1);
        check_all();
    }
    for (int i = SLOTS / 2 - 1; i > 0; i--) {
        tree_swap(slot_of(i), slot_of(SLOTS - i));
        model_swap(i, SLOTS - i);
        check_all();
    }
    for (int i = 0; i < SLOTS; i++) {
        tree_remove(slot_of(i));
        model_remove(i);
        check_all();
    }
}

/* A parent and its only child, its first, its last. */
static void neighbours_swap(void **state)
{
    model_reset();
    add_one(0, -1, 0);
    for (int i = 1; i < 5; i++) {
        add_one(i, 0, 1);
    }
    for (int i = 1; i < 5; i++) {
        for (int j = 0; j < i; j++) {
            tree_swap(slot_of(i), slot_of(j));
            model_swap(i, j);
            check_all();
        }
    }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, arena_make, arena_free)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(random_operations),
        TEST(all_in_one_line),
        TEST(neighbours_swap),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
