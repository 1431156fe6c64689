/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The paths that matter most, cut short: a call to a waiting server and its answer, a fault or a
 * guest's exit to a waiting handler, the handler's answer, a signal that wakes nobody or one who
 * runs at once, waiting while somebody else is ready.
 *
 * vectors.S jumps here with the thread's registers saved and the kernel lock taken. Each does
 * exactly what the general path would do, in the common case only: a short message without
 * capabilities, the other side waiting, and next to run. Anything else goes the general way, with
 * nothing changed.
 */
#pragma once

#include "kernel/model/core.h"

/* System calls: `pointer` and `info` are the thread's x0 and x1. Return who runs now. */
struct thread *fast_call(uint64_t pointer, uint64_t info, struct thread *thread, struct core *core);
struct thread *fast_reply_recv(uint64_t pointer, uint64_t info, struct thread *thread,
                               struct core *core);

/* Send and NBSend, to a notification nobody waits for or somebody of a higher priority does, or to
 * nothing. */
struct thread *fast_send(uint64_t pointer, uint64_t info, struct thread *thread, struct core *core);

/* Recv and Wait that find nothing: somebody else is ready to run. NBRecv comes here too. */
struct thread *fast_wait(uint64_t pointer, uint64_t info, struct thread *thread, struct core *core);

/* Every synchronous exception but SVC. */
struct thread *fast_exception(uint64_t esr, uint64_t unused, struct thread *thread,
                              struct core *core);
