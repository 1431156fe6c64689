/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Several cores: threads that run at the same time, meet, move, and are stopped from elsewhere.
 *
 * The case runs on core 0; settle() lets the threads of that core run, so what other cores do is
 * waited for by the clock, with a limit.
 */
#include "tests/kernel/smp/cores.h"

#define ROUNDS 100

TEST(there_are_several_cores)
{
    REQUIRE(core_count() > 1);
    EXPECT_EQ(info()->schedcontrol.end - info()->schedcontrol.start, core_count());
    EXPECT_EQ(info()->nodeID, 0);
}

TEST(threads_run_on_all_cores_at_once)
{
    static shared_word counts[8];

    for (unsigned core = 1; core < core_count(); core++) {
        counts[core] = 0;
        thread_on(core, count, (void *)&counts[core], 0);
    }
    for (unsigned core = 1; core < core_count(); core++)
        EXPECT(wait_for(&counts[core], 1000));
}

TEST(a_running_thread_is_stopped_from_another_core)
{
    static shared_word word;

    word = 0;
    struct alloc_thread *thread = thread_on(1, count, (void *)&word, 0);
    EXPECT(wait_for(&word, 1000));
    for (int i = 0; i < 50; i++) {
        EXPECT_OK(seL4_TCB_Suspend(thread->tcb));
        seL4_Word before = word;
        test_spin_until(test_now() + 200);
        EXPECT_EQ(word, before);
        EXPECT_OK(seL4_TCB_Resume(thread->tcb));
        EXPECT(wait_for(&word, before + 10));
    }
}

TEST(registers_of_a_running_thread_are_read_and_written)
{
    static shared_word word, other;

    word = 0;
    other = 0;
    struct alloc_thread *thread = thread_on(2 % core_count(), count, (void *)&word, 0);
    EXPECT(wait_for(&word, 1000));
    seL4_UserContext context;
    EXPECT_OK(seL4_TCB_ReadRegisters(thread->tcb, 0, 0, seL4_UserContext_Length, &context));
    seL4_Word changed = 0;
    /* Wherever the compiler keeps the address, it is moved to the other word. */
    seL4_Word *words = (seL4_Word *)&context;
    for (unsigned i = 3; i < 34; i++) {
        if (words[i] == (seL4_Word)&word) {
            words[i] = (seL4_Word)&other;
            changed++;
        }
    }
    EXPECT(changed > 0);
    EXPECT_OK(seL4_TCB_WriteRegisters(thread->tcb, 0, 0, seL4_UserContext_Length, &context));
    EXPECT(wait_for(&other, 1000));
}

TEST(a_running_thread_is_deleted_from_another_core)
{
    for (int i = 0; i < 20; i++) {
        static shared_word word;

        word = 0;
        struct alloc_thread thread;
        struct alloc_thread_options options = {
            .entry = count, .argument = (void *)&word, .priority = 100, .core = 1};
        REQUIRE_OK(alloc_thread_start(&test_alloc, info(), &options, &thread));
        EXPECT(wait_for(&word, 100));
        REQUIRE_OK(alloc_thread_free(&test_alloc, &thread));
        seL4_Word before = word;
        test_spin_until(test_now() + 200);
        EXPECT_EQ(word, before);
    }
}

/* ---- meeting ---- */

struct server {
    seL4_CPtr endpoint, reply;
    shared_word served;
};

static void serve(void *argument)
{
    struct server *server = argument;
    seL4_Word badge;
    seL4_MessageInfo_t info = seL4_Recv(server->endpoint, &badge, server->reply);

    for (;;) {
        seL4_SetMR(0, seL4_GetMR(0) + 1);
        server->served++;
        info = seL4_ReplyRecv(server->endpoint, info, &badge, server->reply);
    }
}

TEST(a_server_on_another_core_answers)
{
    static struct server server;

    server = (struct server){.endpoint = new_endpoint(), .reply = new_reply()};
    thread_on(1, serve, &server, 0);
    for (seL4_Word i = 0; i < 500; i++) {
        seL4_SetMR(0, i);
        seL4_Call(server.endpoint, seL4_MessageInfo_new(0, 0, 0, 1));
        EXPECT_EQ(seL4_GetMR(0), i + 1);
    }
    EXPECT_EQ(server.served, 500);
}

struct client {
    seL4_CPtr endpoint;
    seL4_CPtr end; /* a notification nobody signals */
    shared_word done, wrong;
    seL4_Word rounds;
};

static void call_often(void *argument)
{
    struct client *client = argument;

    for (seL4_Word i = 0; i < client->rounds; i++) {
        seL4_SetMR(0, i);
        seL4_Call(client->endpoint, seL4_MessageInfo_new(0, 0, 0, 1));
        if (seL4_GetMR(0) != i + 1)
            client->wrong++;
        client->done++;
    }
    seL4_Wait(client->end, NULL);
}

/* A passive server runs wherever its client's time is: it moves from core to core at each call. */
TEST(a_passive_server_serves_clients_of_all_cores)
{
    static struct server server;
    static struct client clients[8];
    struct alloc_thread_options options = {
        .entry = serve, .argument = &server, .priority = 200, .core = 0};

    server = (struct server){.endpoint = new_endpoint(), .reply = new_reply()};
    struct alloc_thread *thread = new_thread_with(&options);
    settle();
    EXPECT_OK(seL4_SchedContext_Unbind(thread->sched_context));
    for (unsigned core = 1; core < core_count(); core++) {
        clients[core] = (struct client){
            .endpoint = server.endpoint, .end = new_notification(), .rounds = ROUNDS};
        thread_on(core, call_often, &clients[core], 0);
    }
    for (unsigned core = 1; core < core_count(); core++) {
        EXPECT(wait_for(&clients[core].done, ROUNDS));
        EXPECT_EQ(clients[core].wrong, 0);
    }
    EXPECT_EQ(server.served, ROUNDS * (core_count() - 1));
}

struct waiter {
    seL4_CPtr notification;
    shared_word signals;
};

static void wait_often(void *argument)
{
    struct waiter *waiter = argument;

    for (;;) {
        seL4_Wait(waiter->notification, NULL);
        waiter->signals++;
    }
}

TEST(a_signal_wakes_a_thread_of_another_core)
{
    static struct waiter waiter;

    waiter = (struct waiter){.notification = new_notification()};
    seL4_CPtr badged = new_badged(waiter.notification, seL4_AllRights, 1);
    thread_on(core_count() - 1, wait_often, &waiter, 0);
    for (seL4_Word i = 1; i <= 200; i++) {
        seL4_Signal(badged);
        EXPECT(wait_for(&waiter.signals, i));
    }
}

static struct waiter lone;
static shared_word heard;

static void signal_often(void *argument)
{
    for (seL4_Word i = 1; i <= ROUNDS && wait_for(&lone.signals, i - 1); i++)
        seL4_Signal(lone.notification);
    heard = 1;
}

/* However high its priority: it takes the turn of nobody here. */
TEST(a_signal_to_a_higher_thread_of_another_core)
{
    struct alloc_thread_options waiter = {
        .entry = wait_often, .argument = &lone, .priority = 200, .core = core_count() - 1};

    lone = (struct waiter){.notification = new_notification()};
    heard = 0;
    new_thread_with(&waiter);
    thread_on(0, signal_often, NULL, 0);
    settle();
    EXPECT_EQ(heard, 1);
    EXPECT(wait_for(&lone.signals, ROUNDS));
}

static void signal_nobody(void *argument)
{
    while (heard == 0)
        seL4_Signal(*(seL4_CPtr *)argument);
}

/* It was made ready while the thread below it came in to signal, and waited for the kernel's
 * lock. */
TEST(a_signal_to_a_higher_thread_while_the_lower_signals)
{
    static seL4_CPtr unheard;
    struct alloc_thread_options waiter = {.entry = wait_often, .argument = &lone, .priority = 200};

    unheard = new_notification();
    lone = (struct waiter){.notification = new_notification()};
    heard = 0;
    new_thread_with(&waiter);
    settle();
    thread_on(core_count() - 1, signal_often, NULL, 0);
    thread_on(0, signal_nobody, &unheard, 0);
    settle();
    EXPECT_EQ(heard, 1);
    EXPECT(wait_for(&lone.signals, ROUNDS));
}

/* A thread of another core that waits for its budget is stopped and goes on, while whoever runs
 * there comes in and leaves the short way: that core's next moment is another each time. */
TEST(a_thread_without_budget_is_stopped_from_another_core)
{
    static seL4_CPtr unheard;
    static shared_word word;
    struct alloc_thread_options brief = {.entry = count,
                                         .argument = (void *)&word,
                                         .priority = 150,
                                         .core = core_count() - 1,
                                         .budget = 200,
                                         .period = 2000};

    unheard = new_notification();
    heard = 0;
    word = 0;
    struct alloc_thread *thread = new_thread_with(&brief);
    thread_on(core_count() - 1, signal_nobody, &unheard, 0);
    EXPECT(wait_for(&word, 100));
    for (unsigned i = 0; i < 100; i++) {
        EXPECT_OK(seL4_TCB_Suspend(thread->tcb));
        test_spin_until(test_now() + 50);
        EXPECT_OK(seL4_TCB_Resume(thread->tcb));
        test_spin_until(test_now() + 310);
    }
    EXPECT(wait_for(&word, word + 100));
}

/* ---- moving ---- */

TEST(a_running_thread_moves_from_core_to_core)
{
    static shared_word word;

    word = 0;
    struct alloc_thread *thread = thread_on(1, count, (void *)&word, 0);
    for (unsigned i = 0; i < 100; i++) {
        move(thread, 1 + i % (core_count() - 1));
        EXPECT(wait_for(&word, word + 100));
        if (BUILD_DEBUG)
            EXPECT_EQ(seL4_DebugGetThreadAffinity(thread->tcb), 1 + i % (core_count() - 1));
    }
}

static seL4_Word last_core(void)
{
    return core_count() - 1;
}

/* Wherever it waits, a thread goes to the core its context is configured for. */
TEST(a_blocked_thread_moves)
{
    static struct waiter waiter;

    waiter = (struct waiter){.notification = new_notification()};
    struct alloc_thread *thread = thread_on(1, wait_often, &waiter, 0);
    seL4_CPtr badged = new_badged(waiter.notification, seL4_AllRights, 1);
    for (seL4_Word i = 1; i <= 20; i++) {
        move(thread, i % core_count());
        seL4_Signal(badged);
        settle();
        EXPECT(wait_for(&waiter.signals, i));
        if (BUILD_DEBUG)
            EXPECT_EQ(seL4_DebugGetThreadAffinity(thread->tcb), i % core_count());
    }
}

TEST(a_ready_thread_moves)
{
    static shared_word above, below;
    struct alloc_thread_options options = {
        .entry = count, .argument = (void *)&below, .priority = 50, .core = 1};

    above = 0;
    below = 0;
    thread_on(1, count, (void *)&above, 0);
    EXPECT(wait_for(&above, 100));
    struct alloc_thread *thread = new_thread_with(&options);
    test_spin_until(test_now() + 1000);
    EXPECT_EQ(below, 0);
    move(thread, last_core());
    EXPECT(wait_for(&below, 100));
    move(thread, 1);
    seL4_Word before = below;
    test_spin_until(test_now() + 1000);
    EXPECT_EQ(below, before);
}

/* Out of budget it moves, and has no more for it: it runs there when the next one comes. */
TEST(a_thread_without_budget_moves)
{
    static shared_word word;
    struct alloc_thread_options options = {.entry = count,
                                           .argument = (void *)&word,
                                           .priority = 100,
                                           .core = 1,
                                           .budget = 1000,
                                           .period = 400000};

    word = 0;
    uint64_t begin = test_now();
    struct alloc_thread *thread = new_thread_with(&options);
    EXPECT(wait_for(&word, 1));
    seL4_Word before = 0;
    while (before != word) {
        before = word;
        test_spin_until(test_now() + 5000);
    }
    for (seL4_Word i = 0; i < 10; i++)
        EXPECT_OK(
            seL4_SchedControl_Configure(info()->schedcontrol.start + 1 + i % (core_count() - 1),
                                        thread->sched_context, 1000, 400000, 0, 0));
    if (test_now() < begin + 300000)
        EXPECT_EQ(word, before);
    EXPECT(wait_for(&word, before + 1));
    EXPECT(test_now() > begin + 390000);
}

struct worker {
    seL4_CPtr ready, endpoint, reply;
    shared_word rounds;
};

static void work_for_ever(void *argument)
{
    struct worker *worker = argument;

    seL4_NBSendRecv(worker->ready, seL4_MessageInfo_new(0, 0, 0, 0), worker->endpoint, NULL,
                    worker->reply);
    for (;;)
        worker->rounds++;
}

/* A context that is lent takes its borrower along. */
TEST(a_lent_context_moves)
{
    static struct worker worker;
    static struct client client;

    worker = (struct worker){
        .ready = new_notification(), .endpoint = new_endpoint(), .reply = new_reply()};
    struct alloc_thread *server = new_thread(work_for_ever, &worker, 100);
    settle();
    EXPECT_OK(seL4_SchedContext_Unbind(server->sched_context));
    client = (struct client){.endpoint = worker.endpoint, .end = new_notification(), .rounds = 1};
    struct alloc_thread *caller = thread_on(1, call_often, &client, 0);
    EXPECT(wait_for(&worker.rounds, 100));
    for (seL4_Word i = 0; i < 20; i++) {
        move(caller, 1 + i % (core_count() - 1));
        EXPECT(wait_for(&worker.rounds, worker.rounds + 100));
        if (BUILD_DEBUG)
            EXPECT_EQ(seL4_DebugGetThreadAffinity(server->tcb), 1 + i % (core_count() - 1));
    }
    EXPECT_EQ(client.done, 0);
}

struct calculation {
    shared_word rounds, wrong;
    seL4_Word seed;
};

/* Keeps its numbers in d8 and d31, which the compiler leaves alone and the kernel makes follow the
 * thread. */
static void calculate(void *argument)
{
    struct calculation *calculation = argument;
    seL4_Word number = calculation->seed, first, last;

    __asm__ volatile(".arch_extension fp\n fmov d8, %0\n fmov d31, %0" ::"r"(number));
    for (;;) {
        __asm__ volatile(".arch_extension fp\n fmov %0, d8\n fmov %1, d31"
                         : "=r"(first), "=r"(last));
        if (first != number || last != number)
            calculation->wrong++;
        number += 4;
        __asm__ volatile(".arch_extension fp\n fmov d8, %0\n fmov d31, %0" ::"r"(number));
        if (++calculation->rounds % PAUSE_EVERY == 0)
            test_pause();
    }
}

TEST(floating_point_follows_a_thread)
{
    static struct calculation calculations[4];
    struct alloc_thread *threads[4];

    for (unsigned i = 0; i < 4; i++) {
        calculations[i] = (struct calculation){.seed = 1 + i};
        threads[i] = thread_on(1, calculate, &calculations[i], 0);
    }
    for (unsigned i = 0; i < 60; i++) {
        move(threads[i % 4], 1 + i % (core_count() - 1));
        test_spin_until(test_now() + 500);
    }
    for (unsigned i = 0; i < 4; i++) {
        EXPECT(wait_for(&calculations[i].rounds, 100));
        EXPECT_EQ(calculations[i].wrong, 0);
    }
}

/* ---- faults and time ---- */

static void fault_at(void *argument)
{
    *(volatile seL4_Word *)argument = 1;
}

TEST(a_fault_on_another_core_reaches_its_handler)
{
    seL4_CPtr endpoint = new_endpoint(), reply = new_reply();
    uintptr_t address = new_addresses(4096, 4096);
    seL4_Word badge;

    thread_on(1, fault_at, (void *)address, endpoint);
    seL4_MessageInfo_t message = seL4_Recv(endpoint, &badge, reply);
    EXPECT_EQ(seL4_MessageInfo_get_label(message), seL4_Fault_VMFault);
    EXPECT_EQ(seL4_GetMR(seL4_VMFault_Addr), address);
}

TEST(a_budget_is_kept_on_another_core)
{
    static shared_word word;
    struct alloc_thread_options options = {.entry = count,
                                           .argument = (void *)&word,
                                           .priority = 100,
                                           .core = 1,
                                           .budget = 2000,
                                           .period = 10000};

    word = 0;
    struct alloc_thread *thread = new_thread_with(&options);
    EXPECT(wait_for(&word, 1));
    (void)seL4_SchedContext_Consumed(thread->sched_context);
    uint64_t begin = test_now();
    test_spin_until(begin + 100000);
    seL4_SchedContext_Consumed_t used = seL4_SchedContext_Consumed(thread->sched_context);
    EXPECT_EQ(used.error, seL4_NoError);
    /* A fifth is allowed; an emulator that stops a core for a while makes it overrun. */
    EXPECT(used.consumed > 0);
    EXPECT(used.consumed < (test_now() - begin) / 2);
}

/* What a thread uses while it stays at user level on its core is known at any time. */
TEST(consumed_counts_up_to_now)
{
    static shared_word word;
    struct alloc_thread_options options = {.entry = count,
                                           .argument = (void *)&word,
                                           .priority = 100,
                                           .core = 1,
                                           .budget = 20000000,
                                           .period = 20000000};

    word = 0;
    struct alloc_thread *thread = new_thread_with(&options);
    EXPECT(wait_for(&word, 1));
    uint64_t begin = test_now(), sum = 0;
    (void)seL4_SchedContext_Consumed(thread->sched_context);
    for (unsigned i = 0; i < 20; i++) {
        test_spin_until(test_now() + 1000);
        seL4_SchedContext_Consumed_t used = seL4_SchedContext_Consumed(thread->sched_context);
        EXPECT(used.consumed >= 900);
        sum += used.consumed;
    }
    EXPECT(sum <= test_now() - begin);
    /* Configured anew it goes on as it did. */
    EXPECT_OK(seL4_SchedControl_Configure(info()->schedcontrol.start + 1, thread->sched_context,
                                          10000000, 10000000, 0, 0));
    EXPECT(wait_for(&word, word + 1000));
}

/* It is no hand-over to another core: the caller goes on at once. */
TEST(yieldto_a_thread_of_another_core)
{
    static shared_word word;

    word = 0;
    struct alloc_thread *thread = thread_on(1, count, (void *)&word, 0);
    EXPECT(wait_for(&word, 1));
    for (unsigned i = 0; i < 20; i++) {
        seL4_SchedContext_YieldTo_t answer = seL4_SchedContext_YieldTo(thread->sched_context);
        EXPECT_OK(answer.error);
    }
    EXPECT_OK(seL4_TCB_Suspend(thread->tcb));
    EXPECT_OK(seL4_SchedContext_YieldTo(thread->sched_context).error);
}

/* ---- address spaces ---- */

TEST(a_space_goes_away_while_all_cores_run)
{
    static shared_word counts[8];

    for (unsigned core = 1; core < core_count(); core++) {
        counts[core] = 0;
        thread_on(core, count, (void *)&counts[core], 0);
        EXPECT(wait_for(&counts[core], 100));
    }
    seL4_CPtr space = new_object(seL4_ARM_VSpaceObject, 0);
    EXPECT_OK(seL4_ARM_ASIDPool_Assign(seL4_CapInitThreadASIDPool, space));
    struct alloc_thread_options options = {.entry = count, .priority = 100, .suspended = true};
    struct alloc_thread *stranger = new_thread_with(&options);
    EXPECT_OK(seL4_TCB_SetSpace(stranger->tcb, 0, ROOT, 0, space, 0));
    EXPECT_OK(seL4_CNode_Revoke(ROOT, space, DEPTH));
    EXPECT_OK(seL4_CNode_Delete(ROOT, space, DEPTH));
    for (unsigned core = 1; core < core_count(); core++)
        EXPECT(wait_for(&counts[core], counts[core] + 100));
}

/* ---- domains ---- */

static void schedule_start(seL4_Word index)
{
    EXPECT_OK(seL4_DomainSet_ScheduleSetStart(seL4_CapDomain, index));
}

static void schedule_entry(seL4_Word index, seL4_Uint8 domain, uint64_t us)
{
    uint64_t frequency;

    __asm__ volatile("mrs %0, cntfrq_el0" : "=r"(frequency));
    EXPECT_OK(seL4_DomainSet_ScheduleConfigure(seL4_CapDomain, index, domain,
                                               us * (frequency / 1000) / 1000));
}

/* All cores leave a domain at once: none has a thread of it when the call returns. */
TEST(a_domain_ends_on_all_cores)
{
    static shared_word counts[8];
    struct alloc_thread *threads[8];

    for (unsigned core = 1; core < core_count(); core++) {
        counts[core] = 0;
        threads[core] = thread_on(core, count, (void *)&counts[core], 0);
        EXPECT(wait_for(&counts[core], 100));
    }
    for (unsigned core = 1; core < core_count(); core++) {
        EXPECT_OK(seL4_DomainSet_Set(seL4_CapDomain, 1, threads[core]->tcb));
        seL4_Word before = counts[core];
        test_spin_until(test_now() + 500);
        EXPECT_EQ(counts[core], before);
    }
    schedule_entry(1, 0, 2000);
    schedule_entry(2, 1, 2000);
    for (unsigned i = 0; i < 10; i++) {
        seL4_Word before[8];

        schedule_start(1);
        for (unsigned core = 1; core < core_count(); core++)
            EXPECT(wait_for(&counts[core], counts[core] + 100));
        schedule_start(0);
        for (unsigned core = 1; core < core_count(); core++)
            before[core] = counts[core];
        test_spin_until(test_now() + 500);
        for (unsigned core = 1; core < core_count(); core++)
            EXPECT_EQ(counts[core], before[core]);
    }
    schedule_entry(1, 0, 0);
    schedule_entry(2, 0, 0);
}

/* The server's domain and core are its own: the call waits for both. */
TEST(a_call_to_another_core_and_domain)
{
    static struct server server;

    server = (struct server){.endpoint = new_endpoint(), .reply = new_reply()};
    struct alloc_thread *thread = thread_on(1, serve, &server, 0);
    EXPECT_OK(seL4_DomainSet_Set(seL4_CapDomain, 2, thread->tcb));
    schedule_entry(1, 0, 1000);
    schedule_entry(2, 2, 1000);
    schedule_start(1);
    for (seL4_Word i = 0; i < 10; i++) {
        seL4_SetMR(0, i);
        seL4_Call(server.endpoint, seL4_MessageInfo_new(0, 0, 0, 1));
        EXPECT_EQ(seL4_GetMR(0), i + 1);
    }
    EXPECT_EQ(server.served, 10);
    schedule_start(0);
    schedule_entry(1, 0, 0);
    schedule_entry(2, 0, 0);
}
