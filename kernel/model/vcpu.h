/* SPDX-License-Identifier: BSD-2-Clause */
/* A virtual CPU: the EL1 state of a guest while no core holds it. One page. */
#pragma once

#include "abi/sel4/vcpu.h"
#include "kernel/dev/gic.h"

struct thread;

struct vgic_state {
    uint32_t control;
    uint32_t machine; /* GICH_VMCR, ICH_VMCR_EL2 */
    uint32_t active_priorities[GIC_PRIORITY_WORDS];
    uint32_t lists_used; /* a bit each: the list register may hold something; all others are 0 */
    uint64_t list[GIC_LIST_MAX];

    /* The virtual timer's interrupt, if the kernel delivers it. */
    uint64_t timer_word;  /* as written: VTIMER_* */
    uint64_t timer_entry; /* what goes into the list register */
    uint32_t timer_lists; /* a bit, or none: where the timer's entry went last */
};

struct vcpu {
    struct thread *thread;
    uint64_t registers[seL4_VCPUReg_Num];
    uint64_t cache_selector; /* CSSELR_EL1: the VMM has no business with it */
    struct vgic_state vgic;
    bool timer_masked; /* the virtual timer's interrupt was reported and not acknowledged yet */
    bool loaded;       /* a core holds its registers */
    uint32_t core;     /* which */
};

_Static_assert(sizeof(struct vcpu) <= 4096, "a vCPU fits its page");
