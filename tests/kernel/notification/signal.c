/* SPDX-License-Identifier: BSD-2-Clause */
/* Notifications: badges gathered, waiters woken, rights, and deletion under waiters. */
#include "tests/kernel/harness/job.h"

TEST(signal_then_poll)
{
    seL4_CPtr notification = new_notification();

    EXPECT_EQ(poll(notification), 0);
    seL4_Signal(new_badged(notification, seL4_CanWrite, 0x10));
    EXPECT_EQ(poll(notification), 0x10);
    EXPECT_EQ(poll(notification), 0);
}

TEST(badges_add_up)
{
    seL4_CPtr notification = new_notification();
    seL4_Word badge;

    seL4_Signal(new_badged(notification, seL4_CanWrite, 0x10));
    seL4_Signal(new_badged(notification, seL4_CanWrite, 0x8000000000000001));
    seL4_NBSend(new_badged(notification, seL4_CanWrite, 0x10), seL4_MessageInfo_new(0, 0, 0, 0));
    seL4_Wait(notification, &badge);
    EXPECT_EQ(badge, 0x8000000000000011);
    EXPECT_EQ(poll(notification), 0);
}

/* A signal of an unbadged capability is still a signal. */
TEST(a_signal_without_badge)
{
    seL4_CPtr notification = new_notification();
    struct job waiter = {.number = seL4_SysWait, .cap = notification};

    seL4_Signal(notification);
    job_start(&waiter);
    settle();
    EXPECT(waiter.done);
    EXPECT_EQ(waiter.message.badge, 0);
}

/* Only x0 is written: the rest keeps what the caller had. */
TEST(a_signal_writes_the_badge_alone)
{
    seL4_CPtr notification = new_notification();
    struct job waiter = {.number = seL4_SysWait,
                         .cap = notification,
                         .label = 0x321,
                         .length = 2,
                         .words = {1, 2, 3, 4}};

    job_start(&waiter);
    settle();
    EXPECT(!waiter.done);
    seL4_Signal(new_badged(notification, seL4_AllRights, 9));
    settle();
    EXPECT(waiter.done);
    EXPECT_EQ(waiter.message.badge, 9);
    EXPECT_EQ(waiter.message.label, 0x321);
    EXPECT_EQ(waiter.message.length, 2);
    for (unsigned i = 0; i < 4; i++)
        EXPECT_EQ(waiter.message.words[i], i + 1);
}

TEST(recv_and_nbrecv_take_signals)
{
    seL4_CPtr notification = new_notification();
    seL4_Word badge;

    seL4_Signal(new_badged(notification, seL4_AllRights, 3));
    seL4_Recv(notification, &badge, new_reply());
    EXPECT_EQ(badge, 3);
    seL4_Signal(new_badged(notification, seL4_AllRights, 4));
    seL4_NBRecv(notification, &badge, new_reply());
    EXPECT_EQ(badge, 4);
    seL4_NBRecv(notification, &badge, new_reply());
    EXPECT_EQ(badge, 0);
}

/* A Call on a notification is a signal, and is answered at once: by nothing. */
TEST(call_on_a_notification_signals)
{
    seL4_CPtr notification = new_notification();
    seL4_CPtr badged = new_badged(notification, seL4_AllRights, 0x77);
    struct job caller = {
        .number = seL4_SysCall, .cap = badged, .label = 5, .length = 2, .words = {6, 7}};

    job_start(&caller);
    settle();
    EXPECT(caller.done);
    EXPECT_EQ(caller.message.badge, 0);
    EXPECT_EQ(caller.message.label, 0);
    EXPECT_EQ(caller.message.length, 0);
    EXPECT_EQ(poll(notification), 0x77);
    /* Without write right it is answered by an error. */
    seL4_CPtr readable = new_copy(notification, seL4_CanRead);
    struct job refused = {.number = seL4_SysCall, .cap = readable, .label = 5};
    job_start(&refused);
    settle();
    EXPECT_EQ(refused.message.label, seL4_InvalidCapability);
    EXPECT_EQ(refused.message.words[0], 0);
    EXPECT_EQ(poll(notification), 0);
}

TEST(waiters_are_woken_one_by_one_by_priority)
{
    seL4_CPtr notification = new_notification();
    seL4_CPtr badged = new_badged(notification, seL4_AllRights, 1);
    struct job jobs[3];
    static const seL4_Word priorities[] = {10, 30, 20};

    for (unsigned i = 0; i < 3; i++) {
        jobs[i] = (struct job){
            .number = seL4_SysWait, .cap = notification, .priority = priorities[i]};
        job_start(&jobs[i]);
        settle();
    }
    seL4_Signal(badged);
    settle();
    EXPECT(!jobs[0].done && jobs[1].done && !jobs[2].done);
    EXPECT_OK(seL4_TCB_SetPriority(jobs[0].thread->tcb, SELF, 25));
    seL4_Signal(badged);
    settle();
    EXPECT(jobs[0].done && !jobs[2].done);
    seL4_Signal(badged);
    settle();
    EXPECT(jobs[2].done);
    EXPECT_EQ(poll(notification), 0);
}

TEST(waiters_of_one_priority_come_first_served_first)
{
    seL4_CPtr notification = new_notification();
    struct job jobs[3];

    for (unsigned i = 0; i < 3; i++) {
        jobs[i] = (struct job){.number = seL4_SysWait, .cap = notification};
        job_start(&jobs[i]);
        settle();
    }
    for (unsigned i = 0; i < 3; i++) {
        EXPECT(!jobs[i].done);
        seL4_Signal(notification);
        settle();
        EXPECT(jobs[i].done);
    }
}

TEST(without_write_right_no_signal)
{
    seL4_CPtr notification = new_notification();
    seL4_CPtr read_only = new_badged(notification, seL4_CanRead, 8);

    seL4_Signal(read_only);
    EXPECT_EQ(poll(notification), 0);
    struct answer answer = call_raw(read_only, 0, 0, 0, NULL);
    EXPECT_EQ(answer.label, seL4_InvalidCapability);
    EXPECT_EQ(answer.words[0], 0);
    EXPECT_EQ(poll(notification), 0);
}

TEST(a_suspended_waiter_misses_the_signal)
{
    seL4_CPtr notification = new_notification();
    struct job waiter = {.number = seL4_SysWait, .cap = notification};

    job_start(&waiter);
    settle();
    EXPECT_OK(seL4_TCB_Suspend(waiter.thread->tcb));
    seL4_Signal(new_badged(notification, seL4_AllRights, 6));
    settle();
    EXPECT(!waiter.done);
    EXPECT_OK(seL4_TCB_Resume(waiter.thread->tcb));
    settle();
    EXPECT(waiter.done);
    EXPECT_EQ(waiter.message.badge, 6);
}

TEST(deleting_a_notification_restarts_waiters)
{
    seL4_CPtr notification = new_notification(), handler = new_endpoint(), reply = new_reply();
    struct job waiter = {.number = seL4_SysWait, .cap = notification, .fault_ep = handler};

    job_start(&waiter);
    settle();
    EXPECT_OK(seL4_CNode_Delete(ROOT, notification, DEPTH));
    struct message fault = fault_take(handler, reply, seL4_Fault_CapFault, 5);
    EXPECT_EQ(fault.words[seL4_CapFault_Addr], notification);
    EXPECT_EQ(fault.words[seL4_CapFault_InRecvPhase], 1);
}

TEST(deleting_a_waiter_leaves_the_queue_whole)
{
    seL4_CPtr notification = new_notification();
    struct job jobs[3];

    for (unsigned i = 0; i < 3; i++) {
        jobs[i] = (struct job){.number = seL4_SysWait, .cap = notification};
        job_start(&jobs[i]);
        settle();
    }
    EXPECT_OK(seL4_CNode_Delete(ROOT, jobs[1].thread->tcb, DEPTH));
    seL4_Signal(notification);
    seL4_Signal(notification);
    settle();
    EXPECT(jobs[0].done && !jobs[1].done && jobs[2].done);
    seL4_Signal(new_badged(notification, seL4_AllRights, 2));
    EXPECT_EQ(poll(notification), 2);
}
