/* SPDX-License-Identifier: BSD-2-Clause */
/* Two cores take the same things apart at the same time: what one has half done the other finds. */
#include "tests/kernel/harness/harness.h"

#define LIMIT_US  10000000
#define ROUNDS    60
#define BITS      17
#define RADIX     6
#define DELETE(s) seL4_CNode_Delete(ROOT, s, DEPTH)

static seL4_CPtr untyped, outer, inner, other, copy, tcb, notification;
static volatile unsigned started, finished; /* rounds */

/* A CNode full of copies, with another in it that is all that a thread has. */
static void prepare(void)
{
    REQUIRE_OK(seL4_Untyped_Retype(untyped, seL4_CapTableObject, RADIX, ROOT, 0, 0, outer, 1));
    REQUIRE_OK(seL4_Untyped_Retype(untyped, seL4_CapTableObject, RADIX, ROOT, 0, 0, inner, 1));
    REQUIRE_OK(seL4_Untyped_Retype(untyped, seL4_TCBObject, 0, ROOT, 0, 0, tcb, 1));
    REQUIRE_OK(seL4_TCB_Configure(tcb, inner, 0, seL4_CapInitThreadVSpace, 0, 0, ROOT));
    for (seL4_Word i = 0; i < 1 << RADIX; i++) {
        REQUIRE_OK(seL4_CNode_Copy(outer, i, RADIX, ROOT, notification, DEPTH, seL4_AllRights));
        REQUIRE_OK(seL4_CNode_Copy(inner, i, RADIX, ROOT, notification, DEPTH, seL4_AllRights));
    }
    REQUIRE_OK(DELETE(inner));
    REQUIRE_OK(DELETE(other));
}

/* Each round another pair: 0 delete, 1 revoke the memory, 2 revoke what was copied, 3 move. */
static void take_apart(unsigned what)
{
    switch (what % 4) {
    case 0:
        EXPECT_OK(DELETE(outer));
        break;
    case 1:
        EXPECT_OK(seL4_CNode_Revoke(ROOT, untyped, DEPTH));
        break;
    case 2:
        EXPECT_OK(seL4_CNode_Revoke(ROOT, notification, DEPTH));
        break;
    default:
        (void)!seL4_CNode_Move(ROOT, other, DEPTH, ROOT, outer, DEPTH);
        EXPECT_OK(DELETE(tcb));
        break;
    }
}

static void second(void *argument)
{
    for (unsigned round = 0; round < ROUNDS; round++) {
        while (started <= round)
            test_pause();
        take_apart(round / 4);
        finished = round + 1;
    }
    seL4_Wait(*(seL4_CPtr *)argument, NULL);
}

/* The emulator lets one core run until some timer is due, then the next: this one's is, often. */
static void tick(void *argument)
{
    for (;;)
        seL4_Yield();
}

static void check(void)
{
    EXPECT_OK(DELETE(outer));
    EXPECT_OK(DELETE(other));
    EXPECT_OK(DELETE(tcb));
    EXPECT_OK(seL4_CNode_Copy(ROOT, copy, DEPTH, ROOT, untyped, DEPTH, seL4_AllRights));
    EXPECT_OK(DELETE(copy));
}

TEST(two_cores_take_the_same_apart)
{
    static seL4_CPtr end;

    untyped = new_object(seL4_UntypedObject, BITS);
    notification = new_notification();
    outer = new_slot();
    inner = new_slot();
    other = new_slot();
    copy = new_slot();
    tcb = new_slot();
    end = new_notification();
    started = 0;
    finished = 0;
    new_thread_with(&(struct alloc_thread_options){
        .entry = tick, .priority = 100, .core = 2, .budget = 20, .period = 40});
    new_thread_with(&(struct alloc_thread_options){
        .entry = second, .argument = &end, .priority = 100, .mcp = 255, .core = 1});
    for (unsigned round = 0; round < ROUNDS; round++) {
        prepare();
        started = round + 1;
        for (volatile unsigned i = 0; i < round * 37 % 200; i++)
            if (i % 64 == 63)
                test_pause();
        take_apart(round);
        uint64_t limit = test_now() + LIMIT_US;
        while (finished <= round) {
            REQUIRE(test_now() < limit);
            test_pause();
        }
        check();
    }
}
