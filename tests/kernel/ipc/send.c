/* SPDX-License-Identifier: BSD-2-Clause */
/* Send, NBSend, Recv, NBRecv, Wait and NBWait on endpoints: who waits, and what arrives. */
#include "tests/kernel/harness/job.h"

TEST(sender_waits_for_receiver)
{
    seL4_CPtr endpoint = new_endpoint();
    struct job job = {.number = seL4_SysSend,
                      .cap = new_badged(endpoint, seL4_AllRights, 77),
                      .label = 0xfffffffffffff,
                      .length = 4,
                      .words = {1, 2, 3, ~0UL}};

    job_start(&job);
    settle();
    EXPECT(!job.done);
    struct message message = message_take(endpoint, new_reply());
    EXPECT(message.came);
    EXPECT_EQ(message.badge, 77);
    EXPECT_EQ(message.label, 0xfffffffffffff);
    EXPECT_EQ(message.length, 4);
    EXPECT_EQ(message.words[0], 1);
    EXPECT_EQ(message.words[3], ~0UL);
    settle();
    EXPECT(job.done);
    /* Send has no outputs. */
    EXPECT_EQ(job.message.badge, job.cap);
    EXPECT_EQ(job.message.label, 0xfffffffffffff);
}

static void receiver_waits(long number)
{
    seL4_CPtr endpoint = new_endpoint();
    seL4_CPtr sender = new_badged(endpoint, seL4_CanWrite, 5);
    struct job job = {.number = number, .cap = endpoint, .reply = new_reply()};

    job_start(&job);
    settle();
    EXPECT(!job.done);
    seL4_SetMR(0, 11);
    seL4_SetMR(1, 12);
    seL4_Send(sender, seL4_MessageInfo_new(9, 0, 0, 2));
    settle();
    EXPECT(job.done);
    EXPECT_EQ(job.message.badge, 5);
    EXPECT_EQ(job.message.label, 9);
    EXPECT_EQ(job.message.length, 2);
    EXPECT_EQ(job.message.words[0], 11);
    EXPECT_EQ(job.message.words[1], 12);
}

TEST(receiver_waits_in_recv)
{
    receiver_waits(seL4_SysRecv);
}

TEST(receiver_waits_in_wait)
{
    receiver_waits(seL4_SysWait);
}

TEST(nbsend_is_dropped_when_nobody_waits)
{
    seL4_CPtr endpoint = new_endpoint();

    seL4_NBSend(endpoint, seL4_MessageInfo_new(3, 0, 0, 0));
    EXPECT(!message_take(endpoint, new_reply()).came);
}

TEST(nbsend_reaches_who_waits)
{
    seL4_CPtr endpoint = new_endpoint();
    struct job job = {.number = seL4_SysRecv, .cap = endpoint, .reply = new_reply()};

    job_start(&job);
    settle();
    seL4_NBSend(endpoint, seL4_MessageInfo_new(3, 0, 0, 0));
    settle();
    EXPECT(job.done);
    EXPECT_EQ(job.message.label, 3);
}

/* With nothing to receive x0 becomes 0 and nothing else changes. */
static void nothing_to_receive(long number)
{
    struct job job = {.number = number,
                      .cap = new_endpoint(),
                      .label = 0x123,
                      .length = 3,
                      .words = {1, 2, 3, 4},
                      .reply = new_reply()};

    job_start(&job);
    settle();
    EXPECT(job.done);
    EXPECT_EQ(job.message.badge, 0);
    EXPECT_EQ(job.message.label, 0x123);
    EXPECT_EQ(job.message.length, 3);
    for (unsigned i = 0; i < 4; i++)
        EXPECT_EQ(job.message.words[i], i + 1);
}

TEST(nbrecv_with_nothing_there)
{
    nothing_to_receive(seL4_SysNBRecv);
}

TEST(nbwait_with_nothing_there)
{
    nothing_to_receive(seL4_SysNBWait);
}

static void take_from_sender(long number)
{
    seL4_CPtr endpoint = new_endpoint();
    struct job sender = {.number = seL4_SysSend, .cap = endpoint, .label = 8, .length = 1};
    struct job taker = {.number = number, .cap = endpoint, .reply = new_reply(), .priority = 50};

    sender.words[0] = 99;
    job_start(&sender);
    job_start(&taker);
    settle();
    EXPECT(sender.done);
    EXPECT(taker.done);
    EXPECT_EQ(taker.message.label, 8);
    EXPECT_EQ(taker.message.words[0], 99);
}

TEST(nbrecv_takes_what_waits)
{
    take_from_sender(seL4_SysNBRecv);
}

TEST(nbwait_takes_what_waits)
{
    take_from_sender(seL4_SysNBWait);
}

/* Without the right to write: Call is answered, the others do nothing. */
TEST(no_write_right)
{
    seL4_CPtr endpoint = new_endpoint();
    seL4_CPtr read_only = new_copy(endpoint, seL4_NoWrite);
    struct job job = {.number = seL4_SysRecv, .cap = endpoint, .reply = new_reply()};

    job_start(&job);
    settle();
    struct answer answer = call_raw(read_only, 5, 0, 0, NULL);
    EXPECT_EQ(answer.label, seL4_InvalidCapability);
    EXPECT_EQ(answer.length, 1);
    EXPECT_EQ(answer.words[0], 0);
    seL4_Send(read_only, seL4_MessageInfo_new(5, 0, 0, 0));
    seL4_NBSend(read_only, seL4_MessageInfo_new(5, 0, 0, 0));
    settle();
    EXPECT(!job.done);
}

/* ---- who is served first ---- */

static void three_senders(struct job *jobs, seL4_CPtr endpoint, const seL4_Word *priorities)
{
    for (unsigned i = 0; i < 3; i++) {
        jobs[i] = (struct job){.number = seL4_SysSend,
                               .cap = new_badged(endpoint, seL4_AllRights, i + 1),
                               .priority = priorities[i]};
        job_start(&jobs[i]);
        settle();
    }
}

static void expect_order(seL4_CPtr endpoint, const seL4_Word *badges)
{
    seL4_CPtr reply = new_reply();

    for (unsigned i = 0; i < 3; i++)
        EXPECT_EQ(message_take(endpoint, reply).badge, badges[i]);
    EXPECT(!message_take(endpoint, reply).came);
}

TEST(senders_are_served_by_priority)
{
    seL4_CPtr endpoint = new_endpoint();
    struct job jobs[3];

    three_senders(jobs, endpoint, (const seL4_Word[]){10, 30, 20});
    expect_order(endpoint, (const seL4_Word[]){2, 3, 1});
}

TEST(senders_of_one_priority_come_first_served_first)
{
    seL4_CPtr endpoint = new_endpoint();
    struct job jobs[3];

    three_senders(jobs, endpoint, (const seL4_Word[]){20, 20, 20});
    expect_order(endpoint, (const seL4_Word[]){1, 2, 3});
}

TEST(a_new_priority_counts_while_waiting)
{
    seL4_CPtr endpoint = new_endpoint();
    struct job jobs[3];

    three_senders(jobs, endpoint, (const seL4_Word[]){10, 30, 20});
    EXPECT_OK(seL4_TCB_SetPriority(jobs[0].thread->tcb, SELF, 40));
    EXPECT_OK(seL4_TCB_SetPriority(jobs[1].thread->tcb, SELF, 5));
    expect_order(endpoint, (const seL4_Word[]){1, 3, 2});
}

TEST(receivers_are_served_by_priority)
{
    seL4_CPtr endpoint = new_endpoint();
    struct job jobs[3];
    static const seL4_Word priorities[] = {10, 30, 20};

    for (unsigned i = 0; i < 3; i++) {
        jobs[i] = (struct job){.number = seL4_SysRecv,
                               .cap = endpoint,
                               .reply = new_reply(),
                               .priority = priorities[i]};
        job_start(&jobs[i]);
        settle();
    }
    for (unsigned i = 0; i < 3; i++)
        seL4_Send(endpoint, seL4_MessageInfo_new(i + 1, 0, 0, 0));
    settle();
    EXPECT_EQ(jobs[1].message.label, 1);
    EXPECT_EQ(jobs[2].message.label, 2);
    EXPECT_EQ(jobs[0].message.label, 3);
}

/* A waiter of higher priority preempts whoever sends to it. */
static volatile unsigned sequence;

static void receive_then_mark(void *argument)
{
    seL4_CPtr *caps = argument;

    seL4_Recv(caps[0], NULL, caps[1]);
    sequence = sequence * 10 + 1;
}

static void send_then_mark(void *argument)
{
    seL4_CPtr *caps = argument;

    seL4_Send(caps[0], seL4_MessageInfo_new(0, 0, 0, 0));
    sequence = sequence * 10 + 2;
}

static unsigned order_of(seL4_Word receiver_priority, seL4_Word sender_priority)
{
    static seL4_CPtr caps[2];

    caps[0] = new_endpoint();
    caps[1] = new_reply();
    sequence = 0;
    new_thread(receive_then_mark, caps, receiver_priority);
    settle();
    new_thread(send_then_mark, caps, sender_priority);
    settle();
    return sequence;
}

TEST(a_woken_thread_of_higher_priority_runs_first)
{
    EXPECT_EQ(order_of(60, 50), 12);
    EXPECT_EQ(order_of(50, 60), 21);
    EXPECT_EQ(order_of(50, 50), 21);
}
