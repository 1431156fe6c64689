/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a guest's vCPU stopped for, and what is done about it: one message from the kernel in, one
 * answer out. Stands on arch/, bus/ and dev/; makes no system call of its own, and whatever a
 * guest does, always has an answer.
 */
#ifndef VMM_MACHINE_EXITS_H
#define VMM_MACHINE_EXITS_H

#include "abi/sel4/faults.h"
#include "abi/vmm.h"
#include "vmm/arch/vcpu.h"
#include "vmm/bus/bus.h"
#include "vmm/dev/gic.h"
#include "vmm/dev/psci.h"
#include "vmm/mem/ram.h"

/* How often, by reason; `report` prints these names. */
#define EXIT_REASONS(X)                                 \
    X(mmio)        /* VM fault on an emulated device */ \
    X(abort)       /* VM fault that was given back */   \
    X(vppi)        /* the virtual timer */              \
    X(maintenance) /* the guest ended an interrupt */   \
    X(smc)                                              \
    X(hvc)                                              \
    X(wfx)                                              \
    X(sysreg)                                           \
    X(other)

enum exit_reason {
#define EXIT_REASON(name) EXIT_##name,
    EXIT_REASONS(EXIT_REASON)
#undef EXIT_REASON
        EXIT_REASON_COUNT,
};
_Static_assert((int)EXIT_REASON_COUNT <= VMM_EXIT_REASON_MAX, "the status page has room for them");

struct exits {
    const struct bus *bus;
    const struct ram *ram;
    struct gic *gic;
    struct psci *psci;
    struct vcpu *vcpus; /* all of them */
    bool rich;          /* the kernel grants rich exits: abi/sel4/faults.h, RICH_... */
    uint64_t *counts;   /* EXIT_REASON_COUNT of them: the status page's */

    /* Whose exit it is, while an ordinary one is handled. */
    struct vcpu *vcpu;
    unsigned cpu;
};

/* A fault message as it came. */
struct exit_message {
    seL4_Word label;
    seL4_Word words[seL4_UnknownSyscall_Length];
};

enum exit_action {
    EXIT_RESUME,
    EXIT_POWER_OFF, /* the guest asked for it */
    EXIT_RESET,
    EXIT_CPU_OFF, /* this vCPU is off: it makes the same exit again if it is resumed, and is to be
                   * stopped before anything else is answered */
};

struct exit_answer {
    enum exit_action action;
    unsigned reply_words; /* of the message, that have to be sent back with the reply */
};

/* An exit of vCPU `cpu`. The guest's registers are up to date when it returns; to resume it,
 * reply. */
struct exit_answer exits_handle(struct exits *exits, unsigned cpu, struct exit_message *message);

#endif
