/* SPDX-License-Identifier: BSD-2-Clause */
/* A real device's interrupt: signalled once, masked until acknowledged, and whom it wakes. */
#include "tests/kernel/irq/device.h"

#define BADGE 0x4000

static seL4_CPtr notification, handler;

static void set_up(void)
{
    notification = new_notification();
    handler = line_handler(new_badged(notification, seL4_AllRights, BADGE));
}

TEST(signalled_and_masked_until_acknowledged)
{
    set_up();
    EXPECT_EQ(poll(notification), 0);
    line_raise();
    EXPECT_EQ(poll(notification), BADGE);
    /* The line is still up: nothing more comes. */
    EXPECT_EQ(poll(notification), 0);
    settle();
    EXPECT_EQ(poll(notification), 0);
    EXPECT_OK(seL4_IRQHandler_Ack(handler));
    EXPECT_EQ(poll(notification), BADGE);
    line_lower();
    EXPECT_OK(seL4_IRQHandler_Ack(handler));
    EXPECT_EQ(poll(notification), 0);
    line_raise();
    EXPECT_EQ(poll(notification), BADGE);
    line_lower();
}

TEST(acknowledged_without_need)
{
    set_up();
    EXPECT_OK(seL4_IRQHandler_Ack(handler));
    EXPECT_OK(seL4_IRQHandler_Ack(handler));
    line_raise();
    EXPECT_EQ(poll(notification), BADGE);
    line_lower();
}

/* Nobody to tell: it stays masked, and does not come again by itself. */
TEST(without_a_notification)
{
    notification = new_notification();
    handler = line_handler(0);
    line_raise();
    settle();
    EXPECT_OK(seL4_IRQHandler_SetNotification(handler, notification));
    EXPECT_EQ(poll(notification), 0);
    seL4_CPtr badged = new_badged(notification, seL4_AllRights, 6);
    EXPECT_OK(seL4_IRQHandler_SetNotification(handler, badged));
    EXPECT_OK(seL4_IRQHandler_Ack(handler));
    EXPECT_EQ(poll(notification), 6);
    line_lower();
}

TEST(cleared)
{
    set_up();
    EXPECT_OK(seL4_IRQHandler_Clear(handler));
    line_raise();
    settle();
    EXPECT_EQ(poll(notification), 0);
    line_lower();
}

TEST(the_notification_goes)
{
    set_up();
    EXPECT_OK(seL4_CNode_Revoke(ROOT, notification, DEPTH));
    line_raise();
    settle();
    EXPECT_EQ(poll(notification), 0);
    line_lower();
    EXPECT_OK(
        seL4_IRQHandler_SetNotification(handler, new_badged(notification, seL4_AllRights, 2)));
    EXPECT_OK(seL4_IRQHandler_Ack(handler));
    line_raise();
    EXPECT_EQ(poll(notification), 2);
    line_lower();
}

/* Deleted while its interrupt is active; the next owner starts afresh. */
TEST(the_handler_goes)
{
    set_up();
    line_raise();
    EXPECT_EQ(poll(notification), BADGE);
    EXPECT_OK(seL4_CNode_Delete(ROOT, handler, DEPTH));
    settle();
    EXPECT_EQ(poll(notification), 0);
    handler = line_handler(new_badged(notification, seL4_AllRights, 7));
    EXPECT_EQ(poll(notification), 0);
    line_raise();
    EXPECT_EQ(poll(notification), 7);
    line_lower();
}

TEST(a_copy_acknowledges)
{
    set_up();
    seL4_CPtr copy = new_copy(handler, seL4_AllRights);
    line_raise();
    EXPECT_EQ(poll(notification), BADGE);
    EXPECT_OK(seL4_IRQHandler_Ack(copy));
    EXPECT_EQ(poll(notification), BADGE);
    line_lower();
}

/* ---- whom it wakes ---- */

TEST(a_waiting_thread_is_woken)
{
    static struct job job;

    set_up();
    job = (struct job){.number = seL4_SysWait, .cap = notification};
    job_start(&job);
    settle();
    EXPECT(!job.done);
    line_raise();
    settle();
    EXPECT_EQ(job.message.badge, BADGE);
    line_lower();
}

/* It preempts a thread of lower priority between two of its instructions. */
static volatile bool seen;
static volatile seL4_Word spins;

static void wait_for_line(void *argument)
{
    seL4_Wait(notification, NULL);
    seen = true;
    line_lower();
}

TEST(a_thread_of_higher_priority_preempts)
{
    set_up();
    seen = false;
    new_thread(wait_for_line, NULL, 200);
    settle();
    REQUIRE_OK(seL4_TCB_SetPriority(SELF, SELF, 100));
    line_raise();
    for (spins = 0; !seen && spins < 10000; spins++)
        ;
    REQUIRE_OK(seL4_TCB_SetPriority(SELF, SELF, 255));
    EXPECT(seen);
    EXPECT(spins < 1000);
}

TEST(a_thread_of_lower_priority_waits)
{
    set_up();
    seen = false;
    new_thread(wait_for_line, NULL, 50);
    settle();
    line_raise();
    for (spins = 0; !seen && spins < 10000; spins++)
        ;
    EXPECT(!seen);
    settle();
    EXPECT(seen);
}

/* Through a bound notification it ends a wait for messages. */
TEST(a_bound_notification)
{
    static struct job job;

    set_up();
    job = (struct job){.number = seL4_SysRecv, .cap = new_endpoint(), .reply = new_reply()};
    job_start(&job);
    REQUIRE_OK(seL4_TCB_BindNotification(job.thread->tcb, notification));
    settle();
    line_raise();
    settle();
    EXPECT_EQ(job.message.badge, BADGE);
    line_lower();
}

/* While the machine idles: the only runnable thread waits for the line. */
TEST(many_in_a_row)
{
    set_up();
    for (unsigned i = 0; i < 200; i++) {
        line_raise();
        if (!EXPECT_EQ(poll(notification), BADGE))
            break;
        line_lower();
        REQUIRE_OK(seL4_IRQHandler_Ack(handler));
    }
    EXPECT_EQ(poll(notification), 0);
}
