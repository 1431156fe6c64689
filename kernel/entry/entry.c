/* SPDX-License-Identifier: BSD-2-Clause */
/* What made a thread enter the kernel (kernel/entry/entry.h). */
#include "kernel/entry/entry.h"
#include "abi/sel4/faults.h"
#include "abi/sel4/syscalls.h"
#include "arch/core.h"
#include "hw/sysreg.h"
#include "kernel/entry/switch.h"
#include "kernel/entry/syscall.h"
#include "kernel/invariant/invariant.h"
#include "kernel/ipc/fastpath.h"
#include "kernel/ipc/fault.h"
#include "kernel/lib/bits.h"
#include "kernel/sched/sched.h"
#include "kernel/sched/smp.h"
#include "kernel/virt/fpu.h"
#include "kernel/virt/vcpu.h"

#define ESR_USER_EXCEPTION 0x02000000UL /* EC 0: an instruction that does not exist */
#define ESR_WFX_IS_WFE     BIT(0)

static bool is_guest(const struct thread *thread)
{
    return thread->vcpu != NULL;
}

static struct fault vm_fault(const struct thread *thread, uint64_t esr, bool prefetch)
{
    uint64_t address = prefetch ? thread->registers.pc : sysreg_read_far_el2();
    if (is_guest(thread)) {
        address = vcpu_fault_address(esr, sysreg_read_far_el2());
    }
    return (struct fault){
        .type = FAULT_VM, .prefetch = prefetch, .address = address, .code = esr & UINT32_MAX};
}

static void raise_other(struct thread *thread, uint64_t esr)
{
    enum fault_type type = esr == ESR_USER_EXCEPTION ? FAULT_USER_EXCEPTION : FAULT_VCPU;
    fault_raise(thread, (struct fault){.type = type, .code = esr & UINT32_MAX});
}

static void handle_exception(struct core *core, struct thread *thread, uint64_t esr)
{
    switch (esr >> ESR_EC_SHIFT) {
    case ESR_EC_DATA_LOWER:
        fault_raise(thread, vm_fault(thread, esr, false));
        return;
    case ESR_EC_INST_LOWER:
        fault_raise(thread, vm_fault(thread, esr, true));
        return;
    case ESR_EC_FP:
        if (fpu_claim(core, thread)) {
            return;
        }
        break;
    case ESR_EC_WFX:
        if (is_guest(thread) && (esr & ESR_WFX_IS_WFE) == 0) {
            vcpu_wait(thread);
            return;
        }
        break;
    default:
        break;
    }
    raise_other(thread, esr);
}

/* The thread is out of budget: what it did is done again when it has some. */
static void budget_expired(struct thread *thread, bool expired)
{
    if (expired && fault_raise_timeout(thread)) {
        return;
    }
}

/* A guest's access to what its VMM emulates, or its call to firmware. */
static struct thread *quick_guest_exit(struct core *core, struct thread *thread, uint64_t esr)
{
    uint64_t words[seL4_VMFault_Length];
    switch (esr >> ESR_EC_SHIFT) {
    case ESR_EC_DATA_LOWER:
        words[seL4_VMFault_IP] = thread->registers.restart_pc;
        words[seL4_VMFault_Addr] = vcpu_fault_address(esr, sysreg_read_far_el2());
        words[seL4_VMFault_PrefetchFault] = 0;
        words[seL4_VMFault_FSR] = esr & UINT32_MAX;
        return fastpath_fault(core, thread, FAULT_VM, words, seL4_VMFault_Length);
    case ESR_EC_SMC64:
    case ESR_EC_SYSREG:
        words[seL4_VCPUFault_HSR] = esr & UINT32_MAX;
        return fastpath_fault(core, thread, FAULT_VCPU, words, seL4_VCPUFault_Length);
    default:
        return NULL;
    }
}

/* The commonest entries, decided by two comparisons; NULL: the general way. */
static struct thread *quick(struct core *core, struct thread *thread, uint64_t esr)
{
    if (LIKELY(esr >> ESR_EC_SHIFT == ESR_EC_SVC64)) {
        switch ((int64_t)thread->registers.x[7]) {
        case seL4_SysCall:
            return fastpath_call(core, thread);
        case seL4_SysReplyRecv:
            return fastpath_reply_recv(core, thread);
        default:
            return NULL;
        }
    }
    return is_guest(thread) ? quick_guest_exit(core, thread, esr) : NULL;
}

static bool is_syscall_class(uint64_t esr)
{
    uint64_t class = esr >> ESR_EC_SHIFT;
    return class == ESR_EC_SVC64 || class == ESR_EC_HVC64;
}

static void check_invariants(struct core *core)
{
    if (BUILD_DEBUG) {
        invariant_check_core(core);
    }
}

/* The last step of every entry: whoever is next gets the core. */
static struct thread *leave(struct core *core)
{
    struct thread *next = switch_to_next(core);
    check_invariants(core);
    smp_leave(core);
    return next;
}

struct thread *entry_synchronous(uint64_t esr)
{
    struct core *core = core_local();
    struct thread *thread = core->current;
    bool is_syscall = is_syscall_class(esr);
    bool expired;
    if (is_syscall) {
        thread->registers.restart_pc = thread->registers.pc - 4;
    }
    if (UNLIKELY(!smp_enter(core))) {
        thread->registers.pc = thread->registers.restart_pc;
        sched_account();
        return leave(core);
    }
    struct thread *next = quick(core, thread, esr);
    if (LIKELY(next != NULL)) {
        switch_to(core, next);
        check_invariants(core);
        smp_leave(core);
        return next;
    }
    sched_account();
    if (UNLIKELY(!sched_check_budget(&expired))) {
        thread->registers.pc = thread->registers.restart_pc;
        budget_expired(thread, expired);
    } else if (is_syscall) {
        syscall_handle(thread);
    } else {
        handle_exception(core, thread, esr);
    }
    return leave(core);
}

struct thread *entry_interrupt(void)
{
    struct core *core = core_local();
    struct thread *thread = core->current;
    bool expired;
    if (UNLIKELY(!smp_enter(core))) {
        sched_account();
        return leave(core);
    }
    sched_account();
    bool may_go_on = sched_check_budget(&expired);
    switch_handle_interrupt(core, may_go_on);
    if (!may_go_on && thread->state == THREAD_RUNNING) {
        budget_expired(thread, expired);
    }
    return leave(core);
}

struct thread *entry_serror(uint64_t esr)
{
    struct core *core = core_local();
    bool undisturbed = smp_enter(core);
    sched_account();
    if (undisturbed) {
        raise_other(core->current, esr);
    }
    return leave(core);
}

void entry_start(struct core *core, struct thread *first)
{
    sched_wake(first);
    entry_return(leave(core));
}

void entry_start_idle(struct core *core)
{
    bool undisturbed = smp_enter(core);
    (void)undisturbed; /* nothing has happened yet */
    vcpu_init_core(core);
    entry_return(leave(core));
}
