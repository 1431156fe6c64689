/* SPDX-License-Identifier: BSD-2-Clause */
/* Lazy switching of the FPU (kernel/virt/fpu.h). */
#include "abi/sel4/objects.h"
#include "arch/barrier.h"
#include "arch/core.h"
#include "arch/fpu.h"
#include "hw/sysreg.h"
#include "kernel/virt/fpu.h"

static void set_open(struct core *core, bool open)
{
    core->fpu_open = open;
    uint64_t cptr = sysreg_read_cptr_el2();
    sysreg_write_cptr_el2(open ? cptr & ~CPTR_EL2_TFP : cptr | CPTR_EL2_TFP);
}

bool fpu_claim(struct core *core, struct thread *thread)
{
    if ((thread->flags & seL4_TCBFlag_fpuDisabled) != 0) {
        return false;
    }
    set_open(core, true);
    barrier_instruction();
    if (core->fpu_owner != NULL) {
        fpu_save(&core->fpu_owner->fpu);
    }
    fpu_load(&thread->fpu);
    core->fpu_owner = thread;
    return true;
}

void fpu_open_or_close(struct core *core, bool open)
{
    set_open(core, open);
}

void fpu_release(struct thread *thread)
{
    struct core *core = core_local();
    if (core->fpu_owner == thread) {
        set_open(core, true);
        barrier_instruction();
        fpu_save(&thread->fpu);
        core->fpu_owner = NULL;
        set_open(core, false);
    }
}
