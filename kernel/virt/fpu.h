/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * FP and SIMD registers, switched when first used: a core's registers belong to its fpu_owner, and
 * everybody else's access traps (CPTR_EL2.TFP).
 *
 * A trap costs more than moving the registers. So a thread that was seen to use them gets them
 * back without one for its next FPU_EAGER turns; then it has to ask again, also where they are
 * still its own: one that used them once and never again is not to pay for them at each turn.
 */
#pragma once

#include "kernel/model/core.h"

/* The current thread used the FPU without owning it: false if it may not. */
MUST_USE bool fpu_claim(struct core *core, struct thread *thread);

/* The FPU is open to somebody, or `thread` is expected to use it: settles both. */
void fpu_exchange(struct core *core, struct thread *thread);

static inline void fpu_switch(struct core *core, struct thread *thread)
{
    if (UNLIKELY(core->fpu_open || thread->fpu_eager != 0)) {
        fpu_exchange(core, thread);
    }
}

/* No core owns the thread's registers afterwards; they are in its TCB. */
void fpu_release(struct thread *thread);
