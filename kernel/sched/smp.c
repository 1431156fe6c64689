/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel lock, and calls between cores (kernel/sched/smp.h, docs/locks.md). */
#include "kernel/sched/smp.h"
#include "arch/atomic.h"
#include "kernel/dev/gic.h"
#include "kernel/sched/sched.h"

bool smp_in_use;

/* First come, first served. */
static struct {
    uint32_t next;
    uint32_t serving;
} lock;

/* Another core holds the lock and asks something of this one. */
static void answer_call(struct core *core)
{
    /* Pairs with smp_call(): the function and its argument before the flag. */
    if (atomic_load_acquire(&core->call_pending) != 0) {
        core->call(core->call_argument);
        /* Pairs with smp_call(): what was done before it goes on. */
        atomic_store_release(&core->call_pending, 0);
    }
}

bool smp_enter_slow(struct core *core)
{
    struct thread *thread = core->in_core;
    if (thread != NULL) {
        thread->registers.tpidr_el0 = sysreg_read_tpidr_el0();
        thread->registers.tpidrro_el0 = sysreg_read_tpidrro_el0();
    }
    /* Pairs with bring_in(): the saved registers before the flag. */
    atomic_store_release(&core->inside, 1);
    uint32_t ticket = atomic_add(&lock.next, 1);
    /* Pairs with smp_leave_slow(): all that earlier holders did. */
    while (atomic_load_acquire(&lock.serving) != ticket) {
        answer_call(core);
        atomic_pause();
    }
    bool stalled = core->stalled;
    core->stalled = false;
    return !stalled;
}

void smp_leave_slow(struct core *core)
{
    core->inside = 0;
    /* Pairs with smp_enter_slow(). */
    atomic_store_release(&lock.serving, lock.serving + 1);
}

/* Waits until the core is inside, which cannot be long: user level cannot mask the interrupt. */
static struct core *bring_in(uint32_t core_id)
{
    struct core *core = sched_core(core_id);
    if (atomic_load_acquire(&core->inside) == 0) {
        gic.ops->send_sgi(core_id, SMP_SGI_CALL);
        /* Pairs with smp_enter_slow(). */
        while (atomic_load_acquire(&core->inside) == 0) {
            atomic_pause();
        }
    }
    return core;
}

void smp_stall(uint32_t core_id)
{
    if (core_id != core_number()) {
        struct core *core = bring_in(core_id);
        if (!core->stalled) {
            /* Here, for another core may run the thread before this one gets in. */
            core->current->registers.pc = core->current->registers.restart_pc;
        }
        core->stalled = true;
        core->reschedule = true;
        core->in_core = NULL; /* the thread ids are saved, and loaded anew */
    }
}

void smp_stall_thread(const struct thread *thread)
{
    if (sched_core(thread->core)->current == thread) {
        smp_stall(thread->core);
    }
}

void smp_forget_thread(const struct thread *thread)
{
    for (uint32_t i = 0; i < sched_core_count(); i++) {
        if (i != core_number() && sched_core(i)->current == thread) {
            smp_stall(i);
            sched_core(i)->current = sched_core(i)->idle;
        }
    }
}

void smp_call(uint32_t core_id, void (*function)(uint32_t argument), uint32_t argument)
{
    if (core_id == core_number()) {
        function(argument);
        return;
    }
    struct core *core = bring_in(core_id);
    core->call = function;
    core->call_argument = argument;
    /* Pairs with answer_call(). */
    atomic_store_release(&core->call_pending, 1);
    while (atomic_load_acquire(&core->call_pending) != 0) {
        atomic_pause();
    }
}

void smp_reschedule(struct core *core)
{
    core->reschedule = true;
    if (core->id != core_number()) {
        gic.ops->send_sgi(core->id, SMP_SGI_RESCHEDULE);
    }
}
