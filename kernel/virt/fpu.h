/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * FP and SIMD registers, switched when first used: a core's registers belong to its fpu_owner, and
 * everybody else's access traps (CPTR_EL2.TFP).
 */
#pragma once

#include "kernel/model/core.h"
#include "kernel/model/thread.h"

/* The current thread used the FPU without owning it: false if it may not. */
MUST_USE bool fpu_claim(struct core *core, struct thread *thread);

/* Opens the FPU to its owner and closes it to all others. */
void fpu_open_or_close(struct core *core, bool open);

static inline void fpu_switch(struct core *core, const struct thread *thread)
{
    bool open = core->fpu_owner == thread;
    if (core->fpu_open != open) {
        fpu_open_or_close(core, open);
    }
}

/* No core owns the thread's registers afterwards; they are in its TCB. */
void fpu_release(struct thread *thread);
