/* SPDX-License-Identifier: BSD-2-Clause */
/* Who runs first once a signal has woken somebody, and once somebody has nothing to do but wait. */
#include "tests/kernel/harness/job.h"

#define PRIORITY 100 /* of who signals */
#define BADGE    0x40

struct scene {
    seL4_CPtr signal, wait, reply; /* `reply` is 0 for Wait */
    volatile seL4_Word badge;
    volatile unsigned turns, woken, went_on; /* the turns these two had */
};

static struct scene scene;

static void wait_once(void *argument)
{
    seL4_Word badge;

    if (scene.reply == 0)
        seL4_Wait(scene.wait, &badge);
    else
        seL4_Recv(scene.wait, &badge, scene.reply);
    scene.badge = badge;
    scene.woken = ++scene.turns;
}

static void signal_once(void *argument)
{
    seL4_Signal(scene.signal);
    scene.went_on = ++scene.turns;
}

static struct alloc_thread *start_waiter(seL4_Word priority)
{
    seL4_CPtr notification = new_notification();

    scene = (struct scene){.signal = new_badged(notification, seL4_AllRights, BADGE),
                           .wait = notification};
    struct alloc_thread *waiter = new_thread(wait_once, NULL, priority);
    settle();
    return waiter;
}

/* The waiter receives from an endpoint, and the notification is bound to it. */
static void start_receiver(seL4_Word priority)
{
    seL4_CPtr notification = new_notification();

    scene = (struct scene){.signal = new_badged(notification, seL4_AllRights, BADGE),
                           .wait = new_endpoint(),
                           .reply = new_reply()};
    struct alloc_thread *waiter = new_thread(wait_once, NULL, priority);
    settle();
    EXPECT_OK(seL4_TCB_BindNotification(waiter->tcb, notification));
}

static void expect_turns(unsigned woken, unsigned went_on)
{
    new_thread(signal_once, NULL, PRIORITY);
    settle();
    EXPECT_EQ(scene.woken, woken);
    EXPECT_EQ(scene.went_on, went_on);
    EXPECT_EQ(scene.badge, woken != 0 ? BADGE : 0);
}

TEST(a_higher_waiter_runs_at_once)
{
    start_waiter(PRIORITY + 1);
    expect_turns(1, 2);
    start_receiver(PRIORITY + 1);
    expect_turns(1, 2);
    /* The endpoint and the reply are free again. */
    seL4_NBSend(scene.wait, seL4_MessageInfo_new(1, 0, 0, 0));
    EXPECT_EQ(seL4_MessageInfo_get_label(seL4_NBRecv(scene.wait, NULL, scene.reply)), 0);
}

TEST(an_equal_or_lower_waiter_runs_later)
{
    start_waiter(PRIORITY);
    expect_turns(2, 1);
    start_receiver(PRIORITY);
    expect_turns(2, 1);
    start_waiter(PRIORITY - 1);
    expect_turns(2, 1);
    start_receiver(PRIORITY - 1);
    expect_turns(2, 1);
}

static volatile unsigned bystander;

static void stand_by(void *argument)
{
    bystander = ++scene.turns;
}

/* Who was in the way of nobody but a higher one goes on before its equals. */
TEST(the_turn_goes_on_where_it_was)
{
    start_waiter(PRIORITY + 1);
    new_thread(signal_once, NULL, PRIORITY);
    new_thread(stand_by, NULL, PRIORITY);
    settle();
    EXPECT_EQ(scene.woken, 1);
    EXPECT_EQ(scene.went_on, 2);
    EXPECT_EQ(bystander, 3);
}

/* Who waits leaves the core to the next of its equals, then to lower ones. */
TEST(a_wait_gives_the_turn_away)
{
    start_waiter(PRIORITY);
    struct scene first = scene;
    bystander = 0;
    seL4_Signal(first.signal);
    new_thread(stand_by, NULL, PRIORITY - 1);
    new_thread(signal_once, NULL, PRIORITY);
    scene.signal = new_notification(); /* nobody waits there */
    settle();
    EXPECT_EQ(scene.woken, 1);
    EXPECT_EQ(scene.went_on, 2);
    EXPECT_EQ(bystander, 3);
}

TEST(a_waiter_without_time_waits_on)
{
    struct alloc_thread *waiter = start_waiter(PRIORITY + 1);
    seL4_CPtr context = waiter->sched_context;

    EXPECT_OK(seL4_SchedContext_Unbind(context));
    expect_turns(0, 1);
    EXPECT_OK(seL4_SchedContext_Bind(context, waiter->tcb));
    settle();
    EXPECT_EQ(scene.woken, 2);
    EXPECT_EQ(scene.badge, BADGE);
}

/* Several wait: one is woken, and the others stay in line. */
TEST(the_others_wait_on)
{
    seL4_CPtr notification = new_notification();
    struct job jobs[3];

    for (unsigned i = 0; i < 3; i++) {
        jobs[i] = (struct job){
            .number = seL4_SysWait, .cap = notification, .priority = PRIORITY + 3 - i};
        job_start(&jobs[i]);
        settle();
    }
    scene = (struct scene){.signal = notification};
    for (unsigned i = 0; i < 3; i++) {
        new_thread(signal_once, NULL, PRIORITY);
        settle();
        for (unsigned j = 0; j < 3; j++)
            EXPECT_EQ(jobs[j].done, j <= i);
    }
    EXPECT_EQ(scene.turns, 3);
}

/* A signal that was there before the binding wakes nobody: nor does the next, which joins it. */
TEST(a_notification_bound_with_a_signal_in_it)
{
    static struct job job;
    seL4_CPtr notification = new_notification();

    job = (struct job){
        .number = seL4_SysRecv, .cap = new_endpoint(), .reply = new_reply(), .priority = 101};
    job_start(&job);
    settle();
    seL4_Signal(new_badged(notification, seL4_AllRights, 1));
    EXPECT_OK(seL4_TCB_BindNotification(job.thread->tcb, notification));
    scene = (struct scene){.signal = new_badged(notification, seL4_AllRights, 2)};
    new_thread(signal_once, NULL, PRIORITY);
    settle();
    EXPECT_EQ(scene.went_on, 1);
    EXPECT(!job.done);
    EXPECT_OK(seL4_TCB_UnbindNotification(job.thread->tcb));
    EXPECT_EQ(poll(notification), 3);
}

/* ---- waits that are not quite as simple, while somebody else is ready ---- */

/* Who may not wait is told so, and is in no queue. */
static void expect_refused(seL4_CPtr cap)
{
    seL4_CPtr handler = new_endpoint();
    struct job job = {.number = seL4_SysWait, .cap = cap, .fault_ep = handler};

    job_start(&job);
    new_thread(stand_by, NULL, PRIORITY - 1);
    (void)fault_take(handler, new_reply(), seL4_Fault_CapFault, 5);
}

TEST(a_wait_without_the_right_to)
{
    seL4_CPtr notification = new_notification();

    expect_refused(new_copy(notification, seL4_CanWrite));
    seL4_Signal(notification);
    /* Not another thread's either. */
    start_receiver(PRIORITY);
    expect_refused(scene.signal);
    expect_turns(3, 2);
}

static seL4_CPtr source;

static void wait_on(void *argument)
{
    for (;;) {
        seL4_Wait(source, NULL);
        scene.turns++;
    }
}

/* What the notification lent goes back. */
TEST(a_wait_on_lent_time)
{
    scene = (struct scene){0};
    source = new_notification();
    seL4_CPtr lent = new_sched_context(5000, 5000, 0, 0);
    struct alloc_thread *waiter = new_thread(wait_on, NULL, PRIORITY);

    settle();
    EXPECT_OK(seL4_SchedContext_Unbind(waiter->sched_context));
    EXPECT_OK(seL4_SchedContext_Bind(lent, source));
    for (unsigned i = 1; i <= 4; i++) {
        seL4_Signal(source);
        new_thread(stand_by, NULL, PRIORITY - 1);
        settle();
        EXPECT_EQ(scene.turns, 2 * i);
        EXPECT_ERROR(seL4_SchedContext_UnbindObject(lent, waiter->tcb), seL4_IllegalOperation);
    }
}

static seL4_CPtr wanted;
static volatile seL4_Word looks;

static void look_on(void *argument)
{
    seL4_Word badge = 0;

    for (looks = 0; badge == 0; looks++)
        seL4_NBRecv(wanted, &badge, scene.reply);
}

/* NBRecv comes back although others are ready. */
TEST(nbrecv_gives_no_turn_away)
{
    scene = (struct scene){.signal = new_notification(), .reply = new_reply()};
    wanted = new_notification();
    new_thread_with(&(struct alloc_thread_options){
        .entry = look_on, .priority = PRIORITY, .mcp = PRIORITY, .budget = 2000, .period = 20000});
    new_thread(signal_once, NULL, PRIORITY - 1);
    seL4_Yield();
    settle();
    EXPECT(looks > 50);
    seL4_Signal(new_badged(wanted, seL4_AllRights, 1));
    settle();
    EXPECT_EQ(scene.went_on, 1);
}

static void recv_without_reply(void *argument)
{
    seL4_Recv(scene.wait, NULL, scene.reply);
}

/* Wherever a notification is, no reply object is asked for. */
TEST(recv_on_a_notification_needs_no_reply)
{
    seL4_CPtr handler = new_endpoint();

    scene = (struct scene){.wait = new_notification(), .reply = new_endpoint()};
    struct alloc_thread_options options = {
        .entry = recv_without_reply, .priority = PRIORITY, .fault_ep = handler};
    new_thread_with(&options);
    new_thread(stand_by, NULL, PRIORITY - 1);
    EXPECT(!message_take(handler, new_reply()).came);
}
