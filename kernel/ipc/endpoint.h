/* SPDX-License-Identifier: BSD-2-Clause */
/* Sending and receiving on endpoints (seL4 manual 4.2), and undoing every kind of waiting. */
#pragma once

#include "kernel/ipc/message.h"
#include "kernel/sched/sched.h"

struct endpoint_send {
    bool blocking;
    bool call;  /* wants an answer, or carries a fault */
    bool grant; /* rights of the capability sent on */
    bool grant_reply;
    bool donate; /* lend the scheduling context to a receiver that has none */
    uint64_t badge;
};

void endpoint_send(struct endpoint *endpoint, struct thread *thread, struct endpoint_send send);

/* `reply` may be NULL. Leaves the thread blocked, or with a message or signal. */
void endpoint_receive(struct endpoint *endpoint, struct thread *thread, bool blocking,
                      struct reply *reply);

/* Everybody who waits on it restarts what he did; faulting threads stop. False: an interrupt came
 * in between, and some are left. */
MUST_USE bool endpoint_cancel_all(struct endpoint *endpoint);

/*
 * The same for senders with this badge. False: an interrupt came in between; called again with the
 * same arguments, it goes on where it was, and leaves alone who has come back meanwhile. `caller`
 * is on whose behalf: the place is his.
 */
MUST_USE bool endpoint_cancel_badged(struct endpoint *endpoint, uint64_t badge,
                                     const struct thread *caller);

/* The thread will not go on with an interrupted endpoint_cancel_badged(): its registers are set
 * anew, or it goes away. */
void endpoint_forget_caller(const struct thread *caller);

/* The thread's priority has changed while it waits. */
void endpoint_reorder(struct thread *thread);

/* Takes the thread out of whatever it is blocked on; it is inactive afterwards. */
void ipc_cancel(struct thread *thread);

/* What a thread does that was cancelled: the same system call once more. */
void ipc_restart(struct thread *thread);
