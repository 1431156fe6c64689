/* SPDX-License-Identifier: BSD-2-Clause */
/* What becomes of threads that wait when an endpoint or a notification goes, or they are stopped.
 */
#include "tests/kernel/harness/job.h"

static struct job job;

/* The waiter does its system call again when the endpoint goes. Who is told of a fault, if any. */
static struct message delete_under_waiter(long number)
{
    seL4_CPtr endpoint = new_endpoint(), handler = new_endpoint(), reply = new_reply();

    job = (struct job){
        .number = number, .cap = endpoint, .reply = new_reply(), .fault_ep = handler};
    job_start(&job);
    settle();
    EXPECT(!job.done);
    EXPECT_OK(seL4_CNode_Delete(ROOT, endpoint, DEPTH));
    return message_take(handler, reply);
}

static void receiver_faults(long number)
{
    struct message fault = delete_under_waiter(number);

    EXPECT_EQ(fault.label, seL4_Fault_CapFault);
    EXPECT_EQ(fault.words[seL4_CapFault_Addr], job.cap);
    EXPECT_EQ(fault.words[seL4_CapFault_InRecvPhase], 1);
    EXPECT_EQ(fault.words[seL4_CapFault_LookupFailureType], seL4_MissingCapability);
    EXPECT(!job.done);
}

TEST(deleting_an_endpoint_restarts_receivers)
{
    receiver_faults(seL4_SysRecv);
    receiver_faults(seL4_SysWait);
}

/* Call on an empty slot is answered: an invalid capability. */
TEST(deleting_an_endpoint_restarts_callers)
{
    EXPECT(!delete_under_waiter(seL4_SysCall).came);
    EXPECT(job.done);
    EXPECT_EQ(job.message.label, seL4_InvalidCapability);
    EXPECT_EQ(job.message.words[0], 0);
}

/* Send on an empty slot does nothing. */
TEST(deleting_an_endpoint_restarts_senders)
{
    EXPECT(!delete_under_waiter(seL4_SysSend).came);
    EXPECT(job.done);
}

TEST(deleting_one_of_two_capabilities_disturbs_nobody)
{
    seL4_CPtr endpoint = new_endpoint();
    seL4_CPtr copy = new_copy(endpoint, seL4_AllRights);

    job = (struct job){.number = seL4_SysRecv, .cap = copy, .reply = new_reply()};
    job_start(&job);
    settle();
    EXPECT_OK(seL4_CNode_Delete(ROOT, endpoint, DEPTH));
    seL4_Send(copy, seL4_MessageInfo_new(4, 0, 0, 0));
    settle();
    EXPECT_EQ(job.message.label, 4);
}

TEST(a_suspended_sender_leaves_the_queue)
{
    seL4_CPtr endpoint = new_endpoint(), reply = new_reply();

    job = (struct job){.number = seL4_SysSend, .cap = endpoint, .label = 1};
    job_start(&job);
    settle();
    EXPECT_OK(seL4_TCB_Suspend(job.thread->tcb));
    EXPECT(!message_take(endpoint, reply).came);
    EXPECT_OK(seL4_TCB_Resume(job.thread->tcb));
    EXPECT(message_take(endpoint, reply).came);
    settle();
    EXPECT(job.done);
}

TEST(a_suspended_receiver_leaves_the_queue)
{
    seL4_CPtr endpoint = new_endpoint();

    job = (struct job){.number = seL4_SysRecv, .cap = endpoint, .reply = new_reply()};
    job_start(&job);
    settle();
    EXPECT_OK(seL4_TCB_Suspend(job.thread->tcb));
    seL4_NBSend(endpoint, seL4_MessageInfo_new(1, 0, 0, 0));
    EXPECT_OK(seL4_TCB_Resume(job.thread->tcb));
    settle();
    EXPECT(!job.done);
    seL4_NBSend(endpoint, seL4_MessageInfo_new(2, 0, 0, 0));
    settle();
    EXPECT_EQ(job.message.label, 2);
}

TEST(resume_restarts_a_blocked_thread)
{
    seL4_CPtr endpoint = new_endpoint(), reply = new_reply();

    job = (struct job){.number = seL4_SysSend, .cap = endpoint, .label = 1};
    job_start(&job);
    settle();
    EXPECT_OK(seL4_TCB_Resume(job.thread->tcb));
    settle();
    EXPECT(!job.done);
    EXPECT(message_take(endpoint, reply).came);
    EXPECT(!message_take(endpoint, reply).came);
    settle();
    EXPECT(job.done);
}

/* ---- CNode_CancelBadgedSends ---- */

TEST(cancel_badged_sends)
{
    seL4_CPtr endpoint = new_endpoint(), reply = new_reply();
    seL4_CPtr badged = new_badged(endpoint, seL4_AllRights, 5);
    static struct job jobs[3];
    static const seL4_Word badges[] = {5, 6, 5};

    for (unsigned i = 0; i < 3; i++) {
        jobs[i] = (struct job){.number = seL4_SysSend,
                               .cap = new_badged(endpoint, seL4_AllRights, badges[i])};
        job_start(&jobs[i]);
    }
    settle();
    /* So that those cancelled do not send again. */
    EXPECT_OK(seL4_CNode_Delete(ROOT, jobs[0].cap, DEPTH));
    EXPECT_OK(seL4_CNode_Delete(ROOT, jobs[2].cap, DEPTH));
    EXPECT_OK(seL4_CNode_CancelBadgedSends(ROOT, badged, DEPTH));
    settle();
    EXPECT(jobs[0].done);
    EXPECT(!jobs[1].done);
    EXPECT(jobs[2].done);
    EXPECT_EQ(message_take(endpoint, reply).badge, 6);
    EXPECT(!message_take(endpoint, reply).came);
}

TEST(cancel_badged_sends_needs_a_badge_and_all_rights)
{
    seL4_CPtr endpoint = new_endpoint(), reply = new_reply();

    job = (struct job){.number = seL4_SysSend, .cap = endpoint, .label = 1};
    job_start(&job);
    settle();
    EXPECT_OK(seL4_CNode_CancelBadgedSends(ROOT, endpoint, DEPTH));
    EXPECT(message_take(endpoint, reply).came);
    EXPECT_ERROR(seL4_CNode_CancelBadgedSends(ROOT, new_badged(endpoint, seL4_NoRead, 1), DEPTH),
                 seL4_IllegalOperation);
    EXPECT_ERROR(seL4_CNode_CancelBadgedSends(ROOT, new_badged(endpoint, seL4_ReadWrite, 1), DEPTH),
                 seL4_IllegalOperation);
    EXPECT_ERROR(seL4_CNode_CancelBadgedSends(ROOT, new_notification(), DEPTH),
                 seL4_IllegalOperation);
    EXPECT_ERROR(seL4_CNode_CancelBadgedSends(ROOT, new_slot(), DEPTH), seL4_IllegalOperation);
}
