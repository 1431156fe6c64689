/* SPDX-License-Identifier: BSD-2-Clause */
/* Who has a scheduling context after it was lent: by calls and their like, along replies that go
 * away, and by notifications. */
#include "tests/kernel/harness/job.h"

/* A context can be taken only from who has it. */
static bool taken_from(const struct alloc_thread *thread, seL4_CPtr context)
{
    return seL4_SchedContext_UnbindObject(context, thread->tcb) == seL4_NoError;
}

static bool has(const struct alloc_thread *thread, seL4_CPtr context)
{
    if (!taken_from(thread, context))
        return false;
    REQUIRE_OK(seL4_SchedContext_Bind(context, thread->tcb));
    return true;
}

static seL4_CPtr context_of(const struct job *job)
{
    return job->thread->sched_context;
}

/* Brings the job to its system call, and takes its own context away there. */
static void start_passive(struct job *job)
{
    job_start(job);
    settle();
    REQUIRE(!job->done);
    REQUIRE_OK(seL4_SchedContext_Unbind(context_of(job)));
}

static struct job server, caller, other;

static void start_server(seL4_CPtr endpoint)
{
    server = (struct job){
        .number = seL4_SysRecv, .cap = endpoint, .reply = new_reply(), .priority = 120};
    start_passive(&server);
}

TEST(nbsendwait_lends)
{
    seL4_CPtr endpoint = new_endpoint();

    start_server(endpoint);
    caller = (struct job){
        .number = seL4_SysNBSendWait, .cap = new_notification(), .reply = endpoint, .label = 3};
    job_start(&caller);
    settle();
    EXPECT(server.done);
    EXPECT_EQ(server.message.label, 3);
    EXPECT(has(server.thread, context_of(&caller)));
    /* Signalled, the sender has nothing to run on. */
    seL4_Signal(caller.cap);
    settle();
    EXPECT(!caller.done);
    EXPECT_OK(seL4_SchedContext_Unbind(context_of(&caller)));
    EXPECT_OK(seL4_SchedContext_Bind(context_of(&caller), caller.thread->tcb));
    settle();
    EXPECT(caller.done);
}

/* An endpoint is no reply to receive with: it lends all the same, and faults without time. */
TEST(replyrecv_on_an_endpoint_lends_and_faults)
{
    seL4_CPtr endpoint = new_endpoint(), handler = new_endpoint(), reply = new_reply();

    start_server(endpoint);
    caller = (struct job){.number = seL4_SysReplyRecv,
                          .cap = new_endpoint(),
                          .reply = endpoint,
                          .label = 3,
                          .fault_ep = handler};
    job_start(&caller);
    struct message fault = fault_take(handler, reply, seL4_Fault_CapFault, 5);
    EXPECT_EQ(fault.words[seL4_CapFault_Addr], endpoint);
    EXPECT_EQ(fault.words[seL4_CapFault_InRecvPhase], 1);
    EXPECT(server.done);
    EXPECT(has(server.thread, context_of(&caller)));
}

/* To a server that has time of its own nothing is lent. */
TEST(nothing_is_lent_to_who_has_time)
{
    seL4_CPtr endpoint = new_endpoint();

    server = (struct job){
        .number = seL4_SysRecv, .cap = endpoint, .reply = new_reply(), .priority = 120};
    job_start(&server);
    settle();
    caller = (struct job){.number = seL4_SysCall, .cap = endpoint, .label = 1};
    job_start(&caller);
    settle();
    EXPECT(server.done);
    EXPECT(has(caller.thread, context_of(&caller)));
    EXPECT(has(server.thread, context_of(&server)));
}

/* ---- answers, and replies that go away ---- */

/* Answered, a caller that was given another context meanwhile keeps that; the server keeps what was
 * lent. */
TEST(a_caller_that_has_another_context_by_now)
{
    seL4_CPtr endpoint = new_endpoint();

    start_server(endpoint);
    caller = (struct job){.number = seL4_SysCall, .cap = endpoint, .label = 1};
    job_start(&caller);
    settle();
    EXPECT(has(server.thread, context_of(&caller)));
    seL4_CPtr second = new_sched_context(10000, 10000, 0, 0);
    EXPECT_OK(seL4_SchedContext_Bind(second, caller.thread->tcb));
    seL4_Send(server.reply, seL4_MessageInfo_new(7, 0, 0, 0));
    settle();
    EXPECT(caller.done);
    EXPECT_EQ(caller.message.label, 7);
    EXPECT(has(caller.thread, second));
    EXPECT(has(server.thread, context_of(&caller)));
}

struct link {
    seL4_CPtr in, out, reply;
    struct alloc_thread *thread;
    volatile unsigned answered;
};

static struct link links[3];

/* Passes on what it is asked, and the answer back. */
static void pass_on(void *argument)
{
    struct link *link = argument;
    seL4_MessageInfo_t info = seL4_Recv(link->in, NULL, link->reply);

    for (;;) {
        info = seL4_Call(link->out, info);
        link->answered++;
        info = seL4_ReplyRecv(link->in, info, NULL, link->reply);
    }
}

/* caller -> links[0] -> links[1] -> links[2] -> server: all passive, the last has the context. */
static void build_chain(void)
{
    seL4_CPtr endpoint = new_endpoint(), next = endpoint;

    start_server(endpoint);
    for (unsigned i = 3; i-- > 0;) {
        links[i] = (struct link){.in = new_endpoint(), .out = next, .reply = new_reply()};
        links[i].thread = new_thread(pass_on, &links[i], 120);
        settle();
        REQUIRE_OK(seL4_SchedContext_Unbind(links[i].thread->sched_context));
        next = links[i].in;
    }
    caller = (struct job){.number = seL4_SysCall, .cap = next, .label = 1};
    job_start(&caller);
    settle();
    REQUIRE(server.done);
    EXPECT(has(server.thread, context_of(&caller)));
}

static void answer(void)
{
    seL4_Send(server.reply, seL4_MessageInfo_new(5, 0, 0, 0));
    settle();
}

/* The context skips whose reply is gone: it goes to the nearest who still waits. */
TEST(a_reply_in_the_middle_is_deleted)
{
    build_chain();
    /* Who called through it, links[0], stops. */
    EXPECT_OK(seL4_CNode_Delete(ROOT, links[1].reply, DEPTH));
    answer();
    EXPECT_EQ(links[2].answered, 1);
    EXPECT_EQ(links[1].answered, 1);
    EXPECT_EQ(links[0].answered, 0);
    EXPECT(!caller.done);
}

TEST(all_replies_are_deleted)
{
    static const unsigned orders[][3] = {{0, 1, 2}, {2, 1, 0}, {1, 0, 2}, {1, 2, 0}};

    for (unsigned i = 0; i < 4; i++) {
        build_chain();
        for (unsigned j = 0; j < 3; j++)
            EXPECT_OK(seL4_CNode_Delete(ROOT, links[orders[i][j]].reply, DEPTH));
        answer();
        EXPECT_EQ(links[2].answered, 1);
        EXPECT_EQ(links[1].answered, 0);
        EXPECT(!caller.done);
        EXPECT_OK(seL4_CNode_Delete(ROOT, server.reply, DEPTH));
        EXPECT_OK(seL4_CNode_Delete(ROOT, context_of(&caller), DEPTH));
    }
}

/* Somebody in the middle is stopped: the context passes it by on its way home. */
TEST(a_caller_in_the_middle_is_suspended)
{
    build_chain();
    EXPECT_OK(seL4_TCB_Suspend(links[1].thread->tcb));
    answer();
    EXPECT_EQ(links[2].answered, 1);
    EXPECT_EQ(links[1].answered, 0);
    EXPECT(!caller.done);
}

TEST(the_context_is_unbound_while_lent)
{
    build_chain();
    EXPECT_OK(seL4_SchedContext_Unbind(context_of(&caller)));
    answer();
    /* The way back is still there: home it goes, all the way. */
    EXPECT(caller.done);
    EXPECT_EQ(caller.message.label, 5);
    EXPECT(has(caller.thread, context_of(&caller)));
}

TEST(the_context_is_deleted_while_lent)
{
    build_chain();
    EXPECT_OK(seL4_CNode_Delete(ROOT, context_of(&caller), DEPTH));
    answer();
    EXPECT_EQ(links[2].answered, 0);
    /* Each goes on when it is given time, and lends no more. */
    for (unsigned i = 3; i-- > 0;) {
        EXPECT_OK(
            seL4_SchedContext_Bind(new_sched_context(9000, 9000, 0, 0), links[i].thread->tcb));
        settle();
        EXPECT_EQ(links[i].answered, 1);
    }
    EXPECT(!caller.done);
    EXPECT_OK(seL4_SchedContext_Bind(new_sched_context(9000, 9000, 0, 0), caller.thread->tcb));
    settle();
    EXPECT(caller.done);
}

/* ---- by notifications ---- */

static seL4_CPtr notification, lent;

static void make_lending_notification(void)
{
    notification = new_notification();
    lent = new_sched_context(9000, 9000, 0, 0);
    REQUIRE_OK(seL4_SchedContext_Bind(lent, notification));
}

TEST(one_waiter_at_a_time_has_what_is_lent)
{
    make_lending_notification();
    server = (struct job){.number = seL4_SysWait, .cap = notification};
    start_passive(&server);
    other = (struct job){.number = seL4_SysWait, .cap = notification};
    start_passive(&other);
    seL4_Signal(notification);
    settle();
    EXPECT(server.done);
    /* The first is still on it: the second is told, but has nothing to run on. */
    seL4_Signal(notification);
    settle();
    EXPECT(!other.done);
    EXPECT(!taken_from(other.thread, lent));
    EXPECT(taken_from(server.thread, lent));
}

static volatile unsigned signals, polls;

static void wait_and_poll(void *argument)
{
    seL4_CPtr waited_for = *(seL4_CPtr *)argument;

    for (;;) {
        seL4_Wait(waited_for, NULL);
        signals++;
        for (unsigned i = 0; i < 3; i++) {
            seL4_Poll(waited_for, NULL);
            polls++;
        }
    }
}

/* Asking without waiting keeps it; waiting gives it back each time. */
TEST(polling_keeps_what_was_lent)
{
    signals = 0;
    polls = 0;
    make_lending_notification();
    struct alloc_thread *thread = new_thread(wait_and_poll, &notification, 100);
    settle();
    REQUIRE_OK(seL4_SchedContext_Unbind(thread->sched_context));
    for (unsigned i = 1; i <= 3; i++) {
        seL4_Signal(notification);
        settle();
        EXPECT_EQ(signals, i);
        EXPECT_EQ(polls, 3 * i);
        EXPECT(!taken_from(thread, lent));
    }
}

/* A server with a bound notification that finds a call when it is done with a signal: what the
 * notification lent goes back, and the caller's time does the work. */
struct bound {
    seL4_CPtr endpoint, reply;
    volatile unsigned signals, calls;
};

static struct bound bound;

static void serve_bound(void *argument)
{
    seL4_Word badge;

    seL4_Recv(bound.endpoint, &badge, bound.reply);
    for (;;) {
        if (badge == 0x80) {
            bound.signals++;
            seL4_Recv(bound.endpoint, &badge, bound.reply);
        } else {
            bound.calls++;
            seL4_ReplyRecv(bound.endpoint, seL4_MessageInfo_new(9, 0, 0, 0), &badge, bound.reply);
        }
    }
}

TEST(a_call_waits_behind_a_signal)
{
    bound = (struct bound){.endpoint = new_endpoint(), .reply = new_reply()};
    make_lending_notification();
    struct alloc_thread *thread = new_thread(serve_bound, NULL, 100);
    settle();
    REQUIRE_OK(seL4_SchedContext_Unbind(thread->sched_context));
    REQUIRE_OK(seL4_TCB_BindNotification(thread->tcb, notification));
    caller = (struct job){.number = seL4_SysCall, .cap = bound.endpoint, .priority = 110};
    other = (struct job){.number = seL4_SysCall, .cap = bound.endpoint, .priority = 110};
    /* The signal comes first; the calls come while the server has not run yet. */
    seL4_Signal(new_badged(notification, seL4_AllRights, 0x80));
    job_start(&caller);
    job_start(&other);
    (void)seL4_SchedContext_Consumed(lent);
    settle();
    EXPECT_EQ(bound.signals, 1);
    EXPECT_EQ(bound.calls, 2);
    EXPECT(caller.done && other.done);
    EXPECT_EQ(caller.message.label, 9);
    EXPECT(has(caller.thread, context_of(&caller)));
    EXPECT(has(other.thread, context_of(&other)));
    EXPECT(!taken_from(thread, lent));
    EXPECT_OK(seL4_SchedContext_UnbindObject(lent, notification));
}
