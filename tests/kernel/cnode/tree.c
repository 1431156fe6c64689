/* SPDX-License-Identifier: BSD-2-Clause */
/* Who is deleted when something is revoked: originals, copies, badges, moves. */
#include "tests/kernel/harness/harness.h"

#define REVOKE(slot)   seL4_CNode_Revoke(ROOT, slot, DEPTH)
#define MOVE(to, from) seL4_CNode_Move(ROOT, to, DEPTH, ROOT, from, DEPTH)

TEST(the_original_revokes_its_copies)
{
    seL4_CPtr original = new_notification();
    seL4_CPtr copy = new_copy(original, seL4_AllRights);
    seL4_CPtr second = new_copy(copy, seL4_CanRead);

    EXPECT_OK(REVOKE(original));
    EXPECT(!slot_is_empty(original));
    EXPECT(slot_is_empty(copy));
    EXPECT(slot_is_empty(second));
}

/* Copies are siblings: none of them revokes another. */
TEST(a_copy_revokes_nothing)
{
    seL4_CPtr original = new_notification();
    seL4_CPtr copy = new_copy(original, seL4_AllRights);
    seL4_CPtr second = new_copy(copy, seL4_AllRights);

    EXPECT_OK(REVOKE(copy));
    EXPECT(!slot_is_empty(original));
    EXPECT(!slot_is_empty(second));
}

TEST(a_badged_capability_revokes_its_copies)
{
    seL4_CPtr original = new_endpoint();
    seL4_CPtr badged = new_badged(original, seL4_AllRights, 5);
    seL4_CPtr other = new_badged(original, seL4_AllRights, 6);
    seL4_CPtr copy = new_copy(badged, seL4_AllRights);
    seL4_CPtr second = new_copy(copy, seL4_AllRights);

    EXPECT_OK(REVOKE(copy));
    EXPECT(!slot_is_empty(second));
    EXPECT_OK(REVOKE(badged));
    EXPECT(slot_is_empty(copy));
    EXPECT(slot_is_empty(second));
    EXPECT(!slot_is_empty(badged));
    EXPECT(!slot_is_empty(other));
    EXPECT(!slot_is_empty(original));
    EXPECT_OK(REVOKE(original));
    EXPECT(slot_is_empty(badged));
    EXPECT(slot_is_empty(other));
}

/* A badge minted from an unbadged copy belongs to the original too. */
TEST(badges_of_a_copy)
{
    seL4_CPtr original = new_endpoint();
    seL4_CPtr copy = new_copy(original, seL4_AllRights);
    seL4_CPtr badged = new_badged(copy, seL4_AllRights, 5);

    EXPECT_OK(REVOKE(original));
    EXPECT(slot_is_empty(copy));
    EXPECT(slot_is_empty(badged));
}

/* What was derived from a deleted capability still belongs to whom it was derived from. */
TEST(deleting_the_middle_keeps_the_line)
{
    seL4_CPtr original = new_endpoint();
    seL4_CPtr badged = new_badged(original, seL4_AllRights, 5);
    seL4_CPtr copy = new_copy(badged, seL4_AllRights);

    EXPECT_OK(seL4_CNode_Delete(ROOT, badged, DEPTH));
    EXPECT(!slot_is_empty(copy));
    EXPECT_OK(REVOKE(original));
    EXPECT(slot_is_empty(copy));
}

TEST(moving_takes_descendants_along)
{
    seL4_CPtr original = new_endpoint(), elsewhere = new_slot();
    seL4_CPtr badged = new_badged(original, seL4_AllRights, 5);
    seL4_CPtr copy = new_copy(badged, seL4_AllRights), moved = new_slot();

    EXPECT_OK(MOVE(moved, badged));
    EXPECT_OK(MOVE(elsewhere, original));
    EXPECT_OK(REVOKE(moved));
    EXPECT(slot_is_empty(copy));
    EXPECT_OK(REVOKE(elsewhere));
    EXPECT(slot_is_empty(moved));
}

TEST(revoking_untyped_takes_everything)
{
    seL4_CPtr untyped = new_object(seL4_UntypedObject, 16), inner = new_slot();
    seL4_CPtr node = new_slot(), endpoint = new_slot();

    REQUIRE_OK(seL4_Untyped_Retype(untyped, seL4_UntypedObject, 12, ROOT, 0, 0, inner, 1));
    REQUIRE_OK(seL4_Untyped_Retype(untyped, seL4_CapTableObject, 4, ROOT, 0, 0, node, 1));
    REQUIRE_OK(seL4_Untyped_Retype(inner, seL4_EndpointObject, 0, ROOT, 0, 0, endpoint, 1));
    seL4_CPtr copy = new_badged(endpoint, seL4_AllRights, 3);
    REQUIRE_OK(seL4_CNode_Copy(node, 1, 4, ROOT, copy, DEPTH, seL4_AllRights));
    EXPECT_OK(REVOKE(untyped));
    EXPECT(slot_is_empty(inner));
    EXPECT(slot_is_empty(node));
    EXPECT(slot_is_empty(endpoint));
    EXPECT(slot_is_empty(copy));
}

TEST(revoking_the_inner_untyped_leaves_the_outer)
{
    seL4_CPtr untyped = new_object(seL4_UntypedObject, 16), inner = new_slot();
    seL4_CPtr beside = new_slot(), below = new_slot();

    REQUIRE_OK(seL4_Untyped_Retype(untyped, seL4_UntypedObject, 12, ROOT, 0, 0, inner, 1));
    REQUIRE_OK(seL4_Untyped_Retype(untyped, seL4_EndpointObject, 0, ROOT, 0, 0, beside, 1));
    REQUIRE_OK(seL4_Untyped_Retype(inner, seL4_EndpointObject, 0, ROOT, 0, 0, below, 1));
    EXPECT_OK(REVOKE(inner));
    EXPECT(slot_is_empty(below));
    EXPECT(!slot_is_empty(beside));
    EXPECT(!slot_is_empty(inner));
}

/* Many copies, deleted in an order that has nothing to do with how they came. */
TEST(many_copies)
{
    seL4_CPtr original = new_notification(), slots = new_slots(100);

    for (unsigned i = 0; i < 100; i++) {
        seL4_CPtr from = i < 2 ? original : slots + (i * 7) % i;
        REQUIRE_OK(seL4_CNode_Copy(ROOT, slots + i, DEPTH, ROOT, from, DEPTH, seL4_AllRights));
    }
    for (unsigned i = 0; i < 50; i++)
        EXPECT_OK(seL4_CNode_Delete(ROOT, slots + (i * 37) % 100, DEPTH));
    EXPECT_OK(REVOKE(original));
    for (unsigned i = 0; i < 100; i++)
        EXPECT(slot_is_empty(slots + i));
    EXPECT(!slot_is_empty(original));
}

TEST(irq_handlers_are_children_of_irq_control)
{
    seL4_CPtr handler = new_slot();

    REQUIRE_OK(seL4_IRQControl_Get(seL4_CapIRQControl, 100, ROOT, handler, DEPTH));
    seL4_CPtr copy = new_copy(handler, seL4_AllRights);
    EXPECT_OK(REVOKE(handler));
    EXPECT_OK(REVOKE(seL4_CapIRQControl));
    EXPECT(slot_is_empty(handler));
    EXPECT(slot_is_empty(copy));
    /* Free again. */
    EXPECT_OK(seL4_IRQControl_Get(seL4_CapIRQControl, 100, ROOT, handler, DEPTH));
}

TEST(an_asid_pool_is_a_child_of_its_untyped)
{
    seL4_CPtr untyped = new_object(seL4_UntypedObject, 12), pool = new_slot();

    REQUIRE_OK(seL4_ARM_ASIDControl_MakePool(seL4_CapASIDControl, untyped, ROOT, pool, DEPTH));
    EXPECT_OK(REVOKE(untyped));
    EXPECT(slot_is_empty(pool));
}

/* Revoking what the caller runs on would be its end; revoking beside it is not. */
TEST(revoke_cuts_a_service_off)
{
    seL4_CPtr notification = new_notification();
    seL4_CPtr client = new_badged(notification, seL4_AllRights, 1);

    seL4_Signal(client);
    EXPECT_OK(REVOKE(notification));
    EXPECT_EQ(call_raw(client, 0, 0, 0, NULL).label, seL4_InvalidCapability);
    EXPECT_EQ(poll(notification), 1);
}

/* ---- untyped memory ---- */

static seL4_Error make_endpoint(seL4_CPtr untyped, seL4_CPtr slot)
{
    return seL4_Untyped_Retype(untyped, seL4_EndpointObject, 0, ROOT, 0, 0, slot, 1);
}

static seL4_Error copy_to(seL4_CPtr slot, seL4_CPtr source)
{
    return seL4_CNode_Copy(ROOT, slot, DEPTH, ROOT, source, DEPTH, seL4_AllRights);
}

/* The copy has the memory, and the source none, until the copy is gone. */
TEST(a_copy_of_untyped_memory_takes_it_over)
{
    seL4_CPtr untyped = new_object(seL4_UntypedObject, 10), copy = new_slot(), other = new_slot();
    seL4_CPtr object = new_slot();

    EXPECT_OK(copy_to(copy, untyped));
    EXPECT_ERROR(make_endpoint(untyped, object), seL4_NotEnoughMemory, 0);
    EXPECT_ERROR(copy_to(other, untyped), seL4_RevokeFirst);
    EXPECT_OK(make_endpoint(copy, object));
    EXPECT_ERROR(copy_to(other, copy), seL4_RevokeFirst);
    /* What was made of the copy is the source's when the copy goes. */
    EXPECT_OK(seL4_CNode_Delete(ROOT, copy, DEPTH));
    EXPECT(!slot_is_empty(object));
    EXPECT_ERROR(make_endpoint(untyped, copy), seL4_NotEnoughMemory, 0);
    EXPECT_OK(seL4_CNode_Delete(ROOT, object, DEPTH));
    EXPECT_OK(make_endpoint(untyped, object));
}

TEST(copies_of_copies_of_untyped_memory)
{
    seL4_CPtr untyped = new_object(seL4_UntypedObject, 10), copies = new_slots(3);
    seL4_CPtr object = new_slot();

    REQUIRE_OK(copy_to(copies, untyped));
    REQUIRE_OK(copy_to(copies + 1, copies));
    REQUIRE_OK(copy_to(copies + 2, copies + 1));
    EXPECT_ERROR(make_endpoint(copies, object), seL4_NotEnoughMemory, 0);
    EXPECT_OK(make_endpoint(copies + 2, object));
    /* Each revokes those behind it, and has the memory again. */
    EXPECT_OK(seL4_CNode_Revoke(ROOT, copies + 1, DEPTH));
    EXPECT(slot_is_empty(copies + 2));
    EXPECT(slot_is_empty(object));
    EXPECT_OK(make_endpoint(copies + 1, object));
    EXPECT_OK(seL4_CNode_Revoke(ROOT, untyped, DEPTH));
    EXPECT(slot_is_empty(copies));
    EXPECT(slot_is_empty(copies + 1));
    EXPECT(slot_is_empty(object));
    EXPECT_OK(make_endpoint(untyped, object));
}

/* ---- what has no object ---- */

/* Copies of the first capability cannot revoke each other; the first one can, badged ones included.
 */
TEST(smc_capabilities)
{
    seL4_CPtr first = new_slot(), copies = new_slots(3);

    REQUIRE_OK(copy_to(first, seL4_CapSMC));
    REQUIRE_OK(copy_to(copies, first));
    REQUIRE_OK(seL4_CNode_Mint(ROOT, copies + 1, DEPTH, ROOT, first, DEPTH, seL4_AllRights, 7));
    REQUIRE_OK(copy_to(copies + 2, copies + 1));
    EXPECT_OK(seL4_CNode_Revoke(ROOT, first, DEPTH));
    EXPECT(!slot_is_empty(copies));
    EXPECT(!slot_is_empty(copies + 1));
    EXPECT_OK(seL4_CNode_Revoke(ROOT, copies + 1, DEPTH));
    EXPECT(slot_is_empty(copies + 2));
    EXPECT_OK(seL4_CNode_Revoke(ROOT, seL4_CapSMC, DEPTH));
    EXPECT(slot_is_empty(first));
    EXPECT(slot_is_empty(copies));
    EXPECT(slot_is_empty(copies + 1));
}

/* Copies of a handler: the one that was issued revokes them, they do not. */
TEST(irq_handlers_and_their_copies)
{
    seL4_CPtr handler = new_slot(), copies = new_slots(2);

    REQUIRE_OK(seL4_IRQControl_Get(seL4_CapIRQControl, 90, ROOT, handler, DEPTH));
    REQUIRE_OK(copy_to(copies, handler));
    REQUIRE_OK(copy_to(copies + 1, copies));
    EXPECT_OK(seL4_CNode_Revoke(ROOT, copies, DEPTH));
    EXPECT(!slot_is_empty(copies + 1));
    EXPECT_OK(seL4_CNode_Revoke(ROOT, handler, DEPTH));
    EXPECT(slot_is_empty(copies));
    EXPECT(slot_is_empty(copies + 1));
    EXPECT_OK(seL4_IRQHandler_Ack(handler));
}

/* The pool goes with its memory, and its copies with it; an address space stays, without an id. */
TEST(an_asid_pool_and_its_copies)
{
    seL4_CPtr untyped = new_object(seL4_UntypedObject, 12), pool = new_slot(), copy = new_slot();
    seL4_CPtr spaces[] = {new_object(seL4_ARM_VSpaceObject, 0),
                          new_object(seL4_ARM_VSpaceObject, 0)};

    REQUIRE_OK(seL4_ARM_ASIDControl_MakePool(seL4_CapASIDControl, untyped, ROOT, pool, DEPTH));
    REQUIRE_OK(copy_to(copy, pool));
    EXPECT_OK(seL4_ARM_ASIDPool_Assign(copy, spaces[0]));
    EXPECT_OK(seL4_CNode_Revoke(ROOT, copy, DEPTH));
    EXPECT_OK(seL4_CNode_Delete(ROOT, pool, DEPTH));
    EXPECT_OK(seL4_ARM_ASIDPool_Assign(copy, spaces[1]));
    EXPECT_OK(seL4_CNode_Revoke(ROOT, untyped, DEPTH));
    EXPECT(slot_is_empty(copy));
    EXPECT_EQ(seL4_ARM_VSpace_Clean_Data(spaces[1], 0, 8), seL4_FailedLookup);
}
