/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What one core owns. Found through TPIDR_EL2; touched by its own core alone, or with the kernel
 * lock held (docs/locks.md).
 */
#pragma once

#include "arch/core.h"
#include "kernel/model/thread.h"

struct vcpu;

#define PRIORITY_COUNT 256
#define PRIORITY_WORDS (PRIORITY_COUNT / 64)

struct core {
    struct thread *current;
    uint64_t stack_top;
    uint32_t id;

    /* Other cores reach for these with the lock held (sched/smp.h). */
    uint32_t inside; /* in the kernel, or waiting for the lock */
    bool stalled;
    uint32_t call_pending;
    void (*call)(uint32_t argument);
    uint32_t call_argument;

    /* Scheduling. `candidate` was woken during this kernel entry and is in no queue yet. */
    struct thread *idle;
    struct thread *candidate;
    bool reschedule;     /* who runs next, or what the core must hold for him, may have changed */
    uint8_t domain;      /* whose threads run */
    uint64_t domain_end; /* until when */
    uint64_t ready_summary;
    uint64_t ready_bitmap[PRIORITY_WORDS];
    /* Those of the other domains; and a queue for each priority of each domain. */
    uint64_t parked_bitmaps[seL4_NumDomains][PRIORITY_WORDS];
    struct thread_queue (*ready)[PRIORITY_COUNT];
    struct thread_queue release; /* whom a time wakes, soonest first */
    uint64_t alarm;              /* when the first of them wakes, or the domain ends */
    uint64_t deadline;           /* what the timer is set to */

    /* Time. What passes between `charged_from` and `entered` is `charged`'s, and not charged yet.
     */
    uint64_t entered; /* when this kernel entry began */
    uint64_t charged_from;
    uint64_t budget_end; /* the last moment with enough budget left to do anything */
    struct sched_context *charged;

    /* What hardware holds. */
    uint64_t vttbr;
    struct thread *in_core; /* whose thread ids are in the core: who last ran at user level */
    struct thread *fpu_owner;
    bool fpu_open;            /* to whoever runs: the owner does */
    struct vcpu *vcpu_loaded; /* whose EL1 registers are in the core */
    struct vcpu *vcpu_active; /* the same while EL1 runs with them; NULL: a native thread runs */
    bool vcpu_timer_masked;   /* the virtual timer's interrupt is disabled at the controller */

    /* What vcpu_switch() puts into registers; constant. */
    uint64_t native_clocks; /* CNTKCTL_EL1 */
    uint64_t native_traps;  /* MDCR_EL2 */
    uint64_t guest_traps;
};

_Static_assert(offsetof(struct core, current) == CORE_CURRENT, "assembly");
_Static_assert(offsetof(struct core, stack_top) == CORE_STACK_TOP, "assembly");
_Static_assert(offsetof(struct core, id) == CORE_ID, "arch/core.h");
