/* SPDX-License-Identifier: BSD-2-Clause */
/* Notifications bound to threads, and the scheduling contexts that notifications lend. */
#include "tests/kernel/harness/job.h"

static struct job job;
static seL4_CPtr endpoint, notification;

/* A thread that is about to receive from the endpoint, with the notification bound to it. */
static void start_bound(bool passive)
{
    endpoint = new_endpoint();
    notification = new_notification();
    job = (struct job){
        .number = seL4_SysRecv, .cap = endpoint, .reply = new_reply(), .passive = passive};
    job_start(&job);
    EXPECT_OK(seL4_TCB_BindNotification(job.thread->tcb, notification));
}

TEST(a_signal_ends_the_bound_threads_recv)
{
    start_bound(false);
    settle();
    EXPECT(!job.done);
    seL4_Signal(new_badged(notification, seL4_AllRights, 0x21));
    settle();
    EXPECT(job.done);
    EXPECT_EQ(job.message.badge, 0x21);
    EXPECT_OK(seL4_TCB_UnbindNotification(job.thread->tcb));
    EXPECT_EQ(poll(notification), 0);
}

TEST(a_signal_before_recv_is_taken_by_recv)
{
    start_bound(false);
    seL4_Signal(new_badged(notification, seL4_AllRights, 0x22));
    settle();
    EXPECT(job.done);
    EXPECT_EQ(job.message.badge, 0x22);
}

TEST(a_signal_goes_before_a_waiting_message)
{
    static struct job sender;

    start_bound(false);
    sender = (struct job){.number = seL4_SysSend, .cap = endpoint, .label = 3, .priority = 200};
    job_start(&sender);
    seL4_Signal(new_badged(notification, seL4_AllRights, 0x22));
    settle();
    EXPECT_EQ(job.message.badge, 0x22);
    EXPECT(!sender.done);
}

TEST(a_bound_thread_still_gets_messages)
{
    start_bound(false);
    settle();
    seL4_Send(endpoint, seL4_MessageInfo_new(7, 0, 0, 0));
    settle();
    EXPECT_EQ(job.message.label, 7);
}

TEST(nobody_else_may_wait_on_a_bound_notification)
{
    seL4_CPtr handler = new_endpoint(), reply = new_reply();
    static struct job other;

    start_bound(false);
    other = (struct job){.number = seL4_SysNBWait, .cap = notification, .fault_ep = handler};
    job_start(&other);
    struct message fault = fault_take(handler, reply, seL4_Fault_CapFault, 5);
    EXPECT_EQ(fault.words[seL4_CapFault_Addr], notification);
    EXPECT_EQ(fault.words[seL4_CapFault_InRecvPhase], 1);
    EXPECT_EQ(fault.words[seL4_CapFault_LookupFailureType], seL4_MissingCapability);
    EXPECT_EQ(fault.words[seL4_CapFault_BitsLeft], 0);
}

TEST(the_bound_thread_may_wait_on_it_itself)
{
    notification = new_notification();
    job = (struct job){.number = seL4_SysWait, .cap = notification};
    job_start(&job);
    EXPECT_OK(seL4_TCB_BindNotification(job.thread->tcb, notification));
    settle();
    EXPECT(!job.done);
    seL4_Signal(new_badged(notification, seL4_AllRights, 5));
    settle();
    EXPECT_EQ(job.message.badge, 5);
}

TEST(bind_errors)
{
    start_bound(false);
    static struct job waiter;
    seL4_CPtr other = new_notification();
    struct alloc_thread *thread = new_bare_thread(10, 0);

    /* The thread is bound, the notification is bound. */
    EXPECT_ERROR(seL4_TCB_BindNotification(job.thread->tcb, other), seL4_IllegalOperation);
    EXPECT_ERROR(seL4_TCB_BindNotification(thread->tcb, notification), seL4_IllegalOperation);
    EXPECT_ERROR(seL4_TCB_BindNotification(thread->tcb, endpoint), seL4_IllegalOperation);
    EXPECT_ERROR(seL4_TCB_BindNotification(thread->tcb, new_copy(other, seL4_CanWrite)),
                 seL4_IllegalOperation);
    EXPECT_EQ(call_raw(thread->tcb, TCBBindNotification, 0, 0, NULL).label, seL4_TruncatedMessage);
    /* Somebody waits on it. */
    waiter = (struct job){.number = seL4_SysWait, .cap = other};
    job_start(&waiter);
    settle();
    EXPECT_ERROR(seL4_TCB_BindNotification(thread->tcb, other), seL4_IllegalOperation);
    EXPECT_ERROR(seL4_TCB_UnbindNotification(thread->tcb), seL4_IllegalOperation);
    /* Reading is enough. */
    seL4_CPtr third = new_notification();
    EXPECT_OK(seL4_TCB_BindNotification(thread->tcb, new_copy(third, seL4_CanRead)));
    EXPECT_OK(seL4_TCB_UnbindNotification(thread->tcb));
    EXPECT_OK(seL4_TCB_BindNotification(thread->tcb, third));
}

TEST(unbound_again_signals_stay)
{
    start_bound(false);
    settle();
    EXPECT_OK(seL4_TCB_UnbindNotification(job.thread->tcb));
    seL4_Signal(new_badged(notification, seL4_AllRights, 0x44));
    settle();
    EXPECT(!job.done);
    EXPECT_EQ(poll(notification), 0x44);
}

TEST(deleting_the_notification_unbinds)
{
    start_bound(false);
    EXPECT_OK(seL4_CNode_Delete(ROOT, notification, DEPTH));
    EXPECT_OK(seL4_TCB_BindNotification(job.thread->tcb, new_notification()));
}

TEST(deleting_the_thread_unbinds)
{
    start_bound(false);
    EXPECT_OK(seL4_CNode_Delete(ROOT, job.thread->tcb, DEPTH));
    EXPECT_OK(seL4_TCB_BindNotification(new_bare_thread(10, 0)->tcb, notification));
}

/* ---- the notification's own scheduling context ---- */

struct server {
    seL4_CPtr endpoint, reply;
    volatile unsigned signals, messages;
};

static struct server server;
static seL4_CPtr lent;

static void serve(void *argument)
{
    for (;;) {
        seL4_Word badge;
        seL4_MessageInfo_t info = seL4_Recv(server.endpoint, &badge, server.reply);

        if (badge == 0x80)
            server.signals++;
        else
            server.messages++;
        (void)info;
    }
}

/* A passive server that waits, its bound notification with a scheduling context to lend. */
static struct alloc_thread *start_server(void)
{
    server = (struct server){.endpoint = new_endpoint(), .reply = new_reply()};
    notification = new_notification();
    lent = new_sched_context(5000, 5000, 0, 0);
    struct alloc_thread *thread = new_thread(serve, NULL, 120);

    EXPECT_OK(seL4_TCB_BindNotification(thread->tcb, notification));
    settle();
    EXPECT_OK(seL4_SchedContext_Unbind(thread->sched_context));
    EXPECT_OK(seL4_SchedContext_Bind(lent, notification));
    return thread;
}

TEST(a_signal_lends_the_notifications_context)
{
    struct alloc_thread *thread = start_server();

    for (unsigned i = 1; i <= 5; i++) {
        seL4_Signal(new_badged(notification, seL4_AllRights, 0x80));
        settle();
        EXPECT_EQ(server.signals, i);
    }
    /* It blocked again and gave the context back. */
    EXPECT_ERROR(seL4_SchedContext_UnbindObject(lent, thread->tcb), seL4_IllegalOperation);
    EXPECT(seL4_SchedContext_Consumed(lent).consumed < 5000);
}

TEST(without_a_context_to_lend_it_stays_stopped)
{
    struct alloc_thread *thread = start_server();

    EXPECT_OK(seL4_SchedContext_UnbindObject(lent, notification));
    seL4_Signal(new_badged(notification, seL4_AllRights, 0x80));
    settle();
    EXPECT_EQ(server.signals, 0);
    EXPECT_OK(seL4_SchedContext_Bind(lent, thread->tcb));
    settle();
    EXPECT_EQ(server.signals, 1);
}

TEST(a_lent_context_can_be_taken_away)
{
    start_server();
    EXPECT_ERROR(seL4_SchedContext_Bind(lent, notification), seL4_IllegalOperation);
    EXPECT_ERROR(seL4_SchedContext_Bind(new_sched_context(1000, 1000, 0, 0), notification),
                 seL4_IllegalOperation);
    EXPECT_OK(seL4_SchedContext_Unbind(lent));
    EXPECT_OK(seL4_SchedContext_Bind(lent, notification));
    EXPECT_OK(seL4_CNode_Delete(ROOT, lent, DEPTH));
    EXPECT_OK(seL4_SchedContext_Bind(new_sched_context(1000, 1000, 0, 0), notification));
}

/* A call lends the caller's own; the notification's stays where it is. */
TEST(a_call_lends_the_callers_context)
{
    struct alloc_thread *thread = start_server();
    static struct job caller;

    caller = (struct job){.number = seL4_SysSend, .cap = server.endpoint, .label = 1};
    job_start(&caller);
    settle();
    EXPECT(caller.done);
    EXPECT_EQ(server.messages, 0);
    /* Received, but nothing to run on; a signal is not lent to who is not waiting. */
    seL4_Signal(new_badged(notification, seL4_AllRights, 0x80));
    settle();
    EXPECT_EQ(server.messages, 0);
    EXPECT_OK(seL4_SchedContext_Bind(thread->sched_context, thread->tcb));
    settle();
    EXPECT_EQ(server.messages, 1);
    EXPECT_EQ(server.signals, 1);
}
