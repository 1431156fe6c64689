/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Short ways through IPC and faults (kernel/entry/fast.h).
 *
 * Everything here is inlined into four functions that call nothing in the common case: no register
 * of theirs has to be kept on the stack.
 */
#include "kernel/entry/fast.h"
#include "abi/sel4/faults.h"
#include "abi/sel4/syscalls.h"
#include "hw/sysreg.h"
#include "kernel/cap/cap.h"
#include "kernel/cap/lookup.h"
#include "kernel/entry/entry.h"
#include "kernel/entry/switch.h"
#include "kernel/ipc/endpoint_queue.h"
#include "kernel/ipc/message.h"
#include "kernel/ipc/notification.h"
#include "kernel/ipc/reply.h"
#include "kernel/ipc/rich.h"
#include "kernel/sched/queue.h"
#include "kernel/sched/sched.h"
#include "kernel/virt/vcpu.h"

#define INFO_LENGTH     0x7fUL
#define INFO_EXTRA_CAPS 0x180UL
#define INFO_UNWRAPPED  0xe00UL
#define REG_REPLY       6
#define REG_NUMBER      7

#define INLINE          static inline __attribute__((always_inline))

INLINE bool is_short(uint64_t info)
{
    return (info & (INFO_LENGTH | INFO_EXTRA_CAPS)) <= MESSAGE_REG_COUNT;
}

/* Registers beyond the length are the receiver's own, as the long way leaves them. */
INLINE void copy_short(const struct thread *from, struct thread *to, uint64_t info, uint64_t badge)
{
    const uint64_t *source = &from->registers.x[MESSAGE_REG_FIRST];
    uint64_t *target = &to->registers.x[MESSAGE_REG_FIRST];
    unsigned length = (unsigned)(info & INFO_LENGTH);
    if (length != 0) {
        target[0] = source[0];
        if (length > 1) {
            target[1] = source[1];
        }
        if (length > 2) {
            target[2] = source[2];
        }
        if (length > 3) {
            target[3] = source[3];
        }
    }
    to->registers.x[MESSAGE_REG_BADGE] = badge;
    to->registers.x[MESSAGE_REG_INFO] = info & ~INFO_UNWRAPPED;
}

/* Who waits first on the endpoint, if he can take the core over at once. */
INLINE struct thread *waiting_receiver(struct core *core, const struct endpoint *endpoint)
{
    struct thread *receiver = (struct thread *)(endpoint->head_and_state & ~ENDPOINT_STATE);
    if ((endpoint->head_and_state & ENDPOINT_RECEIVING) == 0 || receiver->reply == NULL ||
        !sched_may_hand_over(core, receiver)) {
        return NULL;
    }
    struct sched_context *context = receiver->sched_context;
    if (context != NULL && !sched_may_charge(core, context)) {
        return NULL;
    }
    return receiver;
}

/* The receiver leaves the queue; the sender waits for its answer and lends its time. */
INLINE void meet(struct endpoint *endpoint, struct thread *sender, struct thread *receiver)
{
    struct reply *reply = receiver->reply;
    struct thread *second = receiver->next;
    if (LIKELY(second == NULL)) {
        endpoint->head_and_state = ENDPOINT_IDLE;
        endpoint->tail = NULL;
    } else {
        second->previous = NULL;
        receiver->next = NULL;
        endpoint->head_and_state = (uint64_t)second | ENDPOINT_RECEIVING;
    }
    receiver->reply = NULL;
    receiver->state = THREAD_RUNNING;
    reply->thread = sender;
    sender->reply = reply;
    sender->state = THREAD_BLOCKED_REPLY;
    if (receiver->sched_context == NULL) {
        reply_lend(reply, sender, receiver);
    }
}

/* The scheduler is settled on `next`: the core is his. */
INLINE struct thread *run(struct core *core, struct thread *next)
{
    sched_hand_over(core, next);
    switch_to(core, next);
    switch_check(core);
    return next;
}

struct thread *fast_call(uint64_t pointer, uint64_t info, struct thread *thread, struct core *core)
{
    struct slot *slot;
    if (UNLIKELY(!lookup_quick(thread, pointer, &slot) || !cap_is_callable(slot->cap) ||
                 !is_short(info))) {
        return entry_syscall(pointer, info, thread, core);
    }
    struct endpoint *endpoint = cap_object(slot->cap);
    struct thread *receiver = waiting_receiver(core, endpoint);
    if (UNLIKELY(receiver == NULL)) {
        return entry_syscall(pointer, info, thread, core);
    }
    copy_short(thread, receiver, info, cap_badge(slot->cap));
    meet(endpoint, thread, receiver);
    return run(core, receiver);
}

/* ---- the answer ---- */

/* Who waits for this answer, if he can take the core over at once. */
INLINE struct thread *waiting_caller(struct core *core, const struct thread *from,
                                     const struct reply *reply)
{
    struct thread *caller = reply->thread;
    if (caller == NULL || caller->state != THREAD_BLOCKED_REPLY ||
        !sched_may_hand_over(core, caller)) {
        return NULL;
    }
    if (caller->sched_context == NULL) {
        /* What it lent comes back with the answer. */
        return reply_lent(reply) == from->sched_context && from->sched_context != NULL ? caller
                                                                                       : NULL;
    }
    return reply->up == 0 && sched_may_charge(core, caller->sched_context) ? caller : NULL;
}

/* Nothing is there to be received: the thread is going to wait, and has not to give back what its
 * notification lent. */
INLINE bool would_wait(const struct thread *thread, const struct endpoint *endpoint)
{
    const struct notification *bound = thread->bound_notification;
    if ((endpoint->head_and_state & ENDPOINT_SENDING) != 0) {
        return false;
    }
    return bound == NULL ||
           (bound->state != NOTIFICATION_ACTIVE &&
            (bound->sched_context == NULL || bound->sched_context != thread->sched_context));
}

/* The thread waits on the endpoint, with the reply for whoever comes. */
INLINE void wait(struct endpoint *endpoint, struct thread *thread, struct reply *reply)
{
    thread->state = THREAD_BLOCKED_RECEIVE;
    thread->blocked_on = (uint64_t)endpoint;
    thread->reply = reply;
    reply->thread = thread;
    if (LIKELY(endpoint->head_and_state == ENDPOINT_IDLE)) {
        thread->next = NULL;
        thread->previous = NULL;
        endpoint->head_and_state = (uint64_t)thread | ENDPOINT_RECEIVING;
        endpoint->tail = thread;
    } else {
        struct thread_queue queue = endpoint_queue_of(endpoint);
        queue_insert(&queue, thread);
        endpoint_set_queue(endpoint, queue, ENDPOINT_RECEIVING);
    }
}

/* Faults whose answer carries nothing: the thread goes on where it stopped. */
INLINE bool is_plain_fault(enum fault_type type)
{
    return type >= FAULT_VM && type <= FAULT_VPPI;
}

struct thread *fast_reply_recv(uint64_t pointer, uint64_t info, struct thread *thread,
                               struct core *core)
{
    struct slot *from, *answer;
    if (UNLIKELY(!lookup_quick(thread, pointer, &from) ||
                 !lookup_quick(thread, thread->registers.x[REG_REPLY], &answer) ||
                 cap_type(answer->cap) != CAP_REPLY || cap_type(from->cap) != CAP_ENDPOINT ||
                 (from->cap.meta & RIGHT_READ) == 0 || !is_short(info))) {
        return entry_syscall(pointer, info, thread, core);
    }
    struct endpoint *endpoint = cap_object(from->cap);
    struct reply *reply = cap_object(answer->cap);
    struct thread *caller = waiting_caller(core, thread, reply);
    if (UNLIKELY(caller == NULL || !would_wait(thread, endpoint))) {
        return entry_syscall(pointer, info, thread, core);
    }
    if (LIKELY(caller->fault.type == FAULT_NONE)) {
        copy_short(thread, caller, info, 0);
    } else if (is_plain_fault(caller->fault.type)) {
        unsigned length = (unsigned)(info & INFO_LENGTH);
        const uint64_t *words = &thread->registers.x[MESSAGE_REG_FIRST];
        caller->fault.type = FAULT_NONE;
        if (caller->fault.answer != 0 && length != 0) {
            rich_apply(caller, caller->fault.answer, length, words[0], words[1]);
        } else {
            caller->registers.pc = caller->registers.restart_pc;
        }
    } else {
        return entry_syscall(pointer, info, thread, core);
    }
    if (caller->sched_context == NULL) {
        reply_give_back(reply, thread, caller);
    }
    caller->reply = NULL;
    caller->state = THREAD_RUNNING;
    wait(endpoint, thread, reply);
    return run(core, caller);
}

/* ---- signals ---- */

/* Adds to a notification that nobody waits for; false if that is not the whole of it. */
INLINE bool signal_quietly(struct cap cap)
{
    struct notification *notification = cap_object(cap);
    const struct thread *bound = notification->bound_thread;
    if ((cap.meta & RIGHT_WRITE) == 0 || notification->state == NOTIFICATION_WAITING ||
        (bound != NULL && bound->state == THREAD_BLOCKED_RECEIVE)) {
        return false;
    }
    uint64_t before = notification->state == NOTIFICATION_ACTIVE ? notification->badge : 0;
    notification->badge = before | cap_badge(cap);
    notification->state = NOTIFICATION_ACTIVE;
    return true;
}

/* Whom a signal that is not quiet wakes, if it takes the core over at once on time of its own. */
INLINE struct thread *urgent_waiter(struct core *core, const struct thread *from, struct cap cap)
{
    const struct notification *notification = cap_object(cap);
    struct thread *waiter = notification->waiters.head;
    if (notification->state == NOTIFICATION_IDLE) {
        waiter = notification->bound_thread;
    }
    if ((cap.meta & RIGHT_WRITE) == 0 || notification->state == NOTIFICATION_ACTIVE ||
        waiter->priority <= from->priority || !sched_may_hand_over(core, waiter) ||
        waiter->sched_context == NULL || !sched_may_charge(core, waiter->sched_context) ||
        !sched_is_calm(core)) {
        return NULL;
    }
    return waiter;
}

NO_INLINE static struct thread *signal_waiter(uint64_t pointer, uint64_t info,
                                              struct thread *thread, struct core *core,
                                              struct cap cap)
{
    struct thread *waiter = urgent_waiter(core, thread, cap);
    if (UNLIKELY(waiter == NULL)) {
        return entry_syscall(pointer, info, thread, core);
    }
    if (LIKELY(waiter->state == THREAD_BLOCKED_NOTIFICATION)) {
        (void)notification_pop(cap_object(cap));
    } else {
        ipc_cancel(waiter);
    }
    waiter->registers.x[MESSAGE_REG_BADGE] = cap_badge(cap);
    waiter->state = THREAD_RUNNING;
    sched_preempt(core);
    return run(core, waiter);
}

struct thread *fast_send(uint64_t pointer, uint64_t info, struct thread *thread, struct core *core)
{
    struct slot *slot;
    if (UNLIKELY(!lookup_quick(thread, pointer, &slot) || (info & INFO_EXTRA_CAPS) != 0)) {
        return entry_syscall(pointer, info, thread, core);
    }
    if (!cap_is_null(slot->cap)) {
        if (UNLIKELY(cap_type(slot->cap) != CAP_NOTIFICATION)) {
            return entry_syscall(pointer, info, thread, core);
        }
        if (!signal_quietly(slot->cap)) {
            return signal_waiter(pointer, info, thread, core, slot->cap);
        }
    }
    switch_check(core);
    return thread;
}

/* ---- waiting ---- */

/* The thread may wait for signals, there are none, and no time of it goes back. */
INLINE bool would_wait_for_signals(const struct thread *thread,
                                   const struct notification *notification)
{
    const struct thread *bound = notification->bound_thread;
    return notification->state != NOTIFICATION_ACTIVE && notification->sched_context == NULL &&
           (bound == NULL || bound == thread);
}

struct thread *fast_wait(uint64_t pointer, uint64_t info, struct thread *thread, struct core *core)
{
    struct slot *slot;
    if (UNLIKELY(!lookup_quick(thread, pointer, &slot) || (slot->cap.meta & RIGHT_READ) == 0 ||
                 cap_type(slot->cap) != CAP_NOTIFICATION ||
                 thread->registers.x[REG_NUMBER] == (uint64_t)seL4_SysNBRecv)) {
        return entry_syscall(pointer, info, thread, core);
    }
    struct notification *notification = cap_object(slot->cap);
    struct thread *next = sched_next(core);
    if (UNLIKELY(next == NULL || !would_wait_for_signals(thread, notification))) {
        return entry_syscall(pointer, info, thread, core);
    }
    notification_block(notification, thread);
    (void)sched_take(core, next->priority);
    return run(core, next);
}

/* ---- faults ---- */

INLINE struct thread *send_fault(struct core *core, struct thread *thread, enum fault_type type,
                                 uint16_t answer, unsigned length, const uint64_t words[4])
{
    struct cap handler = thread->slots[THREAD_SLOT_FAULT_HANDLER].cap;
    if (UNLIKELY(!cap_is_callable(handler))) {
        return NULL;
    }
    struct endpoint *endpoint = cap_object(handler);
    struct thread *receiver = waiting_receiver(core, endpoint);
    if (UNLIKELY(receiver == NULL)) {
        return NULL;
    }
    uint64_t *x = receiver->registers.x;
    x[MESSAGE_REG_BADGE] = cap_badge(handler);
    x[MESSAGE_REG_INFO] = (uint64_t)type << 12 | length;
    for (unsigned i = 0; i < length; i++) {
        x[MESSAGE_REG_FIRST + i] = words[i];
    }
    thread->fault.type = type;
    thread->fault.answer = answer;
    meet(endpoint, thread, receiver);
    return run(core, receiver);
}

/* A load or store where nothing is, or what is there does not allow it. */
INLINE struct thread *send_abort(struct core *core, struct thread *thread, uint64_t esr)
{
    uint64_t address = sysreg_read_far_el2();
    uint64_t value = 0;
    uint16_t answer = 0;
    if (thread->vcpu != NULL) {
        address = vcpu_fault_address(esr, address);
        if (rich_is_wanted(thread)) {
            struct rich_exit exit = rich_look(thread, esr);
            value = exit.words[0];
            answer = exit.answer;
        }
    }
    const uint64_t words[] = {thread->registers.pc, address, value, esr & UINT32_MAX};
    return send_fault(core, thread, FAULT_VM, answer, seL4_VMFault_Length, words);
}

/* A call, or an access to a system register. HVC stays a system call for who wants no rich exits.
 */
INLINE struct thread *send_trap(struct core *core, struct thread *thread, uint64_t esr)
{
    uint64_t words[RICH_VCPU_FAULT_LENGTH] = {esr & UINT32_MAX};
    if (!rich_is_wanted(thread)) {
        return esr >> ESR_EC_SHIFT == ESR_EC_HVC64
                   ? NULL
                   : send_fault(core, thread, FAULT_VCPU, 0, seL4_VCPUFault_Length, words);
    }
    struct rich_exit exit = rich_look(thread, esr);
    if (esr >> ESR_EC_SHIFT == ESR_EC_HVC64) {
        thread->registers.restart_pc = thread->registers.pc - 4;
    }
    words[RICH_VCPU_FAULT_IP] = thread->registers.restart_pc;
    words[RICH_VCPU_FAULT_VALUE] = exit.words[0];
    words[RICH_VCPU_FAULT_SECOND] = exit.words[1];
    return send_fault(core, thread, FAULT_VCPU, exit.answer, RICH_VCPU_FAULT_LENGTH, words);
}

struct thread *fast_exception(uint64_t esr, uint64_t unused, struct thread *thread,
                              struct core *core)
{
    struct thread *next = NULL;
    switch (esr >> ESR_EC_SHIFT) {
    case ESR_EC_DATA_LOWER:
        next = send_abort(core, thread, esr);
        break;
    case ESR_EC_HVC64:
    case ESR_EC_SMC64:
    case ESR_EC_SYSREG:
        next = send_trap(core, thread, esr);
        break;
    }
    return LIKELY(next != NULL) ? next : entry_exception(esr, 0, thread, core);
}
