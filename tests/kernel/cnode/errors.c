/* SPDX-License-Identifier: BSD-2-Clause */
/* Errors of CNode invocations: their order, their details, and ways a lookup fails. */
#include "tests/kernel/harness/code.h"

static const seL4_Word no_words[12];

TEST(truncated)
{
    seL4_CPtr slot = new_slot();

    for (seL4_Word label = CNodeRevoke; label <= CNodeRotate; label++) {
        EXPECT_EQ(call_raw(ROOT, label, 0, 1, no_words).label, seL4_TruncatedMessage);
        EXPECT_EQ(call_raw(ROOT, label, 0, 1, no_words).length, 0);
    }
    const seL4_Word words[] = {slot, 64, seL4_CapInitThreadTCB, 64, 15, 0, 0, 0};
    /* Three words, or no extra capability. */
    EXPECT_EQ(call_raw(ROOT, CNodeCopy, 1, 3, words).label, seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(ROOT, CNodeCopy, 0, 5, words).label, seL4_TruncatedMessage);
    seL4_SetCap(0, ROOT);
    EXPECT_EQ(call_raw(ROOT, CNodeCopy, 1, 4, words).label, seL4_TruncatedMessage);
    seL4_SetCap(0, ROOT);
    EXPECT_EQ(call_raw(ROOT, CNodeMint, 1, 5, words).label, seL4_TruncatedMessage);
    seL4_SetCap(0, ROOT);
    EXPECT_EQ(call_raw(ROOT, CNodeMutate, 1, 4, words).label, seL4_TruncatedMessage);
    seL4_SetCap(0, ROOT);
    EXPECT_EQ(call_raw(ROOT, CNodeRotate, 1, 8, words).label, seL4_TruncatedMessage);
    EXPECT(slot_is_empty(slot));
}

TEST(unknown_labels)
{
    static const seL4_Word labels[] = {0,  UntypedRetype,  TCBSetFlags, IRQIssueIRQHandler,
                                       62, 0xfffffffffffff};

    for (unsigned i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
        struct answer answer = call_raw(ROOT, labels[i], 0, 2, no_words);

        EXPECT_EQ(answer.label, seL4_IllegalOperation);
        EXPECT_EQ(answer.length, 0);
        EXPECT_EQ(answer.badge, 0);
    }
}

TEST(depth_is_1_to_64)
{
    struct answer answer = call_raw(ROOT, CNodeDelete, 0, 2, (const seL4_Word[]){0, 0});

    EXPECT_EQ(answer.label, seL4_RangeError);
    EXPECT_EQ(answer.length, 2);
    EXPECT_EQ(answer.words[0], 1);
    EXPECT_EQ(answer.words[1], 64);
    EXPECT_ERROR(seL4_CNode_Delete(ROOT, 0, 65), seL4_RangeError, 1, 64);
    EXPECT_ERROR(seL4_CNode_Delete(ROOT, 0, 255), seL4_RangeError, 1, 64);
}

/* A depth is 8 bits: what a caller has above them does not count. */
TEST(depth_is_8_bits)
{
    seL4_CPtr slot = new_slot();
    const seL4_Word words[] = {slot, 0xabcd00 + 64};

    EXPECT_EQ(call_raw(ROOT, CNodeDelete, 0, 2, words).label, seL4_NoError);
    EXPECT_EQ(call_raw(ROOT, CNodeDelete, 0, 2, (const seL4_Word[]){slot, 256}).label,
              seL4_RangeError);
}

/* The root CNode: radix r, guard of 64 - r zeros. */
TEST(lookup_failures)
{
    seL4_Word radix = rt_bootinfo()->initThreadCNodeSizeBits;
    seL4_CPtr node = new_object(seL4_CapTableObject, 4), inner = new_object(seL4_CapTableObject, 3);
    struct answer answer;

    /* A guard that does not match. */
    answer = call_raw(ROOT, CNodeDelete, 0, 2, (const seL4_Word[]){1UL << 63, 64});
    EXPECT_EQ(answer.label, seL4_FailedLookup);
    EXPECT_EQ(answer.length, 5);
    EXPECT_EQ(answer.words[0], 0);
    EXPECT_EQ(answer.words[1], seL4_GuardMismatch);
    EXPECT_EQ(answer.words[2], 64);
    EXPECT_EQ(answer.words[3], 0);
    EXPECT_EQ(seL4_GetMR(4), 64 - radix);
    /* Fewer bits than the guard has. */
    EXPECT_ERROR(seL4_CNode_Delete(ROOT, 0, 8), seL4_FailedLookup, 0, seL4_GuardMismatch, 8, 0);
    /* More than the guard, fewer than guard and radix. */
    answer = call_raw(ROOT, CNodeDelete, 0, 2, (const seL4_Word[]){0, 64 - radix + 1});
    EXPECT_EQ(answer.label, seL4_FailedLookup);
    EXPECT_EQ(answer.length, 4);
    EXPECT_EQ(answer.words[1], seL4_DepthMismatch);
    EXPECT_EQ(answer.words[2], 64 - radix + 1);
    EXPECT_EQ(answer.words[3], 64);
    /* Bits left over at something that is no CNode. */
    EXPECT_ERROR(seL4_CNode_Delete(node, 0, 7), seL4_FailedLookup, 0, seL4_DepthMismatch, 3, 0);
    /* Through two levels: fine, too deep, and into a slot that holds nothing. */
    REQUIRE_OK(seL4_CNode_Copy(node, 5, 4, ROOT, inner, DEPTH, seL4_AllRights));
    EXPECT_OK(seL4_CNode_Delete(node, 5 << 3 | 2, 7));
    EXPECT_ERROR(seL4_CNode_Delete(node, 5 << 3 | 2, 5), seL4_FailedLookup, 0, seL4_DepthMismatch,
                 1, 3);
    EXPECT_ERROR(seL4_CNode_Delete(node, (5 << 3 | 2) << 4, 11), seL4_FailedLookup, 0,
                 seL4_DepthMismatch, 4, 0);
    EXPECT_ERROR(seL4_CNode_Delete(node, 6 << 3 | 2, 7), seL4_FailedLookup, 0, seL4_DepthMismatch,
                 3, 0);
}

TEST(source_failures)
{
    seL4_CPtr slot = new_slot(), empty = new_slot(), full = new_notification();
    seL4_CPtr node = new_object(seL4_CapTableObject, 4);

    EXPECT_ERROR(seL4_CNode_Copy(ROOT, slot, DEPTH, ROOT, empty, DEPTH, seL4_AllRights),
                 seL4_FailedLookup, 1, seL4_MissingCapability, 64);
    EXPECT_ERROR(seL4_CNode_Move(ROOT, slot, DEPTH, node, 3, 4), seL4_FailedLookup, 1,
                 seL4_MissingCapability, 4);
    struct answer answer;
    seL4_SetCap(0, full);
    answer = call_raw(ROOT, CNodeMove, 1, 4, (const seL4_Word[]){slot, 64, 0, 64});
    EXPECT_EQ(answer.label, seL4_FailedLookup);
    EXPECT_EQ(answer.length, 2);
    EXPECT_EQ(answer.words[0], 1);
    EXPECT_EQ(answer.words[1], seL4_InvalidRoot);
    EXPECT_ERROR(seL4_CNode_Copy(ROOT, slot, DEPTH, ROOT, full, 0, seL4_AllRights), seL4_RangeError,
                 1, 64);
    EXPECT_ERROR(seL4_CNode_Copy(ROOT, slot, DEPTH, node, 0, 5, seL4_AllRights), seL4_FailedLookup,
                 1, seL4_DepthMismatch, 1, 0);
}

/* The destination is looked at first: found, then empty, then the source. */
TEST(order_of_errors)
{
    seL4_CPtr full = new_notification(), slot = new_slot();

    EXPECT_ERROR(seL4_CNode_Copy(ROOT, full, 0, ROOT, slot, 0, seL4_AllRights), seL4_RangeError, 1,
                 64);
    EXPECT_ERROR(seL4_CNode_Copy(ROOT, full, DEPTH, ROOT, slot, 0, seL4_AllRights),
                 seL4_DeleteFirst);
    EXPECT_ERROR(seL4_CNode_Copy(ROOT, full, DEPTH, full, 0, 64, seL4_AllRights), seL4_DeleteFirst);
    EXPECT_ERROR(seL4_CNode_Move(ROOT, full, DEPTH, ROOT, full, DEPTH), seL4_DeleteFirst);
    EXPECT_ERROR(seL4_CNode_Move(ROOT, slot, DEPTH, ROOT, slot, DEPTH), seL4_FailedLookup, 1,
                 seL4_MissingCapability, 64);
}

TEST(empty_slots_delete_and_revoke)
{
    seL4_CPtr slot = new_slot();

    EXPECT_OK(seL4_CNode_Delete(ROOT, slot, DEPTH));
    EXPECT_OK(seL4_CNode_Revoke(ROOT, slot, DEPTH));
}

TEST(invoking_nothing)
{
    struct answer answer = call_raw(new_slot(), CNodeDelete, 0, 0, NULL);

    EXPECT_EQ(answer.label, seL4_InvalidCapability);
    EXPECT_EQ(answer.length, 1);
    EXPECT_EQ(answer.words[0], 0);
    EXPECT_EQ(call_raw(0, 1, 0, 0, NULL).label, seL4_InvalidCapability);
}

/* Leftover bits are ignored when a pointer names a capability to invoke: a thread whose root is a
 * CNode of 4 bits finds what it wants by the topmost 4. */
TEST(a_pointer_may_have_bits_left_over)
{
    seL4_CPtr node = new_object(seL4_CapTableObject, 4), notification = new_notification();
    seL4_CPtr badged = new_badged(notification, seL4_AllRights, 4), handler = new_endpoint();
    struct alloc_thread *thread = new_bare_thread(50, 0);
    seL4_UserContext registers = {
        .pc = (seL4_Word)code_svc, .x0 = 0x8fffffffffffffff, .x7 = (seL4_Word)seL4_SysSend};

    REQUIRE_OK(seL4_CNode_Copy(node, 8, 4, ROOT, badged, DEPTH, seL4_AllRights));
    REQUIRE_OK(seL4_TCB_SetSpace(thread->tcb, handler, node, 0, seL4_CapInitThreadVSpace, 0));
    REQUIRE_OK(seL4_TCB_WriteRegisters(thread->tcb, true, 0, seL4_UserContext_Length, &registers));
    fault_take(handler, new_reply(), seL4_Fault_VCPUFault, 1);
    EXPECT_EQ(poll(notification), 4);
}
