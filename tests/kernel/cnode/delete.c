/* SPDX-License-Identifier: BSD-2-Clause */
/* Deleting what holds capabilities: CNodes and threads inside each other, chains, cycles. */
#include "tests/kernel/harness/harness.h"

#define DELETE(slot) seL4_CNode_Delete(ROOT, slot, DEPTH)

/* Moves a root slot's capability into a CNode of radix 4. */
static void put(seL4_CPtr node, seL4_Word index, seL4_CPtr what)
{
    REQUIRE_OK(seL4_CNode_Move(node, index, 4, ROOT, what, DEPTH));
}

TEST(the_last_capability_to_a_cnode_empties_it)
{
    seL4_CPtr node = new_object(seL4_CapTableObject, 4), notification = new_notification();
    struct alloc_thread *thread = new_bare_thread(10, 0);

    REQUIRE_OK(seL4_CNode_Copy(node, 0, 4, ROOT, notification, DEPTH, seL4_AllRights));
    REQUIRE_OK(seL4_CNode_Copy(node, 15, 4, ROOT, thread->tcb, DEPTH, seL4_AllRights));
    EXPECT_OK(DELETE(node));
    EXPECT(slot_is_empty(node));
    seL4_Signal(new_badged(notification, seL4_AllRights, 1));
    EXPECT_EQ(poll(notification), 1);
}

TEST(a_copy_keeps_a_cnode_as_it_is)
{
    seL4_CPtr node = new_object(seL4_CapTableObject, 4);
    seL4_CPtr copy = new_copy(node, seL4_AllRights);

    put(node, 3, new_notification());
    EXPECT_OK(DELETE(node));
    EXPECT_ERROR(seL4_CNode_Copy(copy, 3, 4, ROOT, ROOT, DEPTH, seL4_AllRights), seL4_DeleteFirst);
    EXPECT_OK(DELETE(copy));
}

/* node[0] = node: the only capability to it is inside itself. */
static void holds_itself(seL4_Word index, bool others)
{
    seL4_CPtr node = new_object(seL4_CapTableObject, 4), anchor = new_slot();

    for (unsigned i = 0; others && i < 16; i++) {
        if (i != index)
            put(node, i, new_notification());
    }
    REQUIRE_OK(seL4_CNode_Copy(node, index, 4, ROOT, node, DEPTH, seL4_AllRights));
    REQUIRE_OK(seL4_CNode_Copy(ROOT, anchor, DEPTH, ROOT, node, DEPTH, seL4_AllRights));
    EXPECT_OK(DELETE(anchor));
    /* Deletes the capability through which the slot is named. */
    EXPECT_OK(seL4_CNode_Delete(node, index, 4));
    EXPECT_OK(DELETE(node));
    EXPECT(slot_is_empty(node));
}

TEST(a_cnode_that_holds_itself)
{
    holds_itself(0, false);
    holds_itself(15, false);
    holds_itself(0, true);
    holds_itself(7, true);
    holds_itself(15, true);
}

/* The last capability to a CNode moves into it: then the CNode can be reached by nobody, and its
 * memory comes back through the untyped alone. */
static void buried_in_itself(seL4_Word index)
{
    seL4_CPtr untyped = new_object(seL4_UntypedObject, 12), node = new_slot();

    REQUIRE_OK(seL4_Untyped_Retype(untyped, seL4_CapTableObject, 4, ROOT, 0, 0, node, 1));
    put(node, 3, new_notification());
    REQUIRE_OK(seL4_CNode_Move(node, index, 4, ROOT, node, DEPTH));
    EXPECT_OK(seL4_CNode_Revoke(ROOT, untyped, DEPTH));
    EXPECT_OK(seL4_Untyped_Retype(untyped, seL4_CapTableObject, 4, ROOT, 0, 0, node, 1));
    EXPECT_OK(seL4_CNode_Delete(node, 3, 4));
}

TEST(a_cnode_buried_in_itself)
{
    buried_in_itself(0);
    buried_in_itself(8);
    buried_in_itself(15);
}

TEST(two_cnodes_that_hold_each_other)
{
    seL4_CPtr untyped = new_object(seL4_UntypedObject, 12), nodes = new_slots(2);

    REQUIRE_OK(seL4_Untyped_Retype(untyped, seL4_CapTableObject, 4, ROOT, 0, 0, nodes, 2));
    REQUIRE_OK(seL4_CNode_Copy(nodes, 15, 4, ROOT, nodes + 1, DEPTH, seL4_AllRights));
    put(nodes + 1, 15, nodes);
    EXPECT_OK(DELETE(nodes + 1));
    EXPECT_OK(seL4_CNode_Revoke(ROOT, untyped, DEPTH));
    EXPECT_OK(seL4_Untyped_Retype(untyped, seL4_CapTableObject, 4, ROOT, 0, 0, nodes, 2));
}

/* Each CNode holds the next, at a place that depends on the case; 300 of them. */
#define CHAIN 300

static void chain(seL4_Word (*place)(unsigned))
{
    seL4_CPtr untyped = new_object(seL4_UntypedObject, 18), first = new_slot(), slot = new_slot();

    REQUIRE_OK(seL4_Untyped_Retype(untyped, seL4_CapTableObject, 4, ROOT, 0, 0, first, 1));
    for (unsigned i = 1; i < CHAIN; i++) {
        REQUIRE_OK(seL4_Untyped_Retype(untyped, seL4_CapTableObject, 4, ROOT, 0, 0, slot, 1));
        put(slot, place(i), first);
        REQUIRE_OK(seL4_CNode_Move(ROOT, first, DEPTH, ROOT, slot, DEPTH));
    }
    EXPECT_OK(DELETE(first));
    EXPECT(slot_is_empty(first));
    /* All of it came back: nothing is a child of the untyped any more. */
    EXPECT_OK(seL4_CNode_Copy(ROOT, first, DEPTH, ROOT, untyped, DEPTH, seL4_AllRights));
}

static seL4_Word place_first(unsigned i)
{
    return 0;
}

static seL4_Word place_last(unsigned i)
{
    return 15;
}

static seL4_Word place_any(unsigned i)
{
    return i * 7 % 16;
}

TEST(long_chains_of_cnodes)
{
    chain(place_first);
    chain(place_last);
    chain(place_any);
}

/* A thread's CSpace is a CNode that holds the thread's only capability. */
TEST(a_thread_and_its_cspace_hold_each_other)
{
    seL4_CPtr untyped = new_object(seL4_UntypedObject, 13), tcb = new_slot(), node = new_slot();

    REQUIRE_OK(seL4_Untyped_Retype(untyped, seL4_TCBObject, 0, ROOT, 0, 0, tcb, 1));
    REQUIRE_OK(seL4_Untyped_Retype(untyped, seL4_CapTableObject, 4, ROOT, 0, 0, node, 1));
    REQUIRE_OK(seL4_TCB_SetSpace(tcb, 0, node, 0, seL4_CapInitThreadVSpace, 0));
    put(node, 5, tcb);
    EXPECT_OK(DELETE(node));
    EXPECT_OK(seL4_CNode_Revoke(ROOT, untyped, DEPTH));
    EXPECT(slot_is_empty(node));
    EXPECT_OK(seL4_Untyped_Retype(untyped, seL4_TCBObject, 0, ROOT, 0, 0, tcb, 1));
}

TEST(threads_hold_their_spaces_until_they_go)
{
    seL4_CPtr tcb = new_object(seL4_TCBObject, 0), node = new_object(seL4_CapTableObject, 4);
    seL4_CPtr notification = new_notification();
    seL4_CPtr inside = new_copy(notification, seL4_AllRights);

    put(node, 2, inside);
    REQUIRE_OK(seL4_TCB_SetSpace(tcb, 0, node, 0, seL4_CapInitThreadVSpace, 0));
    EXPECT_OK(DELETE(node));
    /* The thread's is now the last capability to the CNode: replacing it would take long. */
    EXPECT_ERROR(seL4_TCB_SetSpace(tcb, 0, ROOT, 0, seL4_CapInitThreadVSpace, 0),
                 seL4_IllegalOperation);
    EXPECT_OK(DELETE(tcb));
}

/* A large CNode, full: deletion is interrupted and goes on. */
TEST(a_full_cnode_of_4096_slots)
{
    seL4_CPtr node = new_object(seL4_CapTableObject, 12), notification = new_notification();

    for (seL4_Word i = 0; i < 4096; i++)
        REQUIRE_OK(seL4_CNode_Copy(node, i, 12, ROOT, notification, DEPTH, seL4_AllRights));
    EXPECT_OK(DELETE(node));
    EXPECT_OK(seL4_CNode_Revoke(ROOT, notification, DEPTH));
    seL4_Signal(new_badged(notification, seL4_AllRights, 1));
    EXPECT_EQ(poll(notification), 1);
}

static void churn(void *argument)
{
    volatile seL4_Word *count = argument;

    for (;;)
        ++*count;
}

/* A thread of higher priority interrupts the deletion again and again. */
TEST(revoke_under_preemption)
{
    static volatile seL4_Word count;
    seL4_CPtr node = new_object(seL4_CapTableObject, 14), notification = new_notification();
    struct alloc_thread *other = new_thread_with(&(struct alloc_thread_options){
        .entry = churn, .argument = (void *)&count, .priority = 255, .budget = 50, .period = 250});

    for (seL4_Word i = 0; i < 1 << 14; i++)
        REQUIRE_OK(seL4_CNode_Copy(node, i, 14, ROOT, notification, DEPTH, seL4_AllRights));
    REQUIRE_OK(seL4_TCB_SetPriority(SELF, SELF, 254));
    count = 0;
    EXPECT_OK(seL4_CNode_Revoke(ROOT, notification, DEPTH));
    EXPECT(count > 0);
    EXPECT_OK(seL4_TCB_Suspend(other->tcb));
    REQUIRE_OK(seL4_TCB_SetPriority(SELF, SELF, 255));
    for (seL4_Word i = 0; i < 1 << 14; i += 1023)
        EXPECT_OK(seL4_CNode_Copy(node, i, 14, ROOT, notification, DEPTH, seL4_AllRights));
}

/* ---- memory in which a deletion is at work is not free ---- */

struct watch {
    seL4_CPtr untyped, slot;
    volatile bool deleted;
    volatile unsigned looks, early;
};

static struct watch watch;

/* A childless untyped can be copied: looks whether it is, at every period of a small budget. */
static void watch_untyped(void *argument)
{
    for (;;) {
        watch.looks++;
        if (seL4_CNode_Copy(ROOT, watch.slot, DEPTH, ROOT, watch.untyped, DEPTH, seL4_AllRights) ==
            seL4_NoError) {
            watch.early += !watch.deleted;
            seL4_CNode_Delete(ROOT, watch.slot, DEPTH);
        }
        seL4_Yield();
    }
}

TEST(memory_that_is_being_emptied_is_not_free)
{
    seL4_CPtr outer = new_object(seL4_CapTableObject, 4), inner = new_slot();
    seL4_CPtr notification = new_notification();

    watch = (struct watch){.untyped = new_object(seL4_UntypedObject, 20), .slot = new_slot()};
    REQUIRE_OK(seL4_Untyped_Retype(watch.untyped, seL4_CapTableObject, 14, ROOT, 0, 0, inner, 1));
    for (seL4_Word i = 0; i < 1 << 14; i++)
        REQUIRE_OK(seL4_CNode_Copy(inner, i, 14, ROOT, notification, DEPTH, seL4_AllRights));
    put(outer, 7, inner);
    struct alloc_thread *watcher = new_thread_with(&(struct alloc_thread_options){
        .entry = watch_untyped, .priority = 255, .mcp = 255, .budget = 50, .period = 250});

    REQUIRE_OK(seL4_TCB_SetPriority(SELF, SELF, 254));
    watch.looks = 0;
    EXPECT_OK(DELETE(outer));
    EXPECT(watch.looks > 2);
    watch.deleted = true;
    REQUIRE_OK(seL4_TCB_SetPriority(SELF, SELF, 255));
    EXPECT_OK(seL4_TCB_Suspend(watcher->tcb));
    EXPECT_EQ(watch.early, 0);
    EXPECT_OK(seL4_Untyped_Retype(watch.untyped, seL4_UntypedObject, 20, ROOT, 0, 0, inner, 1));
}
