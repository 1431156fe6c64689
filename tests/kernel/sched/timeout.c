/* SPDX-License-Identifier: BSD-2-Clause */
/* Timeout faults, and time that is used on somebody else's account. */
#include "tests/kernel/sched/spin.h"

static struct spinner one;
static seL4_CPtr handler, reply;

static void start_with_handler(seL4_Word budget, seL4_Word period, seL4_Word badge)
{
    handler = new_endpoint();
    reply = new_reply();
    spinner_start(&one, 100, budget, period);
    REQUIRE_OK(
        seL4_SchedControl_Configure(CONTROL, one.thread->sched_context, budget, period, 0, badge));
    REQUIRE_OK(
        seL4_TCB_SetTimeoutEndpoint(one.thread->tcb, new_badged(handler, seL4_AllRights, 0x66)));
}

static struct message take_timeout(void)
{
    seL4_Word badge;
    seL4_MessageInfo_t info = seL4_NBRecv(handler, &badge, reply);
    struct message message = {.badge = badge,
                              .label = seL4_MessageInfo_get_label(info),
                              .length = seL4_MessageInfo_get_length(info),
                              .words = {seL4_GetMR(0), seL4_GetMR(1)}};

    return message;
}

TEST(a_timeout_fault)
{
    start_with_handler(1000, 10000, 0xbadbeef);
    test_sleep(3000);
    struct message fault = take_timeout();
    EXPECT_EQ(fault.label, seL4_Fault_Timeout);
    EXPECT_EQ(fault.length, 2);
    EXPECT_EQ(fault.badge, 0x66);
    EXPECT_EQ(fault.words[0], 0xbadbeef);
    EXPECT(near(fault.words[1], 1000, 30));
    /* The handler has it: no budget brings it back. */
    test_sleep(30000);
    EXPECT_EQ(one.count, 1);
    /* Answered, it runs with its next budget, and runs out again. */
    seL4_Send(reply, seL4_MessageInfo_new(0, 0, 0, 0));
    test_sleep(10000);
    EXPECT_EQ(one.count, 2);
    EXPECT_EQ(take_timeout().label, seL4_Fault_Timeout);
}

TEST(a_timeout_handler_gives_more)
{
    start_with_handler(1000, 100000, 0);
    test_sleep(3000);
    EXPECT_EQ(take_timeout().label, seL4_Fault_Timeout);
    EXPECT_OK(
        seL4_SchedControl_Configure(CONTROL, one.thread->sched_context, 100000, 100000, 0, 0));
    seL4_Send(reply, seL4_MessageInfo_new(0, 0, 0, 0));
    test_sleep(10000);
    EXPECT(near(spinner_ran(&one), 11000, 200));
}

TEST(a_timeout_handler_says_no)
{
    start_with_handler(1000, 5000, 0);
    test_sleep(3000);
    EXPECT_EQ(take_timeout().label, seL4_Fault_Timeout);
    seL4_Send(reply, seL4_MessageInfo_new(1, 0, 0, 0));
    test_sleep(20000);
    EXPECT_EQ(one.count, 1);
}

/* The answer can move the thread: all registers but the thread ids. */
TEST(a_timeout_reply_writes_registers)
{
    seL4_CPtr faults = new_endpoint(), fault_reply = new_reply();

    start_with_handler(1000, 5000, 0);
    REQUIRE_OK(seL4_TCB_SetSpace(one.thread->tcb, faults, ROOT, 0, seL4_CapInitThreadVSpace, 0));
    test_sleep(3000);
    EXPECT_EQ(take_timeout().label, seL4_Fault_Timeout);
    seL4_UserContext registers = {.pc = (seL4_Word)code_brk, .sp = 0x4440, .x28 = 0x28282828};
    seL4_MessageInfo_t info = seL4_TimeoutReply_new(true, registers, 34);
    seL4_Send(reply, info);
    test_sleep(10000);
    struct message fault = fault_take(faults, fault_reply, seL4_Fault_VCPUFault, 1);
    EXPECT_EQ(fault.words[0], ESR_BRK(7));
    registers = thread_registers(one.thread);
    EXPECT_EQ(registers.sp, 0x4440);
    EXPECT_EQ(registers.x28, 0x28282828);
}

TEST(round_robin_never_times_out)
{
    start_with_handler(1000, 1000, 0);
    test_sleep(10000);
    EXPECT_EQ(take_timeout().label, 0);
    EXPECT(near(spinner_ran(&one), 10000, 100));
}

/* ---- on the caller's account ---- */

struct server {
    seL4_CPtr ready, endpoint, reply;
    uint64_t work;
};

static struct server server;
static struct alloc_thread *server_thread;

static void serve(void *argument)
{
    seL4_NBSendRecv(server.ready, seL4_MessageInfo_new(0, 0, 0, 0), server.endpoint, NULL,
                    server.reply);
    for (;;) {
        test_spin_until(test_now() + server.work);
        seL4_ReplyRecv(server.endpoint, seL4_MessageInfo_new(0, 0, 0, 0), NULL, server.reply);
    }
}

static void start_server(uint64_t work)
{
    server = (struct server){.ready = new_notification(),
                             .endpoint = new_endpoint(),
                             .reply = new_reply(),
                             .work = work};
    server_thread = new_thread(serve, NULL, 150);
    settle();
    REQUIRE_OK(seL4_SchedContext_Unbind(server_thread->sched_context));
}

TEST(a_call_is_paid_by_the_caller)
{
    struct job caller = {.number = seL4_SysCall};

    start_server(700);
    caller.cap = server.endpoint;
    job_start(&caller);
    settle();
    EXPECT(caller.done);
    EXPECT(near(consumed(caller.thread->sched_context), 700, 80));
}

/* The budget ends within the server: its own timeout handler is told, with the caller's badge. */
TEST(a_timeout_within_a_passive_server)
{
    struct job caller = {.number = seL4_SysCall, .passive = true};
    seL4_CPtr context = new_sched_context(500, 20000, 0, 0xca11);

    start_server(5000);
    handler = new_endpoint();
    reply = new_reply();
    REQUIRE_OK(seL4_TCB_SetTimeoutEndpoint(server_thread->tcb, handler));
    caller.cap = server.endpoint;
    job_start(&caller);
    REQUIRE_OK(seL4_SchedContext_Bind(context, caller.thread->tcb));
    test_sleep(3000);
    struct message fault = take_timeout();
    EXPECT_EQ(fault.label, seL4_Fault_Timeout);
    EXPECT_EQ(fault.words[0], 0xca11);
    EXPECT(near(fault.words[1], 500, 30));
    EXPECT(!caller.done);
    /* The handler answers the caller in the server's name: the context goes home. */
    seL4_Send(server.reply, seL4_MessageInfo_new(7, 0, 0, 0));
    test_sleep(30000);
    EXPECT(caller.done);
    EXPECT_EQ(caller.message.label, 7);
}

/* ---- answered too late ---- */

struct late {
    volatile bool done;
    volatile seL4_Word label;
};

static struct late late;

/* Calls with next to nothing left of its budget. */
static void call_at_the_end(void *argument)
{
    uint64_t begin = test_now();

    test_spin_until(begin + 488);
    seL4_MessageInfo_t info = seL4_Call(server.endpoint, seL4_MessageInfo_new(1, 0, 0, 0));
    late.label = seL4_MessageInfo_get_label(info);
    late.done = true;
}

static volatile unsigned served;

static void serve_on_own_time(void *argument)
{
    seL4_Recv(server.endpoint, NULL, server.reply);
    for (;;) {
        served++;
        test_spin_until(test_now() + 100);
        seL4_ReplyRecv(server.endpoint, seL4_MessageInfo_new(5, 0, 0, 0), NULL, server.reply);
    }
}

/* The answer finds the caller without budget: its timeout handler is told, and the call was made
 * and answered once. */
TEST(a_timeout_when_the_answer_comes)
{
    server = (struct server){.endpoint = new_endpoint(), .reply = new_reply()};
    late = (struct late){0};
    served = 0;
    handler = new_endpoint();
    reply = new_reply();
    new_thread(serve_on_own_time, NULL, 150);
    struct alloc_thread *caller = new_thread_with(&(struct alloc_thread_options){
        .entry = call_at_the_end, .priority = 100, .budget = 500, .period = 20000});
    REQUIRE_OK(seL4_TCB_SetTimeoutEndpoint(caller->tcb, handler));
    test_sleep(3000);
    EXPECT_EQ(take_timeout().label, seL4_Fault_Timeout);
    EXPECT(!late.done);
    seL4_Send(reply, seL4_MessageInfo_new(0, 0, 0, 0));
    test_sleep(40000);
    EXPECT(late.done);
    EXPECT_EQ(late.label, 5);
    EXPECT_EQ(served, 1);
}

/* Without a handler it waits for its next budget. */
TEST(answered_without_budget_it_waits)
{
    server = (struct server){.endpoint = new_endpoint(), .reply = new_reply()};
    late = (struct late){0};
    served = 0;
    new_thread(serve_on_own_time, NULL, 150);
    new_thread_with(&(struct alloc_thread_options){
        .entry = call_at_the_end, .priority = 100, .budget = 500, .period = 20000});
    test_sleep(3000);
    EXPECT(!late.done);
    test_sleep(20000);
    EXPECT(late.done);
    EXPECT_EQ(served, 1);
}

/* ---- signals and waiting with next to nothing left ---- */

static seL4_CPtr notification;
static volatile bool went_on;
static struct job waiter;

static void wait_at_the_end(void *argument)
{
    uint64_t begin = test_now();

    test_spin_until(begin + 488);
    seL4_Wait(notification, NULL);
    went_on = true;
}

static void signal_at_the_end(void *argument)
{
    uint64_t begin = test_now();

    test_spin_until(begin + 488);
    seL4_Signal(notification);
    went_on = true;
}

static void start_at_the_end(rt_thread_entry *entry)
{
    went_on = false;
    handler = new_endpoint();
    reply = new_reply();
    struct alloc_thread *thread = new_thread_with(&(struct alloc_thread_options){
        .entry = entry, .priority = 100, .budget = 500, .period = 20000});
    REQUIRE_OK(seL4_TCB_SetTimeoutEndpoint(thread->tcb, handler));
    spinner_start(&one, 50, 10000, 10000);
    test_sleep(3000);
    EXPECT_EQ(take_timeout().label, seL4_Fault_Timeout);
    EXPECT(!went_on);
}

/* What there is no budget for has not happened: it is done again with the next one. */
TEST(a_timeout_before_a_wait)
{
    notification = new_notification();
    start_at_the_end(wait_at_the_end);
    seL4_Signal(notification); /* nobody waits, so it stays */
    test_sleep(3000);
    EXPECT(!went_on);
    seL4_Send(reply, seL4_MessageInfo_new(0, 0, 0, 0));
    test_sleep(30000);
    EXPECT(went_on);
    EXPECT_EQ(poll(notification), 0);
}

TEST(a_timeout_before_a_signal)
{
    notification = new_notification();
    waiter = (struct job){.number = seL4_SysWait, .cap = notification, .priority = 200};
    job_start(&waiter);
    settle();
    start_at_the_end(signal_at_the_end);
    EXPECT(!waiter.done);
    seL4_Send(reply, seL4_MessageInfo_new(0, 0, 0, 0));
    test_sleep(30000);
    EXPECT(waiter.done);
    EXPECT(went_on);
}

/* Out of budget the callee waits; the work goes on with the next one. */
TEST(without_a_handler_the_server_waits)
{
    struct job caller = {.number = seL4_SysCall, .passive = true};
    seL4_CPtr context = new_sched_context(500, 5000, 0, 0);

    start_server(12000);
    caller.cap = server.endpoint;
    job_start(&caller);
    REQUIRE_OK(seL4_SchedContext_Bind(context, caller.thread->tcb));
    test_sleep(4000);
    EXPECT(!caller.done);
    test_sleep(30000);
    EXPECT(caller.done);
}

/* The borrower has what the lender's context is configured for, from then on. */
TEST(a_new_budget_while_lent)
{
    struct job caller = {.number = seL4_SysCall, .passive = true};
    seL4_CPtr context = new_sched_context(500, 20000, 0, 0);

    start_server(1000000);
    caller.cap = server.endpoint;
    job_start(&caller);
    REQUIRE_OK(seL4_SchedContext_Bind(context, caller.thread->tcb));
    test_sleep(2000);
    EXPECT(near(consumed(context), 500, 30));
    /* What it used it waits for all the same; what the budget grew by comes a period later. */
    EXPECT_OK(seL4_SchedControl_Configure(CONTROL, context, 3000, 30000, 0, 0));
    test_sleep(10000);
    EXPECT_EQ(consumed(context), 0);
    test_sleep(15000);
    EXPECT(near(consumed(context), 500, 30));
    test_sleep(30000);
    EXPECT(near(consumed(context), 3000, 30));
    /* Round robin waits for no period. */
    EXPECT_OK(seL4_SchedControl_Configure(CONTROL, context, 1000, 1000, 0, 0));
    test_sleep(5000);
    EXPECT(near(consumed(context), 5000, 100));
    EXPECT(!caller.done);
}
