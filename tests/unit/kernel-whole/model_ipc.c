/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPC against a model: threads send, call, receive, answer, signal and wait at random, are
 * suspended and resumed, given other priorities and bound notifications, lose and get time.
 *
 * The model knows who waits where in which order, who holds which reply object, along which
 * replies each scheduling context was lent, and what message each thread got last. It knows
 * nothing of ready queues: of who runs it asks only that nobody above could. Time stands still.
 *
 * The driver is above all. It waits for an interrupt, changes something, and waits again; the
 * others run meanwhile, as the kernel chooses. How to run it: model.h.
 */
#include "tests/unit/kernel-whole/model.h"
#include "tests/unit/kernel-whole/world.h"
#include "arch/core.h"
#include "kernel/ipc/endpoint_queue.h"

#define SEEDS         6
#define STEPS         1200
#define THREADS       5
#define ENDPOINTS     2
#define NOTIFICATIONS 2
#define REPLIES       4
#define BADGES        3
#define NONE          (-1)
#define IRQ           40

enum {
    CONTROL = WORLD_FIRST_FREE, /* what the driver waits on */
    HANDLER,
    ENDPOINT,                                /* then its badges 1, 2, 3 */
    NOTIFICATION = ENDPOINT + 4 * ENDPOINTS, /* then its badges 1, 2, 4 */
    REPLY = NOTIFICATION + 4 * NOTIFICATIONS,
    THREAD = REPLY + REPLIES, /* and its context, and its buffer */
};

enum state { RUNS, INACTIVE, SENDS, RECEIVES, WAITS, WANTS_ANSWER };

struct operation {
    int64_t number;
    int to, from; /* endpoint, or ENDPOINTS and on a notification; NONE */
    int badge;    /* index */
    int reply;
    uint64_t word, label;
};

struct model_thread {
    struct thread *real;
    enum state state;
    int priority;
    int place; /* endpoint or notification */
    int reply, context, bound;
    bool again, restart_again; /* its pc, and its restart pc, are at the system call */
    struct operation operation;
    uint64_t x0, word, label; /* what it got */
};

struct queue {
    int members[THREADS], count;
};

static struct model_thread threads[THREADS];
static struct queue endpoints[ENDPOINTS], notifications[NOTIFICATIONS];
static bool sending[ENDPOINTS];
static uint64_t signalled[NOTIFICATIONS];
static bool active[NOTIFICATIONS];
static int bound_thread[NOTIFICATIONS];
static int caller_of[REPLIES]; /* or who receives with it */
static int owner_of[THREADS];  /* of each scheduling context */
static struct {
    int replies[REPLIES], count; /* oldest first */
} lent[THREADS];

/* ---- queues ---- */

static void insert(struct queue *queue, int thread)
{
    int at = queue->count;
    while (at > 0 && threads[queue->members[at - 1]].priority < threads[thread].priority) {
        queue->members[at] = queue->members[at - 1];
        at--;
    }
    queue->members[at] = thread;
    queue->count++;
}

static void take(struct queue *queue, int thread)
{
    int kept = 0;
    for (int i = 0; i < queue->count; i++) {
        if (queue->members[i] != thread) {
            queue->members[kept++] = queue->members[i];
        }
    }
    queue->count = kept;
}

static struct queue *queue_of(const struct model_thread *thread)
{
    switch (thread->state) {
    case SENDS:
    case RECEIVES:
        return &endpoints[thread->place];
    case WAITS:
        return &notifications[thread->place];
    default:
        return NULL;
    }
}

static void leave_queue(int thread)
{
    struct queue *queue = queue_of(&threads[thread]);
    if (queue != NULL) {
        take(queue, thread);
    }
}

/* ---- time that is lent ---- */

static void give_context(int context, int thread)
{
    if (owner_of[context] != NONE) {
        threads[owner_of[context]].context = NONE;
    }
    owner_of[context] = thread;
    if (thread != NONE) {
        threads[thread].context = context;
    }
}

/* The context whose newest reply it was, or NONE. */
static int leave_chain(int reply)
{
    for (int context = 0; context < THREADS; context++) {
        for (int i = 0; i < lent[context].count; i++) {
            if (lent[context].replies[i] == reply) {
                bool newest = i == lent[context].count - 1;
                for (; i < lent[context].count - 1; i++) {
                    lent[context].replies[i] = lent[context].replies[i + 1];
                }
                lent[context].count--;
                return newest ? context : NONE;
            }
        }
    }
    return NONE;
}

static void release_reply(int thread)
{
    if (threads[thread].reply != NONE) {
        caller_of[threads[thread].reply] = NONE;
        threads[thread].reply = NONE;
    }
}

static void wait_for_answer(int reply, int caller, int callee, bool donate)
{
    int context = threads[caller].context;
    if (reply == NONE) {
        threads[caller].state = INACTIVE;
        return;
    }
    caller_of[reply] = caller;
    threads[caller].reply = reply;
    threads[caller].state = WANTS_ANSWER;
    if (donate && context != NONE && threads[callee].context == NONE) {
        lent[context].replies[lent[context].count++] = reply;
        give_context(context, callee);
    }
}

static int take_caller(int reply)
{
    int caller = caller_of[reply];
    int context = leave_chain(reply);
    release_reply(caller);
    if (context != NONE && threads[caller].context == NONE) {
        give_context(context, caller);
    }
    return caller;
}

static void stop_waiting(int thread)
{
    leave_queue(thread);
    if (threads[thread].state == WANTS_ANSWER) {
        (void)leave_chain(threads[thread].reply);
    }
    release_reply(thread);
    threads[thread].state = INACTIVE;
}

static void clear_reply(int reply)
{
    int thread = caller_of[reply];
    if (threads[thread].state == WANTS_ANSWER) {
        (void)take_caller(reply);
        threads[thread].state = INACTIVE;
    } else {
        stop_waiting(thread);
    }
}

/* ---- messages ---- */

static uint64_t endpoint_badge(int index)
{
    return index == 0 ? 0 : (uint64_t)index;
}

static uint64_t notification_badge(int index)
{
    return index == 0 ? 0 : 1UL << (index - 1);
}

static void transfer(int from, int to, uint64_t badge)
{
    threads[to].x0 = badge;
    threads[to].word = threads[from].operation.word;
    threads[to].label = threads[from].operation.label;
}

static void send(int thread, const struct operation *what, bool blocking, bool call, bool donate)
{
    struct queue *queue = &endpoints[what->to];
    if (queue->count == 0 || sending[what->to]) {
        if (blocking) {
            sending[what->to] = true;
            threads[thread].state = SENDS;
            threads[thread].place = what->to;
            insert(queue, thread);
        }
        return;
    }
    int receiver = queue->members[0];
    int reply = threads[receiver].reply;
    take(queue, receiver);
    release_reply(receiver);
    transfer(thread, receiver, endpoint_badge(what->badge));
    threads[receiver].state = RUNS;
    if (call) {
        wait_for_answer(reply, thread, receiver, donate);
    } else if (donate && threads[receiver].context == NONE && threads[thread].context != NONE) {
        give_context(threads[thread].context, receiver);
    }
}

static void get_signal(int thread, int notification)
{
    threads[thread].x0 = signalled[notification];
    signalled[notification] = 0;
    active[notification] = false;
}

static void signal_to(int notification, uint64_t badge)
{
    int bound = bound_thread[notification];
    struct queue *queue = &notifications[notification];
    signalled[notification] |= badge;
    if (!active[notification] && queue->count > 0) {
        bound = queue->members[0];
        take(queue, bound);
    } else if (!active[notification] && bound != NONE && threads[bound].state == RECEIVES) {
        stop_waiting(bound);
    } else {
        active[notification] = true;
        return;
    }
    get_signal(bound, notification);
    threads[bound].state = RUNS;
}

static void receive_message(int thread, int endpoint, bool blocking, int reply)
{
    struct queue *queue = &endpoints[endpoint];
    int bound = threads[thread].bound;
    if (reply != NONE && caller_of[reply] != NONE) {
        clear_reply(reply);
    }
    if (bound != NONE && active[bound]) {
        get_signal(thread, bound);
    } else if (queue->count > 0 && sending[endpoint]) {
        int sender = queue->members[0];
        take(queue, sender);
        transfer(sender, thread, endpoint_badge(threads[sender].operation.badge));
        threads[sender].state = RUNS;
        if (threads[sender].operation.number == seL4_SysCall) {
            wait_for_answer(reply, sender, thread, true);
        }
    } else if (blocking) {
        sending[endpoint] = false;
        threads[thread].state = RECEIVES;
        threads[thread].place = endpoint;
        threads[thread].reply = reply;
        if (reply != NONE) {
            caller_of[reply] = thread;
        }
        insert(queue, thread);
    } else {
        threads[thread].x0 = 0;
    }
}

static void receive(int thread, int from, bool blocking, int reply)
{
    if (from < ENDPOINTS) {
        receive_message(thread, from, blocking, reply);
        return;
    }
    int notification = from - ENDPOINTS;
    if (bound_thread[notification] != NONE && bound_thread[notification] != thread) {
        threads[thread].state = INACTIVE; /* a fault, and nobody to handle it */
    } else if (active[notification]) {
        get_signal(thread, notification);
    } else if (blocking) {
        threads[thread].state = WAITS;
        threads[thread].place = notification;
        insert(&notifications[notification], thread);
    } else {
        threads[thread].x0 = 0;
    }
}

static void answer(int thread, int reply)
{
    if (caller_of[reply] != NONE && threads[caller_of[reply]].state == WANTS_ANSWER) {
        int caller = take_caller(reply);
        transfer(thread, caller, 0);
        threads[caller].state = RUNS;
    }
}

static void send_any(int thread, const struct operation *what, bool blocking, bool call,
                     bool donate)
{
    if (what->to >= ENDPOINTS) {
        signal_to(what->to - ENDPOINTS, notification_badge(what->badge));
    } else if (what->to == NONE) {
        answer(thread, what->reply);
    } else {
        send(thread, what, blocking, call, donate);
    }
}

/* What the thread's system call does. */
static void perform(int thread)
{
    struct model_thread *caller = &threads[thread];
    const struct operation *what = &caller->operation;
    caller->again = false;
    caller->restart_again = true;
    switch (what->number) {
    case seL4_SysSend:
        send_any(thread, what, true, false, false);
        break;
    case seL4_SysNBSend:
        send_any(thread, what, false, false, false);
        break;
    case seL4_SysCall:
        send_any(thread, what, true, true, true);
        break;
    case seL4_SysReplyRecv:
        answer(thread, what->reply);
        receive(thread, what->from, true, what->reply);
        break;
    case seL4_SysNBSendRecv:
    case seL4_SysNBSendWait:
        send_any(thread, what, false, false, true);
        receive(thread, what->from, true, what->number == seL4_SysNBSendRecv ? what->reply : NONE);
        break;
    case seL4_SysRecv:
    case seL4_SysWait:
        receive(thread, what->from, true, what->number == seL4_SysRecv ? what->reply : NONE);
        break;
    case seL4_SysNBRecv:
    case seL4_SysNBWait:
        receive(thread, what->from, false, what->number == seL4_SysNBRecv ? what->reply : NONE);
        break;
    default:
        break;
    }
}

/* ---- comparison ---- */

static const enum thread_state real_states[] = {
    [RUNS] = THREAD_RUNNING,
    [INACTIVE] = THREAD_INACTIVE,
    [SENDS] = THREAD_BLOCKED_SEND,
    [RECEIVES] = THREAD_BLOCKED_RECEIVE,
    [WAITS] = THREAD_BLOCKED_NOTIFICATION,
    [WANTS_ANSWER] = THREAD_BLOCKED_REPLY,
};

static void compare_queue(const struct queue *queue, const struct thread *head)
{
    for (int i = 0; i < queue->count; i++) {
        assert_ptr_equal(head, threads[queue->members[i]].real);
        head = head->next;
    }
    assert_null(head);
}

static const void *object_or_null(int base, int stride, int index)
{
    return index == NONE ? NULL : object_at((uint64_t)(base + stride * index));
}

static void compare_thread(const struct model_thread *thread)
{
    const struct thread *real = thread->real;
    assert_int_equal(real->state, real_states[thread->state]);
    assert_ptr_equal(real->sched_context, object_or_null(THREAD + 1, 3, thread->context));
    assert_ptr_equal(real->reply, object_or_null(REPLY, 1, thread->reply));
    assert_ptr_equal(real->bound_notification, object_or_null(NOTIFICATION, 4, thread->bound));
    assert_int_equal(real->registers.pc == USER_PC, thread->again);
    if (thread->state == RUNS && !thread->again) {
        assert_int_equal(real->registers.x[0], thread->x0);
        assert_int_equal(real->registers.x[2], thread->word);
        assert_int_equal(real->registers.x[1] >> 12, thread->label);
    }
}

static void compare_replies(void)
{
    for (int i = 0; i < REPLIES; i++) {
        const struct reply *reply = object_at((uint64_t)(REPLY + i));
        assert_ptr_equal(reply->thread, caller_of[i] == NONE ? NULL : threads[caller_of[i]].real);
    }
    for (int context = 0; context < THREADS; context++) {
        const struct sched_context *real = object_at((uint64_t)(THREAD + 1 + 3 * context));
        const struct reply *reply = real->replies;
        for (int i = lent[context].count - 1; i >= 0; i--) {
            assert_ptr_equal(reply, object_at((uint64_t)(REPLY + lent[context].replies[i])));
            reply = reply->older;
        }
        assert_null(reply);
    }
}

/* Nobody who could run is above who runs. */
static void compare_choice(void)
{
    int highest = NONE;
    for (int i = 0; i < THREADS; i++) {
        if (threads[i].state == RUNS && threads[i].context != NONE &&
            threads[i].priority > highest) {
            highest = threads[i].priority;
        }
    }
    if (highest == NONE) {
        assert_true(is_idle());
    } else {
        assert_int_equal(current()->priority, highest);
    }
}

static void compare(void)
{
    for (int i = 0; i < THREADS; i++) {
        compare_thread(&threads[i]);
    }
    for (int i = 0; i < ENDPOINTS; i++) {
        const struct endpoint *endpoint = object_at((uint64_t)(ENDPOINT + 4 * i));
        compare_queue(&endpoints[i], endpoint_queue_of(endpoint).head);
    }
    for (int i = 0; i < NOTIFICATIONS; i++) {
        const struct notification *notification = object_at((uint64_t)(NOTIFICATION + 4 * i));
        compare_queue(&notifications[i], notification->waiters.head);
        assert_int_equal(notification->state == NOTIFICATION_ACTIVE, active[i]);
        assert_int_equal(notification->badge, signalled[i]);
    }
    compare_replies();
    compare_choice();
}

/* ---- steps of the threads ---- */

static uint64_t pointer_to(int target, int badge)
{
    return target < ENDPOINTS ? (uint64_t)(ENDPOINT + 4 * target + badge)
                              : (uint64_t)(NOTIFICATION + 4 * (target - ENDPOINTS) + badge);
}

static int random_target(void)
{
    return (int)random_below(ENDPOINTS + NOTIFICATIONS);
}

/* One that is free, or one that a caller waits for; mostly. */
static int random_reply(bool free)
{
    int reply = (int)random_below(REPLIES);
    for (unsigned i = 0; i < 4; i++) {
        bool waits = caller_of[reply] != NONE && threads[caller_of[reply]].state == WANTS_ANSWER;
        if (free ? caller_of[reply] == NONE : waits) {
            break;
        }
        reply = (int)random_below(REPLIES);
    }
    return reply;
}

static struct operation random_operation(void)
{
    static const int8_t numbers[] = {
        seL4_SysCall,       seL4_SysCall, seL4_SysReplyRecv, seL4_SysReplyRecv, seL4_SysNBSendRecv,
        seL4_SysNBSendWait, seL4_SysSend, seL4_SysNBSend,    seL4_SysRecv,      seL4_SysRecv,
        seL4_SysNBRecv,     seL4_SysWait, seL4_SysNBWait,    seL4_SysYield};
    struct operation what = {.number = numbers[random_below(ARRAY_COUNT(numbers))],
                             .to = random_target(),
                             .from = random_target(),
                             .badge = (int)random_below(BADGES + 1),
                             .word = random_word(),
                             .label = random_below(1000)};
    what.reply = random_reply(what.number != seL4_SysReplyRecv && what.number != seL4_SysSend);
    if (what.number == seL4_SysCall) {
        what.to = (int)random_below(ENDPOINTS);
    } else if (what.number == seL4_SysSend && random_below(2) == 0) {
        what.to = NONE; /* an answer */
    }
    return what;
}

/* Into the registers; the model's thread has them as what it got, too. */
static void put_operation(int thread)
{
    const struct operation *what = &threads[thread].operation;
    uint64_t *x = threads[thread].real->registers.x;
    uint64_t to = what->to == NONE ? (uint64_t)(REPLY + what->reply)
                                   : pointer_to(what->to, what->badge);
    bool sends = what->number == seL4_SysSend || what->number == seL4_SysNBSend ||
                 what->number == seL4_SysCall;
    x[0] = sends ? to : pointer_to(what->from, 0);
    x[1] = seL4_MessageInfo_new(what->label, 0, 0, 1).words[0];
    x[2] = what->word;
    x[6] = what->number == seL4_SysNBSendWait ? to : (uint64_t)(REPLY + what->reply);
    x[8] = to;
    threads[thread].x0 = x[0];
    threads[thread].word = what->word;
    threads[thread].label = what->label;
}

static int current_thread(void)
{
    for (int i = 0; i < THREADS; i++) {
        if (threads[i].real == current()) {
            return i;
        }
    }
    return NONE;
}

static void step_of_thread(int thread)
{
    if (threads[thread].again) {
        perform(thread);
        enter_again();
        return;
    }
    threads[thread].operation = random_operation();
    put_operation(thread);
    perform(thread);
    enter_syscall(threads[thread].operation.number);
}

/* ---- steps of the driver ---- */

static uint64_t thread_call(int thread, uint64_t label, uint64_t word, uint64_t cap)
{
    return CALL(.capability = (uint64_t)(THREAD + 3 * thread), .label = label, .length = 1,
                .words = {word}, .cap_count = 1, .caps = {cap})
        .label;
}

static void suspend(int thread)
{
    assert_int_equal(thread_call(thread, TCBSuspend, 0, 0), seL4_NoError);
    if (threads[thread].state == RUNS) {
        threads[thread].restart_again = threads[thread].again;
        threads[thread].state = INACTIVE;
    } else {
        stop_waiting(thread);
    }
}

static void resume(int thread)
{
    assert_int_equal(thread_call(thread, TCBResume, 0, 0), seL4_NoError);
    if (threads[thread].state != RUNS) {
        stop_waiting(thread);
        threads[thread].again = threads[thread].restart_again;
        threads[thread].state = RUNS;
    }
}

/* To behind its system call, which it gives up; it runs. */
static void redirect(int thread)
{
    assert_int_equal(CALL(.capability = (uint64_t)(THREAD + 3 * thread), .label = TCBWriteRegisters,
                          .length = 3, .words = {1, 1, USER_PC + 4})
                         .label,
                     seL4_NoError);
    if (threads[thread].state != RUNS) {
        stop_waiting(thread);
        threads[thread].state = RUNS;
    }
    threads[thread].again = false;
    threads[thread].restart_again = false;
}

static void set_priority(int thread)
{
    int priority = 50 + (int)random_below(4);
    struct queue *queue = queue_of(&threads[thread]);
    assert_int_equal(thread_call(thread, TCBSetPriority, (uint64_t)priority, seL4_CapInitThreadTCB),
                     seL4_NoError);
    threads[thread].priority = priority;
    if (queue != NULL) {
        take(queue, thread);
        insert(queue, thread);
    }
}

static void bind(int thread)
{
    int notification = (int)random_below(NOTIFICATIONS);
    bool may = threads[thread].bound == NONE && bound_thread[notification] == NONE &&
               notifications[notification].count == 0;
    assert_int_equal(
        thread_call(thread, TCBBindNotification, 0, (uint64_t)(NOTIFICATION + 4 * notification)),
        may ? seL4_NoError : seL4_IllegalOperation);
    if (may) {
        threads[thread].bound = notification;
        bound_thread[notification] = thread;
    }
}

static void unbind(int thread)
{
    int notification = threads[thread].bound;
    assert_int_equal(thread_call(thread, TCBUnbindNotification, 0, 0),
                     notification == NONE ? seL4_IllegalOperation : seL4_NoError);
    if (notification != NONE) {
        bound_thread[notification] = NONE;
        threads[thread].bound = NONE;
    }
}

static void cancel_badged(void)
{
    int endpoint = (int)random_below(ENDPOINTS);
    int badge = 1 + (int)random_below(BADGES);
    struct queue before = endpoints[endpoint];
    assert_int_equal(CALL(.capability = seL4_CapInitThreadCNode, .label = CNodeCancelBadgedSends,
                          .length = 2, .words = {pointer_to(endpoint, badge), 64})
                         .label,
                     seL4_NoError);
    for (int i = 0; sending[endpoint] && i < before.count; i++) {
        struct model_thread *thread = &threads[before.members[i]];
        if (thread->operation.badge == badge) {
            take(&endpoints[endpoint], before.members[i]);
            thread->state = RUNS;
            thread->again = true;
        }
    }
}

static void unbind_context(void)
{
    int context = (int)random_below(THREADS);
    assert_int_equal(
        CALL(.capability = (uint64_t)(THREAD + 1 + 3 * context), .label = SchedContextUnbind).label,
        seL4_NoError);
    give_context(context, NONE);
}

static void bind_context(int thread)
{
    int context = (int)random_below(THREADS);
    for (unsigned i = 0; i < 8 && owner_of[context] != NONE; i++) {
        context = (int)random_below(THREADS);
    }
    bool may = owner_of[context] == NONE && threads[thread].context == NONE;
    assert_int_equal(CALL(.capability = (uint64_t)(THREAD + 1 + 3 * context),
                          .label = SchedContextBind, .cap_count = 1,
                          .caps = {(uint64_t)(THREAD + 3 * thread)})
                         .label,
                     may ? seL4_NoError : seL4_IllegalOperation);
    if (may) {
        give_context(context, thread);
    }
}

static void change_something(void)
{
    int thread = (int)random_below(THREADS);
    switch (random_below(13)) {
    case 0:
        suspend(thread);
        break;
    case 1:
        resume(thread);
        break;
    case 2:
        set_priority(thread);
        break;
    case 3:
        bind(thread);
        break;
    case 4:
        unbind(thread);
        break;
    case 5:
        cancel_badged();
        break;
    case 6:
        unbind_context();
        break;
    case 7:
    case 8:
        bind_context(thread);
        break;
    default:
        redirect(thread);
        break;
    }
}

static void driver_waits(void)
{
    world.driver->registers.x[0] = CONTROL;
    enter_syscall(seL4_SysWait);
}

static void step_of_driver(void)
{
    fake_irq_raise(IRQ);
    enter_interrupt();
    assert_ptr_equal(current(), world.driver);
    for (unsigned i = 1 + random_below(3); i > 0; i--) {
        change_something();
    }
    assert_int_equal(CALL(.capability = HANDLER, .label = IRQAckIRQ).label, seL4_NoError);
    driver_waits();
}

static void step(void)
{
    int thread = current_thread();
    if (thread == NONE || random_below(6) == 0) {
        step_of_driver();
    } else {
        step_of_thread(thread);
    }
    compare();
}

/* ---- the system ---- */

static void mint(uint64_t to, uint64_t from, uint64_t badge)
{
    assert_int_equal(CALL(.capability = seL4_CapInitThreadCNode, .label = CNodeMint, .length = 6,
                          .words = {to, 64, from, 64, 15, badge}, .cap_count = 1,
                          .caps = {seL4_CapInitThreadCNode})
                         .label,
                     seL4_NoError);
}

static void make_objects(void)
{
    make(seL4_NotificationObject, 0, CONTROL, 1);
    for (uint64_t i = 0; i < ENDPOINTS; i++) {
        make(seL4_EndpointObject, 0, ENDPOINT + 4 * i, 1);
        make(seL4_NotificationObject, 0, NOTIFICATION + 4 * i, 1);
        for (int badge = 1; badge <= BADGES; badge++) {
            mint(ENDPOINT + 4 * i + (uint64_t)badge, ENDPOINT + 4 * i, endpoint_badge(badge));
            mint(NOTIFICATION + 4 * i + (uint64_t)badge, NOTIFICATION + 4 * i,
                 notification_badge(badge));
        }
    }
    make(seL4_ReplyObject, 0, REPLY, REPLIES);
    assert_int_equal(CALL(.capability = seL4_CapIRQControl, .label = ARMIRQIssueIRQHandlerTrigger,
                          .length = 4, .words = {IRQ, 1, HANDLER, 64}, .cap_count = 1,
                          .caps = {seL4_CapInitThreadCNode})
                         .label,
                     seL4_NoError);
    assert_int_equal(
        CALL(.capability = HANDLER, .label = IRQSetIRQHandler, .cap_count = 1, .caps = {CONTROL})
            .label,
        seL4_NoError);
}

static void make_threads(void)
{
    for (int i = 0; i < THREADS; i++) {
        struct model_thread *thread = &threads[i];
        *thread = (struct model_thread){
            .priority = 50 + i % 3, .reply = NONE, .context = i, .bound = NONE, .state = INACTIVE};
        thread->real = make_thread((uint64_t)(THREAD + 3 * i), (uint8_t)thread->priority, true);
        thread->real->registers.pc = USER_PC + 4;
        thread->real->registers.restart_pc = USER_PC + 4;
        owner_of[i] = i;
        lent[i].count = 0;
        resume(i);
    }
}

static void start(void)
{
    world_start(1);
    memset(endpoints, 0, sizeof(endpoints));
    memset(notifications, 0, sizeof(notifications));
    memset(signalled, 0, sizeof(signalled));
    memset(active, 0, sizeof(active));
    for (int i = 0; i < REPLIES; i++) {
        caller_of[i] = NONE;
    }
    for (int i = 0; i < NOTIFICATIONS; i++) {
        bound_thread[i] = NONE;
    }
    make_objects();
    make_threads();
    driver_waits();
    compare();
}

int main(int count, char **arguments)
{
    static const struct model model = {"messages", start, step, SEEDS, STEPS};
    return model_main(&model, count, arguments);
}
