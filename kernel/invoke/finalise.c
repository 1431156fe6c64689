/* SPDX-License-Identifier: BSD-2-Clause */
/* What deleting a capability does to its object (kernel/model/finalise.h). */
#include "kernel/model/finalise.h"
#include "kernel/cap/delete.h"
#include "kernel/invoke/mapping.h"
#include "kernel/ipc/reply.h"
#include "kernel/ipc/thread.h"
#include "kernel/model/irq.h"
#include "kernel/virt/fpu.h"
#include "kernel/virt/vcpu.h"

static bool finalise_notification(struct notification *notification)
{
    if (!notification_cancel_all(notification)) {
        return false;
    }
    if (notification->bound_thread != NULL) {
        notification_unbind(notification->bound_thread);
    }
    if (notification->sched_context != NULL) {
        notification_forget_context(notification->sched_context);
    }
    return true;
}

static void finalise_thread(struct thread *thread)
{
    thread_forget(thread);
    fpu_release(thread);
    if (thread->vcpu != NULL) {
        vcpu_unbind(thread->vcpu);
    }
}

static void finalise_sched_context(struct sched_context *context)
{
    if (context->yielding != NULL) {
        thread_end_yield(context->yielding);
    }
    notification_forget_context(context);
    reply_forget_context(context);
    sched_context_forget(context);
}

/* The tables of the core's space are about to be reused: it may not walk them. It cannot get into
 * the space again while the kernel lock is held. */
static void leave_space(uint32_t unused)
{
    core_local()->reschedule = true;
    core_local()->vttbr = asid_empty_vttbr();
    sysreg_write_vttbr_el2(asid_empty_vttbr());
    barrier_instruction();
}

/* The notification's capability in there may be its last, with threads that wait. */
static bool finalise_irq(uint32_t line)
{
    if (!cap_delete(irq_slot(line))) {
        return false;
    }
    irq_release(line);
    return true;
}

static bool finalise_last(struct cap cap)
{
    switch (cap_type(cap)) {
    case CAP_ENDPOINT:
        return endpoint_cancel_all(cap_object(cap));
    case CAP_NOTIFICATION:
        return finalise_notification(cap_object(cap));
    case CAP_IRQ_HANDLER:
        return finalise_irq((uint32_t)cap.data);
    case CAP_REPLY:
        reply_clear(cap_object(cap));
        break;
    case CAP_THREAD:
        finalise_thread(cap_object(cap));
        break;
    case CAP_SCHED_CONTEXT:
        finalise_sched_context(cap_object(cap));
        break;
    case CAP_VCPU:
        vcpu_forget(cap_object(cap));
        break;
    case CAP_PAGE_TABLE:
        if (cap_mapping_asid(cap) != 0) {
            mapping_undo_table(cap);
        }
        break;
    case CAP_VSPACE:
        asid_remove(cap_mapping_asid(cap), cap_object(cap)); /* 0 stands for no space */
        break;
    case CAP_ASID_POOL:
        core_local()->reschedule = true; /* it looks for its space anew */
        mapping_stall_users(cap_mapping_asid(cap), ASID_POOL_ENTRIES, leave_space);
        asid_pool_remove((unsigned)(cap_mapping_asid(cap) / ASID_POOL_ENTRIES), cap_object(cap));
        break;
    default:
        break;
    }
    return true;
}

bool object_finalise(struct cap cap, bool last)
{
    /* A mapping belongs to one capability, not to the object. */
    if (cap_type(cap) == CAP_FRAME) {
        if (cap_mapping_asid(cap) != 0) {
            mapping_undo_frame(cap);
        }
        return true;
    }
    if (cap_type(cap) == CAP_VSPACE && cap_mapping_asid(cap) != 0) {
        /* It may have been that of a thread which runs. */
        asid_generation++;
        core_local()->reschedule = true;
        mapping_stall_users(cap_mapping_asid(cap), 1, leave_space);
    }
    return !last || finalise_last(cap);
}
