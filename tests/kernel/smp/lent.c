/* SPDX-License-Identifier: BSD-2-Clause */
/* A monitor as a VMM is: passive, woken by clients of all cores on their time, and by signals of
 * all cores on what its notification lends, of which there is little. */
#include "tests/kernel/smp/cores.h"

#define SIGNAL(core) (1UL << (core))
#define ROUNDS       5
#define SLICE_US     200 /* of a thread that calls or signals */
#define BUDGET_US    40
#define PERIOD_US    200

static seL4_CPtr endpoint, reply, notification, silence, signals[CORES_MAX];
static shared_word heard[CORES_MAX], answered[CORES_MAX], served;

static void hear(seL4_Word badge)
{
    for (unsigned core = 0; core < CORES_MAX; core++)
        if (badge & SIGNAL(core))
            heard[core]++;
}

static void serve(void *argument)
{
    seL4_Word badge;

    seL4_Recv(endpoint, &badge, reply);
    for (;;) {
        if (badge != 0) {
            hear(badge);
            seL4_Recv(endpoint, &badge, reply);
        } else {
            served++;
            seL4_ReplyRecv(endpoint, seL4_MessageInfo_new(0, 0, 0, 0), &badge, reply);
        }
    }
}

static void call_forever(void *argument)
{
    shared_word *count = argument;

    for (;;) {
        seL4_Call(endpoint, seL4_MessageInfo_new(0, 0, 0, 0));
        ++*count;
        test_pause();
    }
}

/* Waits for each to be heard: then it has not been one of two that became one. */
static void signal_and_look(void *argument)
{
    seL4_Word core = (seL4_Word)(uintptr_t)argument;

    for (unsigned i = 1; i <= ROUNDS; i++) {
        seL4_Signal(signals[core]);
        if (!wait_for(&heard[core], i))
            break;
    }
    seL4_Wait(silence, NULL);
}

static void start_server(seL4_Word core)
{
    struct alloc_thread_options options = {.entry = serve, .priority = 200};

    endpoint = new_endpoint();
    reply = new_reply();
    notification = new_notification();
    silence = new_notification();
    struct alloc_thread *server = new_thread_with(&options);
    settle();
    seL4_CPtr lent = server->sched_context;
    REQUIRE_OK(seL4_SchedContext_Unbind(lent));
    REQUIRE_OK(seL4_SchedControl_Configure(info()->schedcontrol.start + core, lent, BUDGET_US,
                                           PERIOD_US, 0, 0));
    REQUIRE_OK(seL4_SchedContext_Bind(lent, notification));
    REQUIRE_OK(seL4_TCB_BindNotification(server->tcb, notification));
    served = 0;
    for (unsigned i = 0; i < core_count(); i++) {
        signals[i] = new_badged(notification, seL4_AllRights, SIGNAL(i));
        heard[i] = 0;
        answered[i] = 0;
    }
}

static void start_client(rt_thread_entry *entry, void *argument, seL4_Word core)
{
    struct alloc_thread_options options = {.entry = entry,
                                           .argument = argument,
                                           .priority = 100,
                                           .core = core,
                                           .budget = SLICE_US,
                                           .period = SLICE_US};

    new_thread_with(&options);
}

/* Every other core calls and signals at once; what is lent is the last one's. The case keeps its
 * own core. */
TEST(a_passive_server_hears_signals_and_calls_of_all_cores)
{
    start_server(core_count() - 1);
    for (unsigned i = 1; i < core_count(); i++) {
        start_client(signal_and_look, (void *)(uintptr_t)i, i);
        start_client(call_forever, (void *)&answered[i], i);
    }
    for (unsigned i = 1; i < core_count(); i++) {
        EXPECT(wait_for(&heard[i], ROUNDS));
        EXPECT(wait_for(&answered[i], 10));
    }
}
