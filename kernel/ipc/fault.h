/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Faults: what a thread did that the kernel cannot do for it becomes a message to its handler, and
 * the handler's reply says how it goes on (seL4 manual 6.2, abi/sel4/faults.h).
 */
#pragma once

#include "kernel/ipc/endpoint.h"

/* Writes the message of `from`'s pending fault into `to`'s registers and buffer. */
void fault_write_message(const struct thread *from, struct thread *to, uint64_t badge);

/* Applies the handler's reply to the faulting thread; true if it is to run again. */
MUST_USE bool fault_apply_reply(const struct thread *handler, struct thread *thread);

/* Sends the current thread's fault to its handler; without a usable one the thread stops. */
void fault_raise(struct thread *thread, struct fault fault);

/* The same for a capability that is not there, or not of use. */
static inline void fault_raise_cap(struct thread *thread, uint64_t pointer, bool receive_phase,
                                   const struct lookup_failure *failure)
{
    fault_raise(thread, (struct fault){.type = FAULT_CAP,
                                       .address = pointer,
                                       .receive_phase = receive_phase,
                                       .lookup = *failure});
}

/* Sends a timeout fault, if the thread has a handler for it; false if not. */
bool fault_raise_timeout(struct thread *thread);
