/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupts of several cores: between them, private to each, and shared ones sent to one. */
#include "tests/kernel/irq/device.h"
#include "tests/kernel/smp/cores.h"

#define PRIVATE 30 /* the physical timer's, which nobody uses */

/* ---- between cores ---- */

#define FINAL   0x100

/* Waits for a badge: that of a core sends a final signal on to that core. */
struct worker {
    seL4_CPtr notification, final[CORES_MAX];
    shared_word arrived;
};

static struct worker workers[CORES_MAX];

static void pass_on(void *argument)
{
    struct worker *worker = argument;

    for (;;) {
        seL4_Word badge;

        seL4_Wait(worker->notification, &badge);
        if ((badge & FINAL) != 0)
            worker->arrived++;
        else
            seL4_Signal(worker->final[badge - 1]);
    }
}

static void workers_make(void)
{
    for (unsigned core = 0; core < core_count(); core++)
        workers[core] = (struct worker){.notification = new_notification()};
    for (unsigned core = 1; core < core_count(); core++) {
        for (unsigned to = 0; to < core_count(); to++)
            workers[core].final[to] = new_badged(workers[to].notification, seL4_AllRights, FINAL);
        thread_on(core, pass_on, &workers[core], 0);
    }
}

static bool poll_soon(seL4_CPtr notification)
{
    uint64_t limit = test_now() + LIMIT_US;

    while (poll(notification) == 0) {
        if (test_now() > limit)
            return false;
        test_pause();
    }
    return true;
}

/* Each sleeps until another one wakes it, in every pair and both ways. */
TEST(every_core_wakes_every_other)
{
    workers_make();
    for (unsigned from = 1; from < core_count(); from++) {
        for (unsigned to = 0; to < core_count(); to++) {
            seL4_Word before = workers[to].arrived;

            if (from == to)
                continue;
            seL4_Signal(new_badged(workers[from].notification, seL4_AllRights, to + 1));
            if (to == 0)
                EXPECT(poll_soon(workers[0].notification));
            else
                EXPECT(wait_for(&workers[to].arrived, before + 1));
        }
    }
}

/* ---- private to a core ---- */

static seL4_Error get(seL4_Word irq, seL4_CPtr slot, seL4_Word core)
{
    return seL4_IRQControl_GetTriggerCore(seL4_CapIRQControl, irq, 0, ROOT, slot, DEPTH, core);
}

/* The same number is another interrupt on every core, whatever that core does meanwhile. */
TEST(private_interrupts_of_every_core)
{
    static const seL4_Word kept[] = {0, 1, 25, 26, 27};
    static shared_word counts[CORES_MAX];
    seL4_CPtr handlers[CORES_MAX], notification = new_notification();

    /* Core 1 runs, the others sleep. */
    counts[1] = 0;
    thread_on(1, count, (void *)&counts[1], 0);
    EXPECT(wait_for(&counts[1], 100));
    for (unsigned core = 0; core < core_count(); core++) {
        handlers[core] = new_slot();
        for (unsigned i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
            EXPECT_ERROR(get(kept[i], handlers[core], core), seL4_RevokeFirst);
        EXPECT_OK(get(PRIVATE, handlers[core], core));
        EXPECT_ERROR(get(PRIVATE, new_slot(), core), seL4_RevokeFirst);
    }
    for (unsigned core = 0; core < core_count(); core++) {
        EXPECT_OK(seL4_IRQHandler_SetNotification(handlers[core], notification));
        EXPECT_OK(seL4_IRQHandler_Ack(handlers[core]));
        EXPECT_OK(seL4_CNode_Delete(ROOT, handlers[core], DEPTH));
        EXPECT_OK(get(PRIVATE, handlers[core], core));
        EXPECT_EQ(poll(notification), 0);
    }
    EXPECT(wait_for(&counts[1], counts[1] + 100));
}

/* ---- shared ones ---- */

/*
 * Tells whether its core took an exception: an exclusive store succeeds only if nothing came
 * between it and its load, and every return from the kernel does.
 */
struct watcher {
    shared_word begin, ready, finish, disturbed, done;
    seL4_Word monitored;
};

static void watch(void *argument)
{
    struct watcher *watcher = argument;

    for (seL4_Word round = 1;; round++) {
        seL4_Word value, finish;
        uint32_t status;

        while (watcher->begin < round)
            test_pause();
        __asm__ volatile("   ldxr %[value], [%[monitored]]\n"
                         "   str %[round], [%[ready]]\n"
                         "1: yield\n"
                         "   ldr %[last], [%[finish]]\n"
                         "   cmp %[last], %[round]\n"
                         "   b.lo 1b\n"
                         "   stxr %w[status], %[value], [%[monitored]]\n"
                         : [value] "=&r"(value), [last] "=&r"(finish), [status] "=&r"(status)
                         : [monitored] "r"(&watcher->monitored), [ready] "r"(&watcher->ready),
                           [finish] "r"(&watcher->finish), [round] "r"(round)
                         : "cc", "memory");
        watcher->disturbed = status;
        watcher->done = round;
    }
}

static struct watcher watchers[CORES_MAX];

static void watchers_begin(seL4_Word round)
{
    for (unsigned core = 1; core < core_count(); core++) {
        watchers[core].begin = round;
        EXPECT(wait_for(&watchers[core].ready, round));
    }
}

static void watchers_finish(seL4_Word round)
{
    for (unsigned core = 1; core < core_count(); core++) {
        watchers[core].finish = round;
        EXPECT(wait_for(&watchers[core].done, round));
    }
}

/* The line is pulled by core 0: that core and no other handles it which the handler names. */
TEST(an_interrupt_goes_to_the_core_it_was_sent_to)
{
    seL4_Word round = 0;

    for (unsigned core = 1; core < core_count(); core++) {
        watchers[core] = (struct watcher){0};
        new_thread_with(&(struct alloc_thread_options){.entry = watch,
                                                       .argument = &watchers[core],
                                                       .priority = 100,
                                                       .core = core,
                                                       .budget = 10000000,
                                                       .period = 10000000});
    }
    for (unsigned target = 0; target < core_count(); target++) {
        seL4_CPtr notification = new_notification(), handler = new_slot();

        line_lower();
        EXPECT_OK(get(line_irq(), handler, target));
        EXPECT_OK(seL4_IRQHandler_SetNotification(
            handler, new_badged(notification, seL4_AllRights, 1 + target)));
        for (unsigned i = 0; i < 3; i++) {
            round++;
            watchers_begin(round);
            line_raise();
            EXPECT(poll_soon(notification));
            watchers_finish(round);
            for (unsigned core = 1; core < core_count(); core++)
                EXPECT_EQ(watchers[core].disturbed, core == target);
            /* Active until core 0 acknowledges it, wherever it was taken. */
            EXPECT_EQ(poll(notification), 0);
            line_lower();
            EXPECT_OK(seL4_IRQHandler_Ack(handler));
            EXPECT_EQ(poll(notification), 0);
        }
        EXPECT_OK(seL4_CNode_Delete(ROOT, handler, DEPTH));
    }
}

struct waiter {
    seL4_CPtr notification, handler;
    shared_word signals;
};

static void serve_line(void *argument)
{
    struct waiter *waiter = argument;

    for (;;) {
        seL4_Wait(waiter->notification, NULL);
        line_lower();
        seL4_IRQHandler_Ack(waiter->handler);
        waiter->signals++;
    }
}

/* Interrupt and driver on two cores, in every combination. */
TEST(a_driver_of_another_core_than_its_interrupt)
{
    static struct waiter waiter;

    for (unsigned at = 1; at < core_count(); at++) {
        for (unsigned target = 0; target < core_count(); target++) {
            waiter = (struct waiter){.notification = new_notification(), .handler = new_slot()};
            line_lower();
            EXPECT_OK(get(line_irq(), waiter.handler, target));
            EXPECT_OK(seL4_IRQHandler_SetNotification(waiter.handler, waiter.notification));
            struct alloc_thread *driver = thread_on(at, serve_line, &waiter, 0);
            for (seL4_Word i = 1; i <= 3; i++) {
                line_raise();
                EXPECT(wait_for(&waiter.signals, i));
            }
            EXPECT_OK(seL4_TCB_Suspend(driver->tcb));
            EXPECT_OK(seL4_CNode_Delete(ROOT, waiter.handler, DEPTH));
        }
    }
}
