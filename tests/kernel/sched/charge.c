/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads that try to have more time than their budget: by what they do in the kernel, by when they
 * do it. A thread of low priority counts what they leave. */
#include "tests/kernel/sched/spin.h"

#define BUDGET 1000
#define PERIOD 10000

/* Not the least more than the budget: the ends of the periods and the switches are within 2 in
 * 100. */
static void expect_no_more_than_the_budget(struct alloc_thread *thread)
{
    seL4_CPtr context = thread->sched_context;

    consumed(context);
    EXPECT(near(rest_percent(), 100 - 100 * BUDGET / PERIOD, 2));
    EXPECT(near(consumed(context), REST_SPAN / PERIOD * BUDGET, 100));
}

static struct alloc_thread *start(rt_thread_entry *entry, seL4_Word priority)
{
    return new_thread_with(&(struct alloc_thread_options){
        .entry = entry, .priority = priority, .mcp = priority, .budget = BUDGET, .period = PERIOD});
}

static seL4_CPtr object;

static void signal_on(void *argument)
{
    for (;;)
        seL4_Signal(object);
}

static void poll_on(void *argument)
{
    for (;;)
        seL4_Poll(object, NULL);
}

static void invoke_on(void *argument)
{
    for (;;)
        seL4_CNode_CancelBadgedSends(ROOT, object, DEPTH);
}

/* An invocation that walks and clears memory, and is preemptible. */
static void retype_on(void *argument)
{
    seL4_CPtr slot = *(seL4_CPtr *)argument;

    for (;;) {
        seL4_Untyped_Retype(object, seL4_ARM_LargePageObject, 0, ROOT, 0, 0, slot, 1);
        seL4_CNode_Delete(ROOT, slot, DEPTH);
    }
}

static void fail_on(void *argument)
{
    for (;;)
        seL4_NBSend(0, seL4_MessageInfo_new(0, 0, 0, 0));
}

TEST(system_calls_are_charged)
{
    static rt_thread_entry *const entries[] = {signal_on, poll_on, invoke_on, fail_on};

    rest_start();
    for (unsigned i = 0; i < 4; i++) {
        object = entries[i] == invoke_on ? new_endpoint() : new_notification();
        struct alloc_thread *thread = start(entries[i], 100);
        expect_no_more_than_the_budget(thread);
        REQUIRE_OK(seL4_TCB_Suspend(thread->tcb));
    }
}

TEST(long_invocations_are_charged)
{
    static seL4_CPtr slot;

    rest_start();
    object = new_object(seL4_UntypedObject, seL4_LargePageBits);
    slot = new_slot();
    struct alloc_thread *thread = new_thread_with(&(struct alloc_thread_options){.entry = retype_on,
                                                                                 .argument = &slot,
                                                                                 .priority = 100,
                                                                                 .budget = BUDGET,
                                                                                 .period = PERIOD});
    expect_no_more_than_the_budget(thread);
    REQUIRE_OK(seL4_TCB_Suspend(thread->tcb));
}

static seL4_CPtr server_reply;

static void serve(void *argument)
{
    seL4_Recv(object, NULL, server_reply);
    for (;;)
        seL4_ReplyRecv(object, seL4_MessageInfo_new(0, 0, 0, 0), NULL, server_reply);
}

static void call_on(void *argument)
{
    for (;;)
        seL4_Call(object, seL4_MessageInfo_new(0, 0, 0, 0));
}

/* The shortest way through the kernel, to and fro, and never out of it for long. */
TEST(calls_of_a_passive_server_are_charged)
{
    object = new_endpoint();
    server_reply = new_reply();
    struct alloc_thread *server = new_thread(serve, NULL, 100);
    settle();
    REQUIRE_OK(seL4_SchedContext_Unbind(server->sched_context));
    rest_start();
    struct alloc_thread *first = start(call_on, 100);
    expect_no_more_than_the_budget(first);
    /* A second caller may have to wait while the server waits for the first one's next budget. */
    struct alloc_thread *second = start(call_on, 101);
    EXPECT(rest_percent() >= 78);
    EXPECT(consumed(second->sched_context) <= REST_SPAN / PERIOD * BUDGET + 20);
}

static void fault_on(void *argument)
{
    *(volatile seL4_Word *)argument = 1;
}

TEST(faults_are_charged)
{
    uintptr_t address = new_addresses(4096, 4096);

    object = new_endpoint();
    server_reply = new_reply();
    struct alloc_thread *handler = new_thread(serve, NULL, 100);
    settle();
    REQUIRE_OK(seL4_SchedContext_Unbind(handler->sched_context));
    rest_start();
    struct alloc_thread_options options = {.entry = fault_on,
                                           .argument = (void *)address,
                                           .priority = 100,
                                           .fault_ep = object,
                                           .budget = BUDGET,
                                           .period = PERIOD};
    expect_no_more_than_the_budget(new_thread_with(&options));
}

/* Sleeping a moment at a time makes many small refills; their sum is the budget all the same. */
static void nap_on(void *argument)
{
    for (;;) {
        seL4_Signal(object);
        seL4_Wait(*(seL4_CPtr *)argument, NULL);
    }
}

static void wake_on(void *argument)
{
    for (;;) {
        seL4_Wait(object, NULL);
        seL4_Signal(*(seL4_CPtr *)argument);
    }
}

static void expect_naps_charged(seL4_Word refills, seL4_Word flags)
{
    static seL4_CPtr back;
    seL4_CPtr contexts[2];
    struct alloc_thread *threads[2];

    object = new_notification();
    back = new_notification();
    for (unsigned i = 0; i < 2; i++) {
        threads[i] = new_thread_with(
            &(struct alloc_thread_options){.entry = i == 0 ? wake_on : nap_on,
                                           .argument = &back,
                                           .priority = 100 + i,
                                           .passive = true});
        contexts[i] = new_object(seL4_SchedContextObject, 9);
        REQUIRE_OK(seL4_SchedControl_ConfigureFlags(CONTROL, contexts[i], BUDGET / 2, PERIOD,
                                                    refills, 0, flags));
        REQUIRE_OK(seL4_SchedContext_Bind(contexts[i], threads[i]->tcb));
    }
    EXPECT(rest_percent() >= 88);
    for (unsigned i = 0; i < 2; i++) {
        EXPECT(consumed(contexts[i]) <= REST_SPAN / PERIOD * BUDGET / 2 + 20);
        REQUIRE_OK(seL4_TCB_Suspend(threads[i]->tcb));
    }
}

TEST(naps_are_charged)
{
    rest_start();
    expect_naps_charged(0, 0);
    expect_naps_charged(12, 0);
    expect_naps_charged(0, seL4_SchedContext_Sporadic);
    expect_naps_charged(12, seL4_SchedContext_Sporadic);
}

/* ---- among equals ---- */

static struct spinner one;

static void wait_on(void *argument)
{
    for (;;)
        seL4_Wait(object, NULL);
}

/* Being preempted all the time, the last moment of a turn included, gives no second turn. */
TEST(waking_others_prolongs_no_turn)
{
    object = new_notification();
    new_thread(wait_on, NULL, 110);
    struct alloc_thread *busy = new_thread_with(&(struct alloc_thread_options){
        .entry = signal_on, .priority = 100, .budget = 500, .period = 500});
    spinner_start(&one, 100, 500, 500);
    consumed(busy->sched_context);
    test_sleep(16000);
    EXPECT(near(consumed(one.thread->sched_context), consumed(busy->sched_context), 550));
    EXPECT(spinner_ran(&one) > 4000);
}

static void wait_a_turn(void *argument)
{
    for (;;)
        seL4_Yield();
}

/* Who yields at once leaves all of it to the other, and both are served for ever. */
TEST(yield_among_equals)
{
    struct alloc_thread *polite = new_thread_with(&(struct alloc_thread_options){
        .entry = wait_a_turn, .priority = 100, .budget = 1000, .period = 1000});
    spinner_start(&one, 100, 1000, 1000);
    consumed(polite->sched_context);
    test_sleep(40000);
    EXPECT(consumed(polite->sched_context) < 400);
    EXPECT(consumed(one.thread->sched_context) > 39000);
    EXPECT(one.count <= 41);
}
