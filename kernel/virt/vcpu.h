/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Virtual CPUs: the EL1 state of guests, their virtual timer and interrupts.
 *
 *   stored --load--> loaded --activate--> active        a core holds one at most
 *          <-unload-        <-deactivate-
 *
 * Loaded: EL1's registers are in the core. Active: EL1 runs with them. While a native thread runs
 * the guest's registers stay loaded: with HCR_EL2.TGE set they are inert. What is not, because it
 * also governs EL0 or can be reached from there, deactivating exchanges: a handful of registers,
 * and the virtual interrupt interface (virt/vgic.h). So a guest's exit to its VMM and back is
 * short.
 */
#pragma once

#include "kernel/dev/gic.h"
#include "kernel/model/core.h"
#include "kernel/model/vcpu.h"

#define VCPU_SCTLR_RESET 0x34d58820UL

/* What every core needs before its first user runs: the native settings. */
void vcpu_init_core(struct core *core);

/* What is not zero in a new one. */
static inline void vcpu_init(struct vcpu *vcpu)
{
    vcpu->registers[seL4_VCPUReg_SCTLR] = VCPU_SCTLR_RESET;
    vcpu->vgic.control = GIC_HYP_ENABLE;
}

/* Pairs a vCPU with a thread; earlier pairings of both end. */
void vcpu_bind(struct vcpu *vcpu, struct thread *thread);
void vcpu_unbind(struct vcpu *vcpu);

/* The object goes away: no core may hold it. */
void vcpu_forget(struct vcpu *vcpu);

/* Prepares the core to run `thread` at user level: a guest's vCPU active, or none. */
void vcpu_exchange(struct core *core, struct vcpu *vcpu);

static inline void vcpu_switch(struct core *core, const struct thread *thread)
{
    if (core->vcpu_active != thread->vcpu) {
        vcpu_exchange(core, thread->vcpu);
    }
}

/* field below seL4_VCPUReg_Num. Works wherever the registers are. */
uint64_t vcpu_read(struct vcpu *vcpu, unsigned field);
void vcpu_write(struct vcpu *vcpu, unsigned field, uint64_t value);

/* Makes the interrupt pending for the guest and ends its WFI. index below gic.list_count. False,
 * with nothing done, if what is in that list register is active. */
MUST_USE bool vcpu_inject(struct vcpu *vcpu, unsigned index, uint64_t list);

/* VCPU_REG_VTIMER; the word's list register is below gic.list_count. */
uint64_t vcpu_read_timer(struct vcpu *vcpu);
void vcpu_write_timer(struct vcpu *vcpu, uint64_t word);

/* The virtual timer's interrupt may be reported again. */
void vcpu_acknowledge_timer(struct vcpu *vcpu);

/* The current thread, a guest's, executed WFI: skips it, and sleeps unless something is pending. */
void vcpu_wait(struct thread *thread);

/* The virtual timer's interrupt was acknowledged. True: the guest ends it, nobody else is to. */
MUST_USE bool vcpu_deliver_timer(struct core *core);

/* Interrupts of this core's active vCPU: the fault is to be raised for its thread. */
struct fault vcpu_timer_interrupt(struct core *core);
struct fault vcpu_maintenance_interrupt(void);

/* Where in the guest's physical space an abort of its current vCPU happened (HPFAR_EL2, FAR_EL2, or
 * a translation of `address` where HPFAR_EL2 does not tell). */
uint64_t vcpu_fault_address(uint64_t esr, uint64_t address);
