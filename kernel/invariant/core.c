/* SPDX-License-Identifier: BSD-2-Clause */
/* The queues of cores and what hardware holds for whom (kernel/invariant/invariant.h). */
#include "kernel/invariant/invariant.h"
#include "kernel/lib/bits.h"
#include "kernel/sched/sched.h"

static const uint64_t *ready_bitmap(const struct core *core, unsigned domain)
{
    return domain == core->domain ? core->ready_bitmap : core->parked_bitmaps[domain];
}

static uint64_t check_ready_queue(const struct core *core, unsigned domain, unsigned priority)
{
    const struct thread_queue *queue = &core->ready[domain][priority];
    const struct thread *before = NULL;
    uint64_t bits = ready_bitmap(core, domain)[priority / 64];
    bool marked = (bits & BIT(priority % 64)) != 0;
    uint64_t count = 0;
    if (LIKELY(queue->head == NULL && !marked)) {
        return 0;
    }
    for (const struct thread *thread = queue->head; thread != NULL; thread = thread->next) {
        HOLDS(thread->previous == before, "links of a ready queue lead both ways");
        HOLDS(thread->queued && thread->core == core->id && thread->domain == domain &&
                  thread->priority == priority,
              "a ready thread is in its own core's, domain's and priority's queue");
        HOLDS(sched_is_runnable(thread) && thread->sched_context->core == core->id,
              "a ready thread has time on its core");
        before = thread;
        count++;
    }
    HOLDS(count == 0 || queue->tail == before, "a ready queue's tail is its last");
    HOLDS((count != 0) == marked, "a ready queue's bit says whether somebody is in it");
    return count;
}

static uint64_t check_release_queue(const struct core *core)
{
    const struct thread *head = core->release.head;
    const struct thread *before = NULL;
    uint64_t count = 0;
    for (const struct thread *thread = head; thread != NULL; thread = thread->next) {
        HOLDS(thread->previous == before, "links of a release queue lead both ways");
        HOLDS(before == NULL || before->wake_time <= thread->wake_time,
              "a release queue is ordered by time");
        HOLDS(thread->delayed && thread->core == core->id,
              "a delayed thread is in its own core's queue");
        before = thread;
        count++;
    }
    HOLDS(core->release.tail == before, "a release queue's tail is its last");
    HOLDS(core->alarm ==
              (head == NULL ? core->domain_end : min_u64(head->wake_time, core->domain_end)),
          "the alarm is the soonest of the release queue and the domain's end");
    return count;
}

static void check_hardware(const struct core *core)
{
    const struct thread *owner = core->fpu_owner;
    const struct vcpu *vcpu = core->vcpu_loaded;
    HOLDS(owner == NULL || owner->fpu_core == core->id + 1,
          "the owner of FP registers knows the core");
    HOLDS(vcpu == NULL || (vcpu->loaded && vcpu->core == core->id), "a loaded vCPU knows its core");
    HOLDS(core->vcpu_active == NULL || core->vcpu_active == vcpu, "an active vCPU is loaded");
}

void invariant_check_cores(struct census *census)
{
    for (unsigned id = 0; id < sched_core_count(); id++) {
        const struct core *core = sched_core(id);
        for (unsigned i = 0; i < seL4_NumDomains * PRIORITY_COUNT; i++) {
            census->threads_in_ready += check_ready_queue(core, i / PRIORITY_COUNT,
                                                          i % PRIORITY_COUNT);
        }
        census->threads_in_release += check_release_queue(core);
        check_hardware(core);
    }
}
