/* SPDX-License-Identifier: BSD-2-Clause */
/* The table behind kernel/model/irq.h. */
#include "arch/physmap.h"
#include "kernel/dev/gic.h"
#include "kernel/lib/check.h"
#include "kernel/model/irq.h"

static struct slot table[IRQ_COUNT_MAX];
static struct slot *slots;
static bool taken[IRQ_COUNT_MAX];

void irq_init(void)
{
    slots = physmap_of_image(table);
    taken[GIC_IRQ_MAINTENANCE] = true;
    taken[GIC_IRQ_HYP_TIMER] = true;
    taken[GIC_IRQ_GUEST_TIMER] = true;
    taken[0] = true; /* between cores: remote call, reschedule */
    taken[1] = true;
}

bool irq_is_taken(uint32_t irq)
{
    CHECK(irq < IRQ_COUNT_MAX);
    return taken[irq];
}

void irq_issue(uint32_t irq, bool edge, uint32_t core)
{
    CHECK(irq < IRQ_COUNT_MAX && !taken[irq]);
    taken[irq] = true;
    gic_set_trigger(irq, edge);
    gic_set_target(irq, core);
    gic_enable(irq);
}

void irq_release(uint32_t irq)
{
    CHECK(irq < IRQ_COUNT_MAX);
    gic_disable(irq);
    gic_deactivate(irq);
    gic_clear_pending(irq);
    taken[irq] = false;
}

struct slot *irq_slot(uint32_t irq)
{
    CHECK(irq < IRQ_COUNT_MAX);
    return &slots[irq];
}
