/* SPDX-License-Identifier: BSD-2-Clause */
/* Short ways through IPC (kernel/ipc/fastpath.h). */
#include "kernel/ipc/fastpath.h"
#include "kernel/cap/cap.h"
#include "kernel/cap/lookup.h"
#include "kernel/ipc/endpoint_queue.h"
#include "kernel/ipc/message.h"
#include "kernel/ipc/reply.h"
#include "kernel/sched/queue.h"
#include "kernel/sched/sched.h"

#define INFO_LENGTH     0x7fUL
#define INFO_EXTRA_CAPS 0x180UL
#define INFO_UNWRAPPED  0xe00UL
#define REG_REPLY       6

static bool is_short(uint64_t info)
{
    return (info & INFO_LENGTH) <= MESSAGE_REG_COUNT && (info & INFO_EXTRA_CAPS) == 0;
}

static void copy_short(const struct thread *from, struct thread *to, uint64_t badge)
{
    uint64_t info = from->registers.x[MESSAGE_REG_INFO] & ~INFO_UNWRAPPED;
    /* Registers beyond the length are the receiver's own, as the long way leaves them. */
    switch (info & INFO_LENGTH) {
    case 4:
        to->registers.x[MESSAGE_REG_FIRST + 3] = from->registers.x[MESSAGE_REG_FIRST + 3];
        __attribute__((fallthrough));
    case 3:
        to->registers.x[MESSAGE_REG_FIRST + 2] = from->registers.x[MESSAGE_REG_FIRST + 2];
        __attribute__((fallthrough));
    case 2:
        to->registers.x[MESSAGE_REG_FIRST + 1] = from->registers.x[MESSAGE_REG_FIRST + 1];
        __attribute__((fallthrough));
    case 1:
        to->registers.x[MESSAGE_REG_FIRST] = from->registers.x[MESSAGE_REG_FIRST];
        __attribute__((fallthrough));
    default:
        break;
    }
    to->registers.x[MESSAGE_REG_BADGE] = badge;
    to->registers.x[MESSAGE_REG_INFO] = info;
}

/* An endpoint a caller may send on and be answered through. */
static bool is_callable(struct cap cap)
{
    return cap_type(cap) == CAP_ENDPOINT && (cap.meta & RIGHT_WRITE) != 0 &&
           (cap.meta & (RIGHT_GRANT | RIGHT_GRANT_REPLY)) != 0;
}

/* Who waits first on the endpoint, if he can take the core over from `from` at once. */
static struct thread *waiting_receiver(struct core *core, const struct thread *from,
                                       const struct endpoint *endpoint)
{
    struct thread *receiver = (struct thread *)(endpoint->head_and_state & ~ENDPOINT_STATE);
    if ((endpoint->head_and_state & ENDPOINT_STATE) != ENDPOINT_RECEIVING ||
        receiver->reply == NULL || !sched_may_hand_over(core, receiver)) {
        return NULL;
    }
    struct sched_context *context = receiver->sched_context;
    if (context != NULL && !sched_may_charge(core, context)) {
        return NULL;
    }
    return receiver;
}

/* The receiver leaves the queue; the sender waits for its answer and lends its time. */
static void meet(struct endpoint *endpoint, struct thread *sender, struct thread *receiver)
{
    struct reply *reply = receiver->reply;
    struct thread *second = receiver->next;
    if (second == NULL) {
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

struct thread *fastpath_call(struct core *core, struct thread *thread)
{
    const uint64_t *x = thread->registers.x;
    struct slot *slot = lookup_quick(thread, x[MESSAGE_REG_BADGE]);
    if (UNLIKELY(slot == NULL || !is_callable(slot->cap) || !is_short(x[MESSAGE_REG_INFO]))) {
        return NULL;
    }
    struct endpoint *endpoint = cap_object(slot->cap);
    struct thread *receiver = waiting_receiver(core, thread, endpoint);
    if (UNLIKELY(receiver == NULL)) {
        return NULL;
    }
    copy_short(thread, receiver, cap_badge(slot->cap));
    meet(endpoint, thread, receiver);
    sched_hand_over(core, receiver);
    return receiver;
}

struct thread *fastpath_fault(struct core *core, struct thread *thread, enum fault_type type,
                              const uint64_t *words, unsigned count)
{
    struct cap handler = thread->slots[THREAD_SLOT_FAULT_HANDLER].cap;
    if (UNLIKELY(!is_callable(handler))) {
        return NULL;
    }
    struct endpoint *endpoint = cap_object(handler);
    struct thread *receiver = waiting_receiver(core, thread, endpoint);
    if (UNLIKELY(receiver == NULL)) {
        return NULL;
    }
    for (unsigned i = 0; i < count; i++) {
        receiver->registers.x[MESSAGE_REG_FIRST + i] = words[i];
    }
    receiver->registers.x[MESSAGE_REG_BADGE] = cap_badge(handler);
    receiver->registers.x[MESSAGE_REG_INFO] = (uint64_t)type << 12 | count;
    thread->fault.type = type;
    meet(endpoint, thread, receiver);
    sched_hand_over(core, receiver);
    return receiver;
}

/* Who waits for this answer, if he can take the core over at once. */
static struct thread *waiting_caller(struct core *core, const struct thread *from,
                                     const struct reply *reply)
{
    struct thread *caller = reply->thread;
    if (caller == NULL || caller->state != THREAD_BLOCKED_REPLY ||
        !sched_may_hand_over(core, caller)) {
        return NULL;
    }
    if (caller->sched_context == NULL) {
        /* What it lent comes back with the answer. */
        return reply_lent(reply) == from->sched_context ? caller : NULL;
    }
    return reply->up == 0 && sched_may_charge(core, caller->sched_context) ? caller : NULL;
}

/* Nothing is there to be received: the thread is going to wait. */
static bool would_wait(const struct thread *thread, const struct endpoint *endpoint)
{
    const struct notification *bound = thread->bound_notification;
    if ((endpoint->head_and_state & ENDPOINT_STATE) == ENDPOINT_SENDING) {
        return false;
    }
    return bound == NULL || (bound->state != NOTIFICATION_ACTIVE && bound->sched_context == NULL);
}

/* The thread waits on the endpoint, with the reply for whoever comes. */
static void wait(struct endpoint *endpoint, struct thread *thread, struct reply *reply, bool grant)
{
    thread->state = THREAD_BLOCKED_RECEIVE;
    thread->blocked_on = (uint64_t)endpoint;
    thread->receive_can_grant = grant;
    thread->reply = reply;
    reply->thread = thread;
    if ((endpoint->head_and_state & ENDPOINT_STATE) == ENDPOINT_IDLE) {
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
static bool is_plain_fault(enum fault_type type)
{
    return type == FAULT_VM || type == FAULT_VCPU || type == FAULT_VPPI ||
           type == FAULT_VGIC_MAINTENANCE;
}

struct thread *fastpath_reply_recv(struct core *core, struct thread *thread)
{
    const uint64_t *x = thread->registers.x;
    struct slot *from = lookup_quick(thread, x[MESSAGE_REG_BADGE]);
    struct slot *answer = lookup_quick(thread, x[REG_REPLY]);
    if (UNLIKELY(from == NULL || answer == NULL || cap_type(answer->cap) != CAP_REPLY ||
                 cap_type(from->cap) != CAP_ENDPOINT || (from->cap.meta & RIGHT_READ) == 0 ||
                 !is_short(x[MESSAGE_REG_INFO]))) {
        return NULL;
    }
    struct endpoint *endpoint = cap_object(from->cap);
    struct reply *reply = cap_object(answer->cap);
    struct thread *caller = waiting_caller(core, thread, reply);
    if (UNLIKELY(caller == NULL || !would_wait(thread, endpoint))) {
        return NULL;
    }
    if (LIKELY(caller->fault.type == FAULT_NONE)) {
        copy_short(thread, caller, 0);
    } else if (is_plain_fault(caller->fault.type)) {
        caller->fault.type = FAULT_NONE;
        caller->registers.pc = caller->registers.restart_pc;
    } else {
        return NULL;
    }
    if (caller->sched_context == NULL) {
        reply_give_back(reply, thread, caller);
    }
    caller->reply = NULL;
    caller->state = THREAD_RUNNING;
    wait(endpoint, thread, reply, (from->cap.meta & RIGHT_GRANT) != 0);
    sched_hand_over(core, caller);
    return caller;
}
