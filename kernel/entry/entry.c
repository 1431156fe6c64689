/* SPDX-License-Identifier: BSD-2-Clause */
/* What made a thread enter the kernel (kernel/entry/entry.h). */
#include "kernel/entry/entry.h"
#include "kernel/entry/switch.h"
#include "kernel/entry/syscall.h"
#include "kernel/ipc/fault.h"
#include "kernel/ipc/rich.h"

#define ESR_USER_EXCEPTION 0x02000000UL /* EC 0: an instruction that does not exist */

static uint16_t answer_to(const struct thread *thread, uint64_t esr)
{
    return rich_is_wanted(thread) ? rich_look(thread, esr).answer : 0;
}

static struct fault vm_fault(const struct thread *thread, uint64_t esr, bool prefetch)
{
    uint64_t address = prefetch ? thread->registers.pc : sysreg_read_far_el2();
    if (thread->vcpu != NULL) {
        address = vcpu_fault_address(esr, sysreg_read_far_el2());
    }
    return (struct fault){.type = FAULT_VM,
                          .prefetch = prefetch,
                          .answer = answer_to(thread, esr),
                          .address = address,
                          .code = esr & UINT32_MAX};
}

static void raise_other(struct thread *thread, uint64_t esr)
{
    enum fault_type type = esr == ESR_USER_EXCEPTION ? FAULT_USER_EXCEPTION : FAULT_VCPU;
    fault_raise(thread, (struct fault){.type = type,
                                       .answer = type == FAULT_VCPU ? answer_to(thread, esr) : 0,
                                       .code = esr & UINT32_MAX});
}

static void handle_exception(struct core *core, struct thread *thread, uint64_t esr)
{
    uint64_t class = esr >> ESR_EC_SHIFT;
    switch (class) {
    case ESR_EC_DATA_LOWER:
    case ESR_EC_INST_LOWER:
        fault_raise(thread, vm_fault(thread, esr, class == ESR_EC_INST_LOWER));
        return;
    case ESR_EC_FP:
        if (fpu_claim(core, thread)) {
            return;
        }
        break;
    case ESR_EC_WFX:
        if (thread->vcpu != NULL && (esr & ESR_WFX_TI) == 0) {
            vcpu_wait(thread);
            return;
        }
        break;
    }
    raise_other(thread, esr);
}

/* The last step of every entry: whoever is next gets the core. */
static struct thread *leave(struct core *core)
{
    struct thread *next = core->current;
    if (core->reschedule || core->candidate != NULL) {
        next = switch_to_next(core);
    }
    switch_check(core);
    return next;
}

/* The core's books are in order, and the thread may do what it came for. */
static bool admit(struct thread *thread, struct core *core)
{
    bool expired;
    sched_account(core);
    if (LIKELY(sched_check_budget(core, &expired))) {
        return true;
    }
    /* What it came for is done again when it has some budget. */
    thread->registers.pc = thread->registers.restart_pc;
    if (expired) {
        fault_raise_timeout(thread);
    }
    return false;
}

struct thread *entry_syscall(uint64_t pointer, uint64_t info, struct thread *thread,
                             struct core *core)
{
    if (admit(thread, core)) {
        syscall_handle(thread);
    }
    return leave(core);
}

struct thread *entry_exception(uint64_t esr, uint64_t unused, struct thread *thread,
                               struct core *core)
{
    bool is_guest_call = esr >> ESR_EC_SHIFT == ESR_EC_HVC64;
    if (is_guest_call) {
        thread->registers.restart_pc = thread->registers.pc - 4; /* like a system call */
    }
    if (admit(thread, core)) {
        if (is_guest_call && !rich_is_wanted(thread)) {
            syscall_handle(thread);
        } else {
            handle_exception(core, thread, esr);
        }
    }
    return leave(core);
}

struct thread *entry_again(uint64_t esr, uint64_t unused, struct thread *gone, struct core *core)
{
    sched_account(core);
    return leave(core);
}

struct thread *entry_interrupt(uint64_t nothing, uint64_t unused, struct thread *thread,
                               struct core *core)
{
    bool expired;
    sched_account(core);
    bool may_go_on = sched_check_budget(core, &expired);
    switch_handle_interrupt(core, may_go_on);
    if (UNLIKELY(!may_go_on) && thread->state == THREAD_RUNNING && expired) {
        fault_raise_timeout(thread);
    }
    return leave(core);
}

struct thread *entry_serror(uint64_t esr, uint64_t unused, struct thread *thread, struct core *core)
{
    sched_account(core);
    raise_other(thread, esr);
    return leave(core);
}

NO_RETURN static void enter_user_level(struct core *core)
{
    struct thread *next = leave(core);
    smp_leave(core);
    entry_return(next);
}

void entry_start(struct core *core, struct thread *first)
{
    sched_wake(first);
    enter_user_level(core);
}

void entry_start_idle(struct core *core)
{
    bool undisturbed = smp_enter(core);
    (void)undisturbed; /* nothing has happened yet */
    vcpu_init_core(core);
    core->reschedule = true;
    enter_user_level(core);
}
