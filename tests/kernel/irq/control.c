/* SPDX-License-Identifier: BSD-2-Clause */
/* IRQControl: which interrupts may be had, into which slots, and how often. */
#include "tests/kernel/irq/device.h"

#define CONTROL seL4_CapIRQControl
#define SHARED  90 /* nobody's */

static seL4_Error get(seL4_Word irq, seL4_CPtr slot)
{
    return seL4_IRQControl_Get(CONTROL, irq, ROOT, slot, DEPTH);
}

static seL4_Error get_on_core(seL4_Word irq, seL4_CPtr slot, seL4_Word core)
{
    return seL4_IRQControl_GetTriggerCore(CONTROL, irq, 0, ROOT, slot, DEPTH, core);
}

TEST(truncated)
{
    static const seL4_Word words[5] = {SHARED};

    EXPECT_EQ(call_raw(CONTROL, IRQIssueIRQHandler, 1, 2, words).label, seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(CONTROL, IRQIssueIRQHandler, 0, 3, words).label, seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(CONTROL, ARMIRQIssueIRQHandlerTrigger, 1, 3, words).label,
              seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(CONTROL, ARMIRQIssueIRQHandlerTriggerCore, 1, 4, words).label,
              seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(CONTROL, IRQAckIRQ, 0, 0, words).label, seL4_IllegalOperation);
    EXPECT_EQ(call_raw(CONTROL, 0, 1, 5, words).label, seL4_IllegalOperation);
}

static seL4_Word greatest(seL4_CPtr slot)
{
    EXPECT_ERROR(get(~0UL, slot), seL4_RangeError, 0);
    return seL4_GetMR(1);
}

TEST(range)
{
    seL4_CPtr slot = new_slot();
    seL4_Word most = greatest(slot);

    EXPECT(most >= 95 && most <= 1019);
    EXPECT_ERROR(get(most + 1, slot), seL4_RangeError, 0, most);
    EXPECT_ERROR(seL4_IRQControl_GetTrigger(CONTROL, most + 1, 1, ROOT, slot, DEPTH),
                 seL4_RangeError, 0, most);
    EXPECT_ERROR(get_on_core(most + 1, slot, 0), seL4_RangeError, 0, most);
    EXPECT_OK(get(most, slot));
}

/* Private interrupts need a core to be named, and the kernel keeps some. */
TEST(private_interrupts)
{
    seL4_CPtr slot = new_slot();
    static const seL4_Word kept[] = {25, 26, 27, 0, 1};

    EXPECT_ERROR(get(30, slot), seL4_IllegalOperation);
    EXPECT_ERROR(seL4_IRQControl_GetTrigger(CONTROL, 30, 0, ROOT, slot, DEPTH),
                 seL4_IllegalOperation);
    for (unsigned i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
        EXPECT_ERROR(get_on_core(kept[i], slot, 0), seL4_RevokeFirst);
    EXPECT_ERROR(get_on_core(30, slot, 99), seL4_InvalidArgument);
    EXPECT_ERROR(get_on_core(30, slot, rt_bootinfo()->numNodes), seL4_InvalidArgument);
    EXPECT_OK(get_on_core(30, slot, 0));
}

/* The number, then the core, then whether it may be had like this, or at all, then the slot. */
TEST(order_of_errors)
{
    seL4_Word most = greatest(new_slot());

    EXPECT_ERROR(get_on_core(most + 1, ROOT, 99), seL4_RangeError, 0, most);
    EXPECT_ERROR(get_on_core(~0UL, ROOT, 99), seL4_RangeError, 0, most);
    EXPECT_ERROR(get_on_core(27, ROOT, 99), seL4_InvalidArgument);
    EXPECT_ERROR(get_on_core(30, ROOT, 1UL << 32), seL4_InvalidArgument);
    EXPECT_ERROR(get_on_core(27, ROOT, 0), seL4_RevokeFirst);
    EXPECT_ERROR(get_on_core(30, ROOT, 0), seL4_DeleteFirst);
    EXPECT_ERROR(get(27, ROOT), seL4_IllegalOperation);
    EXPECT_ERROR(get(30, ROOT), seL4_IllegalOperation);
    EXPECT_ERROR(get(SHARED, ROOT), seL4_DeleteFirst);
    EXPECT_ERROR(get(SHARED | 1UL << 32, ROOT), seL4_RangeError, 0, most);
}

TEST(slots)
{
    seL4_CPtr slot = new_slot();

    EXPECT_ERROR(get(SHARED, ROOT), seL4_DeleteFirst);
    EXPECT_ERROR(seL4_IRQControl_Get(CONTROL, SHARED, ROOT, slot, 0), seL4_RangeError, 1, 64);
    EXPECT_ERROR(seL4_IRQControl_Get(CONTROL, SHARED, new_endpoint(), slot, DEPTH),
                 seL4_FailedLookup, 0, seL4_InvalidRoot);
    EXPECT_ERROR(seL4_IRQControl_Get(CONTROL, SHARED, ROOT, 1UL << 40, DEPTH), seL4_FailedLookup, 0,
                 seL4_GuardMismatch, 64);
    EXPECT_OK(get(SHARED, slot));
}

TEST(one_handler_an_interrupt)
{
    seL4_CPtr slot = new_slot(), other = new_slot();

    EXPECT_OK(get(SHARED, slot));
    EXPECT_ERROR(get(SHARED, other), seL4_RevokeFirst);
    EXPECT_ERROR(get_on_core(SHARED, other, 0), seL4_RevokeFirst);
    /* Taken before the slot is looked at. */
    EXPECT_ERROR(get(SHARED, ROOT), seL4_RevokeFirst);
    seL4_CPtr copy = new_copy(slot, seL4_AllRights);
    EXPECT_OK(seL4_CNode_Delete(ROOT, slot, DEPTH));
    EXPECT_ERROR(get(SHARED, other), seL4_RevokeFirst);
    EXPECT_OK(seL4_CNode_Delete(ROOT, copy, DEPTH));
    EXPECT_OK(get(SHARED, other));
}

TEST(set_notification)
{
    seL4_CPtr handler = line_handler(0), notification = new_notification();

    EXPECT_EQ(call_raw(handler, IRQSetIRQHandler, 0, 0, NULL).label, seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(handler, IRQIssueIRQHandler, 0, 0, NULL).label, seL4_IllegalOperation);
    EXPECT_ERROR(seL4_IRQHandler_SetNotification(handler, new_endpoint()), seL4_InvalidCapability,
                 0);
    EXPECT_ERROR(seL4_IRQHandler_SetNotification(handler, new_slot()), seL4_InvalidCapability, 0);
    EXPECT_ERROR(seL4_IRQHandler_SetNotification(handler, new_copy(notification, seL4_CanRead)),
                 seL4_InvalidCapability, 0);
    EXPECT_OK(seL4_IRQHandler_SetNotification(handler, notification));
    EXPECT_OK(seL4_IRQHandler_SetNotification(handler, new_copy(notification, seL4_CanWrite)));
    EXPECT_OK(seL4_IRQHandler_Clear(handler));
    EXPECT_OK(seL4_IRQHandler_Clear(handler));
    EXPECT_OK(seL4_IRQHandler_Ack(handler));
}
