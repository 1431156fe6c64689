/* SPDX-License-Identifier: BSD-2-Clause */
/* Configure, SetSpace, SetIPCBuffer, handlers: what a thread is given, and what is refused. */
#include "tests/kernel/harness/code.h"
#include "tests/kernel/harness/job.h"

#define VSPACE seL4_CapInitThreadVSpace

static seL4_CPtr tcb;

TEST(truncated)
{
    static const seL4_Word words[4];

    tcb = new_object(seL4_TCBObject, 0);
    EXPECT_EQ(call_raw(tcb, TCBConfigure, 3, 2, words).label, seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(tcb, TCBConfigure, 2, 3, words).label, seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(tcb, TCBSetSpace, 3, 1, words).label, seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(tcb, TCBSetSpace, 2, 2, words).label, seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(tcb, TCBSetIPCBuffer, 1, 0, words).label, seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(tcb, TCBSetIPCBuffer, 0, 1, words).label, seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(tcb, TCBSetPriority, 1, 0, words).label, seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(tcb, TCBSetPriority, 0, 1, words).label, seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(tcb, TCBSetMCPriority, 0, 1, words).label, seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(tcb, TCBSetSchedParams, 2, 2, words).label, seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(tcb, TCBSetSchedParams, 3, 1, words).label, seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(tcb, TCBSetTimeoutEndpoint, 0, 0, words).label, seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(tcb, TCBSetFlags, 0, 1, words).label, seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(tcb, 0, 0, 0, words).label, seL4_IllegalOperation);
    EXPECT_EQ(call_raw(tcb, CNodeRevoke, 0, 2, words).label, seL4_IllegalOperation);
    EXPECT_EQ(call_raw(tcb, 62, 0, 0, words).label, seL4_IllegalOperation);
}

TEST(spaces)
{
    seL4_CPtr node = new_object(seL4_CapTableObject, 4), other = new_endpoint();
    seL4_CPtr unassigned = new_object(seL4_ARM_VSpaceObject, 0);

    tcb = new_object(seL4_TCBObject, 0);
    EXPECT_ERROR(seL4_TCB_SetSpace(tcb, 0, other, 0, VSPACE, 0), seL4_IllegalOperation);
    EXPECT_ERROR(seL4_TCB_SetSpace(tcb, 0, new_slot(), 0, VSPACE, 0), seL4_IllegalOperation);
    EXPECT_ERROR(seL4_TCB_SetSpace(tcb, 0, ROOT, 0, other, 0), seL4_IllegalOperation);
    EXPECT_ERROR(seL4_TCB_SetSpace(tcb, 0, ROOT, 0, unassigned, 0), seL4_IllegalOperation);
    EXPECT_ERROR(seL4_TCB_SetSpace(tcb, 0, node, seL4_CNode_CapData_new(0, 61).words[0], VSPACE, 0),
                 seL4_IllegalOperation);
    EXPECT_ERROR(seL4_TCB_Configure(tcb, other, 0, VSPACE, 0, 0, 0), seL4_IllegalOperation);
    EXPECT_ERROR(seL4_TCB_Configure(tcb, ROOT, 0, unassigned, 0, 0, 0), seL4_IllegalOperation);
    EXPECT_OK(seL4_TCB_SetSpace(tcb, 0, ROOT, 0, VSPACE, 0));
    EXPECT_OK(seL4_TCB_SetSpace(tcb, 0, node, 0, new_vspace()->root, 0));
    EXPECT_OK(seL4_TCB_Configure(tcb, ROOT, 0, VSPACE, 0, 0, 0));
}

TEST(fault_handlers)
{
    seL4_CPtr endpoint = new_endpoint();

    tcb = new_object(seL4_TCBObject, 0);
    const seL4_CPtr bad[] = {new_notification(), new_copy(endpoint, seL4_CanRead),
                             new_copy(endpoint, seL4_CanWrite),
                             new_copy(endpoint, seL4_CapRights_new(1, 1, 1, 0)), tcb};
    for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        EXPECT_ERROR(seL4_TCB_SetSpace(tcb, bad[i], ROOT, 0, VSPACE, 0), seL4_InvalidCapability, 1);
        EXPECT_ERROR(seL4_TCB_SetTimeoutEndpoint(tcb, bad[i]), seL4_InvalidCapability, 1);
        EXPECT_ERROR(seL4_TCB_SetSchedParams(tcb, SELF, 1, 1, 0, bad[i]), seL4_InvalidCapability,
                     3);
    }
    const seL4_CPtr good[] = {0, endpoint, new_copy(endpoint, seL4_CapRights_new(1, 0, 0, 1)),
                              new_copy(endpoint, seL4_CapRights_new(0, 1, 0, 1))};
    for (unsigned i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        EXPECT_OK(seL4_TCB_SetSpace(tcb, good[i], ROOT, 0, VSPACE, 0));
        EXPECT_OK(seL4_TCB_SetTimeoutEndpoint(tcb, good[i]));
        EXPECT_OK(seL4_TCB_SetSchedParams(tcb, SELF, 1, 1, 0, good[i]));
    }
}

/* SetSpace: spaces are judged before the handler. */
TEST(order_of_setspace)
{
    tcb = new_object(seL4_TCBObject, 0);
    EXPECT_ERROR(seL4_TCB_SetSpace(tcb, tcb, tcb, 0, VSPACE, 0), seL4_IllegalOperation);
    EXPECT_ERROR(seL4_TCB_SetSpace(tcb, tcb, ROOT, 0, tcb, 0), seL4_IllegalOperation);
    EXPECT_ERROR(seL4_TCB_SetSpace(tcb, tcb, ROOT, 0, VSPACE, 0), seL4_InvalidCapability, 1);
}

/* A guard given with the CSpace: pointers are looked up with it. */
TEST(cspace_guard)
{
    seL4_CPtr node = new_object(seL4_CapTableObject, 4), notification = new_notification();
    seL4_CPtr handler = new_endpoint(), reply = new_reply();
    struct alloc_thread *thread = new_bare_thread(10, 0);
    seL4_UserContext registers = {
        .pc = (seL4_Word)code_svc, .x0 = 0xabcdef0123456700 | 9, .x7 = (seL4_Word)seL4_SysSend};

    REQUIRE_OK(seL4_CNode_Mint(node, 9, 4, ROOT, notification, DEPTH, seL4_AllRights, 0x40));
    EXPECT_OK(seL4_TCB_SetSpace(thread->tcb, handler, node,
                                seL4_CNode_CapData_new(0xabcdef012345670, 60).words[0], VSPACE, 0));
    REQUIRE_OK(seL4_TCB_WriteRegisters(thread->tcb, true, 0, 36, &registers));
    struct message fault = message_take(handler, reply);
    /* 58 bits of guard are all that fits: this guard has lost its upper bits. */
    EXPECT_EQ(fault.label, seL4_Fault_CapFault);
    EXPECT_EQ(fault.words[seL4_CapFault_LookupFailureType], seL4_GuardMismatch);
    EXPECT_OK(seL4_TCB_SetSpace(thread->tcb, handler, node, seL4_CNode_CapData_new(0, 60).words[0],
                                VSPACE, 0));
    registers.x0 = 9;
    REQUIRE_OK(seL4_TCB_WriteRegisters(thread->tcb, true, 0, 36, &registers));
    settle();
    EXPECT_EQ(poll(notification), 0x40);
}

TEST(ipc_buffers)
{
    struct alloc_area *memory = new_memory(4096);
    seL4_CPtr frame = memory->first;

    tcb = new_object(seL4_TCBObject, 0);
    EXPECT_ERROR(seL4_TCB_SetIPCBuffer(tcb, memory->vaddr, new_endpoint()), seL4_IllegalOperation);
    EXPECT_ERROR(seL4_TCB_SetIPCBuffer(tcb, memory->vaddr, new_slot()), seL4_IllegalOperation);
    EXPECT_ERROR(seL4_TCB_SetIPCBuffer(tcb, memory->vaddr + 8, frame), seL4_AlignmentError);
    EXPECT_ERROR(seL4_TCB_SetIPCBuffer(tcb, memory->vaddr + 512, frame), seL4_AlignmentError);
    EXPECT_ERROR(seL4_TCB_SetIPCBuffer(tcb, 1, new_endpoint()), seL4_IllegalOperation);
    EXPECT_OK(seL4_TCB_SetIPCBuffer(tcb, memory->vaddr + 1024, frame));
    EXPECT_OK(seL4_TCB_SetIPCBuffer(tcb, memory->vaddr, frame));
    EXPECT_ERROR(seL4_TCB_SetIPCBuffer(tcb, memory->vaddr, test_console.registers.first),
                 seL4_IllegalOperation);
    /* Address 0: none, whatever the capability. */
    EXPECT_OK(seL4_TCB_SetIPCBuffer(tcb, 0, new_endpoint()));
    EXPECT_ERROR(seL4_TCB_Configure(tcb, ROOT, 0, VSPACE, 0, memory->vaddr + 4, frame),
                 seL4_AlignmentError);
    EXPECT_ERROR(seL4_TCB_Configure(tcb, ROOT, 0, VSPACE, 0, memory->vaddr, tcb),
                 seL4_IllegalOperation);
}

/* The thread's capability is a copy of its own, which is no mapping: unmapping disturbs nothing,
 * revoking takes the buffer away. */
TEST(the_buffer_is_held_by_a_capability)
{
    static struct job receiver;
    struct alloc_area *memory = new_memory(4096);

    receiver = (struct job){.number = seL4_SysRecv, .cap = new_endpoint(), .reply = new_reply()};
    job_start(&receiver);
    REQUIRE_OK(seL4_TCB_SetIPCBuffer(receiver.thread->tcb, memory->vaddr, memory->first));
    settle();
    EXPECT_OK(seL4_CNode_Revoke(ROOT, memory->first, DEPTH));
    EXPECT_OK(seL4_ARM_Page_Unmap(memory->first));
    seL4_Send(receiver.cap, seL4_MessageInfo_new(1, 0, 0, 9));
    settle();
    EXPECT(receiver.done);
    EXPECT_EQ(receiver.message.length, 4);
}

/* ---- flags ---- */

TEST(flags)
{
    tcb = new_object(seL4_TCBObject, 0);
    seL4_TCB_SetFlags_t answer = seL4_TCB_SetFlags(tcb, 0, 0);

    EXPECT_OK(answer.error);
    EXPECT_EQ(answer.flags, 0);
    EXPECT_EQ(seL4_TCB_SetFlags(tcb, 0, seL4_TCBFlag_fpuDisabled).flags, 1);
    EXPECT_EQ(seL4_TCB_SetFlags(tcb, 0, 0).flags, 1);
    /* Flags that do not exist are not kept; what is set goes over what is cleared. */
    EXPECT_EQ(seL4_TCB_SetFlags(tcb, 0, 1UL << 63).flags & 1UL << 63, 0);
    EXPECT_EQ(seL4_TCB_SetFlags(tcb, 1, 1).flags, 1);
    EXPECT_EQ(seL4_TCB_SetFlags(tcb, 1, 0).flags, 0);
}
