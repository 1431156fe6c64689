/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who runs: ready queues by domain and priority, release queues by time, and the charging of time.
 *
 * A thread is in one place: current, candidate (woken during this kernel entry), in a ready queue,
 * in a release queue (its budget is used up), or none of them. Nothing here switches threads: the
 * next one is chosen once, when the kernel is left (sched_choose).
 *
 * All functions need the kernel lock.
 */
#pragma once

#include "kernel/dev/timer.h"
#include "kernel/sched/refill.h"
#include "kernel/sched/smp.h"

/* Least time, in ticks, a thread must have left for the kernel to do something for it. */
extern uint64_t sched_least;

/* A core's ready queues take 2^so many bytes. */
#define SCHED_READY_BITS 16

/* At boot, once: the core's idle thread, its ready queues (zeros, seL4_NumDomains of them), and the
 * times the timer's rate decides. Needs domain_init(). */
void sched_init(struct core *core, struct thread *idle,
                struct thread_queue (*ready)[PRIORITY_COUNT]);

struct core *sched_core(uint32_t id);
unsigned sched_core_count(void);

/* ---- states ---- */

/* Could the thread run if nobody else wanted to? */
bool sched_is_runnable(const struct thread *thread);

/* Puts the thread where it belongs after it became runnable. It may run next. */
void sched_wake(struct thread *thread);

/* Takes the thread out of whatever queue or place it is in; its state is the caller's business. */
void sched_stop(struct thread *thread);

/* Gives way: the current thread goes behind those of its priority. */
void sched_yield(void);

/* The current thread lets `target` run in front of all of its priority. True if the target is to
 * run now, and the current thread waits; false if it could not, or not before others. */
MUST_USE bool sched_yield_to(struct thread *target);

void sched_set_priority(struct thread *thread, uint8_t priority);

/* ---- domains (kernel/sched/domain.h) ---- */

/* At once, wherever the thread is. */
void sched_set_domain(struct thread *thread, uint8_t domain);

/* The schedule begins at this entry, which is not an end marker, now and on all cores: none runs a
 * thread of the domain before any longer. */
void sched_restart_domains(unsigned index);

/* ---- time ---- */

/* On entry: the time since the last charge is the current thread's. */
static inline void sched_account(struct core *core)
{
    core->entered = timer_now();
}

/* Charges the context up to now, on whatever core it is used. */
void sched_charge_context(struct sched_context *context);

/* Has the current thread too little budget left to do anything more for it? Then it has been
 * charged and put where it belongs, and if *expired is set a timeout fault is the caller's to
 * raise. `expired` need not be set before. */
MUST_USE bool sched_budget_ended(bool *expired);

MUST_USE static inline bool sched_check_budget(const struct core *core, bool *expired)
{
    return LIKELY(core->entered <= core->budget_end) || !sched_budget_ended(expired);
}

/* The current thread, a guest's, sleeps in WFI until the counter reaches `wake_time` (UINT64_MAX:
 * no time does), or until sched_rouse(). */
void sched_sleep(uint64_t wake_time);

/* Ends the sleep of a thread in THREAD_WAITING_FOR_VIRQ; of no effect on others. */
void sched_rouse(struct thread *thread);

/* ---- scheduling contexts ---- */

void sched_bind(struct sched_context *context, struct thread *thread);
void sched_unbind(struct sched_context *context);

/* Moves the context to another thread, from whoever has it. */
void sched_donate(struct sched_context *context, struct thread *to);

/* The object goes away: nobody has it or is charged to it any more. */
void sched_context_forget(struct sched_context *context);

/* Could a thread run on it now? */
bool sched_context_is_released(struct sched_context *context);

/* Resumes a thread whose context may have been changed. */
void sched_context_resumed(struct sched_context *context);

/* ---- the fast path: from the current thread straight to another ---- */

/* Whether `next`, once runnable, would be chosen now that the current thread blocks. */
static inline bool sched_may_hand_over(const struct core *core, const struct thread *next)
{
    if (next->domain != core->domain) {
        return false;
    }
    if (core->ready_summary != 0) {
        unsigned word = bits_highest(core->ready_summary);
        if (next->priority < word * 64 + bits_highest(core->ready_bitmap[word])) {
            return false;
        }
    }
    return true;
}

/* Whether a thread could go on with this context, which is not the one being charged. */
MUST_USE bool sched_may_charge(struct core *core, struct sched_context *context);

/* Settled: `next`, who is runnable, is the current thread; its context is the one charged. */
void sched_switch_context(struct core *core, struct sched_context *context);

static inline void sched_hand_over(struct core *core, struct thread *next)
{
    core->current = next;
    next->core = core->id;
    if (next->sched_context != core->charged) {
        sched_switch_context(core, next->sched_context);
    }
}

/* Nothing is due but what the current thread asks for, and its budget suffices for that; as of
 * sched_account(). */
static inline bool sched_is_calm(const struct core *core)
{
    return core->entered <= core->budget_end && core->entered < core->alarm;
}

/* The ready thread that runs if the current one waits, or NULL if that is not as simple. */
MUST_USE struct thread *sched_next(struct core *core);

/* The first ready thread of this priority, which there is, leaves its queue. */
struct thread *sched_take(struct core *core, unsigned priority);

/* The current thread goes back to the head of its ready queue, for one of a higher priority. */
void sched_preempt(struct core *core);

/* ---- leaving the kernel ---- */

/* Settles who runs next, charges, sets the timer; the result is core->current. */
struct thread *sched_choose(void);
