/* SPDX-License-Identifier: BSD-2-Clause */
/* The table behind kernel/model/irq.h. Private interrupts are touched on their own core. */
#include "arch/physmap.h"
#include "kernel/dev/gic.h"
#include "kernel/model/irq.h"
#include "kernel/sched/smp.h"

static struct slot table[IRQ_LINE_COUNT];
static struct slot *slots;
static bool taken[IRQ_LINE_COUNT];

void irq_init(void)
{
    static const uint8_t kept[] = {SMP_SGI_CALL, SMP_SGI_RESCHEDULE, GIC_IRQ_MAINTENANCE,
                                   GIC_IRQ_HYP_TIMER, GIC_IRQ_GUEST_TIMER};
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

static uint32_t irq_argument(void *argument)
{
    return (uint32_t)(uint64_t)argument;
}

static void enable(void *argument)
{
    gic_enable(irq_argument(argument));
}

/* A shared interrupt may be active on another core than this one: the distributor ends it. */
static void deactivate(void *argument)
{
    uint32_t irq = irq_argument(argument);
    if (gic_irq_is_private(irq)) {
        gic_deactivate(irq);
    } else {
        gic_clear_active(irq);
    }
}

static void disable(void *argument)
{
    uint32_t irq = irq_argument(argument);
    gic_disable(irq);
    deactivate(argument);
    gic_clear_pending(irq);
}

static void on_core_of(uint32_t line, void (*function)(void *argument))
{
    void *argument = (void *)(uint64_t)irq_of_line(line);
    if (line < IRQ_PRIVATE || line >= IRQ_COUNT_MAX) {
        smp_call(irq_core_of_line(line), function, argument);
    } else {
        function(argument);
    }
}

void irq_issue(uint32_t line, bool edge, uint32_t core)
{
    CHECK(line < IRQ_LINE_COUNT && !taken[line]);
    taken[line] = true;
    gic_set_trigger(irq_of_line(line), edge);
    gic_set_target(irq_of_line(line), core);
    on_core_of(line, enable);
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
