/* SPDX-License-Identifier: BSD-2-Clause */
/* Call, replies and reply objects: who is answered, who is not, and what ends a caller's wait. */
#include "tests/kernel/harness/job.h"

#define CALL(endpoint) {.number = seL4_SysCall, .cap = (endpoint), .label = 1, .length = 1}

TEST(call_and_reply)
{
    seL4_CPtr endpoint = new_endpoint(), reply = new_reply();
    struct job caller = CALL(new_badged(endpoint, seL4_AllRights, 3));

    caller.words[0] = 42;
    job_start(&caller);
    struct message message = message_take(endpoint, reply);
    EXPECT_EQ(message.badge, 3);
    EXPECT_EQ(message.words[0], 42);
    settle();
    EXPECT(!caller.done);
    seL4_SetMR(0, 43);
    seL4_SetMR(1, 44);
    seL4_Send(reply, seL4_MessageInfo_new(7, 0, 0, 2));
    settle();
    EXPECT(caller.done);
    EXPECT_EQ(caller.message.badge, 0);
    EXPECT_EQ(caller.message.label, 7);
    EXPECT_EQ(caller.message.length, 2);
    EXPECT_EQ(caller.message.words[0], 43);
    EXPECT_EQ(caller.message.words[1], 44);
}

TEST(caller_first_receiver_first)
{
    seL4_CPtr endpoint = new_endpoint();
    struct job server = {.number = seL4_SysRecv, .cap = endpoint, .reply = new_reply()};
    struct job caller = CALL(endpoint);

    job_start(&server);
    settle();
    job_start(&caller);
    settle();
    EXPECT(server.done);
    EXPECT_EQ(server.message.label, 1);
    EXPECT(!caller.done);
    seL4_NBSend(server.reply, seL4_MessageInfo_new(2, 0, 0, 0));
    settle();
    EXPECT(caller.done);
    EXPECT_EQ(caller.message.label, 2);
}

TEST(a_reply_answers_once)
{
    seL4_CPtr endpoint = new_endpoint(), reply = new_reply();
    struct job caller = CALL(endpoint);

    job_start(&caller);
    EXPECT(message_take(endpoint, reply).came);
    seL4_Send(reply, seL4_MessageInfo_new(2, 0, 0, 0));
    seL4_Send(reply, seL4_MessageInfo_new(3, 0, 0, 0));
    settle();
    EXPECT_EQ(caller.message.label, 2);
}

TEST(replyrecv_answers_and_takes_the_next)
{
    seL4_CPtr endpoint = new_endpoint(), reply = new_reply();
    struct job first = CALL(new_badged(endpoint, seL4_AllRights, 1));
    struct job second = CALL(new_badged(endpoint, seL4_AllRights, 2));
    seL4_Word badge;

    job_start(&first);
    job_start(&second);
    EXPECT_EQ(message_take(endpoint, reply).badge, 1);
    seL4_SetMR(0, 71);
    seL4_ReplyRecv(endpoint, seL4_MessageInfo_new(0, 0, 0, 1), &badge, reply);
    EXPECT_EQ(badge, 2);
    settle();
    EXPECT(first.done);
    EXPECT_EQ(first.message.words[0], 71);
    EXPECT(!second.done);
    seL4_Send(reply, seL4_MessageInfo_new(0, 0, 0, 0));
    settle();
    EXPECT(second.done);
}

/* A server in a loop of ReplyRecv, as servers are. */
struct server {
    seL4_CPtr endpoint, reply;
    volatile unsigned calls;
};

static void serve(void *argument)
{
    struct server *server = argument;
    seL4_MessageInfo_t info = seL4_Recv(server->endpoint, NULL, server->reply);

    for (;;) {
        server->calls++;
        seL4_SetMR(0, seL4_GetMR(0) + 1);
        info = seL4_ReplyRecv(server->endpoint, info, NULL, server->reply);
    }
}

TEST(a_server_loop)
{
    static struct server server;
    seL4_Word word = 0;

    server = (struct server){.endpoint = new_endpoint(), .reply = new_reply()};
    new_thread(serve, &server, 200);
    for (unsigned i = 0; i < 1000; i++) {
        seL4_MessageInfo_t info = seL4_CallWithMRs(
            server.endpoint, seL4_MessageInfo_new(i, 0, 0, 1), &word, NULL, NULL, NULL);
        if (seL4_MessageInfo_get_label(info) != i)
            break;
    }
    EXPECT_EQ(word, 1000);
    EXPECT_EQ(server.calls, 1000);
}

/* ---- calls that nobody can answer ---- */

static void stays_unanswered(seL4_CapRights_t rights, long receive)
{
    seL4_CPtr endpoint = new_endpoint();
    struct job server = {.number = receive, .cap = endpoint, .reply = new_reply()};
    struct job caller = CALL(new_copy(endpoint, rights));

    job_start(&server);
    job_start(&caller);
    settle();
    EXPECT(server.done);
    EXPECT_EQ(server.message.label, 1);
    seL4_Send(server.reply, seL4_MessageInfo_new(2, 0, 0, 0));
    settle();
    EXPECT(!caller.done);
    /* It is inactive; resumed it does its call once more, and waits for a receiver. */
    EXPECT_OK(seL4_TCB_Resume(caller.thread->tcb));
    EXPECT_EQ(message_take(endpoint, new_reply()).label, 1);
    EXPECT(!caller.done);
}

TEST(call_without_grant)
{
    stays_unanswered(seL4_CanWrite, seL4_SysRecv);
}

TEST(call_taken_by_wait)
{
    stays_unanswered(seL4_AllRights, seL4_SysWait);
}

TEST(call_with_grantreply_alone)
{
    seL4_CPtr endpoint = new_endpoint(), reply = new_reply();
    struct job caller = CALL(new_copy(endpoint, seL4_CapRights_new(1, 0, 0, 1)));

    job_start(&caller);
    EXPECT(message_take(endpoint, reply).came);
    seL4_Send(reply, seL4_MessageInfo_new(2, 0, 0, 0));
    settle();
    EXPECT(caller.done);
}

/* ---- what ends a caller's wait without an answer ---- */

static void take_call(struct job *caller, seL4_CPtr endpoint, seL4_CPtr reply)
{
    *caller = (struct job)CALL(endpoint);
    job_start(caller);
    EXPECT(message_take(endpoint, reply).came);
}

static void expect_not_answered(const struct job *caller, seL4_CPtr reply)
{
    seL4_Send(reply, seL4_MessageInfo_new(2, 0, 0, 0));
    settle();
    EXPECT(!caller->done);
}

TEST(a_reply_that_receives_again_drops_its_caller)
{
    seL4_CPtr endpoint = new_endpoint(), reply = new_reply();
    static struct job caller;

    take_call(&caller, endpoint, reply);
    EXPECT(!message_take(endpoint, reply).came);
    expect_not_answered(&caller, reply);
}

TEST(deleting_the_reply_drops_its_caller)
{
    seL4_CPtr endpoint = new_endpoint(), reply = new_reply();
    static struct job caller;

    take_call(&caller, endpoint, reply);
    EXPECT_OK(seL4_CNode_Delete(ROOT, reply, DEPTH));
    settle();
    EXPECT(!caller.done);
}

TEST(a_copy_of_the_reply_answers)
{
    seL4_CPtr endpoint = new_endpoint(), reply = new_reply();
    seL4_CPtr copy = new_copy(reply, seL4_AllRights);
    static struct job caller;

    take_call(&caller, endpoint, reply);
    EXPECT_OK(seL4_CNode_Delete(ROOT, reply, DEPTH));
    seL4_Send(copy, seL4_MessageInfo_new(2, 0, 0, 0));
    settle();
    EXPECT(caller.done);
}

TEST(a_suspended_caller_is_not_answered)
{
    seL4_CPtr endpoint = new_endpoint(), reply = new_reply();
    static struct job caller;

    take_call(&caller, endpoint, reply);
    EXPECT_OK(seL4_TCB_Suspend(caller.thread->tcb));
    expect_not_answered(&caller, reply);
    /* The reply is free again. */
    EXPECT_OK(seL4_TCB_Resume(caller.thread->tcb));
    EXPECT(message_take(endpoint, reply).came);
    seL4_Send(reply, seL4_MessageInfo_new(2, 0, 0, 0));
    settle();
    EXPECT(caller.done);
}

TEST(a_deleted_caller_frees_the_reply)
{
    seL4_CPtr endpoint = new_endpoint(), reply = new_reply();
    static struct job caller, second;

    take_call(&caller, endpoint, reply);
    EXPECT_OK(seL4_CNode_Delete(ROOT, caller.thread->tcb, DEPTH));
    take_call(&second, endpoint, reply);
    seL4_Send(reply, seL4_MessageInfo_new(2, 0, 0, 0));
    settle();
    EXPECT(second.done);
}

/* A reply that one thread receives with is taken from it when another uses it. */
TEST(a_reply_has_one_receiver)
{
    seL4_CPtr one = new_endpoint(), other = new_endpoint(), reply = new_reply();
    struct job first = {.number = seL4_SysRecv, .cap = one, .reply = reply};
    struct job second = {.number = seL4_SysRecv, .cap = other, .reply = reply};

    job_start(&first);
    settle();
    job_start(&second);
    settle();
    seL4_NBSend(one, seL4_MessageInfo_new(1, 0, 0, 0));
    seL4_NBSend(other, seL4_MessageInfo_new(2, 0, 0, 0));
    settle();
    EXPECT(!first.done);
    EXPECT(second.done);
    EXPECT_EQ(second.message.label, 2);
}

/* ---- the first phase of NBSendRecv and NBSendWait ---- */

TEST(nbsendrecv_sends_and_receives)
{
    seL4_CPtr out = new_endpoint(), in = new_endpoint(), reply = new_reply();
    struct job receiver = {.number = seL4_SysRecv, .cap = out, .reply = new_reply()};
    struct job both = {.number = seL4_SysNBSendRecv,
                       .cap = in,
                       .dest = out,
                       .reply = reply,
                       .label = 6,
                       .length = 1,
                       .words = {60}};

    job_start(&receiver);
    settle();
    job_start(&both);
    settle();
    EXPECT(receiver.done);
    EXPECT_EQ(receiver.message.words[0], 60);
    EXPECT(!both.done);
    seL4_Send(in, seL4_MessageInfo_new(8, 0, 0, 0));
    settle();
    EXPECT(both.done);
    EXPECT_EQ(both.message.label, 8);
}

TEST(nbsendwait_signals_and_waits)
{
    seL4_CPtr out = new_notification(), in = new_endpoint();
    struct job both = {
        .number = seL4_SysNBSendWait, .cap = in, .reply = new_badged(out, seL4_AllRights, 0x30)};

    job_start(&both);
    settle();
    EXPECT_EQ(poll(out), 0x30);
    seL4_Send(in, seL4_MessageInfo_new(8, 0, 0, 0));
    settle();
    EXPECT(both.done);
    EXPECT_EQ(both.message.label, 8);
}

/* Nobody there, no capability there, or one that is not allowed: the second phase comes anyway. */
static void first_phase_does_nothing(seL4_CPtr dest, seL4_Word label)
{
    seL4_CPtr in = new_endpoint();
    struct job both = {.number = seL4_SysNBSendWait, .cap = in, .reply = dest, .label = label};

    job_start(&both);
    settle();
    seL4_NBSend(in, seL4_MessageInfo_new(8, 0, 0, 0));
    settle();
    EXPECT(both.done);
    EXPECT_EQ(both.message.label, 8);
}

TEST(first_phase_to_nobody)
{
    first_phase_does_nothing(new_endpoint(), 1);
}

TEST(first_phase_to_an_empty_slot)
{
    first_phase_does_nothing(new_slot(), 1);
    first_phase_does_nothing(~0UL, 1);
}

TEST(first_phase_not_allowed)
{
    seL4_CPtr busy = new_endpoint();
    struct job victim = {.number = seL4_SysRecv, .cap = busy, .reply = new_reply()};
    seL4_CPtr context = new_object(seL4_SchedContextObject, 7);

    job_start(&victim);
    first_phase_does_nothing(victim.thread->tcb, TCBSuspend);
    first_phase_does_nothing(ROOT, CNodeDelete);
    first_phase_does_nothing(context, SchedContextConsumed);
    seL4_NBSend(busy, seL4_MessageInfo_new(1, 0, 0, 0));
    settle();
    EXPECT(victim.done);
}

/* Kernel objects that are allowed are invoked, but their answer goes nowhere. */
TEST(first_phase_invokes_an_object)
{
    seL4_CPtr frame = new_object(seL4_ARM_SmallPageObject, 0);
    uintptr_t address = new_addresses(4096, 4096);

    EXPECT_OK(seL4_ARM_Page_Map(frame, seL4_CapInitThreadVSpace, address, seL4_ReadWrite, 3));
    first_phase_does_nothing(frame, ARMPageUnmap);
    /* Unmapped, so it may be mapped elsewhere. */
    EXPECT_OK(
        seL4_ARM_Page_Map(frame, seL4_CapInitThreadVSpace, address + 0x40000, seL4_ReadWrite, 3));
}
