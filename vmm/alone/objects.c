/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes the kernel objects of a VM, once, and starts its vCPU, as often as it is reset. */
#include "vmm/alone/objects.h"

#include <inttypes.h>
#include <string.h>

#include "vmm/arch/esr.h"
#include "vmm/mem/layout.h"

enum {
    GUEST_PRIORITY = 100, /* below the VMM: what arrives from outside is handled first */
    GUEST_SLICE_US = 10000,
    GUEST_AFFINITY = 0x80000000, /* VMPIDR_EL2: bit 31 is one, core 0 of cluster 0 */

    EMPTY_CNODE_BITS = 1,
};

/* Masked, at EL1 with its own stack (Linux booting.rst: all of DAIF masked, EL1). */
#define GUEST_PSTATE (SPSR_DAIF | SPSR_MODE_EL1H)

static bool refused(struct objects *objects, enum alloc_result result, const char *what,
                    struct complaint *complaint)
{
    if (result == ALLOC_REFUSED)
        return complain(complaint, "%s: the kernel refused (error %d)", what,
                        (int)objects->alloc->kernel_error);
    return complain(complaint, "%s: %s", what, alloc_strerror(result));
}

static bool kernel_refused(seL4_Error error, const char *what, struct complaint *complaint)
{
    return complain(complaint, "%s: the kernel refused (error %d)", what, (int)error);
}

static bool create_object(struct objects *objects, seL4_Word type, seL4_Word size_bits,
                          seL4_CPtr *slot, const char *what, struct complaint *complaint)
{
    enum alloc_result result = alloc_object(objects->alloc, type, size_bits, slot);

    return result == ALLOC_OK || refused(objects, result, what, complaint);
}

/* A copy of a capability with a badge. */
static bool mint(struct objects *objects, seL4_CPtr source, seL4_Word badge, seL4_CPtr *slot,
                 struct complaint *complaint)
{
    enum alloc_result result = alloc_slot(objects->alloc, slot);
    seL4_Error error;

    if (result != ALLOC_OK)
        return refused(objects, result, "badged capability", complaint);
    error = seL4_CNode_Mint(seL4_CapInitThreadCNode, *slot, seL4_WordBits, seL4_CapInitThreadCNode,
                            source, seL4_WordBits, seL4_AllRights, badge);
    return error == seL4_NoError || kernel_refused(error, "badged capability", complaint);
}

/* The hardware's virtual CPU interface, where the guest expects its CPU interface. */
static bool map_gicv(struct objects *objects, const uint64_t gicv[2], struct complaint *complaint)
{
    static const char what[] = "virtual CPU interface (GICV)";

    for (unsigned page = 0; page < 2; page++) {
        seL4_CPtr frame;
        enum alloc_result result = alloc_object_at_paddr(objects->alloc, seL4_ARM_SmallPageObject,
                                                         0, gicv[page], &frame);

        if (result == ALLOC_OK)
            result = alloc_map_in(objects->alloc, &objects->stage2, frame,
                                  LAYOUT_GICC_BASE + page * KIB(4), seL4_ReadWrite,
                                  seL4_ARM_ExecuteNever);
        if (result != ALLOC_OK)
            return refused(objects, result, what, complaint);
    }
    return true;
}

static bool create_stage2(struct objects *objects, const uint64_t gicv[2],
                          struct complaint *complaint)
{
    seL4_Error error;

    if (!create_object(objects, seL4_ARM_VSpaceObject, 0, &objects->vspace, "guest address space",
                       complaint))
        return false;
    error = seL4_ARM_ASIDPool_Assign(seL4_CapInitThreadASIDPool, objects->vspace);
    if (error != seL4_NoError)
        return kernel_refused(error, "guest address space", complaint);
    alloc_vspace_init(&objects->stage2, objects->vspace);
    return map_gicv(objects, gicv, complaint);
}

/* A thread with an empty CSpace of one level: whatever capability a guest names, it is not there.
 */
static bool create_thread(struct objects *objects, const seL4_BootInfo *bootinfo,
                          struct complaint *complaint)
{
    seL4_Word guard = seL4_CNode_CapData_new(0, seL4_WordBits - EMPTY_CNODE_BITS).words[0];
    seL4_Error error;

    if (!create_object(objects, seL4_TCBObject, 0, &objects->tcb, "vCPU thread", complaint) ||
        !create_object(objects, seL4_CapTableObject, EMPTY_CNODE_BITS, &objects->cnode,
                       "vCPU's empty CNode", complaint) ||
        !create_object(objects, seL4_SchedContextObject, seL4_MinSchedContextBits,
                       &objects->sched_context, "vCPU's scheduling context", complaint) ||
        !mint(objects, objects->endpoint, BADGE_VCPU, &objects->fault_handler, complaint))
        return false;
    error = seL4_SchedControl_Configure(bootinfo->schedcontrol.start, objects->sched_context,
                                        GUEST_SLICE_US, GUEST_SLICE_US, 0, 0);
    if (error == seL4_NoError)
        error = seL4_TCB_Configure(objects->tcb, objects->cnode, guard, objects->vspace, 0, 0,
                                   seL4_CapNull);
    if (error == seL4_NoError)
        error = seL4_TCB_SetSchedParams(objects->tcb, seL4_CapInitThreadTCB, 0, GUEST_PRIORITY,
                                        objects->sched_context, objects->fault_handler);
    return error == seL4_NoError || kernel_refused(error, "vCPU thread", complaint);
}

bool objects_create(struct objects *objects, struct alloc *alloc, const seL4_BootInfo *bootinfo,
                    const uint64_t gicv[2], struct complaint *complaint)
{
    seL4_Error error;

    objects->alloc = alloc;
    objects->vcpu = seL4_CapNull;
    if (!create_object(objects, seL4_EndpointObject, 0, &objects->endpoint, "endpoint",
                       complaint) ||
        !create_object(objects, seL4_ReplyObject, 0, &objects->reply, "reply object", complaint) ||
        !create_object(objects, seL4_NotificationObject, 0, &objects->notification, "notification",
                       complaint))
        return false;
    error = seL4_TCB_BindNotification(seL4_CapInitThreadTCB, objects->notification);
    if (error != seL4_NoError)
        return kernel_refused(error, "notification", complaint);
    return create_stage2(objects, gicv, complaint) && create_thread(objects, bootinfo, complaint);
}

/* One 2 MiB page, for the guest by its own capability and for the VMM by a copy of it. */
static enum alloc_result map_ram_page(struct objects *objects, seL4_CPtr frame, seL4_CPtr copy,
                                      uint64_t ipa, uintptr_t vaddr)
{
    enum alloc_result result = alloc_map_in(objects->alloc, &objects->stage2, frame, ipa,
                                            seL4_ReadWrite, seL4_ARM_Default_VMAttributes);

    if (result != ALLOC_OK)
        return result;
    objects->alloc->kernel_error = seL4_CNode_Copy(seL4_CapInitThreadCNode, copy, seL4_WordBits,
                                                   seL4_CapInitThreadCNode, frame, seL4_WordBits,
                                                   seL4_AllRights);
    if (objects->alloc->kernel_error != seL4_NoError)
        return ALLOC_REFUSED;
    return alloc_map_frame(objects->alloc, copy, vaddr, seL4_ReadWrite,
                           seL4_ARM_Default_VMAttributes | seL4_ARM_ExecuteNever);
}

bool objects_create_ram(struct objects *objects, ipa_t base, uint64_t size, struct ram *ram,
                        struct complaint *complaint)
{
    uint64_t available = alloc_count(objects->alloc).ram_bytes_free;
    size_t count = size / LAYOUT_RAM_PAGE;
    seL4_CPtr frames, copies;
    uintptr_t vaddr;
    enum alloc_result result;

    result = size > available
                 ? ALLOC_NO_MEMORY
                 : alloc_frames(objects->alloc, seL4_ARM_LargePageObject, count, &frames);
    if (result == ALLOC_NO_MEMORY)
        return complain(complaint,
                        "config: memory of %" PRIu64 " MiB: the board has %" PRIu64
                        " MiB free: lower memory",
                        size >> 20, available >> 20);
    if (result == ALLOC_OK)
        result = alloc_slots(objects->alloc, count, &copies);
    if (result == ALLOC_OK)
        result = alloc_reserve(objects->alloc, size, LAYOUT_RAM_PAGE, &vaddr);
    for (size_t i = 0; result == ALLOC_OK && i < count; i++)
        result = map_ram_page(objects, frames + i, copies + i, base.value + i * LAYOUT_RAM_PAGE,
                              vaddr + i * LAYOUT_RAM_PAGE);
    if (result != ALLOC_OK)
        return refused(objects, result, "guest RAM", complaint);
    *ram = (struct ram){.base = base, .size = size, .host = (uint8_t *)vaddr};
    return true;
}

static bool renew_vcpu(struct objects *objects, struct complaint *complaint)
{
    enum alloc_result result;

    if (objects->vcpu != seL4_CapNull) {
        result = alloc_free_object(objects->alloc, objects->vcpu);
        objects->vcpu = seL4_CapNull;
        if (result != ALLOC_OK)
            return refused(objects, result, "vCPU", complaint);
    }
    return create_object(objects, seL4_ARM_VCPUObject, 0, &objects->vcpu, "vCPU", complaint);
}

bool objects_stop(struct objects *objects, struct complaint *complaint)
{
    seL4_Error error = seL4_TCB_Suspend(objects->tcb);

    return error == seL4_NoError || kernel_refused(error, "vCPU", complaint);
}

bool objects_start(struct objects *objects, const struct objects_start *start,
                   struct complaint *complaint)
{
    seL4_UserContext context = {.pc = start->pc.value, .spsr = GUEST_PSTATE, .x0 = start->x0};
    seL4_Error error;

    if (!renew_vcpu(objects, complaint))
        return false;
    error = seL4_ARM_VCPU_SetTCB(objects->vcpu, objects->tcb);
    if (error == seL4_NoError)
        error = seL4_ARM_VCPU_WriteRegs(objects->vcpu, seL4_VCPUReg_VMPIDR_EL2, GUEST_AFFINITY);
    /* After the vCPU: without one the kernel would not keep a state of EL1. */
    if (error == seL4_NoError)
        error = seL4_TCB_WriteRegisters(objects->tcb, true, 0, seL4_UserContext_Length, &context);
    return error == seL4_NoError || kernel_refused(error, "vCPU", complaint);
}

bool objects_ask_for_rich_exits(struct objects *objects)
{
    seL4_TCB_SetFlags_t result = seL4_TCB_SetFlags(objects->tcb, 0, TCB_FLAG_RICH_EXITS);

    return result.error == seL4_NoError && (result.flags & TCB_FLAG_RICH_EXITS) != 0;
}

bool objects_bind_interrupt(struct objects *objects, uint32_t intid, bool edge, seL4_CPtr *handler,
                            struct complaint *complaint)
{
    seL4_CPtr signal;
    enum alloc_result result = alloc_slot(objects->alloc, handler);
    seL4_Error error;

    if (result != ALLOC_OK)
        return refused(objects, result, "console interrupt", complaint);
    error = seL4_IRQControl_GetTrigger(seL4_CapIRQControl, intid, edge, seL4_CapInitThreadCNode,
                                       *handler, seL4_WordBits);
    if (error != seL4_NoError)
        return kernel_refused(error, "console interrupt", complaint);
    if (!mint(objects, objects->notification, BADGE_CONSOLE, &signal, complaint))
        return false;
    error = seL4_IRQHandler_SetNotification(*handler, signal);
    return error == seL4_NoError || kernel_refused(error, "console interrupt", complaint);
}
