/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads of the whole kernel: faults and their answers, messages with capabilities, time. */
#include "tests/unit/kernel-whole/world.h"
#include "abi/sel4/faults.h"
#include "arch/core.h"
#include "hw/sysreg.h"
#include "kernel/cap/cap.h"
#include "kernel/ipc/message.h"

enum {
    ENDPOINT = WORLD_FIRST_FREE,
    REPLY,
    NOTIFICATION,
    CNODE,
    CONTEXT,
    SERVER = 64, /* TCB, context, buffer */
    CLIENT = 68,
    OTHER = 72,
    SLEEP = 100, /* what the driver waits on */
    SLEEP_HANDLER,
    BADGED,
    CNODE_5,
};

#define IRQ 40

static struct thread *server, *client;

/* The driver steps back: below, the two play. */
static int make_pair(void **state)
{
    world_make(state);
    make(seL4_EndpointObject, 0, ENDPOINT, 1);
    make(seL4_ReplyObject, 0, REPLY, 1);
    make(seL4_NotificationObject, 0, NOTIFICATION, 1);
    make(seL4_CapTableObject, 4, CNODE, 1);
    make(seL4_SchedContextObject, 8, CONTEXT, 1);
    make(seL4_NotificationObject, 0, SLEEP, 1);
    assert_int_equal(CALL(.capability = seL4_CapIRQControl, .label = ARMIRQIssueIRQHandlerTrigger,
                          .length = 4, .words = {IRQ, 1, SLEEP_HANDLER, 64}, .cap_count = 1,
                          .caps = {seL4_CapInitThreadCNode})
                         .label,
                     0);
    assert_int_equal(CALL(.capability = SLEEP_HANDLER, .label = IRQSetIRQHandler, .cap_count = 1,
                          .caps = {SLEEP})
                         .label,
                     0);
    server = make_thread(SERVER, 20, true);
    client = make_thread(CLIENT, 10, true);
    assert_int_equal(CALL(.capability = CLIENT, .label = TCBSetSchedParams, .length = 2,
                          .words = {10, 10}, .cap_count = 3,
                          .caps = {seL4_CapInitThreadTCB, CLIENT + 1, ENDPOINT})
                         .label,
                     0);
    return 0;
}

static void resume(uint64_t slot)
{
    assert_int_equal(CALL(.capability = slot, .label = TCBResume).label, 0);
}

/* The driver sleeps until an interrupt; the others run. */
static void step_back(void)
{
    world.driver->registers.x[0] = SLEEP;
    enter_syscall(seL4_SysWait);
}

static void come_back(void)
{
    fake_irq_raise(IRQ);
    enter_interrupt();
    assert_ptr_equal(current(), world.driver);
    assert_int_equal(CALL(.capability = SLEEP_HANDLER, .label = IRQAckIRQ).label, 0);
}

static uint64_t cnode_call(uint64_t label, uint64_t slot)
{
    return CALL(.capability = seL4_CapInitThreadCNode, .label = label, .length = 2,
                .words = {slot, 64})
        .label;
}

static void receive(void)
{
    current()->registers.x[0] = ENDPOINT;
    current()->registers.x[6] = REPLY;
    enter_syscall(seL4_SysRecv);
}

static void answer(uint64_t label, unsigned length, const uint64_t *words)
{
    struct call call = {.capability = REPLY, .label = label, .length = length};
    memcpy(call.words, words, length * sizeof(*words));
    fill_message(&call);
    enter_syscall(seL4_SysSend);
}

/* The server waits, the client runs. */
static void start_pair(void)
{
    resume(SERVER);
    resume(CLIENT);
    step_back();
    assert_ptr_equal(current(), server);
    receive();
    assert_ptr_equal(current(), client);
}

static uint64_t label_of(const struct thread *thread)
{
    return thread->registers.x[1] >> 12;
}

static void faults_reach_the_handler(void **state)
{
    static const struct {
        uint64_t esr, label, length;
    } faults[] = {
        {ESR_EC_DATA_LOWER << ESR_EC_SHIFT | ESR_IL, seL4_Fault_VMFault, 4},
        {ESR_EC_INST_LOWER << ESR_EC_SHIFT | ESR_IL, seL4_Fault_VMFault, 4},
        {ESR_IL, seL4_Fault_UserException, 5},
        {ESR_EC_SYSREG << ESR_EC_SHIFT | ESR_IL, seL4_Fault_VCPUFault, 1},
        {ESR_EC_WFX << ESR_EC_SHIFT | ESR_IL, seL4_Fault_VCPUFault, 1},
        {ESR_EC_BRK64 << ESR_EC_SHIFT | ESR_IL, seL4_Fault_VCPUFault, 1},
    };
    const uint64_t nothing[1] = {0};
    (void)state;
    start_pair();
    for (unsigned i = 0; i < ARRAY_COUNT(faults); i++) {
        client->registers.pc = 0x5000;
        fake_machine.cores[0].sysregs[FAKE_far_el2] = 0x1234;
        enter_exception(faults[i].esr);
        assert_ptr_equal(current(), server);
        assert_int_equal(label_of(server), faults[i].label);
        assert_int_equal(server->registers.x[1] & 0x7f, faults[i].length);
        assert_int_equal(client->state, THREAD_BLOCKED_REPLY);
        answer(0, 0, nothing);
        assert_int_equal(client->registers.pc, 0x5000);
        receive();
        assert_ptr_equal(current(), client);
    }
}

static void an_unknown_syscall_is_answered_with_registers(void **state)
{
    uint64_t words[12];
    (void)state;
    start_pair();
    client->registers.sp = 0x77;
    client->registers.x[3] = 0x33;
    enter_syscall(5);
    assert_int_equal(label_of(server), seL4_Fault_UnknownSyscall);
    assert_int_equal(server->registers.x[1] & 0x7f, seL4_UnknownSyscall_Length);
    for (unsigned i = 0; i < 12; i++) {
        words[i] = 0x9000 + i;
    }
    answer(0, 12, words);
    assert_int_equal(client->registers.x[3], 0x9003);
    assert_int_equal(client->registers.sp, 0x9000 + seL4_UnknownSyscall_SP);
    assert_int_equal(client->registers.spsr & SPSR_MODE_MASK, 0);
    receive();
    enter_syscall(6);
    answer(1, 0, words); /* not to run again */
    assert_int_equal(client->state, THREAD_INACTIVE);
    assert_int_equal(client->fault.type, FAULT_NONE);
}

static void a_user_exception_is_answered_with_registers(void **state)
{
    const uint64_t words[3] = {0x6000, 0x7000, 0xf0000000};
    (void)state;
    start_pair();
    enter_exception(ESR_IL);
    answer(0, 3, words);
    assert_int_equal(client->registers.pc, 0x6000);
    assert_int_equal(client->registers.sp, 0x7000);
    assert_int_equal(client->registers.spsr & SPSR_NZCV, 0xf0000000);
}

static void lookups_that_fail_tell_why(void **state)
{
    (void)state;
    start_pair();
    client->registers.x[0] = 1UL << 40; /* the guard is 0 */
    enter_syscall(seL4_SysCall);
    assert_int_equal(label_of(server), seL4_Fault_CapFault);
    assert_int_equal(server->registers.x[2 + seL4_CapFault_InRecvPhase], 0);
    answer(0, 0, (const uint64_t[1]){0});
    receive();
    client->registers.x[0] = 255; /* nothing there */
    enter_syscall(seL4_SysRecv);
    assert_int_equal(label_of(server), seL4_Fault_CapFault);
    assert_int_equal(server->registers.x[2 + seL4_CapFault_InRecvPhase], 1);
    answer(0, 0, (const uint64_t[1]){0});
    receive();
    client->registers.x[0] = ENDPOINT; /* what x6 names is no reply object */
    client->registers.x[6] = ENDPOINT;
    enter_syscall(seL4_SysRecv);
    assert_int_equal(label_of(server), seL4_Fault_CapFault);
    answer(0, 0, (const uint64_t[1]){0});
    receive();
    client->registers.x[0] = ENDPOINT;
    client->registers.x[6] = 1UL << 50;
    enter_syscall(seL4_SysRecv);
    assert_int_equal(label_of(server), seL4_Fault_CapFault);
    answer(0, 0, (const uint64_t[1]){0});
    receive();
    /* Of the extra capabilities one leads nowhere. */
    fill_message(&(struct call){.capability = ENDPOINT, .cap_count = 1, .caps = {1UL << 40}});
    enter_syscall(seL4_SysCall);
    assert_int_equal(label_of(server), seL4_Fault_CapFault);
}

static void long_messages_and_capabilities_travel(void **state)
{
    struct call call = {.capability = ENDPOINT,
                        .label = 7,
                        .length = 12,
                        .cap_count = 3,
                        .caps = {ENDPOINT, NOTIFICATION, REPLY}};
    seL4_IPCBuffer *buffer;
    (void)state;
    for (unsigned i = 0; i < 12; i++) {
        call.words[i] = 100 + i;
    }
    start_pair();
    buffer = message_buffer(server, true);
    buffer->receiveCNode = CNODE;
    buffer->receiveIndex = 5;
    buffer->receiveDepth = 4;
    fill_message(&call);
    enter_syscall(seL4_SysCall);
    assert_ptr_equal(current(), server);
    seL4_MessageInfo_t info = message_info(server);
    assert_int_equal(seL4_MessageInfo_get_label(info), 7);
    assert_int_equal(seL4_MessageInfo_get_length(info), 12);
    assert_int_equal(seL4_MessageInfo_get_extraCaps(info), 2); /* the third has no slot */
    assert_int_equal(seL4_MessageInfo_get_capsUnwrapped(info), 1);
    assert_int_equal(buffer->msg[11], 111);
    const struct slot *arrived = (const struct slot *)object_at(CNODE) + 5;
    assert_int_equal(cap_type(arrived->cap), CAP_NOTIFICATION);
    /* The slot is taken now: nothing more arrives. */
    answer(0, 0, (const uint64_t[1]){0});
    receive();
    call.caps[0] = NOTIFICATION;
    fill_message(&call);
    enter_syscall(seL4_SysCall);
    assert_int_equal(seL4_MessageInfo_get_extraCaps(message_info(server)), 0);
}

static void without_a_buffer_four_words_travel(void **state)
{
    struct call call = {.capability = ENDPOINT, .length = 8, .cap_count = 1, .caps = {REPLY}};
    (void)state;
    resume(SERVER);
    resume(CLIENT);
    assert_int_equal(CALL(.capability = SERVER, .label = TCBSetIPCBuffer, .length = 1, .words = {0},
                          .cap_count = 1, .caps = {0})
                         .label,
                     0);
    step_back();
    receive();
    fill_message(&call);
    enter_syscall(seL4_SysCall);
    assert_ptr_equal(current(), server);
    assert_int_equal(server->registers.x[1] & 0x7f, 4);
}

static void a_lookup_may_end_too_early(void **state)
{
    struct thread *other;
    (void)state;
    make(seL4_CapTableObject, 5, CNODE_5, 1);
    /* Itself in its first slot: 12 levels of 5 bits, and 4 are left. */
    assert_int_equal(CALL(.capability = CNODE_5, .label = CNodeCopy, .length = 5,
                          .words = {0, 5, CNODE_5, 64, 15}, .cap_count = 1,
                          .caps = {seL4_CapInitThreadCNode})
                         .label,
                     0);
    other = make_thread(OTHER, 10, true);
    assert_int_equal(CALL(.capability = OTHER, .label = TCBSetSpace, .length = 2, .cap_count = 3,
                          .caps = {ENDPOINT, CNODE_5, seL4_CapInitThreadVSpace})
                         .label,
                     0);
    resume(SERVER);
    resume(OTHER);
    step_back();
    receive();
    assert_ptr_equal(current(), other);
    other->registers.x[0] = 0;
    other->registers.x[1] = 0;
    enter_syscall(seL4_SysCall);
    assert_int_equal(label_of(server), seL4_Fault_CapFault);
    assert_int_equal(server->registers.x[2 + seL4_CapFault_LookupFailureType], seL4_DepthMismatch);
    /* And without any CNode. */
    answer(0, 0, (const uint64_t[1]){0});
    receive();
    come_back();
    assert_int_equal(cnode_call(CNodeRevoke, CNODE_5), 0);
    other->registers.x[0] = 0;
    step_back();
    assert_ptr_equal(current(), other);
    enter_syscall(seL4_SysCall);
    assert_int_equal(server->registers.x[2 + seL4_CapFault_LookupFailureType], seL4_InvalidRoot);
}

/* ---- the end of what threads wait on ---- */

static void send_and_wait(uint64_t slot)
{
    fill_message(&(struct call){.capability = slot});
    enter_syscall(seL4_SysSend);
}

static void senders_start_again_when_the_endpoint_goes(void **state)
{
    struct thread *other;
    (void)state;
    other = make_thread(OTHER, 9, true);
    resume(CLIENT);
    resume(OTHER);
    step_back();
    assert_ptr_equal(current(), client);
    enter_exception(ESR_IL); /* its handler is the endpoint */
    assert_ptr_equal(current(), other);
    send_and_wait(ENDPOINT);
    assert_true(is_idle());
    come_back();
    fake_machine.look_every = 1;
    assert_int_equal(cnode_call(CNodeRevoke, ENDPOINT), 0);
    assert_int_equal(cnode_call(CNodeDelete, ENDPOINT), 0);
    assert_int_equal(client->state, THREAD_INACTIVE);
    assert_int_equal(client->fault.type, FAULT_NONE);
    assert_int_equal(other->state, THREAD_RUNNING);
    assert_int_equal(other->registers.pc, USER_PC);
}

static void waiters_start_again_when_the_notification_goes(void **state)
{
    struct thread *other;
    (void)state;
    other = make_thread(OTHER, 9, true);
    resume(SERVER);
    resume(CLIENT);
    resume(OTHER);
    step_back();
    receive();
    for (unsigned i = 0; i < 2; i++) {
        current()->registers.x[0] = NOTIFICATION;
        enter_syscall(seL4_SysWait);
    }
    assert_true(is_idle());
    come_back();
    fake_machine.look_every = 1;
    assert_int_equal(cnode_call(CNodeDelete, NOTIFICATION), 0);
    assert_int_equal(client->state, THREAD_RUNNING);
    assert_int_equal(other->state, THREAD_RUNNING);
    /* The server's reply object, and what it waits on. */
    assert_int_equal(cnode_call(CNodeDelete, REPLY), 0);
    assert_int_equal(server->state, THREAD_INACTIVE);
    resume(SERVER);
    assert_int_equal(server->registers.pc, USER_PC);
}

static void badged_sends_are_cancelled_one_after_the_other(void **state)
{
    struct thread *other;
    (void)state;
    assert_int_equal(CALL(.capability = seL4_CapInitThreadCNode, .label = CNodeMint, .length = 6,
                          .words = {BADGED, 64, ENDPOINT, 64, 15, 7}, .cap_count = 1,
                          .caps = {seL4_CapInitThreadCNode})
                         .label,
                     0);
    other = make_thread(OTHER, 9, true);
    resume(SERVER);
    resume(CLIENT);
    resume(OTHER);
    step_back();
    send_and_wait(ENDPOINT);
    send_and_wait(BADGED);
    send_and_wait(BADGED);
    assert_true(is_idle());
    come_back();
    fake_machine.look_every = 1;
    assert_int_equal(cnode_call(CNodeCancelBadgedSends, BADGED), 0);
    assert_int_equal(server->state, THREAD_BLOCKED_SEND);
    assert_int_equal(client->registers.pc, USER_PC);
    assert_int_equal(client->state, THREAD_RUNNING);
    assert_int_equal(other->state, THREAD_RUNNING);
    assert_int_equal(cnode_call(CNodeCancelBadgedSends, ENDPOINT), 0); /* no badge: nothing */
    assert_int_equal(server->state, THREAD_BLOCKED_SEND);
    assert_int_equal(cnode_call(CNodeCancelBadgedSends, NOTIFICATION), seL4_IllegalOperation);
    assert_int_equal(cnode_call(CNodeDelete, REPLY), 0);
}

/* ---- time that is lent ---- */

/* The server waits, and has no time of its own. */
static void make_passive(void)
{
    start_pair();
    come_back();
    assert_int_equal(CALL(.capability = SERVER + 1, .label = SchedContextUnbind).label, 0);
    step_back();
    assert_ptr_equal(current(), client);
}

static void time_goes_with_a_call_and_comes_back(void **state)
{
    struct sched_context *context = object_at(CLIENT + 1);
    (void)state;
    make_passive();
    for (unsigned length = 0; length <= 12; length += 4) { /* the short way, and the long one */
        fill_message(&(struct call){.capability = ENDPOINT, .length = length});
        enter_syscall(seL4_SysCall);
        assert_ptr_equal(current(), server);
        assert_ptr_equal(server->sched_context, context);
        assert_null(client->sched_context);
        server->registers.x[0] = ENDPOINT;
        server->registers.x[1] = seL4_MessageInfo_new(0, 0, 0, length).words[0];
        server->registers.x[6] = REPLY;
        enter_syscall(seL4_SysReplyRecv);
        assert_ptr_equal(current(), client);
        assert_ptr_equal(client->sched_context, context);
        assert_null(server->sched_context);
    }
    /* The context goes while it is lent: nothing comes back. */
    fill_message(&(struct call){.capability = ENDPOINT});
    enter_syscall(seL4_SysCall);
    assert_ptr_equal(current(), server);
    come_back();
    assert_int_equal(cnode_call(CNodeDelete, CLIENT + 1), 0);
    assert_null(server->sched_context);
    assert_int_equal(cnode_call(CNodeDelete, REPLY), 0);
    assert_int_equal(client->state, THREAD_INACTIVE);
}

static void a_callers_suspension_leaves_its_time_there(void **state)
{
    (void)state;
    make_passive();
    fill_message(&(struct call){.capability = ENDPOINT, .length = 12});
    enter_syscall(seL4_SysCall);
    come_back();
    assert_int_equal(CALL(.capability = CLIENT, .label = TCBSuspend).label, 0);
    assert_ptr_equal(server->sched_context, object_at(CLIENT + 1));
    step_back();
    assert_ptr_equal(current(), server);
    answer(0, 0, (const uint64_t[1]){0}); /* to nobody */
    assert_ptr_equal(current(), server);
}

/* ---- domains ---- */

static uint64_t domain_call(uint64_t label, unsigned length, uint64_t a, uint64_t b, uint64_t c)
{
    return CALL(.capability = seL4_CapDomain, .label = label, .length = length, .words = {a, b, c},
                .cap_count = 1, .caps = {CLIENT})
        .label;
}

static void domains_take_turns(void **state)
{
    (void)state;
    assert_int_equal(domain_call(DomainSetSet, 0, 0, 0, 0), seL4_TruncatedMessage);
    assert_int_equal(domain_call(DomainSetSet, 1, 1000, 0, 0), seL4_InvalidArgument);
    assert_int_equal(CALL(.capability = seL4_CapDomain, .label = DomainSetSet, .length = 1,
                          .cap_count = 1, .caps = {ENDPOINT})
                         .label,
                     seL4_InvalidArgument);
    assert_int_equal(domain_call(DomainScheduleConfigure, 2, 0, 0, 0), seL4_TruncatedMessage);
    assert_int_equal(domain_call(DomainScheduleConfigure, 3, 5000, 0, 1), seL4_RangeError);
    assert_int_equal(domain_call(DomainScheduleConfigure, 3, 1, 1000, 1), seL4_RangeError);
    assert_int_equal(domain_call(DomainScheduleConfigure, 3, 1, 1, UINT64_MAX),
                     seL4_InvalidArgument);
    assert_int_equal(domain_call(DomainScheduleConfigure, 3, 1, 1, 0), seL4_InvalidArgument);
    assert_int_equal(domain_call(DomainScheduleConfigure, 3, 0, 0, 0), seL4_InvalidArgument);
    assert_int_equal(domain_call(DomainScheduleSetStart, 0, 0, 0, 0), seL4_TruncatedMessage);
    assert_int_equal(domain_call(DomainScheduleSetStart, 1, 5000, 0, 0), seL4_RangeError);
    assert_int_equal(domain_call(DomainScheduleSetStart, 1, 9, 0, 0), seL4_InvalidArgument);
    assert_int_equal(domain_call(1, 0, 0, 0, 0), seL4_IllegalOperation);

    resume(CLIENT);
    assert_int_equal(domain_call(DomainSetSet, 1, 1, 0, 0), 0);
    assert_int_equal(domain_call(DomainScheduleConfigure, 3, 0, 0, 100000), 0);
    assert_int_equal(domain_call(DomainScheduleConfigure, 3, 1, 1, 100000), 0);
    assert_int_equal(domain_call(DomainScheduleSetStart, 1, 0, 0, 0), 0);
    for (unsigned i = 0; i < 4; i++) {
        const struct thread *before = current();
        fake_machine.counter = fake_machine.cores[0].sysregs[FAKE_cnthp_cval_el2];
        enter_interrupt();
        assert_ptr_equal(current(), before == client ? world.driver : client);
    }
}

/* ---- debug calls ---- */

static void debug_calls_answer(void **state)
{
    (void)state;
    world.driver->registers.x[0] = ENDPOINT;
    enter_syscall(seL4_SysDebugCapIdentify);
    assert_int_equal(world.driver->registers.x[0], CAP_ENDPOINT);
    world.driver->registers.x[0] = 1UL << 50;
    enter_syscall(seL4_SysDebugCapIdentify);
    assert_int_equal(world.driver->registers.x[0], CAP_NULL);
    world.driver->registers.x[0] = CLIENT;
    memcpy(world.buffer->msg, "client", sizeof("client"));
    enter_syscall(seL4_SysDebugNameThread);
    assert_string_equal(client->name, "client");
    world.driver->registers.x[0] = CLIENT;
    enter_syscall(seL4_SysDebugGetThreadAffinity);
    assert_int_equal(world.driver->registers.x[0], 0);
    resume(CLIENT);
    enter_syscall(seL4_SysDebugDumpScheduler);
    enter_syscall(seL4_SysDebugSnapshot);
    enter_syscall(seL4_SysBenchmarkNullSyscall);
    world.driver->registers.x[0] = '\n';
    enter_syscall(seL4_SysDebugPutChar);
    assert_ptr_equal(current(), world.driver);
}

/* ---- time ---- */

static void configure(uint64_t slot, uint64_t budget, uint64_t period, uint64_t badge,
                      uint64_t flags)
{
    assert_int_equal(CALL(.capability = WORLD_SCHED_CONTROL, .label = SchedControlConfigureFlags,
                          .length = 5, .words = {budget, period, 0, badge, flags}, .cap_count = 1,
                          .caps = {slot})
                         .label,
                     0);
}

static uint64_t ticks(uint64_t us)
{
    return us * FAKE_TICKS_PER_MS / 1000;
}

static void a_spent_budget_comes_back_after_the_period(void **state)
{
    (void)state;
    configure(CLIENT + 1, 1000, 10000, 0, 0);
    resume(CLIENT);
    step_back();
    assert_ptr_equal(current(), client);
    uint64_t began = fake_machine.counter;
    pass_time(ticks(1000));
    assert_true(fake_irq_waits());
    enter_interrupt();
    assert_true(is_idle());
    assert_true(client->delayed);
    pass_time(ticks(5000));
    assert_false(fake_irq_waits());
    fake_machine.counter = began + ticks(10000);
    assert_true(fake_irq_waits());
    enter_interrupt();
    assert_ptr_equal(current(), client);
}

static void a_spent_budget_is_a_timeout_fault(void **state)
{
    (void)state;
    configure(CLIENT + 1, 1000, 10000, 77, 0);
    assert_int_equal(CALL(.capability = CLIENT, .label = TCBSetTimeoutEndpoint, .cap_count = 1,
                          .caps = {ENDPOINT})
                         .label,
                     0);
    start_pair();
    pass_time(ticks(1000));
    enter_interrupt();
    assert_ptr_equal(current(), server);
    assert_int_equal(label_of(server), seL4_Fault_Timeout);
    assert_int_equal(server->registers.x[2], 77);
    answer(0, 1, (const uint64_t[1]){0x4000});
    assert_int_equal(client->registers.pc, 0x4000);
    assert_true(client->delayed);
    receive();
    assert_true(is_idle());
    pass_time(ticks(10000));
    enter_interrupt();
    assert_ptr_equal(current(), client);
    /* A system call begun without budget is done again later. */
    pass_time(ticks(1000));
    enter_syscall(seL4_SysYield);
    assert_int_equal(client->registers.pc, USER_PC);
}

static void round_robin_takes_turns(void **state)
{
    struct thread *other;
    (void)state;
    other = make_thread(OTHER, 10, true);
    resume(CLIENT);
    resume(OTHER);
    step_back();
    assert_ptr_equal(current(), client);
    pass_time(ticks(5000));
    enter_interrupt();
    assert_ptr_equal(current(), other);
    enter_syscall(seL4_SysYield);
    assert_ptr_equal(current(), client);
    enter_syscall(seL4_SysYield);
    assert_ptr_equal(current(), other);
}

static void yielding_to_a_thread_answers_what_it_used(void **state)
{
    struct thread *other;
    (void)state;
    other = make_thread(OTHER, 10, true);
    resume(CLIENT);
    resume(OTHER);
    step_back();
    fill_message(&(struct call){.capability = OTHER + 1, .label = SchedContextYieldTo});
    enter_syscall(seL4_SysCall);
    assert_ptr_equal(current(), other);
    assert_ptr_equal(client->yielding_to, object_at(OTHER + 1));
    pass_time(ticks(300));
    other->registers.x[0] = NOTIFICATION;
    enter_syscall(seL4_SysWait);
    assert_ptr_equal(current(), client);
    assert_in_range(client->registers.x[2], 290, 310);
    assert_null(client->yielding_to);
    /* Nobody has this one; and not to oneself. */
    fill_message(&(struct call){.capability = CONTEXT, .label = SchedContextYieldTo});
    enter_syscall(seL4_SysCall);
    assert_int_equal(label_of(client), seL4_IllegalOperation);
    fill_message(&(struct call){.capability = CLIENT + 1, .label = SchedContextYieldTo});
    enter_syscall(seL4_SysCall);
    assert_int_equal(label_of(client), seL4_IllegalOperation);
    fill_message(&(struct call){.capability = SERVER + 1, .label = SchedContextYieldTo});
    enter_syscall(seL4_SysCall);
    assert_int_equal(label_of(client), seL4_IllegalOperation); /* above the caller's MCP */
    fill_message(&(struct call){.capability = OTHER + 1, .label = SchedContextConsumed});
    enter_syscall(seL4_SysCall);
    assert_int_equal(label_of(client), 0);
}

static void a_notification_lends_its_context(void **state)
{
    struct sched_context *context = object_at(CONTEXT);
    (void)state;
    configure(CONTEXT, 500, 500, 0, 0);
    assert_int_equal(CALL(.capability = CONTEXT, .label = SchedContextBind, .cap_count = 1,
                          .caps = {NOTIFICATION})
                         .label,
                     0);
    assert_int_equal(CALL(.capability = CLIENT, .label = TCBBindNotification, .cap_count = 1,
                          .caps = {NOTIFICATION})
                         .label,
                     0);
    resume(CLIENT);
    fill_message(&(struct call){.capability = seL4_CapInitThreadTCB,
                                .label = TCBSetPriority,
                                .length = 1,
                                .words = {5},
                                .cap_count = 1,
                                .caps = {seL4_CapInitThreadTCB}});
    enter_syscall(seL4_SysCall);
    assert_ptr_equal(current(), client);
    receive();
    assert_ptr_equal(current(), world.driver);
    assert_int_equal(CALL(.capability = CLIENT + 1, .label = SchedContextUnbind).label, 0);
    world.driver->registers.x[0] = NOTIFICATION;
    world.driver->registers.x[1] = 0;
    enter_syscall(seL4_SysSend);
    assert_ptr_equal(current(), client);
    assert_ptr_equal(client->sched_context, context);
    receive(); /* it gives it back */
    assert_ptr_equal(current(), world.driver);
    assert_null(client->sched_context);
}

/* ---- registers and configuration ---- */

static void registers_are_read_written_and_copied(void **state)
{
    (void)state;
    assert_int_equal(CALL(.capability = CLIENT, .label = TCBWriteRegisters, .length = 6,
                          .words = {0, 4, 0x8000, 0x9000, 0xffffffff, 42})
                         .label,
                     0);
    assert_int_equal(client->registers.pc, 0x8000);
    assert_int_equal(client->registers.sp, 0x9000);
    assert_int_equal(client->registers.x[0], 42);
    struct answer read = CALL(.capability = CLIENT, .label = TCBReadRegisters, .length = 2,
                              .words = {1, 8});
    assert_int_equal(read.length, 8);
    assert_int_equal(read.words[0], 0x8000);
    assert_int_equal(read.words[3], 42);
    assert_int_equal(CALL(.capability = SERVER, .label = TCBCopyRegisters, .length = 1,
                          .words = {15}, .cap_count = 1, .caps = {CLIENT})
                         .label,
                     0);
    assert_int_equal(server->registers.pc, 0x8000);
    assert_int_equal(server->state, THREAD_RUNNING);
    assert_int_equal(
        CALL(.capability = SERVER, .label = TCBSetTLSBase, .length = 1, .words = {0x123}).label, 0);
    assert_int_equal(server->registers.tpidr_el0, 0x123);
    assert_int_equal(CALL(.capability = seL4_CapInitThreadTCB, .label = TCBSetTLSBase, .length = 1,
                          .words = {0x456})
                         .label,
                     0);
    assert_int_equal(fake_machine.cores[0].sysregs[FAKE_tpidr_el0], 0x456);
}

static void wrong_arguments_of_a_thread_are_refused(void **state)
{
    static const struct {
        struct call call;
        uint64_t error;
    } cases[] = {
        {{.capability = CLIENT, .label = TCBReadRegisters}, seL4_TruncatedMessage},
        {{.capability = CLIENT, .label = TCBReadRegisters, .length = 2, .words = {0, 0}},
         seL4_RangeError},
        {{.capability = CLIENT, .label = TCBReadRegisters, .length = 2, .words = {0, 37}},
         seL4_RangeError},
        {{.capability = 1, .label = TCBReadRegisters, .length = 2, .words = {0, 1}},
         seL4_IllegalOperation},
        {{.capability = CLIENT, .label = TCBWriteRegisters}, seL4_TruncatedMessage},
        {{.capability = CLIENT, .label = TCBWriteRegisters, .length = 3, .words = {0, 2, 0}},
         seL4_TruncatedMessage},
        {{.capability = 1, .label = TCBWriteRegisters, .length = 3, .words = {0, 1, 0}},
         seL4_IllegalOperation},
        {{.capability = CLIENT, .label = TCBCopyRegisters, .length = 1}, seL4_TruncatedMessage},
        {{.capability = CLIENT,
          .label = TCBCopyRegisters,
          .length = 1,
          .cap_count = 1,
          .caps = {ENDPOINT}},
         seL4_InvalidCapability},
        {{.capability = CLIENT, .label = TCBConfigure, .length = 2}, seL4_TruncatedMessage},
        {{.capability = CLIENT,
          .label = TCBConfigure,
          .length = 3,
          .words = {0, 0, 0},
          .cap_count = 3,
          .caps = {ENDPOINT, 3, 0}},
         seL4_IllegalOperation},
        {{.capability = CLIENT,
          .label = TCBConfigure,
          .length = 3,
          .words = {0, 0, 0},
          .cap_count = 3,
          .caps = {2, 2, 0}},
         seL4_IllegalOperation},
        {{.capability = CLIENT,
          .label = TCBConfigure,
          .length = 3,
          .words = {0, 0, 0x400},
          .cap_count = 3,
          .caps = {2, 3, ENDPOINT}},
         seL4_IllegalOperation},
        {{.capability = CLIENT, .label = TCBSetIPCBuffer}, seL4_TruncatedMessage},
        {{.capability = CLIENT,
          .label = TCBSetIPCBuffer,
          .length = 1,
          .words = {0x401},
          .cap_count = 1,
          .caps = {CLIENT + 2}},
         seL4_AlignmentError},
        {{.capability = CLIENT, .label = TCBSetSpace, .length = 1}, seL4_TruncatedMessage},
        {{.capability = CLIENT,
          .label = TCBSetSpace,
          .length = 2,
          .cap_count = 3,
          .caps = {NOTIFICATION, 2, 3}},
         seL4_InvalidCapability},
        {{.capability = CLIENT, .label = TCBSetPriority, .length = 1}, seL4_TruncatedMessage},
        {{.capability = CLIENT,
          .label = TCBSetPriority,
          .length = 1,
          .cap_count = 1,
          .caps = {ENDPOINT}},
         seL4_InvalidCapability},
        {{.capability = CLIENT,
          .label = TCBSetPriority,
          .length = 1,
          .words = {11},
          .cap_count = 1,
          .caps = {CLIENT}},
         seL4_RangeError},
        {{.capability = CLIENT, .label = TCBSetSchedParams, .length = 2}, seL4_TruncatedMessage},
        {{.capability = CLIENT,
          .label = TCBSetSchedParams,
          .length = 2,
          .words = {1, 1},
          .cap_count = 3,
          .caps = {1, ENDPOINT, 0}},
         seL4_InvalidCapability},
        {{.capability = CLIENT,
          .label = TCBSetSchedParams,
          .length = 2,
          .words = {1, 1},
          .cap_count = 3,
          .caps = {1, SERVER + 1, 0}},
         seL4_IllegalOperation},
        {{.capability = CLIENT,
          .label = TCBSetSchedParams,
          .length = 2,
          .words = {1, 1},
          .cap_count = 3,
          .caps = {1, CLIENT + 1, NOTIFICATION}},
         seL4_InvalidCapability},
        {{.capability = 1,
          .label = TCBSetSchedParams,
          .length = 2,
          .words = {1, 1},
          .cap_count = 3,
          .caps = {1, 0, 0}},
         seL4_IllegalOperation},
        {{.capability = CLIENT, .label = TCBSetTimeoutEndpoint}, seL4_TruncatedMessage},
        {{.capability = CLIENT,
          .label = TCBSetTimeoutEndpoint,
          .cap_count = 1,
          .caps = {NOTIFICATION}},
         seL4_InvalidCapability},
        {{.capability = CLIENT, .label = TCBBindNotification}, seL4_TruncatedMessage},
        {{.capability = CLIENT, .label = TCBBindNotification, .cap_count = 1, .caps = {ENDPOINT}},
         seL4_IllegalOperation},
        {{.capability = CLIENT, .label = TCBUnbindNotification}, seL4_IllegalOperation},
        {{.capability = CLIENT, .label = TCBSetTLSBase}, seL4_TruncatedMessage},
        {{.capability = CLIENT, .label = TCBSetFlags, .length = 1}, seL4_TruncatedMessage},
        {{.capability = CLIENT, .label = UntypedRetype}, seL4_IllegalOperation},
        {{.capability = CONTEXT, .label = SchedContextBind}, seL4_TruncatedMessage},
        {{.capability = CONTEXT, .label = SchedContextBind, .cap_count = 1, .caps = {ENDPOINT}},
         seL4_InvalidCapability},
        {{.capability = CONTEXT, .label = SchedContextBind, .cap_count = 1, .caps = {CLIENT}},
         seL4_IllegalOperation},
        {{.capability = CLIENT + 1,
          .label = SchedContextBind,
          .cap_count = 1,
          .caps = {NOTIFICATION}},
         seL4_IllegalOperation},
        {{.capability = seL4_CapInitThreadSC, .label = SchedContextUnbind}, seL4_IllegalOperation},
        {{.capability = CONTEXT, .label = SchedContextUnbindObject}, seL4_TruncatedMessage},
        {{.capability = CONTEXT,
          .label = SchedContextUnbindObject,
          .cap_count = 1,
          .caps = {CLIENT}},
         seL4_IllegalOperation},
        {{.capability = CONTEXT,
          .label = SchedContextUnbindObject,
          .cap_count = 1,
          .caps = {NOTIFICATION}},
         seL4_IllegalOperation},
        {{.capability = CONTEXT,
          .label = SchedContextUnbindObject,
          .cap_count = 1,
          .caps = {ENDPOINT}},
         seL4_InvalidCapability},
        {{.capability = CONTEXT, .label = TCBSuspend}, seL4_IllegalOperation},
        {{.capability = WORLD_SCHED_CONTROL, .label = TCBSuspend}, seL4_IllegalOperation},
        {{.capability = WORLD_SCHED_CONTROL, .label = SchedControlConfigureFlags},
         seL4_TruncatedMessage},
        {{.capability = WORLD_SCHED_CONTROL,
          .label = SchedControlConfigureFlags,
          .length = 5,
          .words = {1, 1},
          .cap_count = 1,
          .caps = {CONTEXT}},
         seL4_RangeError},
        {{.capability = WORLD_SCHED_CONTROL,
          .label = SchedControlConfigureFlags,
          .length = 5,
          .words = {100, 50},
          .cap_count = 1,
          .caps = {CONTEXT}},
         seL4_RangeError},
        {{.capability = WORLD_SCHED_CONTROL,
          .label = SchedControlConfigureFlags,
          .length = 5,
          .words = {100, 500},
          .cap_count = 1,
          .caps = {ENDPOINT}},
         seL4_InvalidCapability},
        {{.capability = WORLD_SCHED_CONTROL,
          .label = SchedControlConfigureFlags,
          .length = 5,
          .words = {100, 500, 99},
          .cap_count = 1,
          .caps = {CONTEXT}},
         seL4_RangeError},
    };
    (void)state;
    for (unsigned i = 0; i < ARRAY_COUNT(cases); i++) {
        uint64_t label = driver_call(cases[i].call).label;
        if (label != cases[i].error) {
            fail_msg("case %u: %lu, not %lu", i, label, cases[i].error);
        }
    }
}

static void mint_endpoint(uint64_t slot, uint64_t rights)
{
    assert_int_equal(CALL(.capability = seL4_CapInitThreadCNode, .label = CNodeMint, .length = 6,
                          .words = {slot, 64, ENDPOINT, 64, rights, 0}, .cap_count = 1,
                          .caps = {seL4_CapInitThreadCNode})
                         .label,
                     0);
}

/* A handler must be one the kernel can send on and be answered through. */
static void handlers_need_rights(void **state)
{
    static const struct {
        uint64_t rights, error;
    } cases[] = {{2, seL4_InvalidCapability}, {1, seL4_InvalidCapability}, {5, 0}, {9, 0}};
    (void)state;
    for (uint64_t i = 0; i < ARRAY_COUNT(cases); i++) {
        mint_endpoint(120 + i, cases[i].rights);
        assert_int_equal(CALL(.capability = CLIENT, .label = TCBSetSpace, .length = 2,
                              .cap_count = 3,
                              .caps = {120 + i, seL4_CapInitThreadCNode, seL4_CapInitThreadVSpace})
                             .label,
                         cases[i].error);
        assert_int_equal(CALL(.capability = CLIENT, .label = TCBSetTimeoutEndpoint, .cap_count = 1,
                              .caps = {120 + i})
                             .label,
                         cases[i].error);
    }
}

static void parameters_take_and_give_time(void **state)
{
    const struct call without = {.capability = CLIENT,
                                 .label = TCBSetSchedParams,
                                 .length = 2,
                                 .words = {10, 10},
                                 .cap_count = 3,
                                 .caps = {seL4_CapInitThreadTCB, 0, 0}};
    struct call with = without;
    (void)state;
    with.caps[1] = CONTEXT;
    assert_int_equal(driver_call(with).label, seL4_IllegalOperation); /* it has another */
    assert_int_equal(driver_call(without).label, 0);
    assert_null(client->sched_context);
    assert_int_equal(driver_call(without).label, 0);
    /* Not configured, it cannot be given to one that waits. */
    resume(CLIENT);
    with.caps[1] = CLIENT + 1;
    assert_int_equal(driver_call(with).label, 0);
    step_back();
    receive();
    come_back();
    assert_int_equal(driver_call(without).label, 0);
    with.caps[1] = CONTEXT;
    assert_int_equal(driver_call(with).label, seL4_IllegalOperation);
    assert_int_equal(
        CALL(.capability = CONTEXT, .label = SchedContextBind, .cap_count = 1, .caps = {CLIENT})
            .label,
        seL4_IllegalOperation);
    configure(CONTEXT, 500, 500, 0, 0);
    assert_int_equal(driver_call(with).label, 0);
    assert_ptr_equal(client->sched_context, object_at(CONTEXT));
}

static void the_last_capability_of_a_cnode_is_not_replaced(void **state)
{
    (void)state;
    assert_int_equal(CALL(.capability = CLIENT, .label = TCBSetSpace, .length = 2, .cap_count = 3,
                          .caps = {0, CNODE, seL4_CapInitThreadVSpace})
                         .label,
                     0);
    assert_int_equal(cnode_call(CNodeDelete, CNODE), 0);
    assert_int_equal(CALL(.capability = CLIENT, .label = TCBConfigure, .length = 3, .cap_count = 3,
                          .caps = {seL4_CapInitThreadCNode, seL4_CapInitThreadVSpace, 0})
                         .label,
                     seL4_IllegalOperation);
}

static void contexts_are_bound_and_unbound(void **state)
{
    (void)state;
    assert_int_equal(CALL(.capability = CONTEXT, .label = SchedContextBind, .cap_count = 1,
                          .caps = {NOTIFICATION})
                         .label,
                     0);
    assert_int_equal(CALL(.capability = CONTEXT, .label = SchedContextUnbindObject, .cap_count = 1,
                          .caps = {NOTIFICATION})
                         .label,
                     0);
    assert_int_equal(CALL(.capability = CLIENT + 1, .label = SchedContextUnbindObject,
                          .cap_count = 1, .caps = {CLIENT})
                         .label,
                     0);
    assert_null(client->sched_context);
    assert_int_equal(CALL(.capability = CONTEXT, .label = SchedContextBind, .cap_count = 1,
                          .caps = {NOTIFICATION})
                         .label,
                     0);
    assert_int_equal(CALL(.capability = CONTEXT, .label = SchedContextUnbind).label, 0);
    assert_int_equal(
        CALL(.capability = CLIENT + 1, .label = SchedContextBind, .cap_count = 1, .caps = {CLIENT})
            .label,
        0);
    assert_ptr_equal(client->sched_context, object_at(CLIENT + 1));
    /* All of it goes at once. */
    assert_int_equal(CALL(.capability = seL4_CapInitThreadCNode, .label = CNodeRevoke, .length = 2,
                          .words = {WORLD_UNTYPED, 64})
                         .label,
                     0);
}

static void the_fpu_follows_its_user(void **state)
{
    const uint64_t trap = ESR_EC_FP << ESR_EC_SHIFT | ESR_IL;
    (void)state;
    start_pair();
    client->registers.pc = 0x5000;
    enter_exception(trap);
    assert_ptr_equal(current(), client);
    assert_ptr_equal(world_cores[0].fpu_owner, client);
    fake_machine.cores[0].fpu[3] = 99;
    fill_message(&(struct call){.capability = ENDPOINT});
    enter_syscall(seL4_SysCall);
    assert_ptr_equal(current(), server);
    enter_exception(trap);
    assert_ptr_equal(world_cores[0].fpu_owner, server);
    assert_true(fake_machine.cores[0].fpu[3] == 0);
    assert_true(client->fpu.v[3] == 99);
    answer(0, 0, (const uint64_t[1]){0});
    receive();
    enter_exception(trap);
    assert_true(fake_machine.cores[0].fpu[3] == 99);
    /* Forbidden, it is a fault. */
    fill_message(&(struct call){.capability = CLIENT,
                                .label = TCBSetFlags,
                                .length = 2,
                                .words = {0, seL4_TCBFlag_fpuDisabled}});
    enter_syscall(seL4_SysCall);
    assert_null(world_cores[0].fpu_owner);
    enter_exception(trap);
    assert_ptr_equal(current(), server);
    assert_int_equal(label_of(server), seL4_Fault_VCPUFault);
}

static void an_serror_is_the_current_threads(void **state)
{
    (void)state;
    start_pair();
    enter_serror(ESR_EC_SERROR << ESR_EC_SHIFT);
    assert_ptr_equal(current(), server);
    assert_int_equal(label_of(server), seL4_Fault_VCPUFault);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_pair, world_free)
    static const struct CMUnitTest tests[] = {
        TEST(faults_reach_the_handler),
        TEST(an_unknown_syscall_is_answered_with_registers),
        TEST(a_user_exception_is_answered_with_registers),
        TEST(lookups_that_fail_tell_why),
        TEST(long_messages_and_capabilities_travel),
        TEST(without_a_buffer_four_words_travel),
        TEST(a_lookup_may_end_too_early),
        TEST(senders_start_again_when_the_endpoint_goes),
        TEST(waiters_start_again_when_the_notification_goes),
        TEST(badged_sends_are_cancelled_one_after_the_other),
        TEST(time_goes_with_a_call_and_comes_back),
        TEST(a_callers_suspension_leaves_its_time_there),
        TEST(domains_take_turns),
        TEST(debug_calls_answer),
        TEST(a_spent_budget_comes_back_after_the_period),
        TEST(a_spent_budget_is_a_timeout_fault),
        TEST(round_robin_takes_turns),
        TEST(yielding_to_a_thread_answers_what_it_used),
        TEST(a_notification_lends_its_context),
        TEST(registers_are_read_written_and_copied),
        TEST(wrong_arguments_of_a_thread_are_refused),
        TEST(handlers_need_rights),
        TEST(parameters_take_and_give_time),
        TEST(the_last_capability_of_a_cnode_is_not_replaced),
        TEST(contexts_are_bound_and_unbound),
        TEST(the_fpu_follows_its_user),
        TEST(an_serror_is_the_current_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
