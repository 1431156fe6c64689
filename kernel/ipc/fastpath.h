/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The paths that matter most, cut short: a call to a waiting server, its answer, a fault to a
 * waiting handler, the handler's answer.
 *
 * Each does exactly what the general path (kernel/invoke, kernel/ipc) would do, in the common case
 * only: a short message without capabilities, the other side waiting, and next to run. Anything
 * else returns NULL with nothing changed but the account of time, and the general path follows.
 */
#pragma once

#include "kernel/model/core.h"
#include "kernel/model/thread.h"

/* seL4_Call and seL4_ReplyRecv of the current thread. Return who runs now, settled with the
 * scheduler (core->current). */
MUST_USE struct thread *fastpath_call(struct core *core, struct thread *thread);
MUST_USE struct thread *fastpath_reply_recv(struct core *core, struct thread *thread);

/* The current thread's fault, whose message is `count` words (at most four). */
MUST_USE struct thread *fastpath_fault(struct core *core, struct thread *thread,
                                       enum fault_type type, const uint64_t *words, unsigned count);
