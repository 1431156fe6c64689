/* SPDX-License-Identifier: BSD-2-Clause */
/* Dispatch of system calls (kernel/entry/syscall.h, seL4 manual 10.1). */
#include "kernel/entry/syscall.h"
#include "abi/sel4/errors.h"
#include "abi/sel4/syscalls.h"
#include "kernel/entry/debug.h"
#include "kernel/invoke/invoke.h"
#include "kernel/ipc/fault.h"
#include "kernel/ipc/notification.h"

#define REG_REPLY  6 /* the reply object; NBSendWait: where to send */
#define REG_NUMBER 7
#define REG_SEND   8 /* NBSendRecv: where to send */

static const struct lookup_failure nothing_usable = {.type = seL4_MissingCapability};

/* The reply object named in x6. False: the fault is raised. */
static bool find_reply(struct thread *thread, struct reply **reply)
{
    struct lookup_failure failure;
    struct slot *slot;
    uint64_t pointer = thread->registers.x[REG_REPLY];
    if (!lookup_pointer(thread, pointer, &slot, &failure)) {
        fault_raise_cap(thread, pointer, true, &failure);
        return false;
    }
    if (cap_type(slot->cap) != CAP_REPLY) {
        fault_raise_cap(thread, pointer, true, &nothing_usable);
        return false;
    }
    *reply = cap_object(slot->cap);
    return true;
}

/* Waits on an endpoint, or takes what is there already. */
static void receive_from_endpoint(struct thread *thread, struct cap cap, bool blocking,
                                  bool with_reply)
{
    struct reply *reply = NULL;
    if (with_reply && !find_reply(thread, &reply)) {
        return;
    }
    endpoint_receive(cap_object(cap), thread, blocking, reply);
}

static bool may_wait(const struct thread *thread, struct cap cap)
{
    if (!cap_has_rights(cap, RIGHT_READ)) {
        return false;
    }
    if (cap_type(cap) == CAP_NOTIFICATION) {
        const struct notification *notification = cap_object(cap);
        return notification->bound_thread == NULL || notification->bound_thread == thread;
    }
    return cap_type(cap) == CAP_ENDPOINT;
}

static void receive(struct thread *thread, bool blocking, bool with_reply)
{
    struct lookup_failure failure;
    struct slot *slot;
    uint64_t pointer = thread->registers.x[MESSAGE_REG_BADGE];
    if (!lookup_pointer(thread, pointer, &slot, &failure)) {
        fault_raise_cap(thread, pointer, true, &failure);
    } else if (!may_wait(thread, slot->cap)) {
        fault_raise_cap(thread, pointer, true, &nothing_usable);
    } else if (cap_type(slot->cap) == CAP_NOTIFICATION) {
        notification_wait(cap_object(slot->cap), thread, blocking);
    } else {
        receive_from_endpoint(thread, slot->cap, blocking, with_reply);
    }
}

/* Sends what is in the message registers. False: interrupted, the whole call is to run again. */
static bool send(struct thread *thread, struct invocation invocation)
{
    if (invoke(thread, invocation)) {
        return true;
    }
    thread->registers.pc = thread->registers.restart_pc;
    return false;
}

/* Sends, then receives; the source of the receive is in x0. */
static void send_and_receive(struct thread *thread, uint64_t pointer, bool with_reply)
{
    if (send(thread,
             (struct invocation){.pointer = pointer, .donate = true, .first_phase = true}) &&
        thread->state == THREAD_RUNNING) {
        receive(thread, true, with_reply);
    }
}

void syscall_handle(struct thread *thread)
{
    const uint64_t *x = thread->registers.x;
    switch ((int64_t)x[REG_NUMBER]) {
    case seL4_SysCall:
        (void)send(thread, (struct invocation){.pointer = x[MESSAGE_REG_BADGE],
                                               .call = true,
                                               .blocking = true,
                                               .donate = true});
        break;
    case seL4_SysReplyRecv:
        send_and_receive(thread, x[REG_REPLY], true);
        break;
    case seL4_SysSend:
        (void)send(thread, (struct invocation){.pointer = x[MESSAGE_REG_BADGE], .blocking = true});
        break;
    case seL4_SysNBSend:
        (void)send(thread, (struct invocation){.pointer = x[MESSAGE_REG_BADGE]});
        break;
    case seL4_SysNBSendRecv:
        send_and_receive(thread, x[REG_SEND], true);
        break;
    case seL4_SysNBSendWait:
        send_and_receive(thread, x[REG_REPLY], false);
        break;
    case seL4_SysRecv:
        receive(thread, true, true);
        break;
    case seL4_SysNBRecv:
        receive(thread, false, true);
        break;
    case seL4_SysWait:
        receive(thread, true, false);
        break;
    case seL4_SysNBWait:
        receive(thread, false, false);
        break;
    case seL4_SysYield:
        sched_yield();
        break;
    default:
        if (thread->vcpu != NULL || !debug_syscall(thread)) {
            fault_raise(thread,
                        (struct fault){.type = FAULT_UNKNOWN_SYSCALL, .code = x[REG_NUMBER]});
        }
        break;
    }
}
