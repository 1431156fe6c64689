/* SPDX-License-Identifier: BSD-2-Clause */
/* Virtual interrupt interfaces of kernel/virt/vgic.h. */
#include "kernel/virt/vgic.h"
#include "kernel/lib/bits.h"
#include "kernel/lib/check.h"

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
