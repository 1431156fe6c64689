/* SPDX-License-Identifier: BSD-2-Clause */
/* Errors of Untyped_Retype, in the order they are looked for. */
#include "tests/kernel/harness/harness.h"

#define LARGEST 47

static seL4_CPtr untyped, slot;

static void set_up(void)
{
    untyped = new_object(seL4_UntypedObject, 14);
    slot = new_slot();
}

static seL4_Error retype(seL4_Word type, seL4_Word size_bits)
{
    return seL4_Untyped_Retype(untyped, type, size_bits, ROOT, 0, 0, slot, 1);
}

TEST(truncated)
{
    const seL4_Word words[6] = {seL4_ObjectTypeCount};

    set_up();
    EXPECT_EQ(call_raw(untyped, UntypedRetype, 1, 5, words).label, seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(untyped, UntypedRetype, 0, 6, words).label, seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(untyped, UntypedRetype, 0, 6, words).length, 0);
    EXPECT_EQ(call_raw(untyped, CNodeCopy, 0, 0, words).label, seL4_IllegalOperation);
    EXPECT_EQ(call_raw(untyped, 0, 1, 6, words).label, seL4_IllegalOperation);
}

TEST(type)
{
    set_up();
    EXPECT_ERROR(retype(seL4_ObjectTypeCount, 64), seL4_InvalidArgument, 0);
    EXPECT_ERROR(retype(~0UL, 0), seL4_InvalidArgument, 0);
    EXPECT_ERROR(retype(1UL << 32 | seL4_EndpointObject, 0), seL4_InvalidArgument, 0);
}

TEST(size_range)
{
    set_up();
    EXPECT_ERROR(retype(seL4_UntypedObject, 64), seL4_RangeError, 0, LARGEST);
    EXPECT_ERROR(retype(seL4_UntypedObject, 48), seL4_RangeError, 0, LARGEST);
    EXPECT_ERROR(retype(seL4_CapTableObject, 43), seL4_RangeError, 0, LARGEST);
    EXPECT_ERROR(retype(seL4_SchedContextObject, ~0UL), seL4_RangeError, 0, LARGEST);
    EXPECT_ERROR(retype(seL4_EndpointObject, 64), seL4_RangeError, 0, LARGEST);
    EXPECT_ERROR(retype(seL4_UntypedObject, 47), seL4_NotEnoughMemory, 1 << 14);
    EXPECT_ERROR(retype(seL4_CapTableObject, 42), seL4_NotEnoughMemory, 1 << 14);
    EXPECT_OK(retype(seL4_EndpointObject, 63));
}

TEST(size_too_small)
{
    set_up();
    EXPECT_ERROR(retype(seL4_CapTableObject, 0), seL4_InvalidArgument, 1);
    EXPECT_ERROR(retype(seL4_UntypedObject, 3), seL4_InvalidArgument, 1);
    EXPECT_ERROR(retype(seL4_UntypedObject, 0), seL4_InvalidArgument, 1);
    EXPECT_ERROR(retype(seL4_SchedContextObject, 6), seL4_InvalidArgument, 1);
}

static seL4_Error retype_into(seL4_CPtr root, seL4_Word index, seL4_Word depth, seL4_Word offset,
                              seL4_Word count)
{
    return seL4_Untyped_Retype(untyped, seL4_EndpointObject, 0, root, index, depth, offset, count);
}

TEST(destination_node)
{
    set_up();
    seL4_CPtr node = new_object(seL4_CapTableObject, 4), notification = new_notification();

    EXPECT_ERROR(retype_into(notification, 0, 0, 0, 1), seL4_FailedLookup, 0,
                 seL4_MissingCapability, 0);
    EXPECT_ERROR(retype_into(notification, 0, 64, 0, 1), seL4_FailedLookup, 0, seL4_InvalidRoot);
    EXPECT_ERROR(retype_into(ROOT, notification, 64, 0, 1), seL4_FailedLookup, 0,
                 seL4_MissingCapability, 64);
    EXPECT_ERROR(retype_into(ROOT, slot, 64, 0, 1), seL4_FailedLookup, 0, seL4_MissingCapability,
                 64);
    EXPECT_ERROR(retype_into(ROOT, node, 65, 0, 1), seL4_RangeError, 1, 64);
    /* This depth is a whole word. */
    EXPECT_ERROR(retype_into(ROOT, node, 256, 0, 1), seL4_RangeError, 1, 64);
    EXPECT_ERROR(retype_into(ROOT, node, 256 + 64, 0, 1), seL4_RangeError, 1, 64);
    EXPECT_ERROR(retype_into(ROOT, node, 1UL << 63, 0, 1), seL4_RangeError, 1, 64);
    EXPECT_ERROR(retype_into(ROOT, 1UL << 63, 64, 0, 1), seL4_FailedLookup, 0, seL4_GuardMismatch,
                 64, 0);
    EXPECT_OK(retype_into(node, 0, 0, 3, 1));
    EXPECT_OK(retype_into(ROOT, node, 64, 4, 2));
    EXPECT_ERROR(retype_into(node, 0, 0, 5, 1), seL4_DeleteFirst);
    EXPECT_OK(retype_into(node, 0, 0, 6, 1));
}

TEST(slot_range)
{
    set_up();
    seL4_CPtr node = new_object(seL4_CapTableObject, 4);

    EXPECT_ERROR(retype_into(node, 0, 0, 16, 0), seL4_RangeError, 0, 15);
    EXPECT_ERROR(retype_into(node, 0, 0, ~0UL, 1), seL4_RangeError, 0, 15);
    EXPECT_ERROR(retype_into(node, 0, 0, 15, 0), seL4_RangeError, 1, 256);
    EXPECT_ERROR(retype_into(node, 0, 0, 15, 257), seL4_RangeError, 1, 256);
    EXPECT_ERROR(retype_into(node, 0, 0, 15, ~0UL), seL4_RangeError, 1, 256);
    EXPECT_ERROR(retype_into(node, 0, 0, 10, 7), seL4_RangeError, 1, 6);
    EXPECT_OK(retype_into(node, 0, 0, 10, 6));
}

TEST(fan_out_limit)
{
    untyped = new_object(seL4_UntypedObject, 14);
    seL4_CPtr node = new_object(seL4_CapTableObject, 9);

    EXPECT_ERROR(retype_into(node, 0, 0, 0, 257), seL4_RangeError, 1, 256);
    EXPECT_OK(retype_into(node, 0, 0, 0, 256));
    EXPECT_OK(retype_into(node, 0, 0, 256, 256));
    EXPECT_ERROR(retype_into(node, 0, 0, 255, 2), seL4_DeleteFirst);
}

/* The last of several slots is taken: nothing happens to the others, nor to the memory. */
TEST(an_occupied_slot_stops_all)
{
    set_up();
    seL4_CPtr node = new_object(seL4_CapTableObject, 4);

    REQUIRE_OK(seL4_CNode_Copy(node, 7, 4, ROOT, ROOT, DEPTH, seL4_AllRights));
    EXPECT_ERROR(retype_into(node, 0, 0, 0, 8), seL4_DeleteFirst);
    EXPECT_OK(seL4_Untyped_Retype(untyped, seL4_UntypedObject, 14, node, 0, 0, 0, 1));
}

TEST(order)
{
    set_up();
    seL4_CPtr full = new_notification();

    /* Type before size, size before node, node before offset, count before slots before memory. */
    EXPECT_ERROR(seL4_Untyped_Retype(untyped, 13, 64, full, 0, 0, 99, 0), seL4_InvalidArgument, 0);
    EXPECT_ERROR(seL4_Untyped_Retype(untyped, 0, 64, full, 0, 0, 99, 0), seL4_RangeError, 0,
                 LARGEST);
    EXPECT_ERROR(seL4_Untyped_Retype(untyped, 0, 40, full, 0, 0, 99, 0), seL4_FailedLookup, 0,
                 seL4_MissingCapability, 0);
    EXPECT_ERROR(seL4_Untyped_Retype(untyped, 0, 40, ROOT, 0, 0, full, 0), seL4_RangeError, 1, 256);
    EXPECT_ERROR(seL4_Untyped_Retype(untyped, 0, 40, ROOT, 0, 0, full, 1), seL4_DeleteFirst);
    EXPECT_ERROR(seL4_Untyped_Retype(untyped, 0, 40, ROOT, 0, 0, slot, 1), seL4_NotEnoughMemory,
                 1 << 14);
}

/* Through Send an invocation is carried out, and nothing comes back. */
TEST(send_invokes_without_an_answer)
{
    set_up();
    seL4_SetCap(0, ROOT);
    const seL4_Word words[] = {seL4_EndpointObject, 0, 0, 0, slot, 1};
    for (unsigned i = 0; i < 6; i++)
        seL4_SetMR((int)i, words[i]);
    seL4_Send(untyped, seL4_MessageInfo_new(UntypedRetype, 0, 1, 6));
    EXPECT(!slot_is_empty(slot));
    EXPECT_OK(seL4_CNode_Delete(ROOT, slot, DEPTH));
    for (unsigned i = 0; i < 6; i++)
        seL4_SetMR((int)i, words[i]);
    seL4_NBSend(untyped, seL4_MessageInfo_new(UntypedRetype, 0, 1, 6));
    EXPECT(!slot_is_empty(slot));
}

TEST(answers_without_outputs_are_empty)
{
    set_up();
    seL4_SetCap(0, ROOT);
    struct answer answer = call_raw(untyped, UntypedRetype, 1, 6,
                                    (const seL4_Word[]){seL4_EndpointObject, 0, 0, 0, slot, 1});
    EXPECT_EQ(answer.badge, 0);
    EXPECT_EQ(answer.label, 0);
    EXPECT_EQ(answer.length, 0);
}
