/* SPDX-License-Identifier: BSD-2-Clause */
/* Lazy switching of the FPU (kernel/virt/fpu.h). */
#include "arch/barrier.h"
#include "arch/fpu.h"
#include "kernel/sched/smp.h"
#include "kernel/virt/fpu.h"

#define FPU_EAGER 250

static void set_open(struct core *core, bool open)
{
    core->fpu_open = open;
    uint64_t cptr = sysreg_read_cptr_el2();
    sysreg_write_cptr_el2(open ? cptr & ~CPTR_EL2_TFP : cptr | CPTR_EL2_TFP);
}

/* Opens the FPU and saves what it holds, whoever's it is. */
static void take_back(struct core *core)
{
    set_open(core, true);
    barrier_instruction();
    if (core->fpu_owner != NULL) {
        fpu_save(&core->fpu_owner->fpu);
        core->fpu_owner->fpu_core = 0;
        core->fpu_owner = NULL;
    }
}

/* Runs on the core itself. */
static void save_owner(uint32_t unused)
{
    take_back(core_local());
    set_open(core_local(), false);
}

void fpu_release(struct thread *thread)
{
    if (thread->fpu_core != 0) {
        smp_call(thread->fpu_core - 1, save_owner, 0);
    }
}

static void take(struct core *core, struct thread *thread)
{
    if (core->fpu_owner != thread) {
        fpu_release(thread);
        take_back(core);
        fpu_load(&thread->fpu);
        core->fpu_owner = thread;
        thread->fpu_core = core->id + 1;
    } else if (!core->fpu_open) {
        set_open(core, true);
    }
}

bool fpu_claim(struct core *core, struct thread *thread)
{
    if ((thread->flags & seL4_TCBFlag_fpuDisabled) != 0) {
        return false;
    }
    thread->fpu_eager = FPU_EAGER;
    take(core, thread);
    return true;
}

void fpu_exchange(struct core *core, struct thread *thread)
{
    if (thread->fpu_eager != 0) {
        thread->fpu_eager--;
        take(core, thread);
    } else if (core->fpu_open) {
        set_open(core, false);
    }
}
