/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Several cores in one kernel: the lock, and reaching into another core.
 *
 *   user level --registers saved--> core->inside = 1 --lock--> kernel --inside = 0, unlock--> user
 *
 * One core at a time works in the kernel. `inside` is cleared before the lock is given up: so to
 * whoever holds the lock, a core that is inside waits for it, with its thread's registers saved,
 * and does what it is asked meanwhile (smp_call). A core that is not is at user level or asleep,
 * and an interrupt brings it in.
 *
 * With one core none of this is there: the vectors know (entry/vectors.S).
 */
#pragma once

#include "kernel/model/core.h"

/* Interrupts between cores: come in and wait; look at your queues. */
#define SMP_SGI_CALL       0u
#define SMP_SGI_RESCHEDULE 1u

/* Whether more than one core runs; written at boot. */
extern bool smp_in_use;

/* First thing of every kernel entry. False: the core was stalled before it got in, and what brought
 * it here is to be forgotten: it happens again if it still should. vectors.S calls it. */
MUST_USE bool smp_enter_slow(struct core *core);

/* The last thing. */
void smp_leave_slow(struct core *core);

/* The same where there may be one core alone, and so no lock. */
MUST_USE static inline bool smp_enter(struct core *core)
{
    return LIKELY(!smp_in_use) || smp_enter_slow(core);
}

static inline void smp_leave(struct core *core)
{
    if (UNLIKELY(smp_in_use)) {
        smp_leave_slow(core);
    }
}

/* The lock is held for the rest. */

/* Brings the core in and makes it forget why it came: its thread's saved registers are exact, and
 * may be changed; what it came for is done again when it goes on; the core chooses anew who runs.
 * Nothing to do for the core itself. */
void smp_stall(uint32_t core_id);

/* The thread is not running anywhere else, for as long as the lock is held. */
void smp_stall_thread(const struct thread *thread);

/* The thread goes away: no other core looks at it when it gets in. */
void smp_forget_thread(const struct thread *thread);

/* Runs `function` on the core, at once, and waits for it. */
void smp_call(uint32_t core_id, void (*function)(uint32_t argument), uint32_t argument);

/* The core looks at its queues soon. */
void smp_reschedule(struct core *core);
