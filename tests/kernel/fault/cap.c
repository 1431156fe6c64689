/* SPDX-License-Identifier: BSD-2-Clause */
/* Cap faults: each way a lookup fails, in each phase, with the message it makes. */
#include "tests/kernel/harness/code.h"

static seL4_CPtr handler, reply;
static struct alloc_thread *thread;

static void set_up(void)
{
    handler = new_endpoint();
    reply = new_reply();
    thread = new_bare_thread(50, handler);
}

static void start(long number, seL4_CPtr cap, seL4_CPtr reply_cap)
{
    seL4_UserContext registers = {
        .pc = (seL4_Word)code_svc, .x0 = cap, .x6 = reply_cap, .x7 = (seL4_Word)number, .x8 = cap};

    REQUIRE_OK(seL4_TCB_WriteRegisters(thread->tcb, true, 0, seL4_UserContext_Length, &registers));
}

/* The fault that came, of `length` words, about `cap`. */
static struct message cap_fault(seL4_CPtr cap, bool receive, seL4_Word length, seL4_Word failure)
{
    struct message fault = fault_take(handler, reply, seL4_Fault_CapFault, length);

    EXPECT_EQ(fault.words[seL4_CapFault_IP], (seL4_Word)code_svc);
    EXPECT_EQ(fault.words[seL4_CapFault_Addr], cap);
    EXPECT_EQ(fault.words[seL4_CapFault_InRecvPhase], receive);
    EXPECT_EQ(fault.words[seL4_CapFault_LookupFailureType], failure);
    return fault;
}

#define FAR (1UL << 63 | 5)

static void guard_mismatch(long number, bool receive)
{
    start(number, FAR, 0);
    struct message fault = cap_fault(FAR, receive, 7, seL4_GuardMismatch);
    EXPECT_EQ(fault.words[seL4_CapFault_BitsLeft], 64);
    EXPECT_EQ(fault.words[seL4_CapFault_GuardMismatch_GuardFound], 0);
    EXPECT_EQ(fault.words[seL4_CapFault_GuardMismatch_BitsFound],
              64 - rt_bootinfo()->initThreadCNodeSizeBits);
}

TEST(a_guard_that_does_not_match)
{
    static const long sends[] = {seL4_SysSend, seL4_SysCall};
    static const long receives[] = {seL4_SysRecv, seL4_SysNBRecv, seL4_SysWait, seL4_SysNBWait};

    set_up();
    for (unsigned i = 0; i < 2; i++)
        guard_mismatch(sends[i], false);
    for (unsigned i = 0; i < 4; i++)
        guard_mismatch(receives[i], true);
}

TEST(nbsend_to_nowhere_is_nothing)
{
    set_up();
    start(seL4_SysNBSend, FAR, 0);
    struct message fault = fault_take(handler, reply, seL4_Fault_VCPUFault, 1);
    EXPECT_EQ(fault.words[0], ESR_BRK(CODE_END));
}

static void set_root(seL4_CPtr root, seL4_Word data)
{
    REQUIRE_OK(seL4_TCB_SetSpace(thread->tcb, handler, root, data, seL4_CapInitThreadVSpace, 0));
}

TEST(invalid_root)
{
    set_up();
    /* A thread that was given no CSpace. */
    seL4_CPtr node = new_object(seL4_CapTableObject, 4);
    set_root(node, 0);
    REQUIRE_OK(seL4_CNode_Revoke(ROOT, node, DEPTH));
    start(seL4_SysSend, 77, 0);
    cap_fault(77, false, 4, seL4_InvalidRoot);
    start(seL4_SysRecv, 77, 0);
    cap_fault(77, true, 4, seL4_InvalidRoot);
}

/* A CNode of 4 bits below one of 8: 52 bits of the pointer are left there. */
TEST(depth_mismatch)
{
    seL4_CPtr outer = new_object(seL4_CapTableObject, 8), inner = new_slot();
    seL4_CPtr node = new_object(seL4_CapTableObject, 4);

    set_up();
    REQUIRE_OK(seL4_CNode_Mint(ROOT, inner, DEPTH, ROOT, node, DEPTH, seL4_AllRights,
                               seL4_CNode_CapData_new(0, 53).words[0]));
    REQUIRE_OK(seL4_CNode_Copy(outer, 0, 8, ROOT, inner, DEPTH, seL4_AllRights));
    set_root(outer, 0);
    start(seL4_SysSend, 3, 0);
    struct message fault = cap_fault(3, false, 6, seL4_DepthMismatch);
    EXPECT_EQ(fault.words[seL4_CapFault_BitsLeft], 56);
    EXPECT_EQ(fault.words[seL4_CapFault_DepthMismatch_BitsFound], 57);
    start(seL4_SysWait, 3, 0);
    cap_fault(3, true, 6, seL4_DepthMismatch);
}

/* Nothing there, the wrong kind, or no right to receive: a missing capability, no bits left. */
static void not_to_receive_from(seL4_CPtr cap)
{
    static const long numbers[] = {seL4_SysRecv, seL4_SysNBRecv, seL4_SysWait, seL4_SysNBWait};

    for (unsigned i = 0; i < 4; i++) {
        start(numbers[i], cap, new_reply());
        struct message fault = cap_fault(cap, true, 5, seL4_MissingCapability);
        EXPECT_EQ(fault.words[seL4_CapFault_BitsLeft], 0);
    }
}

TEST(nothing_to_receive_from)
{
    set_up();
    not_to_receive_from(new_slot());
    not_to_receive_from(thread->tcb);
    not_to_receive_from(new_copy(new_endpoint(), seL4_NoRead));
    not_to_receive_from(new_copy(new_notification(), seL4_CanWrite));
}

TEST(a_reply_that_is_none)
{
    seL4_CPtr endpoint = new_endpoint(), empty = new_slot();

    set_up();
    start(seL4_SysRecv, endpoint, FAR);
    cap_fault(FAR, true, 7, seL4_GuardMismatch);
    start(seL4_SysRecv, endpoint, empty);
    cap_fault(empty, true, 5, seL4_MissingCapability);
    start(seL4_SysNBRecv, endpoint, endpoint);
    cap_fault(endpoint, true, 5, seL4_MissingCapability);
    start(seL4_SysReplyRecv, endpoint, empty);
    cap_fault(empty, true, 5, seL4_MissingCapability);
}

/* After a fault in the receiving half, ReplyRecv as a whole is done again. */
TEST(a_cap_fault_can_be_mended)
{
    seL4_CPtr notification = new_notification(), slot = new_slot();

    set_up();
    start(seL4_SysWait, slot, 0);
    cap_fault(slot, true, 5, seL4_MissingCapability);
    REQUIRE_OK(seL4_CNode_Copy(ROOT, slot, DEPTH, ROOT, notification, DEPTH, seL4_AllRights));
    seL4_Signal(new_badged(notification, seL4_AllRights, 6));
    seL4_Send(reply, seL4_MessageInfo_new(1, 0, 0, 0));
    struct message fault = fault_take(handler, reply, seL4_Fault_VCPUFault, 1);
    EXPECT_EQ(fault.words[0], ESR_BRK(CODE_END));
    EXPECT_EQ(thread_registers(thread).x0, 6);
}
