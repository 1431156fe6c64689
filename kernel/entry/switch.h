/* SPDX-License-Identifier: BSD-2-Clause */
/* The last step of every kernel entry: choosing the thread, and giving it the core. */
#pragma once

#include "kernel/invariant/invariant.h"
#include "kernel/mem/asid.h"
#include "kernel/virt/fpu.h"
#include "kernel/virt/vcpu.h"

/* Waits for an interrupt while nobody can run. Returns core->current, its address space, vCPU, FPU
 * trap and thread ids in the core. */
struct thread *switch_to_next(struct core *core);

/* One interrupt, from acknowledging it to signalling whom it is for. A guest's own, its timer and
 * the end of a virtual interrupt, wait while its budget is used up (not `in_budget`): their level
 * brings them back. */
void switch_handle_interrupt(struct core *core, bool in_budget);

/* ---- the last part of switch_to_next(), for a thread the scheduler is settled on already ---- */

/* Finds the VTTBR_EL2 of a thread that has none, or an old one. */
void switch_find_space(struct thread *thread);

static inline void switch_space(struct core *core, struct thread *thread)
{
    if (UNLIKELY(thread->vttbr_generation != asid_generation)) {
        switch_find_space(thread);
    }
    if (core->vttbr != thread->vttbr) {
        core->vttbr = thread->vttbr;
        sysreg_write_vttbr_el2(thread->vttbr);
    }
}

static inline void switch_thread_ids(struct core *core, struct thread *thread)
{
    struct thread *before = core->in_core;
    if (before != thread) {
        if (LIKELY(before != NULL)) {
            before->registers.tpidr_el0 = sysreg_read_tpidr_el0();
            before->registers.tpidrro_el0 = sysreg_read_tpidrro_el0();
        }
        sysreg_write_tpidr_el0(thread->registers.tpidr_el0);
        sysreg_write_tpidrro_el0(thread->registers.tpidrro_el0);
        core->in_core = thread;
    }
}

static inline void switch_to(struct core *core, struct thread *thread)
{
    switch_space(core, thread);
    vcpu_switch(core, thread);
    fpu_switch(core, thread);
    switch_thread_ids(core, thread);
}

/* Everything is settled: the core may be left. */
static inline void switch_check(struct core *core)
{
    if (BUILD_DEBUG) {
        invariant_check_core(core);
    }
}
