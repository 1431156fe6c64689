/* SPDX-License-Identifier: BSD-2-Clause */
/* Queues, time and the choice of the next thread (kernel/sched/sched.h). */
#include "kernel/sched/domain.h"
#include "kernel/sched/queue.h"
#include "kernel/sched/sched.h"

#define KERNEL_WCET_US 10 /* half of MIN_BUDGET_US: once in, once out */

uint64_t sched_least;

static struct core *cores[CORE_MAX];
static unsigned core_count;

_Static_assert(sizeof(struct thread_queue[seL4_NumDomains][PRIORITY_COUNT]) ==
                   1UL << SCHED_READY_BITS,
               "a core's ready queues fill what boot takes for them");

void sched_init(struct core *core, struct thread *idle,
                struct thread_queue (*ready)[PRIORITY_COUNT])
{
    CHECK(core->id < CORE_MAX);
    cores[core->id] = core;
    core_count = core->id + 1;
    idle->state = THREAD_IDLE;
    core->idle = idle;
    core->current = idle;
    core->ready = ready;
    core->domain_end = domain_end();
    core->alarm = core->domain_end;
    core->deadline = UINT64_MAX;
    core->entered = timer_now();
    core->charged_from = core->entered;
    core->budget_end = UINT64_MAX;
    sched_least = 2 * timer_us_to_ticks(KERNEL_WCET_US);
}

struct core *sched_core(uint32_t id)
{
    CHECK(id < CORE_MAX && cores[id] != NULL);
    return cores[id];
}

unsigned sched_core_count(void)
{
    return core_count;
}

/* ---- ready queues: a bit a priority, a summary bit for every 64 of them ---- */

/* The domain whose time it is has its marks apart, where the hot paths look. */
static void ready_mark(struct core *core, const struct thread *thread)
{
    unsigned word = thread->priority / 64;
    uint64_t bit = BIT(thread->priority % 64);
    if (LIKELY(thread->domain == core->domain)) {
        core->ready_bitmap[word] |= bit;
        core->ready_summary |= BIT(word);
    } else {
        core->parked_bitmaps[thread->domain][word] |= bit;
    }
}

static void ready_unmark(struct core *core, const struct thread *thread)
{
    unsigned word = thread->priority / 64;
    uint64_t bit = BIT(thread->priority % 64);
    if (UNLIKELY(thread->domain != core->domain)) {
        core->parked_bitmaps[thread->domain][word] &= ~bit;
        return;
    }
    core->ready_bitmap[word] &= ~bit;
    if (core->ready_bitmap[word] == 0) {
        core->ready_summary &= ~BIT(word);
    }
}

/* -1 if nobody is ready. */
static int ready_highest(const struct core *core)
{
    if (core->ready_summary == 0) {
        return -1;
    }
    unsigned word = bits_highest(core->ready_summary);
    return (int)(word * 64 + bits_highest(core->ready_bitmap[word]));
}

static void ready_add(struct thread *thread, bool at_head)
{
    struct core *core = cores[thread->sched_context->core];
    struct thread_queue *queue = &core->ready[thread->domain][thread->priority];
    ASSERT_DEBUG(!thread->queued);
    if (at_head) {
        queue_push_head(queue, thread);
    } else {
        queue_push_tail(queue, thread);
    }
    thread->queued = true;
    thread->core = core->id;
    ready_mark(core, thread);
    if (core != core_local() && thread->domain == core->domain &&
        (core->current == core->idle || thread->priority > core->current->priority)) {
        smp_reschedule(core);
    }
}

static void ready_remove(struct thread *thread)
{
    struct core *core = sched_core(thread->core);
    struct thread_queue *queue = &core->ready[thread->domain][thread->priority];
    queue_remove(queue, thread);
    thread->queued = false;
    if (queue->head == NULL) {
        ready_unmark(core, thread);
    }
}

/* ---- release queue: by wake time ---- */

static void set_alarm(struct core *core)
{
    const struct thread *first = core->release.head;
    core->alarm = first == NULL ? core->domain_end : min_u64(first->wake_time, core->domain_end);
    core->reschedule = true; /* its timer is to be set */
}

static void release_add(struct thread *thread, uint64_t wake_time)
{
    struct core *core = sched_core(thread->sched_context->core);
    CHECK(!thread->delayed);
    thread->wake_time = wake_time;
    thread->delayed = true;
    thread->core = core->id;
    queue_insert_by_time(&core->release, thread);
    if (core->release.head == thread) {
        set_alarm(core);
        if (core != core_local()) {
            smp_reschedule(core); /* its timer is to be set */
        }
    }
}

static void release_remove(struct thread *thread)
{
    struct core *core = sched_core(thread->core);
    bool first = core->release.head == thread;
    queue_remove(&core->release, thread);
    thread->delayed = false;
    if (first) {
        set_alarm(core);
    }
}

/* ---- states ---- */

bool sched_is_runnable(const struct thread *thread)
{
    return thread->state == THREAD_RUNNING && thread->sched_context != NULL &&
           thread->sched_context->refill_max != 0 && !thread->delayed;
}

bool sched_context_is_released(struct sched_context *context)
{
    return context->refill_max != 0 && refill_is_ready(context, core_local()->entered) &&
           refill_suffices(context, 0, sched_least);
}

/* Into the ready queue, or into the release queue if its budget is not there yet. */
static void ready_or_release(struct thread *thread, bool at_head)
{
    if (sched_context_is_released(thread->sched_context)) {
        ready_add(thread, at_head);
    } else {
        release_add(thread, refill_head(thread->sched_context)->time);
    }
}

/* The context is being charged, and its time has not run out meanwhile: whoever it is lent to goes
 * on with it. */
static bool may_go_on_with(const struct core *core, struct sched_context *context)
{
    return context == core->charged && refill_is_ready(context, core->entered);
}

/* The thread has a core, and it is the one it should run on. */
static bool runs_where_it_should(const struct thread *thread)
{
    const struct core *home = cores[thread->core];
    return home->current == thread && thread->sched_context->core == home->id;
}

void sched_wake(struct thread *thread)
{
    struct core *core = core_local();
    if (!sched_is_runnable(thread) || thread->queued || thread == core->candidate ||
        runs_where_it_should(thread)) {
        return;
    }
    struct sched_context *context = thread->sched_context;
    if (!may_go_on_with(core, context)) {
        if (context->sporadic && context != core->charged) {
            refill_unblock(context, core->entered);
        }
        if (!sched_context_is_released(context)) {
            release_add(thread, refill_head(context)->time);
            return;
        }
    }
    if (core->candidate == NULL && context->core == core->id && thread->domain == core->domain) {
        core->candidate = thread;
        return;
    }
    if (core->candidate != NULL) {
        ready_add(core->candidate, false);
        core->candidate = NULL;
    }
    ready_add(thread, false);
    core->reschedule = true;
}

void sched_stop(struct thread *thread)
{
    struct core *core = core_local();
    if (UNLIKELY(thread->core != core->id) && sched_core(thread->core)->current == thread) {
        smp_stall(thread->core);
    }
    if (thread->queued) {
        ready_remove(thread);
    }
    if (thread->delayed) {
        release_remove(thread);
    }
    if (thread->state == THREAD_WAITING_FOR_VIRQ) {
        thread->state = THREAD_RUNNING; /* a WFI may end for no reason */
    }
    if (thread == core->candidate) {
        core->candidate = NULL;
    }
    if (thread == core->current) {
        core->reschedule = true;
    }
}

/* The current thread stops running on what it has; it runs again when its budget allows. */
static void requeue_current(struct core *core)
{
    struct thread *thread = core->current;
    core->reschedule = true;
    if (sched_is_runnable(thread) && !thread->queued) {
        ready_or_release(thread, false);
    }
}

bool sched_yield_to(struct thread *target)
{
    struct core *core = core_local();
    if (!target->queued || target->core != core->id) {
        return false;
    }
    bool runs = target->domain == core->domain && target->priority >= core->current->priority;
    if (runs) {
        ready_add(core->current, true);
        core->reschedule = true;
    }
    ready_remove(target);
    ready_add(target, true);
    return runs;
}

/* What decides its ready queue. */
static void set_rank(struct thread *thread, uint8_t priority, uint8_t domain)
{
    bool queued = thread->queued;
    if (queued) {
        ready_remove(thread);
    }
    thread->priority = priority;
    thread->domain = domain;
    if (queued) {
        ready_add(thread, false);
    }
}

void sched_set_priority(struct thread *thread, uint8_t priority)
{
    struct core *core = core_local();
    set_rank(thread, priority, thread->domain);
    if (thread->queued || (thread == core->current && thread->state == THREAD_RUNNING)) {
        /* Equals go first; sched_choose() puts the current thread behind a higher one only. */
        core->reschedule = true;
    } else if (sched_core(thread->core)->current == thread) {
        smp_reschedule(sched_core(thread->core));
    }
}

/* ---- time ---- */

static void charge(struct core *core)
{
    struct sched_context *context = core->charged;
    uint64_t used = core->entered - core->charged_from;
    if (context != NULL && context->refill_max != 0 && used != 0) {
        refill_charge(context, used, sched_least);
        context->consumed += used;
    }
    core->charged_from = core->entered;
}

void sched_charge_context(struct sched_context *context)
{
    uint64_t now = core_local()->entered;
    for (unsigned i = 0; i < core_count; i++) {
        struct core *core = cores[i];
        if (core->charged == context) {
            smp_stall(i);
            core->entered = max_u64(core->entered, now);
            charge(core);
            core->reschedule = true; /* the deadline is another */
        }
    }
}

bool sched_budget_ended(bool *expired)
{
    struct core *core = core_local();
    struct sched_context *context = core->charged;
    *expired = false;
    charge(core);
    core->reschedule = true;
    if (context->thread != core->current) {
        return false;
    }
    *expired = !refill_is_round_robin(context);
    requeue_current(core);
    return true;
}

void sched_yield(void)
{
    struct core *core = core_local();
    struct sched_context *context = core->charged;
    if (context != NULL && context->refill_max != 0) {
        uint64_t used = core->entered - core->charged_from;
        uint64_t whole = max_u64(refill_head(context)->amount, used);
        context->consumed += used;
        core->charged_from = core->entered;
        refill_charge(context, whole, sched_least);
    }
    requeue_current(core);
}

void sched_sleep(uint64_t wake_time)
{
    struct core *core = core_local();
    core->current->state = THREAD_WAITING_FOR_VIRQ;
    core->reschedule = true;
    if (wake_time != UINT64_MAX) {
        release_add(core->current, wake_time);
    }
}

void sched_rouse(struct thread *thread)
{
    if (thread->state == THREAD_WAITING_FOR_VIRQ) {
        if (thread->delayed) {
            release_remove(thread);
        }
        thread->state = THREAD_RUNNING;
        sched_wake(thread);
    }
}

/* Whoever's time has come goes to the ready queues. */
static void release_due(struct core *core)
{
    struct thread *thread;
    while ((thread = core->release.head) != NULL && thread->wake_time <= core->entered) {
        release_remove(thread);
        if (thread->state == THREAD_WAITING_FOR_VIRQ) {
            thread->state = THREAD_RUNNING;
        }
        sched_wake(thread);
    }
}

/* ---- domains ---- */

/* The core goes over to the threads of another domain. */
static void enter_domain(struct core *core, uint8_t domain)
{
    uint64_t *parked = core->parked_bitmaps[core->domain];
    core->ready_summary = 0;
    for (unsigned word = 0; word < PRIORITY_WORDS; word++) {
        uint64_t bits = core->parked_bitmaps[domain][word];
        parked[word] = core->ready_bitmap[word];
        core->ready_bitmap[word] = bits;
        core->ready_summary |= bits != 0 ? BIT(word) : 0;
    }
    core->domain = domain;
    core->reschedule = true;
    if (core->candidate != NULL && sched_is_runnable(core->candidate)) {
        ready_add(core->candidate, false);
    }
    core->candidate = NULL;
}

/* The core's domain is the one whose time it is. */
static void follow_domains(struct core *core, uint64_t now)
{
    uint8_t domain = domain_at(now);
    if (domain != core->domain) {
        enter_domain(core, domain);
    }
    core->domain_end = domain_end();
    set_alarm(core);
}

void sched_restart_domains(unsigned index)
{
    uint64_t now = core_local()->entered;
    domain_set_start(index, now);
    for (unsigned i = 0; i < core_count; i++) {
        smp_stall(i);
        follow_domains(cores[i], now);
    }
}

void sched_set_domain(struct thread *thread, uint8_t domain)
{
    smp_stall_thread(thread);
    set_rank(thread, thread->priority, domain);
    core_local()->reschedule = true;
}

/* ---- scheduling contexts ---- */

void sched_unbind(struct sched_context *context)
{
    struct thread *thread = context->thread;
    if (thread != NULL) {
        sched_stop(thread);
        thread->sched_context = NULL;
        context->thread = NULL;
    }
}

void sched_donate(struct sched_context *context, struct thread *to)
{
    sched_unbind(context);
    to->sched_context = context;
    context->thread = to;
}

void sched_bind(struct sched_context *context, struct thread *thread)
{
    sched_donate(context, thread);
    sched_context_resumed(context);
}

void sched_context_forget(struct sched_context *context)
{
    sched_unbind(context);
    context->refill_max = 0;
    for (unsigned i = 0; i < core_count; i++) {
        if (cores[i]->charged == context) {
            cores[i]->charged = NULL;
            cores[i]->budget_end = UINT64_MAX;
            cores[i]->reschedule = true;
        }
    }
}

void sched_context_resumed(struct sched_context *context)
{
    if (context->thread != NULL) {
        sched_wake(context->thread);
    }
}

/* ---- leaving the kernel ---- */

struct thread *sched_take(struct core *core, unsigned priority)
{
    struct thread_queue *queue = &core->ready[core->domain][priority];
    struct thread *thread = queue_pop(queue);
    thread->queued = false;
    if (queue->head == NULL) {
        ready_unmark(core, thread);
    }
    return thread;
}

static struct thread *ready_take(struct core *core)
{
    int priority = ready_highest(core);
    return priority < 0 ? core->idle : sched_take(core, (unsigned)priority);
}

/* Whether the current thread could simply go on. It may have been lent, or given, time on another
 * core, or its domain's is over: then its turn is not, and it goes where that is. */
static bool current_stays(struct core *core)
{
    struct thread *current = core->current;
    if (!sched_is_runnable(current) || current->core != core->id || current->queued) {
        return false;
    }
    if (UNLIKELY(current->sched_context->core != core->id || current->domain != core->domain)) {
        ready_or_release(current, current->sched_context->core == core->id);
        return false;
    }
    return true;
}

/* Settles the candidate: either it is returned to run at once, or it is queued. */
static struct thread *settle_candidate(struct core *core, bool stays)
{
    struct thread *candidate = core->candidate;
    core->candidate = NULL;
    ASSERT_DEBUG(sched_is_runnable(candidate));
    bool beats_ready = (int)candidate->priority >= ready_highest(core);
    bool beats_current = !stays || candidate->priority > core->current->priority;
    if (!beats_ready || !beats_current) {
        ready_add(candidate, false);
        return NULL;
    }
    if (stays) {
        ready_add(core->current, true);
    }
    return candidate;
}

static struct thread *choose_thread(struct core *core)
{
    bool stays = current_stays(core);
    if (core->candidate != NULL) {
        struct thread *chosen = settle_candidate(core, stays);
        if (chosen != NULL) {
            return chosen;
        }
    }
    if (stays) {
        if ((int)core->current->priority >= ready_highest(core)) {
            return core->current;
        }
        ready_add(core->current, true);
    }
    return ready_take(core);
}

static void set_deadline(struct core *core)
{
    uint64_t deadline = core->alarm;
    core->budget_end = UINT64_MAX;
    if (core->charged != NULL) {
        uint64_t amount = refill_head(core->charged)->amount;
        uint64_t end = core->charged_from + amount;
        core->budget_end = amount < sched_least ? 0 : end - sched_least;
        deadline = min_u64(deadline, end);
    }
    if (deadline != core->deadline) {
        core->deadline = deadline;
        timer_set_deadline(deadline);
    }
}

/* A thread that was preempted may have been charged since: then it waits like any other. */
static bool has_budget(struct core *core, struct thread *thread)
{
    struct sched_context *context = thread->sched_context;
    return thread == core->idle || may_go_on_with(core, context) ||
           sched_context_is_released(context);
}

void sched_switch_context(struct core *core, struct sched_context *context)
{
    charge(core);
    core->charged = context;
    if (context != NULL && !context->sporadic && !refill_is_round_robin(context)) {
        refill_unblock(context, core->entered);
    }
    set_deadline(core);
}

bool sched_may_charge(struct core *core, struct sched_context *context)
{
    sched_account(core);
    if (context->sporadic) {
        return false;
    }
    return context->core == core->id && sched_context_is_released(context);
}

struct thread *sched_next(struct core *core)
{
    sched_account(core);
    int priority = ready_highest(core);
    if (priority < 0 || !sched_is_calm(core)) {
        return NULL;
    }
    struct thread *next = core->ready[core->domain][priority].head;
    bool simple = next->yielding_to == NULL && sched_context_is_released(next->sched_context);
    return simple ? next : NULL;
}

void sched_preempt(struct core *core)
{
    struct thread *thread = core->current;
    ASSERT_DEBUG(sched_is_runnable(thread) && !thread->queued);
    queue_push_head(&core->ready[core->domain][thread->priority], thread);
    thread->queued = true;
    ready_mark(core, thread);
}

struct thread *sched_choose(void)
{
    struct core *core = core_local();
    if (core->entered >= core->alarm) {
        follow_domains(core, core->entered);
        release_due(core);
    }
    struct thread *next = choose_thread(core);
    while (!has_budget(core, next)) {
        release_add(next, refill_head(next->sched_context)->time);
        next = ready_take(core);
    }
    core->current = next;
    next->core = core->id;
    if (next->sched_context != core->charged) {
        sched_switch_context(core, next->sched_context);
    } else {
        set_deadline(core);
    }
    core->reschedule = false;
    return next;
}
