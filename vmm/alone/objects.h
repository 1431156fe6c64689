/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel objects of one VM: the guest's stage 2 address space with its RAM and virtual CPU
 * interface, the vCPU and its thread, and the ends at which the VMM hears of them. Stands on
 * libs/alloc; gives the guest's thread no capability at all.
 */
#ifndef VMM_ALONE_OBJECTS_H
#define VMM_ALONE_OBJECTS_H

#include "libs/alloc/alloc.h"
#include "vmm/arch/vcpu.h"
#include "vmm/dev/gic.h"
#include "vmm/machine/complaint.h"
#include "vmm/mem/ram.h"

/* Badges of what arrives at the one endpoint the VMM waits on. */
enum {
    BADGE_VCPU = 1 << 0,    /* a fault message of the guest's thread */
    BADGE_CONSOLE = 1 << 1, /* a signal: the console's interrupt */
};

struct objects {
    struct alloc *alloc;
    struct alloc_vspace stage2;
    seL4_CPtr vspace;
    seL4_CPtr endpoint;     /* where to wait */
    seL4_CPtr reply;        /* to wait with */
    seL4_CPtr notification; /* bound to the VMM's thread */
    seL4_CPtr tcb, sched_context, cnode, fault_handler;
    seL4_CPtr vcpu;
};

/* What the vCPU starts with; all other registers are 0. */
struct objects_start {
    ipa_t pc;
    uint64_t x0;
};

/* Everything but RAM and vCPU. `gicv` are the physical addresses of the hardware's two pages. */
bool objects_create(struct objects *objects, struct alloc *alloc, const seL4_BootInfo *bootinfo,
                    const uint64_t gicv[2], struct complaint *complaint);

/* Makes `size` bytes of zeroed RAM, mapped for the guest at `base` and for the VMM wherever. */
bool objects_create_ram(struct objects *objects, ipa_t base, uint64_t size, struct ram *ram,
                        struct complaint *complaint);

/* The guest does not run any more, and nothing it was waiting for is owed to it. */
bool objects_stop(struct objects *objects, struct complaint *complaint);

/* A fresh vCPU, in place of the one before if there is one: no register, timer setting or list
 * register of it is left. Then lets the guest run, which must be stopped. */
bool objects_start(struct objects *objects, const struct objects_start *start,
                   struct complaint *complaint);

/* Asks the kernel for rich exits (docs/kernel/extensions.md): false if it has none. */
bool objects_ask_for_rich_exits(struct objects *objects);

/* The interrupt signals BADGE_CONSOLE; `*handler` acknowledges it. */
bool objects_bind_interrupt(struct objects *objects, uint32_t intid, bool edge, seL4_CPtr *handler,
                            struct complaint *complaint);

/* How arch/ and dev/ reach the kernel; the owner is the struct objects. */
extern const struct vcpu_ops objects_vcpu_ops;
enum gic_inject_result objects_inject(struct objects *objects, unsigned list, unsigned intid,
                                      unsigned priority, unsigned group);

/* The kernel's own delivery of the virtual timer's interrupt (docs/kernel/extensions.md): false if
 * it has none. */
bool objects_deliver_timer(struct objects *objects, const struct gic_timer *timer);
struct gic_timer_state objects_timer_state(struct objects *objects);

/* Whether the guest's virtual timer asserts its interrupt, and letting it interrupt again. */
bool objects_timer_is_due(struct objects *objects);
void objects_timer_acknowledge(struct objects *objects);

/* How far the guest's virtual counter is behind the physical one. */
uint64_t objects_counter_offset(struct objects *objects);

#endif
