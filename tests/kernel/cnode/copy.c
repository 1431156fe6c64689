/* SPDX-License-Identifier: BSD-2-Clause */
/* CNode_Copy, Mint, Move and Mutate: what arrives in the slot, and what is refused. */
#include "tests/kernel/harness/code.h"

#define COPY(to, from, rights) seL4_CNode_Copy(ROOT, to, DEPTH, ROOT, from, DEPTH, rights)
#define MINT(to, from, rights, data) \
    seL4_CNode_Mint(ROOT, to, DEPTH, ROOT, from, DEPTH, rights, data)
#define MOVE(to, from)         seL4_CNode_Move(ROOT, to, DEPTH, ROOT, from, DEPTH)
#define MUTATE(to, from, data) seL4_CNode_Mutate(ROOT, to, DEPTH, ROOT, from, DEPTH, data)

static seL4_CPtr notification;

TEST(copy_names_the_same_object)
{
    notification = new_notification();
    seL4_CPtr slot = new_slot();

    EXPECT_OK(COPY(slot, notification, seL4_AllRights));
    seL4_Signal(new_badged(slot, seL4_AllRights, 3));
    EXPECT_EQ(poll(notification), 3);
}

/* Rights can only be taken away. */
TEST(copy_masks_rights)
{
    notification = new_notification();
    seL4_CPtr read_only = new_copy(notification, seL4_CanRead);
    seL4_CPtr again = new_copy(read_only, seL4_AllRights);

    EXPECT_EQ(call_raw(read_only, 0, 0, 0, NULL).label, seL4_InvalidCapability);
    EXPECT_EQ(call_raw(again, 0, 0, 0, NULL).label, seL4_InvalidCapability);
}

TEST(frame_rights_are_masked)
{
    seL4_CPtr frame = new_object(seL4_ARM_SmallPageObject, 0);
    uintptr_t address = new_addresses(4096, 4096);
    seL4_CPtr read_only = new_copy(frame, seL4_CanRead), handler = new_endpoint();
    struct alloc_thread *thread = new_bare_thread(50, handler);

    EXPECT_OK(seL4_ARM_Page_Map(read_only, seL4_CapInitThreadVSpace, address, seL4_AllRights, 3));
    EXPECT_EQ(*(volatile seL4_Word *)address, 0);
    bare_start(thread, code_store, address, 1);
    struct message fault = fault_take(handler, new_reply(), seL4_Fault_VMFault, 4);
    EXPECT_EQ(fault.words[seL4_VMFault_Addr], address);
}

TEST(mint_gives_a_badge_once)
{
    notification = new_notification();
    seL4_CPtr badged = new_badged(notification, seL4_AllRights, 0xfedcba9876543210);
    seL4_CPtr slot = new_slot();

    seL4_Signal(badged);
    EXPECT_EQ(poll(notification), 0xfedcba9876543210);
    EXPECT_ERROR(MINT(slot, badged, seL4_AllRights, 5), seL4_IllegalOperation);
    EXPECT_ERROR(MINT(slot, badged, seL4_AllRights, 0), seL4_IllegalOperation);
    EXPECT(slot_is_empty(slot));
    EXPECT_OK(COPY(slot, badged, seL4_AllRights));
    seL4_Signal(slot);
    EXPECT_EQ(poll(notification), 0xfedcba9876543210);
}

TEST(mint_with_badge_zero_leaves_it_open)
{
    notification = new_notification();
    seL4_CPtr zero = new_badged(notification, seL4_AllRights, 0);

    seL4_Signal(new_badged(zero, seL4_AllRights, 6));
    EXPECT_EQ(poll(notification), 6);
}

TEST(mint_ignores_data_where_there_is_none)
{
    seL4_CPtr slot = new_slot();

    EXPECT_OK(MINT(slot, new_reply(), seL4_AllRights, 0x123));
    EXPECT(!slot_is_empty(slot));
}

TEST(mint_sets_a_guard)
{
    seL4_CPtr node = new_object(seL4_CapTableObject, 4), guarded = new_slot();
    seL4_CPtr inner = new_notification();
    seL4_Word data = seL4_CNode_CapData_new(0x5a, 8).words[0];

    EXPECT_OK(MINT(guarded, node, seL4_AllRights, data));
    EXPECT_OK(seL4_CNode_Copy(guarded, 0x5a3, 12, ROOT, inner, DEPTH, seL4_AllRights));
    EXPECT_OK(seL4_CNode_Delete(node, 3, 4));
    EXPECT_ERROR(seL4_CNode_Delete(guarded, 0x5b3, 12), seL4_FailedLookup, 0, seL4_GuardMismatch,
                 12, 0x5a);
    /* More guard than there are bits is refused; a guard is cut to its size. */
    EXPECT_ERROR(MINT(new_slot(), node, seL4_AllRights, seL4_CNode_CapData_new(0, 61).words[0]),
                 seL4_IllegalOperation);
    seL4_CPtr cut = new_slot();
    EXPECT_OK(MINT(cut, node, seL4_AllRights, seL4_CNode_CapData_new(0xff5, 4).words[0]));
    EXPECT_OK(seL4_CNode_Delete(cut, 0x53, 8));
}

TEST(move_leaves_nothing_behind)
{
    notification = new_notification();
    seL4_CPtr badged = new_badged(notification, seL4_CanWrite, 9), slot = new_slot();

    EXPECT_OK(MOVE(slot, badged));
    EXPECT(slot_is_empty(badged));
    seL4_Signal(slot);
    EXPECT_EQ(poll(notification), 9);
}

TEST(mutate_changes_guards_alone)
{
    seL4_CPtr node = new_object(seL4_CapTableObject, 4), slot = new_slot(), other = new_slot();

    notification = new_notification();
    EXPECT_OK(MUTATE(slot, node, seL4_CNode_CapData_new(1, 60).words[0]));
    EXPECT(slot_is_empty(node));
    EXPECT_OK(seL4_CNode_Delete(slot, 0x13, 64));
    EXPECT_ERROR(seL4_CNode_Delete(slot, 0x3, 64), seL4_FailedLookup, 0, seL4_GuardMismatch, 64, 1);
    EXPECT_OK(MUTATE(other, slot, 0));
    EXPECT_OK(seL4_CNode_Delete(other, 3, 4));
    EXPECT_OK(MOVE(node, other));
    EXPECT_ERROR(MUTATE(slot, node, seL4_CNode_CapData_new(0, 63).words[0]), seL4_IllegalOperation);
    EXPECT_ERROR(MUTATE(slot, notification, 5), seL4_IllegalOperation);
    EXPECT_ERROR(MUTATE(slot, new_badged(notification, seL4_AllRights, 5), 0),
                 seL4_IllegalOperation);
    EXPECT(slot_is_empty(slot));
}

TEST(mutate_moves_other_kinds)
{
    seL4_CPtr frame = new_object(seL4_ARM_SmallPageObject, 0), slot = new_slot();
    seL4_Word address = seL4_ARM_Page_GetAddress(frame).paddr;

    EXPECT_OK(MUTATE(slot, frame, 77));
    EXPECT_EQ(seL4_ARM_Page_GetAddress(slot).paddr, address);
    EXPECT(slot_is_empty(frame));
}

/* ---- what cannot be copied ---- */

TEST(kinds_that_cannot_be_copied)
{
    seL4_CPtr slot = new_slot();

    EXPECT_ERROR(COPY(slot, seL4_CapIRQControl, seL4_AllRights), seL4_IllegalOperation);
    EXPECT_ERROR(MINT(slot, seL4_CapIRQControl, seL4_AllRights, 1), seL4_IllegalOperation);
    EXPECT_ERROR(COPY(slot, new_object(seL4_ARM_PageTableObject, 0), seL4_AllRights),
                 seL4_IllegalOperation);
    EXPECT_ERROR(COPY(slot, new_object(seL4_ARM_VSpaceObject, 0), seL4_AllRights),
                 seL4_IllegalOperation);
    EXPECT_OK(COPY(slot, new_vspace()->root, seL4_AllRights));
}

/* Anything may be moved. */
TEST(what_cannot_be_copied_can_be_moved)
{
    seL4_CPtr slot = new_slot();

    EXPECT_OK(MOVE(slot, seL4_CapIRQControl));
    EXPECT_OK(MOVE(seL4_CapIRQControl, slot));
    EXPECT_OK(MOVE(slot, new_object(seL4_ARM_PageTableObject, 0)));
}

TEST(untyped_with_children_cannot_be_copied)
{
    seL4_CPtr untyped = new_object(seL4_UntypedObject, 12), child = new_slot(), slot = new_slot();

    REQUIRE_OK(seL4_Untyped_Retype(untyped, seL4_EndpointObject, 0, ROOT, 0, 0, child, 1));
    EXPECT_ERROR(COPY(slot, untyped, seL4_AllRights), seL4_RevokeFirst);
    EXPECT_ERROR(MINT(slot, untyped, seL4_AllRights, 0), seL4_RevokeFirst);
    EXPECT_OK(seL4_CNode_Delete(ROOT, child, DEPTH));
    EXPECT_OK(COPY(slot, untyped, seL4_AllRights));
    /* The memory is handed out by one of the two only. */
    EXPECT_OK(seL4_Untyped_Retype(slot, seL4_EndpointObject, 0, ROOT, 0, 0, child, 1));
    EXPECT_ERROR(seL4_Untyped_Retype(untyped, seL4_EndpointObject, 0, ROOT, 0, 0, new_slot(), 1),
                 seL4_NotEnoughMemory, 0);
    /* Without children it is whole again. */
    EXPECT_OK(seL4_CNode_Revoke(ROOT, untyped, DEPTH));
    EXPECT(slot_is_empty(slot));
    EXPECT(slot_is_empty(child));
    EXPECT_OK(seL4_Untyped_Retype(untyped, seL4_EndpointObject, 0, ROOT, 0, 0, child, 1));
}
