/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel objects of one VM, each in the slot that abi/vmm.h names: vCPUs and their threads.
 * Stands on libs/sel4; makes no object, and has no capability for anything else.
 */
#ifndef VMM_MACHINE_OBJECTS_H
#define VMM_MACHINE_OBJECTS_H

#include "abi/vmm.h"
#include "vmm/arch/vcpu.h"
#include "vmm/dev/gic.h"
#include "vmm/machine/complaint.h"
#include "vmm/mem/address.h"

/* What the vCPU starts with; all other registers are 0. */
struct objects_start {
    ipa_t pc;
    uint64_t x0;
};

/* Writes the registers of a vCPU that does not run, fresh or stopped, and lets its thread run: it
 * does once it has time. */
bool objects_start(unsigned cpu, const struct objects_start *start, struct complaint *complaint);

/* Its thread does not run any more, wherever it was; it keeps its time. A fault of it that was not
 * heard of is forgotten. */
void objects_stop(unsigned cpu);

/* Asks the kernel for rich exits (docs/kernel/extensions.md): false if it has none. */
bool objects_ask_for_rich_exits(unsigned cpu);

/* How arch/ reaches the kernel; the owner is the number of the vCPU. */
extern const struct vcpu_ops objects_vcpu_ops;

static inline void *objects_vcpu_owner(unsigned cpu)
{
    return (void *)(uintptr_t)cpu;
}

enum gic_inject_result objects_inject(unsigned cpu, unsigned list, unsigned intid,
                                      unsigned priority, unsigned group);

/* The kernel's own delivery of the virtual timer's interrupt (docs/kernel/extensions.md): false if
 * it has none. */
bool objects_deliver_timer(unsigned cpu, const struct gic_timer *timer);
struct gic_timer_state objects_timer_state(unsigned cpu);

/* Whether the guest's virtual timer asserts its interrupt, and letting it interrupt again. */
bool objects_timer_is_due(unsigned cpu);
void objects_timer_acknowledge(unsigned cpu);

/* How far the guest's virtual counter is behind the physical one. */
uint64_t objects_counter_offset(unsigned cpu);

#endif
