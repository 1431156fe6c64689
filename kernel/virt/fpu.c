/* SPDX-License-Identifier: BSD-2-Clause */
/* Lazy switching of the FPU (kernel/virt/fpu.h). */
#include "abi/sel4/objects.h"
#include "arch/barrier.h"
#include "arch/core.h"
#include "arch/fpu.h"
#include "hw/sysreg.h"
#include "kernel/virt/fpu.h"

static void set_trap(bool trap)
{
    uint64_t cptr = sysreg_read_cptr_el2();
    sysreg_write_cptr_el2(trap ? cptr | CPTR_EL2_TFP : cptr & ~CPTR_EL2_TFP);
}

bool fpu_claim(struct core *core, struct thread *thread)
{
    if ((thread->flags & seL4_TCBFlag_fpuDisabled) != 0) {
        return false;
    }
    set_trap(false);
    barrier_instruction();
    if (core->fpu_owner != NULL) {
        fpu_save(&core->fpu_owner->fpu);
    }
    fpu_load(&thread->fpu);
    core->fpu_owner = thread;
    return true;
}

void fpu_switch(struct core *core, const struct thread *thread)
{
    set_trap(core->fpu_owner != thread);
}

void fpu_release(struct thread *thread)
{
    struct core *core = core_local();
    if (core->fpu_owner == thread) {
        set_trap(false);
        barrier_instruction();
        fpu_save(&thread->fpu);
        core->fpu_owner = NULL;
        set_trap(true);
    }
}
