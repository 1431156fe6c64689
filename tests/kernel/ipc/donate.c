/* SPDX-License-Identifier: BSD-2-Clause */
/* Scheduling contexts that travel with calls: passive servers, chains of them, and their ends. */
#include "tests/kernel/harness/job.h"

/* A thread without a scheduling context runs when one is lent. */
static void start_passive(struct job *job, seL4_CPtr endpoint, seL4_CPtr reply)
{
    *job = (struct job){
        .number = seL4_SysRecv, .cap = endpoint, .reply = reply, .passive = true, .priority = 120};
    /* It needs time to reach its Recv: it gets some, and loses it there. */
    seL4_CPtr context = new_sched_context(10000, 10000, 0, 0);
    job_start(job);
    REQUIRE_OK(seL4_SchedContext_Bind(context, job->thread->tcb));
    settle();
    REQUIRE_OK(seL4_SchedContext_UnbindObject(context, job->thread->tcb));
}

static struct job call_job(seL4_CPtr endpoint)
{
    return (struct job){.number = seL4_SysCall, .cap = endpoint, .label = 1, .length = 0};
}

TEST(call_lends_to_a_passive_server)
{
    seL4_CPtr endpoint = new_endpoint(), reply = new_reply();
    static struct job server, caller;

    start_passive(&server, endpoint, reply);
    caller = call_job(endpoint);
    job_start(&caller);
    settle();
    EXPECT(server.done);
    /* The caller's context is with the server: the caller has none now. */
    EXPECT_ERROR(seL4_SchedContext_UnbindObject(caller.thread->sched_context, caller.thread->tcb),
                 seL4_IllegalOperation);
    seL4_Send(reply, seL4_MessageInfo_new(2, 0, 0, 0));
    settle();
    EXPECT(caller.done);
    EXPECT_OK(seL4_SchedContext_UnbindObject(caller.thread->sched_context, caller.thread->tcb));
}

TEST(send_lends_nothing)
{
    seL4_CPtr endpoint = new_endpoint();
    static struct job server, sender;

    start_passive(&server, endpoint, new_reply());
    sender = (struct job){.number = seL4_SysSend, .cap = endpoint, .label = 1};
    job_start(&sender);
    settle();
    EXPECT(sender.done);
    EXPECT(!server.done);
    /* The message is there all the same. */
    seL4_CPtr context = new_sched_context(10000, 10000, 0, 0);
    EXPECT_OK(seL4_SchedContext_Bind(context, server.thread->tcb));
    settle();
    EXPECT(server.done);
    EXPECT_EQ(server.message.label, 1);
}

TEST(nbsendrecv_lends)
{
    seL4_CPtr endpoint = new_endpoint(), in = new_endpoint();
    static struct job server, sender;

    start_passive(&server, endpoint, new_reply());
    sender = (struct job){.number = seL4_SysNBSendRecv,
                          .cap = in,
                          .dest = endpoint,
                          .reply = new_reply(),
                          .label = 4};
    job_start(&sender);
    settle();
    EXPECT(server.done);
    EXPECT_EQ(server.message.label, 4);
    EXPECT_OK(seL4_SchedContext_UnbindObject(sender.thread->sched_context, server.thread->tcb));
}

/* ---- a passive server in a loop: start, then give its context away by waiting ---- */

struct passive {
    seL4_CPtr init, endpoint, reply, next;
    volatile unsigned calls;
};

/* Tells that it is ready and waits, in one system call; its creator then takes its context. */
static void serve_passively(void *argument)
{
    struct passive *server = argument;
    seL4_MessageInfo_t info = seL4_NBSendRecv(server->init, seL4_MessageInfo_new(0, 0, 0, 0),
                                              server->endpoint, NULL, server->reply);

    for (;;) {
        server->calls++;
        if (server->next != 0)
            info = seL4_Call(server->next, info);
        seL4_SetMR(0, seL4_GetMR(0) + 1);
        info = seL4_ReplyRecv(server->endpoint, info, NULL, server->reply);
    }
}

static struct alloc_thread *start_server(struct passive *server, seL4_CPtr next)
{
    *server = (struct passive){
        .init = new_notification(), .endpoint = new_endpoint(), .reply = new_reply(), .next = next};
    struct alloc_thread *thread = new_thread(serve_passively, server, 150);

    settle();
    REQUIRE(poll(server->init) == 0);
    REQUIRE_OK(seL4_SchedContext_Unbind(thread->sched_context));
    return thread;
}

static struct passive servers[3];

TEST(a_passive_server_answers_many_calls)
{
    seL4_Word word = 0;

    start_server(&servers[0], 0);
    for (unsigned i = 0; i < 100; i++)
        seL4_CallWithMRs(servers[0].endpoint, seL4_MessageInfo_new(0, 0, 0, 1), &word, NULL, NULL,
                         NULL);
    EXPECT_EQ(word, 100);
    EXPECT_EQ(servers[0].calls, 100);
}

TEST(a_chain_of_passive_servers)
{
    seL4_Word word = 0;

    start_server(&servers[0], 0);
    start_server(&servers[1], servers[0].endpoint);
    start_server(&servers[2], servers[1].endpoint);
    for (unsigned i = 0; i < 10; i++)
        seL4_CallWithMRs(servers[2].endpoint, seL4_MessageInfo_new(0, 0, 0, 1), &word, NULL, NULL,
                         NULL);
    EXPECT_EQ(word, 30);
}

/* ---- what happens to a lent context when a link breaks ---- */

struct chain {
    struct job caller, middle, last;
    seL4_CPtr first_endpoint, second_endpoint, middle_reply, last_reply;
};

static struct chain chain;

static void middle_main(void *argument)
{
    struct chain *links = argument;

    seL4_Recv(links->first_endpoint, NULL, links->middle_reply);
    seL4_Call(links->second_endpoint, seL4_MessageInfo_new(5, 0, 0, 0));
    links->middle.done = true;
    seL4_Send(links->middle_reply, seL4_MessageInfo_new(6, 0, 0, 0));
    seL4_Recv(links->first_endpoint, NULL, links->middle_reply);
}

/* caller -> middle -> last, where the last has received and not answered yet. */
static struct alloc_thread *build_chain(void)
{
    chain = (struct chain){.first_endpoint = new_endpoint(),
                           .second_endpoint = new_endpoint(),
                           .middle_reply = new_reply(),
                           .last_reply = new_reply()};
    start_passive(&chain.last, chain.second_endpoint, chain.last_reply);
    struct alloc_thread *middle = new_thread(middle_main, &chain, 150);
    settle();
    REQUIRE_OK(seL4_SchedContext_Unbind(middle->sched_context));
    chain.caller = call_job(chain.first_endpoint);
    job_start(&chain.caller);
    settle();
    REQUIRE(chain.last.done);
    return middle;
}

TEST(answers_take_the_context_back_along_the_chain)
{
    build_chain();
    EXPECT(!chain.caller.done);
    seL4_Send(chain.last_reply, seL4_MessageInfo_new(0, 0, 0, 0));
    settle();
    EXPECT(chain.middle.done);
    EXPECT(chain.caller.done);
    EXPECT_EQ(chain.caller.message.label, 6);
}

/* The middle's answer comes while the last still has the context: the caller is answered but has
 * nothing to run on until the context comes home. */
TEST(an_answer_out_of_order_leaves_the_context_where_it_is)
{
    build_chain();
    seL4_Send(chain.middle_reply, seL4_MessageInfo_new(9, 0, 0, 0));
    settle();
    EXPECT(!chain.caller.done);
    EXPECT_OK(
        seL4_SchedContext_UnbindObject(chain.caller.thread->sched_context, chain.last.thread->tcb));
    EXPECT_OK(seL4_SchedContext_Bind(chain.caller.thread->sched_context, chain.caller.thread->tcb));
    settle();
    EXPECT(chain.caller.done);
    EXPECT_EQ(chain.caller.message.label, 9);
}

TEST(deleting_the_last_reply_returns_the_context_one_link)
{
    struct alloc_thread *middle = build_chain();

    EXPECT_OK(seL4_CNode_Delete(ROOT, chain.last_reply, DEPTH));
    settle();
    EXPECT(!chain.middle.done);
    EXPECT_OK(seL4_SchedContext_UnbindObject(chain.caller.thread->sched_context, middle->tcb));
}

TEST(deleting_the_server_that_has_the_context)
{
    build_chain();
    EXPECT_OK(seL4_CNode_Delete(ROOT, chain.last.thread->tcb, DEPTH));
    settle();
    EXPECT(!chain.caller.done);
    /* Nobody has it; the chain of replies still leads home. */
    seL4_Send(chain.last_reply, seL4_MessageInfo_new(0, 0, 0, 0));
    settle();
    EXPECT(chain.middle.done);
    EXPECT(chain.caller.done);
}

TEST(deleting_the_context_in_a_chain)
{
    build_chain();
    EXPECT_OK(seL4_CNode_Delete(ROOT, chain.caller.thread->sched_context, DEPTH));
    seL4_Send(chain.last_reply, seL4_MessageInfo_new(0, 0, 0, 0));
    seL4_Send(chain.middle_reply, seL4_MessageInfo_new(3, 0, 0, 0));
    settle();
    EXPECT(!chain.caller.done);
    seL4_CPtr context = new_sched_context(10000, 10000, 0, 0);
    EXPECT_OK(seL4_SchedContext_Bind(context, chain.caller.thread->tcb));
    settle();
    EXPECT(chain.caller.done);
    EXPECT_EQ(chain.caller.message.label, 3);
}

TEST(deleting_the_caller_in_a_chain)
{
    struct alloc_thread *middle = build_chain();

    EXPECT_OK(seL4_CNode_Delete(ROOT, chain.caller.thread->tcb, DEPTH));
    seL4_Send(chain.last_reply, seL4_MessageInfo_new(0, 0, 0, 0));
    settle();
    EXPECT(chain.middle.done);
    EXPECT_OK(seL4_SchedContext_UnbindObject(chain.caller.thread->sched_context, middle->tcb));
}
