/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads of several domains: moved from one to another, talking across, and taken away. */
#include "tests/kernel/domain/domain.h"
#include "tests/kernel/harness/code.h"

#define LATE ticks(3)

static struct runner one, two;

static seL4_CPtr control(void)
{
    return rt_bootinfo()->schedcontrol.start;
}

/* ---- moving ---- */

TEST(the_current_thread_goes_away_at_once)
{
    schedule({0, 1000}, {1, 1000});
    uint64_t begin = ticks_now();
    EXPECT_OK(seL4_DomainSet_Set(DOMAIN, 1, SELF));
    /* That was answered in domain 1's slice. */
    EXPECT(within(ticks_now() - begin, ticks(1000), ticks(20)));
    EXPECT_OK(seL4_DomainSet_Set(DOMAIN, 0, SELF));
    EXPECT(within(ticks_now() - begin, ticks(2000), ticks(20)));
    /* To where it is already: nothing happens. */
    begin = ticks_now();
    EXPECT_OK(seL4_DomainSet_Set(DOMAIN, 0, SELF));
    EXPECT(ticks_now() - begin < ticks(20));
    schedule_boot();
}

TEST(a_ready_thread_is_moved)
{
    runner_start(&one, 0, 100);
    domain_sleep(1000);
    EXPECT(one.count > 0);
    unsigned count = one.count;
    EXPECT_OK(seL4_DomainSet_Set(DOMAIN, 4, one.thread->tcb));
    domain_sleep(1000);
    EXPECT_EQ(one.count, count);
    EXPECT_OK(seL4_DomainSet_Set(DOMAIN, 5, one.thread->tcb));
    schedule({0, 1000}, {4, 1000});
    domain_sleep(5000);
    EXPECT_EQ(one.count, count);
    EXPECT_OK(seL4_DomainSet_Set(DOMAIN, 4, one.thread->tcb));
    domain_sleep(5000);
    EXPECT(one.count > count);
    schedule_boot();
}

TEST(a_thread_that_waits_for_its_budget_is_moved)
{
    runner_start(&one, 0, 100);
    EXPECT_OK(seL4_SchedControl_Configure(control(), one.thread->sched_context, 500, 5000, 0, 0));
    domain_sleep(2000);
    EXPECT_EQ(one.count, 1);
    EXPECT_OK(seL4_DomainSet_Set(DOMAIN, 1, one.thread->tcb));
    domain_sleep(10000);
    EXPECT_EQ(one.count, 1);
    schedule({0, 1000}, {1, 1000});
    uint64_t begin = ticks_now();
    domain_sleep(8000);
    REQUIRE(one.count > 1);
    EXPECT(within(one.start[1] - begin, ticks(1000), ticks(20)));
    schedule_boot();
}

TEST(a_blocked_thread_is_moved)
{
    static struct job job;

    job = (struct job){.number = seL4_SysWait, .cap = new_notification()};
    job_start(&job);
    settle();
    EXPECT_OK(seL4_DomainSet_Set(DOMAIN, 9, job.thread->tcb));
    seL4_Signal(new_badged(job.cap, seL4_AllRights, 0x99));
    settle();
    EXPECT(!job.done);
    EXPECT_OK(seL4_DomainSet_Set(DOMAIN, 0, job.thread->tcb));
    settle();
    EXPECT(job.done);
    EXPECT_EQ(job.message.badge, 0x99);
}

/* However high the priority of who is signalled, it is not its domain's time. */
TEST(a_higher_thread_of_another_domain_is_signalled)
{
    static struct job waiter, sender;

    waiter = (struct job){.number = seL4_SysWait, .cap = new_notification(), .priority = 200};
    job_start(&waiter);
    settle();
    EXPECT_OK(seL4_DomainSet_Set(DOMAIN, 9, waiter.thread->tcb));
    sender = (struct job){.number = seL4_SysSend, .cap = waiter.cap};
    job_start(&sender);
    settle();
    EXPECT(sender.done);
    EXPECT(!waiter.done);
    EXPECT_OK(seL4_DomainSet_Set(DOMAIN, 0, waiter.thread->tcb));
    settle();
    EXPECT(waiter.done);
}

/* A thread is of its creator's domain until somebody moves it. */
TEST(a_new_thread_is_of_its_creators_domain)
{
    schedule({0, 1000}, {1, 1000});
    EXPECT_OK(seL4_DomainSet_Set(DOMAIN, 1, SELF));
    struct alloc_thread *thread = new_bare_thread(100, 0);
    EXPECT_OK(seL4_DomainSet_Set(DOMAIN, 0, SELF));
    schedule_boot();
    bare_start(thread, code_spin, 0, 0);
    domain_sleep(1000);
    seL4_UserContext registers = thread_registers(thread);
    EXPECT_EQ(registers.x2, 0);
    EXPECT_OK(seL4_TCB_Resume(thread->tcb));
    EXPECT_OK(seL4_DomainSet_Set(DOMAIN, 0, thread->tcb));
    domain_sleep(1000);
    registers = thread_registers(thread);
    EXPECT(registers.x2 > 0);
}

/* ---- talking across ---- */

struct server {
    seL4_CPtr ready, endpoint, reply;
    volatile unsigned count;
    volatile uint64_t times[16];
};

static struct server server;

static void serve(void *argument)
{
    (void)argument;
    seL4_NBSendRecv(server.ready, seL4_MessageInfo_new(0, 0, 0, 0), server.endpoint, NULL,
                    server.reply);
    for (;;) {
        server.times[server.count++ % 16] = ticks_now();
        seL4_ReplyRecv(server.endpoint, seL4_MessageInfo_new(0, 0, 0, 1), NULL, server.reply);
    }
}

static struct alloc_thread *start_server(bool passive, seL4_Word priority)
{
    server = (struct server){
        .ready = new_notification(), .endpoint = new_endpoint(), .reply = new_reply()};
    struct alloc_thread *thread = new_thread(serve, NULL, priority);

    settle();
    if (passive)
        REQUIRE_OK(seL4_SchedContext_Unbind(thread->sched_context));
    REQUIRE_OK(seL4_DomainSet_Set(DOMAIN, 1, thread->tcb));
    return thread;
}

/* Every call is served in domain 1's slices, and answered in domain 0's. */
static void call_across(bool passive, seL4_Word priority)
{
    start_server(passive, priority);
    schedule({0, 500}, {1, 500});
    uint64_t begin = ticks_now();
    for (unsigned i = 0; i < 8; i++) {
        seL4_SetMR(0, i);
        seL4_Call(server.endpoint, seL4_MessageInfo_new(0, 0, 0, 1));
        uint64_t answered = ticks_now() - begin;
        EXPECT_EQ(seL4_GetMR(0), i);
        EXPECT(within(answered, (i + 1) * ticks(1000), ticks(20)));
        EXPECT((server.times[i] - begin) % ticks(1000) >= ticks(500) - LATE);
    }
    EXPECT_EQ(server.count, 8);
    schedule_boot();
}

TEST(a_server_of_another_domain)
{
    call_across(false, 100);
    call_across(false, 255);
}

/* It runs on the caller's time, in its own domain's. */
TEST(a_passive_server_of_another_domain)
{
    call_across(true, 100);
    call_across(true, 255);
}

/* A server that answers and is called in the same slice talks as fast as ever. */
TEST(caller_and_server_of_one_domain)
{
    start_server(true, 255);
    schedule({0, 500}, {1, 500});
    EXPECT_OK(seL4_DomainSet_Set(DOMAIN, 1, SELF));
    uint64_t begin = ticks_now();
    for (unsigned i = 0; i < 8; i++)
        seL4_Call(server.endpoint, seL4_MessageInfo_new(0, 0, 0, 1));
    EXPECT(ticks_now() - begin < ticks(200));
    EXPECT_OK(seL4_DomainSet_Set(DOMAIN, 0, SELF));
    schedule_boot();
}

static void fault(void *argument)
{
    *(volatile seL4_Word *)argument = 1;
}

/* The handler is in domain 0, the thread that faults is not; so is the answer. */
TEST(a_fault_across)
{
    uintptr_t address = new_addresses(4096, 4096);
    seL4_CPtr endpoint = new_endpoint(), reply = new_reply();
    struct alloc_thread *thread = new_thread_with(&(struct alloc_thread_options){
        .entry = fault, .argument = (void *)address, .priority = 255, .fault_ep = endpoint});

    EXPECT_OK(seL4_DomainSet_Set(DOMAIN, 1, thread->tcb));
    schedule({0, 500}, {1, 500});
    uint64_t begin = ticks_now();
    for (unsigned i = 1; i < 4; i++) {
        seL4_Word badge;
        seL4_MessageInfo_t info = seL4_Recv(endpoint, &badge, reply);

        EXPECT_EQ(seL4_MessageInfo_get_label(info), seL4_Fault_VMFault);
        EXPECT_EQ(seL4_GetMR(seL4_VMFault_Addr), address);
        EXPECT(within(ticks_now() - begin, i * ticks(1000), ticks(20)));
        seL4_Send(reply, seL4_MessageInfo_new(0, 0, 0, 0));
    }
    schedule_boot();
}

struct listener {
    seL4_CPtr notification;
    volatile unsigned count;
    volatile uint64_t times[8];
};

static struct listener listener;

static void listen(void *argument)
{
    (void)argument;
    for (;;) {
        seL4_Wait(listener.notification, NULL);
        listener.times[listener.count++ % 8] = ticks_now();
    }
}

/* A signal wakes it at once, but in its own domain's time; the one who signals goes on. */
TEST(a_signal_across)
{
    listener = (struct listener){.notification = new_notification()};
    struct alloc_thread *thread = new_thread(listen, NULL, 255);
    seL4_CPtr badged = new_badged(listener.notification, seL4_AllRights, 1);

    settle();
    EXPECT_OK(seL4_DomainSet_Set(DOMAIN, 1, thread->tcb));
    schedule({0, 500}, {1, 500});
    uint64_t begin = ticks_now();
    for (unsigned i = 0; i < 8; i++) {
        seL4_Signal(badged);
        EXPECT_EQ(listener.count, i);
        domain_sleep(700);
        EXPECT_EQ(listener.count, i + 1);
        EXPECT((listener.times[i] - begin) % ticks(1000) >= ticks(500) - LATE);
    }
    schedule_boot();
}

/* A context that a notification lends works across domains too. */
TEST(a_notification_lends_across)
{
    listener = (struct listener){.notification = new_notification()};
    struct alloc_thread *thread = new_thread(listen, NULL, 100);

    settle();
    EXPECT_OK(seL4_SchedContext_Unbind(thread->sched_context));
    EXPECT_OK(seL4_SchedContext_Bind(thread->sched_context, listener.notification));
    EXPECT_OK(seL4_DomainSet_Set(DOMAIN, 1, thread->tcb));
    seL4_Signal(listener.notification);
    domain_sleep(1000);
    EXPECT_EQ(listener.count, 0);
    schedule({0, 500}, {1, 500});
    domain_sleep(2000);
    EXPECT_EQ(listener.count, 1);
    seL4_Signal(listener.notification);
    domain_sleep(2000);
    EXPECT_EQ(listener.count, 2);
    schedule_boot();
}

/* ---- YieldTo ---- */

TEST(yieldto_across_is_no_hand_over)
{
    runner_start(&one, 1, 255);
    schedule({0, 1000}, {1, 1000});
    uint64_t begin = ticks_now();
    seL4_SchedContext_YieldTo_t answer = seL4_SchedContext_YieldTo(one.thread->sched_context);
    EXPECT_OK(answer.error);
    EXPECT(ticks_now() - begin < ticks(20));
    EXPECT_EQ(one.count, 0);
    domain_sleep(1500);
    EXPECT_EQ(one.count, 1);
    schedule_boot();
}

/* ---- going away ---- */

TEST(threads_of_other_domains_are_stopped_and_deleted)
{
    runner_start(&one, 1, 100);
    runner_start(&two, 1, 100);
    schedule({0, 500}, {1, 500});
    domain_sleep(5000);
    EXPECT(one.count > 0);
    EXPECT_OK(seL4_TCB_Suspend(one.thread->tcb));
    unsigned count = one.count;
    uint64_t ran = runner_ran(&two);
    domain_sleep(15000);
    EXPECT_EQ(one.count, count);
    EXPECT(runner_ran(&two) >= ran + ticks(7000));
    EXPECT_OK(seL4_CNode_Delete(ROOT, two.thread->tcb, DEPTH));
    ran = runner_ran(&two);
    EXPECT_OK(seL4_TCB_Resume(one.thread->tcb));
    domain_sleep(5000);
    EXPECT_EQ(runner_ran(&two), ran);
    EXPECT(one.count > count);
    EXPECT_OK(seL4_CNode_Delete(ROOT, one.thread->sched_context, DEPTH));
    ran = runner_ran(&one);
    domain_sleep(5000);
    EXPECT_EQ(runner_ran(&one), ran);
    schedule_boot();
}
