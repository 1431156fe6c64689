/* SPDX-License-Identifier: BSD-2-Clause */
/* The table behind kernel/model/irq.h. Private interrupts are touched on their own core. */
#include "arch/physmap.h"
#include "kernel/dev/gic.h"
#include "kernel/model/irq.h"
#include "kernel/sched/smp.h"

static struct slot table[IRQ_LINE_COUNT];
static struct slot *slots;
static bool taken[IRQ_LINE_COUNT];

/* By the kernel, on each core. */
static const uint8_t kept[] = {SMP_SGI_CALL, SMP_SGI_RESCHEDULE, GIC_PPI_MAINTENANCE,
                               GIC_PPI_HYP_TIMER, GIC_PPI_VIRTUAL_TIMER};

void irq_init_core(void)
{
    for (unsigned i = 0; i < ARRAY_COUNT(kept); i++) {
        gic_enable(kept[i]);
    }
}

void irq_init(void)
{
    slots = physmap_of_image(table);
    for (unsigned core = 0; core < CORE_MAX; core++) {
        for (unsigned i = 0; i < ARRAY_COUNT(kept); i++) {
            taken[irq_line(kept[i], core)] = true;
        }
    }
}

bool irq_is_taken(uint32_t line)
{
    CHECK(line < IRQ_LINE_COUNT);
    return taken[line];
}

/* ---- run on the core whose interrupt it is ---- */

/* A shared interrupt may be active on another core than this one: the distributor ends it. */
static void deactivate(uint32_t irq)
{
    if (gic_irq_is_private(irq)) {
        gic_deactivate(irq);
    } else {
        gic_clear_active(irq);
    }
}

static void disable(uint32_t irq)
{
    gic_disable(irq);
    deactivate(irq);
    gic_clear_pending(irq);
}

static void on_core_of(uint32_t line, void (*function)(uint32_t irq))
{
    uint32_t irq = irq_of_line(line);
    if (gic_irq_is_private(irq)) {
        smp_call(irq_core_of_line(line), function, irq);
    } else {
        function(irq);
    }
}

void irq_issue(uint32_t line, bool edge, uint32_t core)
{
    uint32_t irq = irq_of_line(line);
    CHECK(line < IRQ_LINE_COUNT && !taken[line]);
    taken[line] = true;
    gic_set_trigger(irq, edge);
    if (!gic_irq_is_private(irq)) {
        gic.ops->set_target(irq, core);
    }
    on_core_of(line, gic_enable);
}

void irq_release(uint32_t line)
{
    CHECK(line < IRQ_LINE_COUNT);
    on_core_of(line, disable);
    taken[line] = false;
}

void irq_acknowledge(uint32_t line)
{
    on_core_of(line, deactivate);
}

struct slot *irq_slot(uint32_t line)
{
    CHECK(line < IRQ_LINE_COUNT);
    return &slots[line];
}
