/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Virtual interrupt interfaces of kernel/virt/vgic.h.
 *
 * The timer's interrupt, physically (27) and in its list register:
 *
 *   raised --vgic_timer_deliver()--> active | pending --guest--> active | active --guest--> - | -
 *
 * As long as there is an entry, the physical interrupt is active on the core that has loaded the
 * vCPU, so that it is not raised again; the guest's end of the entry deactivates it in hardware.
 */
#include "kernel/virt/vgic.h"

/* Holds nothing, and no end that is still to be reported. */
static bool list_is_empty(uint64_t list)
{
    return gic_list_state(list) == GIC_LIST_INACTIVE && gic_list_clear_eoi(list) == list;
}

void vgic_load_lists(struct vgic_state *vgic)
{
    for (uint64_t rest = vgic->lists_used; rest != 0; rest &= rest - 1) {
        unsigned index = bits_lowest(rest);
        gic_list_write(index, vgic->list[index]);
    }
}

void vgic_store_lists(struct vgic_state *vgic)
{
    for (uint64_t rest = vgic->lists_used; rest != 0; rest &= rest - 1) {
        unsigned index = bits_lowest(rest);
        vgic->list[index] = gic_list_read(index);
        gic_list_write(index, 0);
        if (list_is_empty(vgic->list[index])) {
            vgic->lists_used &= ~(uint32_t)BIT(index);
            vgic->timer_lists &= ~(uint32_t)BIT(index);
        }
    }
}

uint64_t vgic_list_read(const struct vgic_state *vgic, bool active, unsigned index)
{
    return active ? gic_list_read(index) : vgic->list[index];
}

void vgic_list_write(struct vgic_state *vgic, bool active, unsigned index, uint64_t list)
{
    if (active) {
        gic_list_write(index, list);
    } else {
        vgic->list[index] = list;
    }
    vgic->lists_used |= (uint32_t)BIT(index);
}

bool vgic_interrupt_waits(const struct vgic_state *vgic, bool active)
{
    for (uint64_t rest = vgic->lists_used; rest != 0; rest &= rest - 1) {
        enum gic_list_state state = gic_list_state(vgic_list_read(vgic, active, bits_lowest(rest)));
        if (state == GIC_LIST_PENDING || state == GIC_LIST_BOTH) {
            return true;
        }
    }
    return false;
}

/* ---- the virtual timer's interrupt ---- */

#define WORD_INDEX(word) ((unsigned)bits_get((word), VTIMER_LIST_SHIFT, VTIMER_LIST_WIDTH))

static uint64_t make_entry(uint64_t word)
{
    return gic_list_make_hardware(bits_get(word, VTIMER_ID_SHIFT, VTIMER_ID_WIDTH),
                                  GIC_PPI_VIRTUAL_TIMER,
                                  bits_get(word, VTIMER_PRIORITY_SHIFT, VTIMER_PRIORITY_WIDTH),
                                  bits_get(word, VTIMER_GROUP_SHIFT, VTIMER_GROUP_WIDTH));
}

bool vgic_timer_is_listed(const struct vgic_state *vgic, bool active)
{
    return vgic->timer_lists != 0 &&
           gic_list_state(vgic_list_read(vgic, active, bits_lowest(vgic->timer_lists))) !=
               GIC_LIST_INACTIVE;
}

void vgic_timer_load(const struct vgic_state *vgic)
{
    if (vgic_timer_is_listed(vgic, false)) {
        gic_set_active(GIC_PPI_VIRTUAL_TIMER);
    }
}

void vgic_timer_unload(const struct vgic_state *vgic)
{
    if (vgic_timer_is_listed(vgic, false)) {
        gic_clear_active(GIC_PPI_VIRTUAL_TIMER);
    }
}

bool vgic_timer_deliver(struct vgic_state *vgic)
{
    if ((vgic->timer_word & VTIMER_ENABLED) == 0) {
        return false;
    }
    unsigned index = WORD_INDEX(vgic->timer_word);
    uint32_t bit = (uint32_t)BIT(index);
    /* Only an entry of the timer's own that has ended may be written over. */
    if ((vgic->lists_used & bit) != 0 &&
        ((vgic->timer_lists & bit) == 0 ||
         gic_list_state(gic_list_read(index)) != GIC_LIST_INACTIVE)) {
        return false;
    }
    vgic->lists_used |= bit;
    vgic->timer_lists = bit;
    gic_list_write(index, vgic->timer_entry);
    return true;
}

uint64_t vgic_timer_read(const struct vgic_state *vgic, bool active)
{
    uint64_t list = vgic_list_read(vgic, active, WORD_INDEX(vgic->timer_word));
    return vgic->timer_word | (uint64_t)gic_list_state(list) << VTIMER_STATE_SHIFT;
}

/* The timer's interrupt is no longer in its list register: it may be raised again. */
static void let_go(struct vgic_state *vgic, bool loaded)
{
    vgic->timer_lists = 0;
    if (loaded) {
        gic_clear_active(GIC_PPI_VIRTUAL_TIMER);
    }
}

void vgic_timer_displace(struct vgic_state *vgic, bool loaded, unsigned index)
{
    if ((vgic->timer_lists & BIT(index)) != 0) {
        let_go(vgic, loaded);
    }
}

void vgic_timer_write(struct vgic_state *vgic, bool active, bool loaded, uint64_t word)
{
    if (vgic_timer_is_listed(vgic, active)) {
        unsigned index = bits_lowest(vgic->timer_lists);
        uint64_t list = vgic_list_read(vgic, active, index);
        if (gic_list_state(list) == GIC_LIST_PENDING) {
            vgic_list_write(vgic, active, index, 0);
            let_go(vgic, loaded);
        } else if ((word & VTIMER_ENABLED) == 0) {
            /* From now on it is as if the VMM had injected it. */
            vgic_list_write(vgic, active, index, gic_list_untie(list));
            let_go(vgic, loaded);
        }
    }
    vgic->timer_word = word & ~(VTIMER_PENDING | VTIMER_ACTIVE);
    vgic->timer_entry = make_entry(word);
}
