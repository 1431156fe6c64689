/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The virtual interrupt interface of a vCPU: list registers, priorities, masks.
 *
 * In the core while its vCPU is active, in struct vgic_state at all other times. Whoever maps the
 * guest's CPU interface (GICV) while a native thread runs finds an interface in which nothing is
 * pending or active, and what it changes there reaches no guest: GICH_HCR.En = 0 alone keeps
 * GICV_IAR quiet, but not GICV_EOIR, GICV_CTLR and their kind (IHI 0048B 5.3.1).
 */
#pragma once

#include "kernel/dev/gic.h"
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
    gic_interface_store(&vgic->machine, &vgic->active_priorities);
    if (UNLIKELY(vgic->lists_used != 0)) {
        vgic_store_lists(vgic);
    }
}

/* For the rest, `active` tells where the vCPU's list registers are: in this core, or stored. */
uint64_t vgic_list_read(const struct vgic_state *vgic, bool active, unsigned index);
void vgic_list_write(struct vgic_state *vgic, bool active, unsigned index, uint64_t list);

/* Whether an interrupt is pending in a list register. */
bool vgic_interrupt_waits(const struct vgic_state *vgic, bool active);
