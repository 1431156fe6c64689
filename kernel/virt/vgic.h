/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The virtual interrupt interface of a vCPU: list registers, priorities, masks.
 *
 * In the core while its vCPU is active, in struct vgic_state at all other times. Whoever maps the
 * guest's CPU interface (GICV) while a native thread runs finds an interface in which nothing is
 * pending or active, and what it changes there reaches no guest: GICH_HCR.En = 0 alone keeps
 * GICV_IAR quiet, but not GICV_EOIR, GICV_CTLR and their kind (IHI 0048B 5.3.1).
 *
 * Also the virtual timer's interrupt where the kernel itself delivers it
 * (docs/kernel/extensions.md).
 */
#pragma once

#include "kernel/model/core.h"
#include "kernel/model/vcpu.h"

/* The list registers in use, into the core or out of it. */
void vgic_load_lists(struct vgic_state *vgic);
void vgic_store_lists(struct vgic_state *vgic);

static inline void vgic_activate(struct vgic_state *vgic)
{
    if (UNLIKELY(vgic->lists_used != 0)) {
        vgic_load_lists(vgic);
    }
    gic_interface_load(vgic->control, vgic->machine, vgic->active_priorities);
}

static inline void vgic_deactivate(struct vgic_state *vgic)
{
    gic_interface_store(&vgic->machine, vgic->active_priorities);
    if (UNLIKELY(vgic->lists_used != 0)) {
        vgic_store_lists(vgic);
    }
}

/* For the rest, `active` tells where the vCPU's list registers are: in this core, or stored. */
uint64_t vgic_list_read(const struct vgic_state *vgic, bool active, unsigned index);
void vgic_list_write(struct vgic_state *vgic, bool active, unsigned index, uint64_t list);

/* Whether an interrupt is pending in a list register. */
bool vgic_interrupt_waits(const struct vgic_state *vgic, bool active);

/* ---- the virtual timer's interrupt, delivered by the kernel ---- */

/* The timer's interrupt is in a list register: pending there, or not ended yet. */
bool vgic_timer_is_listed(const struct vgic_state *vgic, bool active);

/* This core is to hold, or no longer to hold, the physical side of it. The vCPU is not active. */
void vgic_timer_load(const struct vgic_state *vgic);
void vgic_timer_unload(const struct vgic_state *vgic);

/* The interrupt of the active vCPU's timer was acknowledged. True: the guest ends it. False: the
 * kernel is not to deliver it, or cannot. */
MUST_USE bool vgic_timer_deliver(struct vgic_state *vgic);

/* seL4_VCPUReg_VTimer. `loaded`: this core holds the physical side. */
uint64_t vgic_timer_read(const struct vgic_state *vgic, bool active);
void vgic_timer_write(struct vgic_state *vgic, bool active, bool loaded, uint64_t word);

/* The list register is about to be overwritten: what the timer has there is given up. */
void vgic_timer_displace(struct vgic_state *vgic, bool loaded, unsigned index);
