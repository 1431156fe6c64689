/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupts, idling and the hand-over of the core (kernel/entry/switch.h). */
#include "kernel/entry/switch.h"
#include "arch/interrupt.h"
#include "kernel/ipc/fault.h"
#include "kernel/ipc/thread.h"
#include "kernel/model/irq.h"

static void signal_handler(struct core *core, uint32_t irq)
{
    struct cap cap = irq_slot(irq_line(irq, core->id))->cap;
    if (cap_type(cap) == CAP_NOTIFICATION) {
        notification_signal(cap_object(cap), cap_badge(cap));
    }
}

void switch_handle_interrupt(struct core *core, bool in_budget)
{
    uint32_t irq = gic_acknowledge();
    if (irq == GIC_SPURIOUS) {
        return;
    }
    gic_drop_priority(irq);
    switch (irq) {
    case GIC_PPI_HYP_TIMER:
        /* The deadline moves when the kernel is left; until then the timer must not ask again. */
        core->deadline = UINT64_MAX;
        core->reschedule = true;
        timer_set_deadline(UINT64_MAX);
        break;
    case SMP_SGI_CALL:
    case SMP_SGI_RESCHEDULE:
        break; /* what they are for happens in coming here and in leaving */
    case GIC_PPI_VIRTUAL_TIMER:
        if (vcpu_deliver_timer(core)) {
            return;
        }
        if (in_budget && core->vcpu_active != NULL) {
            fault_raise(core->current, vcpu_timer_interrupt(core));
        }
        break;
    case GIC_PPI_MAINTENANCE:
        if (in_budget && core->vcpu_active != NULL) {
            fault_raise(core->current, vcpu_maintenance_interrupt());
        }
        break;
    default:
        /* Stays active, that is masked, until it is acknowledged. */
        signal_handler(core, irq);
        return;
    }
    gic_deactivate(irq);
}

/* Whoever ran here last may go on elsewhere. */
static void save_thread_ids(struct core *core)
{
    struct thread *thread = core->in_core;
    if (thread != NULL) {
        thread->registers.tpidr_el0 = sysreg_read_tpidr_el0();
        thread->registers.tpidrro_el0 = sysreg_read_tpidrro_el0();
        core->in_core = NULL;
    }
}

static void idle(struct core *core)
{
    vcpu_switch(core, core->idle);
    save_thread_ids(core);
    smp_leave(core);
    interrupt_wait();
    bool undisturbed = smp_enter(core);
    sched_account(core);
    if (undisturbed) {
        switch_handle_interrupt(core, true);
    }
}

/* The target of a YieldTo has had its turn: the caller's answer is what it used since. */
static void complete_yield(struct thread *thread)
{
    struct sched_context *context = thread->yielding_to;
    thread->registers.x[MESSAGE_REG_FIRST] += timer_ticks_to_us(context->consumed);
    context->consumed = 0;
    thread_end_yield(thread);
}

void switch_find_space(struct thread *thread)
{
    struct cap space = thread->slots[THREAD_SLOT_VSPACE].cap;
    uint64_t vttbr = asid_vttbr(cap_mapping_asid(space));
    /* The id may be somebody else's by now. */
    if (UNLIKELY((vttbr & ASID_VTTBR_ROOT) != cap_address(space).raw || vttbr == 0)) {
        vttbr = asid_empty_vttbr();
    }
    thread->vttbr = vttbr;
    thread->vttbr_generation = asid_generation;
}

struct thread *switch_to_next(struct core *core)
{
    struct thread *thread = sched_choose();
    while (UNLIKELY(thread == core->idle)) {
        idle(core);
        thread = sched_choose();
    }
    if (UNLIKELY(thread->yielding_to != NULL)) {
        complete_yield(thread);
    }
    switch_to(core, thread);
    return thread;
}
