/* SPDX-License-Identifier: BSD-2-Clause */
/* The last step of every kernel entry: choosing the thread, and giving it the core. */
#pragma once

#include "kernel/model/core.h"
#include "kernel/model/thread.h"

/* Waits for an interrupt while nobody can run. Returns core->current, its address space, vCPU, FPU
 * trap and thread ids in the core. */
struct thread *switch_to_next(struct core *core);

/* The last part of it, for a thread the scheduler is settled on already. */
void switch_to(struct core *core, struct thread *thread);

/* One interrupt, from acknowledging it to signalling whom it is for. A guest's own, its timer and
 * the end of a virtual interrupt, wait while its budget is used up (not `in_budget`): their level
 * brings them back. */
void switch_handle_interrupt(struct core *core, bool in_budget);
