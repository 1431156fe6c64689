/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * In and out of the kernel.
 *
 *   user level --exception--> vectors.S saves the registers in the thread
 *                             entry_*: what happened, who runs next
 *              <------------- vectors.S loads the next thread's registers
 *
 * A core's stack is empty whenever it runs at user level: the kernel keeps nothing there between
 * two entries.
 */
#pragma once

#include "kernel/model/core.h"

/* For VBAR_EL2, with one core, and while booting. */
extern const char entry_vectors[];

/* The same where several cores share the kernel. */
extern const char entry_vectors_shared[];

/* End booting on this core: run `first`, who is runnable; or whoever comes. The first core is
 * inside the kernel (smp_enter()) and has its vCPU settings already. */
NO_RETURN void entry_start(struct core *core, struct thread *first);
NO_RETURN void entry_start_idle(struct core *core);

/*
 * Called by vectors.S on the core's stack, with the kernel lock, registers saved in the thread,
 * which is core->current. They return the thread to go on with. fast.h has the others, which leave
 * here what they cannot do.
 */
struct thread *entry_syscall(uint64_t pointer, uint64_t info, struct thread *thread,
                             struct core *core);
struct thread *entry_exception(uint64_t esr, uint64_t unused, struct thread *thread,
                               struct core *core);
struct thread *entry_interrupt(uint64_t nothing, uint64_t unused, struct thread *thread,
                               struct core *core);
struct thread *entry_serror(uint64_t esr, uint64_t unused, struct thread *thread,
                            struct core *core);

/* The core was stalled before it got in: the thread does the same once more, if it still should. It
 * may run elsewhere by now, or be no more. */
struct thread *entry_again(uint64_t esr, uint64_t unused, struct thread *gone, struct core *core);

/* In vectors.S: loads the thread's registers and leaves. */
NO_RETURN void entry_return(struct thread *thread);
