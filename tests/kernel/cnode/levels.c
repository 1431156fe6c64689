/* SPDX-License-Identifier: BSD-2-Clause */
/* Lookup through several CNodes with guards, at every depth, against the rule written down once
 * more: guard, then index, from the top; exactly to the end. */
#include "tests/kernel/harness/harness.h"

#define LEVELS 3

struct level {
    seL4_Word radix, guard_bits, guard, index; /* index: where the next level's CNode stands */
    seL4_CPtr node;
};

static struct level levels[LEVELS];

/* A capability to a new CNode with the level's guard, in the slot the level above has for it. */
static void make_level(unsigned i)
{
    struct level *level = &levels[i];
    seL4_CPtr plain = new_object(seL4_CapTableObject, level->radix);

    level->node = new_slot();
    REQUIRE_OK(seL4_CNode_Mint(ROOT, level->node, DEPTH, ROOT, plain, DEPTH, seL4_AllRights,
                               seL4_CNode_CapData_new(level->guard, level->guard_bits).words[0]));
    if (i > 0)
        REQUIRE_OK(seL4_CNode_Copy(levels[i - 1].node,
                                   levels[i - 1].guard << levels[i - 1].radix | levels[i - 1].index,
                                   levels[i - 1].guard_bits + levels[i - 1].radix, ROOT,
                                   level->node, DEPTH, seL4_AllRights));
}

static seL4_Word low_bits(seL4_Word word, seL4_Word count)
{
    return count >= 64 ? word : word & ((1UL << count) - 1);
}

struct wanted {
    seL4_Error error;
    seL4_Word type, bits_left, found, guard_size;
};

/* What naming a slot by `index` and `depth` under level 0 must come to. */
static struct wanted rule(seL4_Word index, seL4_Word depth)
{
    seL4_Word left = depth;

    for (unsigned i = 0; i < LEVELS; i++) {
        const struct level *level = &levels[i];
        seL4_Word size = level->guard_bits + level->radix;

        if (level->guard_bits > left ||
            low_bits(index >> (left - level->guard_bits) % 64, level->guard_bits) != level->guard)
            return (struct wanted){seL4_FailedLookup, seL4_GuardMismatch, left, level->guard,
                                   level->guard_bits};
        if (size > left)
            return (struct wanted){seL4_FailedLookup, seL4_DepthMismatch, left, size, 0};
        left -= size;
        if (left == 0)
            return (struct wanted){.error = seL4_NoError};
        if (i == LEVELS - 1 || low_bits(index >> left, level->radix) != level->index)
            break;
    }
    return (struct wanted){seL4_FailedLookup, seL4_DepthMismatch, left, 0, 0};
}

/* Revoke changes nothing here: no capability in there has children. */
static void expect_rule(seL4_Word index, seL4_Word depth)
{
    struct wanted wanted = rule(index, depth);
    seL4_Error error = seL4_CNode_Revoke(levels[0].node, index, (uint8_t)depth);

    EXPECT_EQ(error, wanted.error);
    if (error != seL4_FailedLookup || wanted.error != error)
        return;
    EXPECT_EQ(seL4_GetMR(0), 0);
    EXPECT_EQ(seL4_GetMR(1), wanted.type);
    EXPECT_EQ(seL4_GetMR(2), wanted.bits_left);
    EXPECT_EQ(seL4_GetMR(3), wanted.found);
    if (wanted.type == seL4_GuardMismatch)
        EXPECT_EQ(seL4_GetMR(4), wanted.guard_size);
}

/* The path through all levels to slot `last`, at the low end of a word; and how many bits it has.
 */
static seL4_Word path(seL4_Word last, seL4_Word *depth)
{
    seL4_Word word = 0;

    *depth = 0;
    for (unsigned i = 0; i < LEVELS; i++) {
        word = word << levels[i].guard_bits % 64 | levels[i].guard;
        word = word << levels[i].radix | (i == LEVELS - 1 ? last : levels[i].index);
        *depth += levels[i].guard_bits + levels[i].radix;
    }
    return word;
}

static void at_all_depths(void)
{
    seL4_Word whole;

    for (unsigned i = 0; i < LEVELS; i++)
        make_level(i);
    seL4_Word word = path(1, &whole);
    for (seL4_Word depth = 1; depth <= 64; depth++) {
        /* Cut off at either end, with every bit wrong once, and with bits above that do not count.
         */
        expect_rule(word, depth);
        expect_rule(depth < whole ? word >> (whole - depth) : word << (depth - whole), depth);
        expect_rule(low_bits(word, depth) | (depth < 64 ? ~0UL << depth : 0), depth);
        for (seL4_Word bit = 0; bit < 64; bit += 3)
            expect_rule(word ^ 1UL << bit, whole);
    }
}

TEST(levels_without_guards)
{
    levels[0] = (struct level){.radix = 4, .index = 9};
    levels[1] = (struct level){.radix = 3, .index = 5};
    levels[2] = (struct level){.radix = 5};
    at_all_depths();
}

TEST(levels_with_guards)
{
    levels[0] = (struct level){.radix = 2, .guard_bits = 7, .guard = 0x55, .index = 3};
    levels[1] = (struct level){.radix = 6, .guard_bits = 1, .guard = 1, .index = 33};
    levels[2] = (struct level){.radix = 4, .guard_bits = 9, .guard = 0x101};
    at_all_depths();
}

/* All 64 bits are used up. */
TEST(levels_that_fill_a_word)
{
    levels[0] = (struct level){.radix = 1, .guard_bits = 30, .guard = 0x2aaaaaaa, .index = 1};
    levels[1] = (struct level){.radix = 3, .index = 2};
    levels[2] = (struct level){.radix = 8, .guard_bits = 22, .guard = 0};
    at_all_depths();
}

TEST(guards_of_many_bits)
{
    levels[0] = (struct level){
        .radix = 2, .guard_bits = 58, .guard = 0x123456789abcdef, .index = 2};
    levels[1] = (struct level){.radix = 1, .guard_bits = 1, .guard = 0, .index = 1};
    levels[2] = (struct level){.radix = 2};
    at_all_depths();
}
