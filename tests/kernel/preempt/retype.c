/* SPDX-License-Identifier: BSD-2-Clause */
/* Clearing memory for a new object, struck at every moment: others make objects of the same memory
 * meanwhile, and write to them. Whatever happens, what is new is zero. */
#include "tests/kernel/preempt/strike.h"

#define MOMENTS   10
#define STEP      13000
#define PAGE      4096UL
#define BITS      21
#define SIZE      (1UL << BITS)
#define VSPACE    seL4_CapInitThreadVSpace
#define DEFAULT   seL4_ARM_Default_VMAttributes
#define DELETE(s) seL4_CNode_Delete(ROOT, s, DEPTH)

static seL4_CPtr untyped, large, small, copy;
static uintptr_t window, small_window;
static seL4_Error result;

static void set_up(void)
{
    untyped = new_object(seL4_UntypedObject, BITS);
    large = new_slot();
    small = new_slot();
    copy = new_slot();
    window = new_addresses(SIZE, SIZE);
    small_window = new_addresses(PAGE, PAGE);
}

/* A word in each page, now here, now there. */
static volatile seL4_Word *word_of(unsigned page)
{
    return (volatile seL4_Word *)(window + page * PAGE + page * 8 % PAGE);
}

/* The memory has been somebody's. */
static void prepare(void)
{
    REQUIRE_OK(seL4_Untyped_Retype(untyped, seL4_ARM_LargePageObject, 0, ROOT, 0, 0, large, 1));
    REQUIRE_OK(seL4_ARM_Page_Map(large, VSPACE, window, seL4_ReadWrite, DEFAULT));
    for (unsigned i = 0; i < SIZE / PAGE; i++)
        *word_of(i) = 0x5ec7e7;
    REQUIRE_OK(DELETE(large));
}

static void retype(void)
{
    result = seL4_Untyped_Retype(untyped, seL4_ARM_LargePageObject, 0, ROOT, 0, 0, large, 1);
}

static void expect_zeros(void)
{
    unsigned dirty = 0;

    REQUIRE_OK(seL4_ARM_Page_Map(large, VSPACE, window, seL4_ReadWrite, DEFAULT));
    for (unsigned i = 0; i < SIZE / PAGE; i++)
        dirty += *word_of(i) != 0;
    EXPECT_EQ(dirty, 0);
    EXPECT_OK(DELETE(large));
}

static void check(void)
{
    EXPECT_OK(result);
    expect_zeros();
}

static void strike_at(void (*strike)(enum strike_phase), void (*check_after)(void))
{
    set_up();
    unsigned inside = strike_everywhere(&(struct strike){.prepare = prepare,
                                                         .work = retype,
                                                         .strike = strike,
                                                         .check = check_after,
                                                         .step = STEP,
                                                         .period = 600});
    EXPECT(inside >= MOMENTS);
}

/* A page of the same memory, if there is one left: is it zero? Then it is not any more. */
static bool take_page(void)
{
    volatile seL4_Word *words = (volatile seL4_Word *)small_window;

    if (seL4_Untyped_Retype(untyped, seL4_ARM_SmallPageObject, 0, ROOT, 0, 0, small, 1) !=
        seL4_NoError)
        return false;
    EXPECT_OK(seL4_ARM_Page_Map(small, VSPACE, small_window, seL4_ReadWrite, DEFAULT));
    for (unsigned i = 0; i < PAGE / sizeof(*words); i++) {
        if (words[i] != 0)
            EXPECT_EQ(words[i], 0);
        words[i] = 0xd127;
    }
    return true;
}

static void take_and_return(enum strike_phase phase)
{
    if (phase != STRIKE_EARLY && take_page())
        EXPECT_OK(DELETE(small));
}

TEST(memory_written_while_it_is_cleared)
{
    strike_at(take_and_return, check);
}

static void take_and_keep(enum strike_phase phase)
{
    if (phase != STRIKE_EARLY)
        (void)take_page();
}

/* Then the rest is too little; the next one has all of it again. */
static void check_kept(void)
{
    if (result == seL4_NoError) {
        check();
    } else {
        EXPECT_EQ(result, seL4_NotEnoughMemory);
        EXPECT_OK(DELETE(small));
        retype();
        check();
    }
    EXPECT_OK(DELETE(small));
}

TEST(memory_taken_while_it_is_cleared)
{
    strike_at(take_and_keep, check_kept);
}

/* The untyped's copy has the memory, until it goes. */
static void make_copy(enum strike_phase phase)
{
    seL4_Error error = seL4_CNode_Copy(ROOT, copy, DEPTH, ROOT, untyped, DEPTH, seL4_AllRights);

    EXPECT(error == seL4_NoError || phase != STRIKE_EARLY);
    if (phase == STRIKE_EARLY)
        EXPECT_OK(DELETE(copy));
}

static void check_copied(void)
{
    if (result != seL4_NoError) {
        EXPECT_ERROR(result, seL4_NotEnoughMemory);
        EXPECT_OK(seL4_Untyped_Retype(copy, seL4_ARM_LargePageObject, 0, ROOT, 0, 0, large, 1));
    }
    expect_zeros();
    EXPECT_OK(DELETE(copy));
}

TEST(memory_whose_capability_is_copied)
{
    strike_at(make_copy, check_copied);
}

/* The slot it was to go to is taken meanwhile. */
static void take_slot(enum strike_phase phase)
{
    if (phase == STRIKE_INSIDE)
        (void)!seL4_CNode_Copy(ROOT, large, DEPTH, ROOT, ROOT, DEPTH, seL4_AllRights);
}

static void check_slot(void)
{
    if (result != seL4_NoError) {
        EXPECT_EQ(result, seL4_DeleteFirst);
        EXPECT_OK(DELETE(large));
        retype();
    }
    check();
}

TEST(the_slot_is_taken_while_memory_is_cleared)
{
    strike_at(take_slot, check_slot);
}
