/* SPDX-License-Identifier: BSD-2-Clause */
/* See fake_gicv.h. Asserts what the kernel checks: ranges, and that active entries stay. */
#include "tests/unit/vmm/fake_gicv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static enum gic_inject_result fake_inject(void *owner, unsigned cpu, unsigned list, unsigned intid,
                                          unsigned priority, unsigned group)
{
    struct fake_gicv *fake = owner;

    assert_true(cpu < fake->cpu_count);
    assert_true(intid < 1020 && priority < 32 && group < 2);
    fake->inject_count++;
    if (list >= fake->list_count)
        return GIC_LIST_MISSING;
    if (fake->lists[cpu][list].state == FAKE_ACTIVE)
        return GIC_LIST_ACTIVE;
    fake->lists[cpu][list] = (struct fake_list){FAKE_PENDING, intid, priority, group};
    /* Two entries for one interrupt are unpredictable (IHI 0048B 5.2.2). */
    for (unsigned i = 0; i < fake->list_count; i++) {
        if (i != list && fake->lists[cpu][i].state != FAKE_INVALID)
            assert_int_not_equal(fake->lists[cpu][i].intid, intid);
    }
    return GIC_INJECTED;
}

static bool fake_sample(void *owner, unsigned cpu, unsigned intid)
{
    struct fake_gicv *fake = owner;

    return intid != GIC_PPI_VIRTUAL_TIMER || fake->timer_high;
}

static void fake_ended(void *owner, unsigned cpu, unsigned intid)
{
    struct fake_gicv *fake = owner;

    fake->ended_count++;
    fake->ended_intid = intid;
}

static const struct gic_ops fake_ops = {
    .inject = fake_inject,
    .sample = fake_sample,
    .ended = fake_ended,
};

void fake_init(struct fake_gicv *fake, unsigned cpu_count, unsigned list_count)
{
    memset(fake, 0, sizeof(*fake));
    fake->cpu_count = cpu_count;
    fake->list_count = list_count;
    gic_init(&fake->gic, cpu_count, 128, &fake_ops, fake);
}

unsigned fake_acknowledge(struct fake_gicv *fake, unsigned cpu)
{
    struct fake_list *best = NULL;

    for (unsigned i = 0; i < fake->list_count; i++) {
        struct fake_list *list = &fake->lists[cpu][i];

        if (list->state == FAKE_PENDING && (best == NULL || list->priority < best->priority))
            best = list;
    }
    if (best == NULL)
        return GIC_INTID_SPURIOUS;
    best->state = FAKE_ACTIVE;
    return best->intid;
}

void fake_end(struct fake_gicv *fake, unsigned cpu, unsigned intid)
{
    for (unsigned i = 0; i < fake->list_count; i++) {
        struct fake_list *list = &fake->lists[cpu][i];

        if (list->state == FAKE_ACTIVE && list->intid == intid) {
            list->state = FAKE_INVALID;
            gic_ended(&fake->gic, cpu, i);
            return;
        }
    }
    fail_msg("interrupt %u is not active", intid);
}

unsigned fake_pending_count(const struct fake_gicv *fake, unsigned cpu)
{
    unsigned count = 0;

    for (unsigned i = 0; i < fake->list_count; i++)
        count += fake->lists[cpu][i].state == FAKE_PENDING;
    return count;
}

uint32_t fake_read(struct fake_gicv *fake, unsigned cpu, uint64_t offset, unsigned size)
{
    return (uint32_t)gicd_bus_ops.read(&fake->gic, cpu, offset, size);
}

void fake_write(struct fake_gicv *fake, unsigned cpu, uint64_t offset, unsigned size,
                uint32_t value)
{
    gicd_bus_ops.write(&fake->gic, cpu, offset, size, value);
}
