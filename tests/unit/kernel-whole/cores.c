/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two cores in the whole kernel: the lock, calls to the other core, threads that move.
 *
 * Each core is a thread of the host, but one works at a time: it has the turn, and passes it on
 * where the kernel waits for another core, or where the test says so. Every run is the same.
 */
#include <pthread.h>

#include "tests/unit/kernel-whole/world.h"
#include "arch/core.h"
#include "kernel/cap/cap.h"
#include "kernel/sched/smp.h"

#define CORES 2

enum {
    WORKER = WORLD_FIRST_FREE, /* TCB, context, buffer */
    NOTIFICATION = WORKER + 3,
    VCPU,
    SPACE,
    HANDLER,
    ENDPOINT,
    REPLY,
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_t other;
static unsigned turn;
static bool ends;
static void (*job)(void); /* once, by the thread that runs on core 1 */
static bool hasty;        /* the job comes before what interrupts it */

static struct thread *worker;

static void await_turn(unsigned core)
{
    pthread_mutex_lock(&mutex);
    while (turn != core) {
        pthread_cond_wait(&changed, &mutex);
    }
    pthread_mutex_unlock(&mutex);
    fake_core = core;
}

static void pass_turn(void)
{
    unsigned core = fake_core;
    pthread_mutex_lock(&mutex);
    turn = (core + 1) % CORES;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&mutex);
    await_turn(core);
}

/* What core 1 does whenever it has the turn. */
static void *play_core_1(void *unused)
{
    (void)unused;
    await_turn(1);
    enter_first();
    while (!ends) {
        if (fake_irq_waits() && !(hasty && job != NULL)) {
            enter_interrupt();
        } else if (job != NULL && !is_idle()) {
            void (*now)(void) = job;
            job = NULL;
            now();
        } else {
            pass_turn();
        }
    }
    pthread_mutex_lock(&mutex);
    turn = 0;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&mutex);
    return NULL;
}

static void let_other_run(void)
{
    for (unsigned i = 0; i < 4; i++) {
        pass_turn();
    }
}

/* A thread with time on core 1. */
static int make_cores(void **state)
{
    (void)state;
    turn = 0;
    ends = false;
    job = NULL;
    hasty = false;
    fake_on_pause = pass_turn;
    world_start(CORES);
    assert_int_equal(pthread_create(&other, NULL, play_core_1, NULL), 0);
    let_other_run();
    make(seL4_NotificationObject, 0, NOTIFICATION, 1);
    make(seL4_ARM_VCPUObject, 0, VCPU, 1);
    make(seL4_ARM_VSpaceObject, 0, SPACE, 1);
    make(seL4_EndpointObject, 0, ENDPOINT, 1);
    make(seL4_ReplyObject, 0, REPLY, 1);
    worker = make_thread(WORKER, 10, true);
    worker->registers.pc = USER_PC + 4;
    worker->registers.restart_pc = USER_PC + 4;
    assert_int_equal(CALL(.capability = WORLD_SCHED_CONTROL + 1,
                          .label = SchedControlConfigureFlags, .length = 5, .words = {5000, 5000},
                          .cap_count = 1, .caps = {WORKER + 1})
                         .label,
                     0);
    return 0;
}

static int end_cores(void **state)
{
    ends = true;
    pass_turn();
    (void)pthread_join(other, NULL);
    return world_free(state);
}

static void start_worker(void)
{
    assert_int_equal(CALL(.capability = WORKER, .label = TCBResume).label, 0);
    let_other_run();
    assert_ptr_equal(world_cores[1].current, worker);
}

static bool core_1_is_idle(void)
{
    return world_cores[1].current == world_cores[1].idle;
}

static void a_thread_runs_on_the_core_of_its_context(void **state)
{
    (void)state;
    assert_true(core_1_is_idle());
    start_worker();
    assert_ptr_equal(current(), world.driver);
    assert_int_equal(CALL(.capability = WORKER, .label = TCBSuspend).label, 0);
    let_other_run();
    assert_true(core_1_is_idle());
    assert_int_equal(worker->state, THREAD_INACTIVE);
}

static void its_registers_are_read_while_it_runs(void **state)
{
    (void)state;
    start_worker();
    fake_machine.cores[1].sysregs[FAKE_tpidr_el0] = 0x77;
    worker->registers.sp = 0x1234;
    struct answer read = CALL(.capability = WORKER, .label = TCBReadRegisters, .length = 2,
                              .words = {0, 4});
    assert_int_equal(read.words[1], 0x1234);
    assert_int_equal(CALL(.capability = WORKER, .label = TCBWriteRegisters, .length = 4,
                          .words = {0, 2, 0x9000, 0x8000})
                         .label,
                     0);
    let_other_run();
    assert_ptr_equal(world_cores[1].current, worker);
    assert_int_equal(worker->registers.tpidr_el0, 0x77);
    assert_int_equal(worker->registers.pc, 0x9000);
}

static void it_is_deleted_while_it_runs(void **state)
{
    (void)state;
    start_worker();
    assert_int_equal(CALL(.capability = seL4_CapInitThreadCNode, .label = CNodeDelete, .length = 2,
                          .words = {WORKER, 64})
                         .label,
                     0);
    let_other_run();
    assert_true(core_1_is_idle());
}

static uint64_t move_to_core(uint64_t core)
{
    return CALL(.capability = WORLD_SCHED_CONTROL + core, .label = SchedControlConfigureFlags,
                .length = 5, .words = {5000, 5000}, .cap_count = 1, .caps = {WORKER + 1})
        .label;
}

/* ---- stalled in front of the kernel's lock ---- */

/* The worker runs, and comes in to do it while this core has the lock and stalls it. */
static void start_worker_that_will(void (*what)(void))
{
    start_worker();
    hasty = true;
    job = what;
}

static void signal_notification(void)
{
    current()->registers.x[0] = NOTIFICATION;
    enter_syscall(seL4_SysSend);
}

static bool is_signalled(void)
{
    const struct notification *notification = object_at(NOTIFICATION);
    return notification->state == NOTIFICATION_ACTIVE;
}

/* What it came for is not lost: it does it when it goes on. */
static void it_is_suspended_while_it_comes_in(void **state)
{
    (void)state;
    start_worker_that_will(signal_notification);
    assert_int_equal(CALL(.capability = WORKER, .label = TCBSuspend).label, 0);
    assert_null(job);
    let_other_run();
    assert_true(core_1_is_idle());
    assert_false(is_signalled());
    assert_int_equal(worker->registers.restart_pc, USER_PC);
    assert_int_equal(CALL(.capability = WORKER, .label = TCBResume).label, 0);
    let_other_run();
    assert_ptr_equal(world_cores[1].current, worker);
    assert_int_equal(worker->registers.pc, USER_PC);
}

static void call_as_guest(void)
{
    enter_exception((ESR_EC_HVC64 << ESR_EC_SHIFT) | ESR_IL);
}

/* It goes on where it is told to, not at an instruction before that. */
static void its_registers_are_written_while_it_comes_in(void **state)
{
    (void)state;
    start_worker_that_will(call_as_guest);
    worker->registers.pc = USER_PC + 4;
    assert_int_equal(
        CALL(.capability = WORKER, .label = TCBReadRegisters, .length = 2, .words = {0, 1})
            .words[0],
        USER_PC);
    let_other_run();
    assert_int_equal(worker->registers.pc, USER_PC);
    worker->registers.pc = USER_PC + 4;
    job = call_as_guest;
    assert_int_equal(
        CALL(.capability = WORKER, .label = TCBWriteRegisters, .length = 3, .words = {0, 1, 0x9000})
            .label,
        0);
    let_other_run();
    assert_ptr_equal(world_cores[1].current, worker);
    assert_int_equal(worker->registers.pc, 0x9000);
}

/* Others may run it before the core that had it gets in: its registers are not touched any more. */
static void it_moves_while_it_comes_in(void **state)
{
    (void)state;
    start_worker_that_will(signal_notification);
    assert_int_equal(move_to_core(0), 0);
    assert_int_equal(worker->registers.pc, USER_PC);
    worker->registers.pc = 0x9000;
    let_other_run();
    assert_true(core_1_is_idle());
    assert_int_equal(worker->registers.pc, 0x9000);
}

/* Others may use its memory before the core that had it gets in. */
static void it_is_deleted_while_it_comes_in(void **state)
{
    (void)state;
    start_worker_that_will(signal_notification);
    assert_int_equal(CALL(.capability = seL4_CapInitThreadCNode, .label = CNodeDelete, .length = 2,
                          .words = {WORKER, 64})
                         .label,
                     0);
    assert_null(job);
    forbid_free_memory();
    let_other_run();
    assert_true(core_1_is_idle());
    assert_false(is_signalled());
}

static void wait_on_notification(void)
{
    current()->registers.x[0] = NOTIFICATION;
    enter_syscall(seL4_SysWait);
}

static void a_signal_wakes_it_from_the_other_core(void **state)
{
    (void)state;
    job = wait_on_notification;
    assert_int_equal(CALL(.capability = WORKER, .label = TCBResume).label, 0);
    let_other_run();
    assert_true(core_1_is_idle());
    assert_int_equal(worker->state, THREAD_BLOCKED_NOTIFICATION);
    world.driver->registers.x[0] = NOTIFICATION;
    enter_syscall(seL4_SysSend);
    let_other_run();
    assert_ptr_equal(world_cores[1].current, worker);
}

static void use_fpu(void)
{
    fake_machine.cores[fake_core].sysregs[FAKE_far_el2] = 0;
    enter_exception((ESR_EC_FP << ESR_EC_SHIFT) | ESR_IL);
    fake_machine.cores[fake_core].fpu[5] = 55;
}

static void its_fp_registers_follow_it(void **state)
{
    (void)state;
    start_worker();
    job = use_fpu;
    let_other_run();
    assert_ptr_equal(world_cores[1].fpu_owner, worker);
    assert_int_equal(move_to_core(0), 0);
    let_other_run();
    assert_true(core_1_is_idle());
    /* The driver waits: the worker runs here. */
    world.driver->registers.x[0] = NOTIFICATION;
    enter_syscall(seL4_SysWait);
    assert_ptr_equal(current(), worker);
    enter_exception((ESR_EC_FP << ESR_EC_SHIFT) | ESR_IL);
    assert_ptr_equal(world_cores[0].fpu_owner, worker);
    assert_null(world_cores[1].fpu_owner);
    assert_true(fake_machine.cores[0].fpu[5] == 55);
}

static void its_vcpu_is_taken_from_the_other_core(void **state)
{
    struct vcpu *vcpu = object_at(VCPU);
    (void)state;
    assert_int_equal(
        CALL(.capability = VCPU, .label = ARMVCPUSetTCB, .cap_count = 1, .caps = {WORKER}).label,
        0);
    start_worker();
    assert_true(vcpu->loaded);
    assert_true(world_cores[1].vcpu_active);
    fake_machine.cores[1].sysregs[FAKE_ttbr0_el1] = 0xabc;
    struct answer read = CALL(.capability = VCPU, .label = ARMVCPUReadReg, .length = 1,
                              .words = {seL4_VCPUReg_TTBR0});
    assert_int_equal(read.words[0], 0xabc);
    let_other_run();
    assert_int_equal(CALL(.capability = seL4_CapInitThreadCNode, .label = CNodeDelete, .length = 2,
                          .words = {VCPU, 64})
                         .label,
                     0);
    let_other_run();
    assert_null(world_cores[1].vcpu_loaded);
    assert_ptr_equal(world_cores[1].current, worker);
}

static void its_address_space_goes_away(void **state)
{
    (void)state;
    assert_int_equal(CALL(.capability = seL4_CapInitThreadASIDPool, .label = ARMASIDPoolAssign,
                          .cap_count = 1, .caps = {SPACE})
                         .label,
                     0);
    assert_int_equal(CALL(.capability = WORKER, .label = TCBSetSpace, .length = 2, .cap_count = 3,
                          .caps = {0, seL4_CapInitThreadCNode, SPACE})
                         .label,
                     0);
    start_worker();
    uint64_t before = fake_machine.cores[1].sysregs[FAKE_vttbr_el2];
    assert_int_equal(before & 0xffffffffe000, cap_address(world.slots[SPACE].cap).raw);
    assert_int_equal(CALL(.capability = seL4_CapInitThreadCNode, .label = CNodeRevoke, .length = 2,
                          .words = {SPACE, 64})
                         .label,
                     0);
    assert_int_equal(CALL(.capability = seL4_CapInitThreadCNode, .label = CNodeDelete, .length = 2,
                          .words = {SPACE, 64})
                         .label,
                     0);
    let_other_run();
    assert_true(fake_machine.cores[1].sysregs[FAKE_vttbr_el2] != before);
}

static void private_interrupts_are_each_cores_own(void **state)
{
    (void)state;
    assert_int_equal(CALL(.capability = seL4_CapIRQControl,
                          .label = ARMIRQIssueIRQHandlerTriggerCore, .length = 5,
                          .words = {20, 0, HANDLER, 64, 1}, .cap_count = 1,
                          .caps = {seL4_CapInitThreadCNode})
                         .label,
                     0);
    assert_false(fake_irq_is_open(20));
    assert_int_equal(CALL(.capability = HANDLER, .label = IRQSetIRQHandler, .cap_count = 1,
                          .caps = {NOTIFICATION})
                         .label,
                     0);
    fake_machine.pending[32 + 20] = true; /* of core 1 */
    let_other_run();
    struct notification *notification = object_at(NOTIFICATION);
    assert_int_equal(notification->state, NOTIFICATION_ACTIVE);
    assert_true(fake_machine.active[32 + 20]);
    assert_int_equal(CALL(.capability = HANDLER, .label = IRQAckIRQ).label, 0);
    assert_false(fake_machine.active[32 + 20]);
    assert_int_equal(CALL(.capability = seL4_CapInitThreadCNode, .label = CNodeDelete, .length = 2,
                          .words = {HANDLER, 64})
                         .label,
                     0);
    assert_false(fake_machine.enabled[32 + 20]);
}

static void serve(void)
{
    current()->registers.x[0] = ENDPOINT;
    current()->registers.x[6] = REPLY;
    enter_syscall(seL4_SysRecv);
}

static void answer_and_serve(void)
{
    current()->registers.x[0] = ENDPOINT;
    current()->registers.x[1] = seL4_MessageInfo_new(3, 0, 0, 0).words[0];
    current()->registers.x[6] = REPLY;
    enter_syscall(seL4_SysReplyRecv);
}

static void a_server_on_the_other_core_answers(void **state)
{
    (void)state;
    job = serve;
    assert_int_equal(CALL(.capability = WORKER, .label = TCBResume).label, 0);
    let_other_run();
    assert_int_equal(worker->state, THREAD_BLOCKED_RECEIVE);
    world.driver->registers.x[0] = ENDPOINT;
    world.driver->registers.x[1] = 0;
    enter_syscall(seL4_SysCall);
    assert_true(is_idle());
    job = answer_and_serve;
    let_other_run();
    enter_interrupt(); /* the other core asks this one to look */
    assert_ptr_equal(current(), world.driver);
    assert_int_equal(world.driver->registers.x[1] >> 12, 3);
}

static void a_lower_priority_is_noticed_elsewhere(void **state)
{
    (void)state;
    start_worker();
    assert_int_equal(CALL(.capability = WORKER, .label = TCBSetPriority, .length = 1, .words = {5},
                          .cap_count = 1, .caps = {seL4_CapInitThreadTCB})
                         .label,
                     0);
    let_other_run();
    assert_ptr_equal(world_cores[1].current, worker);
    assert_int_equal(worker->priority, 5);
    assert_int_equal(CALL(.capability = WORKER + 1, .label = SchedContextUnbind).label, 0);
    let_other_run();
    assert_true(core_1_is_idle());
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_cores, end_cores)
    static const struct CMUnitTest tests[] = {
        TEST(a_thread_runs_on_the_core_of_its_context),
        TEST(its_registers_are_read_while_it_runs),
        TEST(it_is_deleted_while_it_runs),
        TEST(it_is_suspended_while_it_comes_in),
        TEST(its_registers_are_written_while_it_comes_in),
        TEST(it_moves_while_it_comes_in),
        TEST(it_is_deleted_while_it_comes_in),
        TEST(a_signal_wakes_it_from_the_other_core),
        TEST(its_fp_registers_follow_it),
        TEST(its_vcpu_is_taken_from_the_other_core),
        TEST(its_address_space_goes_away),
        TEST(private_interrupts_are_each_cores_own),
        TEST(a_server_on_the_other_core_answers),
        TEST(a_lower_priority_is_noticed_elsewhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
