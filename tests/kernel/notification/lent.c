/* SPDX-License-Identifier: BSD-2-Clause */
/* A passive server on the time its bound notification lends, when that time is used up: in work, in
 * between, and while a client calls. No signal is lost, and the time is always given back. */
#include "tests/kernel/harness/job.h"

#define SIGNAL    0x80
#define BUDGET_US 1000
#define PERIOD_US 10000
#define LONG_US   1500 /* more than the budget */
#define PRIORITY  120

static seL4_CPtr notification, signal, lent, endpoint, reply;
static struct alloc_thread *server;
static volatile unsigned signals, calls;
static volatile seL4_Word work_us;
static volatile bool signals_itself;

static void use(seL4_Word us)
{
    uint64_t end = test_now() + us;

    while (test_now() < end)
        ;
}

static void serve(void *argument)
{
    seL4_Word badge;

    seL4_Recv(endpoint, &badge, reply);
    for (;;) {
        if (badge == SIGNAL) {
            use(work_us);
            signals++;
            seL4_Recv(endpoint, &badge, reply);
        } else {
            calls++;
            if (signals_itself)
                seL4_Signal(signal);
            seL4_ReplyRecv(endpoint, seL4_MessageInfo_new(9, 0, 0, 0), &badge, reply);
        }
    }
}

static void start_server(seL4_Word work)
{
    endpoint = new_endpoint();
    reply = new_reply();
    notification = new_notification();
    signal = new_badged(notification, seL4_AllRights, SIGNAL);
    lent = new_sched_context(BUDGET_US, PERIOD_US, 8, 0);
    signals = 0;
    calls = 0;
    work_us = work;
    signals_itself = false;
    server = new_thread(serve, NULL, PRIORITY);
    settle();
    REQUIRE_OK(seL4_SchedContext_Unbind(server->sched_context));
    REQUIRE_OK(seL4_SchedContext_Bind(lent, notification));
    REQUIRE_OK(seL4_TCB_BindNotification(server->tcb, notification));
}

/* Lets time go by, and the others have it, until so many signals were heard. */
static void expect_signals(unsigned least)
{
    uint64_t limit = test_now() + 20 * PERIOD_US;

    while (signals < least && test_now() < limit)
        settle();
    EXPECT_EQ(signals, least);
}

/* The server may still be on what is lent, behind the last thing it counted, and out of it. */
static void expect_answer(const struct job *caller)
{
    uint64_t limit = test_now() + 20 * PERIOD_US;

    while (!caller->done && test_now() < limit)
        settle();
    EXPECT(caller->done);
    EXPECT_EQ(caller->message.label, 9);
}

static void expect_given_back(void)
{
    test_spin_until(test_now() + PERIOD_US);
    settle();
    EXPECT_ERROR(seL4_SchedContext_UnbindObject(lent, server->tcb), seL4_IllegalOperation);
}

/* The second comes while nothing is left for it: the server is told, and runs in the next
 * period. */
TEST(a_signal_when_what_is_lent_is_used_up)
{
    start_server(BUDGET_US - 100);
    for (unsigned i = 1; i <= 6; i += 2) {
        seL4_Signal(signal);
        settle();
        EXPECT(signals >= i);
        seL4_Signal(signal);
        expect_signals(i + 1);
    }
    expect_given_back();
}

/* It runs out of time in the middle, gets some in the next period, and finds what came since. */
TEST(a_signal_while_the_server_waits_for_time)
{
    start_server(LONG_US);
    for (unsigned i = 1; i <= 6; i += 2) {
        seL4_Signal(signal);
        test_spin_until(test_now() + 10);
        expect_signals(i);
        seL4_Signal(signal);
        test_spin_until(test_now() + BUDGET_US);
        expect_signals(i + 1);
    }
    expect_given_back();
}

/* A caller's time is another: it is served at once when the server waits, and behind the signal
 * when that is in work. */
TEST(a_call_when_what_is_lent_is_used_up)
{
    static struct job caller;

    start_server(BUDGET_US - 100);
    seL4_Signal(signal);
    expect_signals(1);
    caller = (struct job){.number = seL4_SysCall, .cap = endpoint, .priority = 110};
    job_start(&caller);
    expect_answer(&caller);
    EXPECT_EQ(calls, 1);
    /* Signalled, the server has no time and is no longer there for a caller. */
    seL4_Signal(signal);
    caller.done = false;
    job_start(&caller);
    expect_signals(2);
    expect_answer(&caller);
    EXPECT_EQ(calls, 2);
    expect_given_back();
}

/* Told while it serves a caller, it answers, and goes on with the signal on what is lent, even if
 * it has to wait for that: the caller does not, and has its time. */
TEST(a_signal_while_a_call_is_served)
{
    static struct job caller;

    start_server(BUDGET_US - 100);
    signals_itself = true;
    for (unsigned i = 1; i <= 6; i += 2) {
        seL4_Signal(signal);
        expect_signals(i);
        caller = (struct job){.number = seL4_SysCall, .cap = endpoint, .priority = 110};
        job_start(&caller);
        expect_answer(&caller);
        EXPECT_OK(seL4_SchedContext_UnbindObject(caller.thread->sched_context, caller.thread->tcb));
        expect_signals(i + 1);
    }
    EXPECT_EQ(calls, 3);
    expect_given_back();
}

/* Stopped, and started again, on lent time that is used up. */
TEST(a_server_that_waits_for_lent_time_is_restarted)
{
    start_server(LONG_US);
    for (unsigned i = 1; i <= 3; i++) {
        seL4_Signal(signal);
        settle();
        EXPECT_OK(seL4_TCB_Suspend(server->tcb));
        EXPECT_OK(seL4_TCB_Resume(server->tcb));
        expect_signals(i);
    }
    expect_given_back();
}

/* What is lent changes its size while the server waits for it. */
TEST(lent_time_is_configured_while_it_is_used_up)
{
    start_server(LONG_US);
    for (unsigned i = 1; i <= 4; i++) {
        seL4_Signal(signal);
        test_spin_until(test_now() + 10);
        settle();
        EXPECT_OK(seL4_SchedControl_Configure(seL4_GetBootInfo()->schedcontrol.start, lent,
                                              BUDGET_US * i, PERIOD_US, 8, 0));
        expect_signals(i);
    }
    expect_given_back();
}
