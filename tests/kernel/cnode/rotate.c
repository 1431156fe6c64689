/* SPDX-License-Identifier: BSD-2-Clause */
/* CNode_Rotate: dest <- pivot <- src, or a swap where dest is src. */
#include "tests/kernel/harness/harness.h"

static seL4_CPtr dest, pivot, source;

static seL4_Error rotate(seL4_Word dest_data, seL4_Word pivot_data)
{
    return seL4_CNode_Rotate(ROOT, dest, DEPTH, dest_data, ROOT, pivot, DEPTH, pivot_data, ROOT,
                             source, DEPTH);
}

/* Capabilities that can be told apart in every build, and are no endpoints. */
static seL4_CPtr moved_frame(seL4_Word *address)
{
    seL4_CPtr frame = new_object(seL4_ARM_SmallPageObject, 0);

    *address = seL4_ARM_Page_GetAddress(frame).paddr;
    return frame;
}

static seL4_Word address_of(seL4_CPtr frame)
{
    return seL4_ARM_Page_GetAddress(frame).paddr;
}

TEST(three_slots)
{
    seL4_Word pivot_address, source_address;

    dest = new_slot();
    pivot = moved_frame(&pivot_address);
    source = moved_frame(&source_address);
    EXPECT_OK(rotate(0, 0));
    EXPECT_EQ(address_of(dest), pivot_address);
    EXPECT_EQ(address_of(pivot), source_address);
    EXPECT(slot_is_empty(source));
}

TEST(two_slots_swap)
{
    seL4_Word pivot_address, source_address;

    pivot = moved_frame(&pivot_address);
    source = moved_frame(&source_address);
    dest = source;
    EXPECT_OK(rotate(0, 0));
    EXPECT_EQ(address_of(source), pivot_address);
    EXPECT_EQ(address_of(pivot), source_address);
}

/* Parent and child change places: the tree follows. */
TEST(parent_and_child_swap)
{
    seL4_CPtr untyped = new_object(seL4_UntypedObject, 13), frame = new_slot(), copy = new_slot();

    REQUIRE_OK(seL4_Untyped_Retype(untyped, seL4_ARM_SmallPageObject, 0, ROOT, 0, 0, frame, 1));
    REQUIRE_OK(seL4_CNode_Copy(ROOT, copy, DEPTH, ROOT, frame, DEPTH, seL4_AllRights));
    pivot = untyped;
    source = frame;
    dest = frame;
    EXPECT_OK(rotate(0, 0));
    /* The untyped is where the frame was and still has the frame and its copy below it. */
    EXPECT_ERROR(seL4_CNode_Copy(ROOT, new_slot(), DEPTH, ROOT, frame, DEPTH, seL4_AllRights),
                 seL4_RevokeFirst);
    EXPECT_OK(seL4_CNode_Revoke(ROOT, frame, DEPTH));
    EXPECT(slot_is_empty(untyped));
    EXPECT(slot_is_empty(copy));
    EXPECT(!slot_is_empty(frame));
}

TEST(guards_change_on_the_way)
{
    seL4_CPtr one = new_object(seL4_CapTableObject, 4), two = new_object(seL4_CapTableObject, 5);

    dest = new_slot();
    pivot = one;
    source = two;
    EXPECT_OK(rotate(seL4_CNode_CapData_new(1, 2).words[0], seL4_CNode_CapData_new(2, 3).words[0]));
    EXPECT_OK(seL4_CNode_Delete(dest, 1 << 4 | 9, 6));
    EXPECT_OK(seL4_CNode_Delete(pivot, 2 << 5 | 9, 8));
}

TEST(refused)
{
    seL4_Word address;
    seL4_CPtr full = new_object(seL4_ARM_SmallPageObject, 0);

    pivot = moved_frame(&address);
    dest = new_slot();
    source = pivot;
    EXPECT_ERROR(rotate(0, 0), seL4_IllegalOperation);
    source = full;
    dest = pivot;
    EXPECT_ERROR(rotate(0, 0), seL4_IllegalOperation);
    dest = new_reply();
    EXPECT_ERROR(rotate(0, 0), seL4_DeleteFirst);
    dest = new_slot();
    source = new_slot();
    EXPECT_ERROR(rotate(0, 0), seL4_FailedLookup, 1, seL4_MissingCapability, 64);
    source = full;
    pivot = new_slot();
    EXPECT_ERROR(rotate(0, 0), seL4_FailedLookup, 0, seL4_MissingCapability, 64);
    /* Endpoints and notifications never rotate; a guard must fit. */
    pivot = new_endpoint();
    EXPECT_ERROR(rotate(0, 0), seL4_IllegalOperation);
    pivot = full;
    source = new_badged(new_notification(), seL4_AllRights, 2);
    EXPECT_ERROR(rotate(0, 0), seL4_IllegalOperation);
    source = new_object(seL4_CapTableObject, 4);
    EXPECT_ERROR(rotate(0, seL4_CNode_CapData_new(0, 63).words[0]), seL4_IllegalOperation);
    EXPECT(slot_is_empty(dest));
    EXPECT(!slot_is_empty(source));
}

TEST(lookup_order)
{
    seL4_CPtr nothing = new_notification();

    EXPECT_ERROR(seL4_CNode_Rotate(ROOT, 0, 0, 0, nothing, 0, 0, 0, nothing, 0, 0), seL4_RangeError,
                 1, 64);
    EXPECT_ERROR(seL4_CNode_Rotate(ROOT, new_slot(), DEPTH, 0, ROOT, 0, 0, 0, nothing, 0, 64),
                 seL4_FailedLookup, 1, seL4_InvalidRoot);
    EXPECT_ERROR(
        seL4_CNode_Rotate(ROOT, new_slot(), DEPTH, 0, nothing, 0, 64, 0, ROOT, ROOT, DEPTH),
        seL4_FailedLookup);
}
