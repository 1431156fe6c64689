/* SPDX-License-Identifier: BSD-2-Clause */
/* A driver whose device interrupts it without end, at the end of its budget too. */
#include "tests/kernel/irq/device.h"

#define BUDGET 1000
#define PERIOD 10000

static seL4_CPtr handler;
static volatile unsigned long rounds;

/* The line stays up: each acknowledgement brings the next interrupt. */
static void acknowledge_on(void *argument)
{
    for (;;) {
        seL4_IRQHandler_Ack(handler);
        rounds++;
    }
}

TEST(interrupts_prolong_no_budget)
{
    handler = line_handler(0);
    rest_start();
    struct alloc_thread *thread = new_thread_with(&(struct alloc_thread_options){
        .entry = acknowledge_on, .priority = 100, .budget = BUDGET, .period = PERIOD});
    rounds = 0;
    line_raise();
    EXPECT(rest_percent() >= 100 - 100 * BUDGET / PERIOD - 2);
    line_lower();
    EXPECT(rounds > 500);
    EXPECT(seL4_SchedContext_Consumed(thread->sched_context).consumed <=
           REST_SPAN / PERIOD * BUDGET + 50);
}
