/* SPDX-License-Identifier: BSD-2-Clause */
/* The two entries of kernel/invariant/invariant.h. */
#include "kernel/invariant/invariant.h"
#include "kernel/ipc/endpoint_queue.h"
#include "kernel/lib/bits.h"
#include "kernel/mem/asid.h"
#include "kernel/sched/refill.h"
#include "kernel/sched/sched.h"
#include "kernel/sched/smp.h"

/* What an entry without a choice relies on: nothing changed since the last one. */
static void check_time(const struct core *core, struct sched_context *context)
{
    uint64_t amount = refill_head(context)->amount;
    uint64_t end = core->charged_from + amount;
    /* Another core may have moved the alarm: this one sets its timer when it next chooses. */
    HOLDS(core->deadline == min_u64(core->alarm, end) || (smp_in_use && core->reschedule),
          "the timer is set to the alarm or the end of the budget");
    HOLDS(core->budget_end == (amount < sched_least ? 0 : end - sched_least),
          "the end of the budget is known");
}

static void check_current(const struct core *core)
{
    const struct thread *current = core->current;
    struct sched_context *context = current->sched_context;
    HOLDS(core->candidate == NULL, "a core that is left has no candidate");
    HOLDS(current->core == core->id, "the current thread is this core's");
    HOLDS(!current->queued && !current->delayed, "the current thread is in no queue");
    HOLDS(core->charged == context, "the time goes to the current thread's context");
    if (current == core->idle) {
        HOLDS(context == NULL, "the idle thread has no scheduling context");
        return;
    }
    HOLDS(current->state == THREAD_RUNNING, "the current thread is running");
    HOLDS(current->domain == core->domain, "the current thread's domain has the time");
    HOLDS(context != NULL && context->thread == current, "the current thread has time");
    HOLDS(context->core == core->id, "the current thread's context is this core's");
    HOLDS(context->refill_max != 0, "the current thread's context is configured");
    invariant_check_refills(context);
    check_time(core, context);
    /* Another core may have raised the generation: this one looks when it next chooses. */
    HOLDS(current->vttbr == core->vttbr &&
              (smp_in_use || current->vttbr_generation == asid_generation),
          "the current thread is in its address space");
    HOLDS(current->vcpu == core->vcpu_active, "the current thread's vCPU is the active one");
    HOLDS(!core->fpu_open || core->fpu_owner == current, "the FPU is open to its owner alone");
}

static void check_bitmaps(const struct core *core)
{
    unsigned highest = 0;
    for (unsigned i = 0; i < PRIORITY_COUNT / 64; i++) {
        bool any = core->ready_bitmap[i] != 0;
        HOLDS(any == ((core->ready_summary & BIT(i)) != 0), "the summary is that of the bitmap");
        highest = any ? i * 64 + bits_highest(core->ready_bitmap[i]) : highest;
    }
    if (core->ready_summary != 0) {
        HOLDS(core->ready[core->domain][highest].head != NULL, "a queue marked ready is not empty");
        HOLDS(core->current != core->idle, "a core with ready threads is not idle");
        HOLDS(core->current->priority >= highest || core->reschedule,
              "nobody ready is above the current thread, or the core is to look again");
    }
}

/* The place that is remembered is in a queue. */
static void check_sweep(void)
{
    HOLDS(sweep.caller == NULL || sweep.next == NULL ||
              (sweep.next->state == THREAD_BLOCKED_SEND &&
               sweep.next->blocked_on == (uint64_t)sweep.endpoint),
          "an interrupted CancelBadgedSends goes on in a queue");
}

void invariant_check_core(struct core *core)
{
    check_current(core);
    check_bitmaps(core);
}

void invariant_check_all(void)
{
    struct census census = {0};
    invariant_check_tree(&census);
    invariant_check_cores(&census);
    invariant_check_spaces(&census);
    HOLDS(census.slots_in_tree == census.slots_in_containers,
          "every capability in the tree stands in a slot, and the other way round");
    HOLDS(census.threads_queued == census.threads_in_ready,
          "the ready queues hold the threads that say so");
    HOLDS(census.threads_delayed == census.threads_in_release,
          "the release queues hold the threads that say so");
    HOLDS(census.threads_waiting == census.threads_in_waits,
          "endpoints and notifications hold the threads that wait there");
    HOLDS(census.pools == census.pools_in_table, "every ASID pool in use has a capability");
    check_sweep();
}
