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
    /* The kernel was promised its list register. */
    assert_false(fake->lists[cpu][list].kernel && fake->lists[cpu][list].state != FAKE_INVALID);
    fake->lists[cpu][list] = (struct fake_list){FAKE_PENDING, intid, priority, group, false};
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

/* As docs/kernel/extensions.md has it: a pending entry is taken back, an active one stays. */
static bool fake_deliver_timer(void *owner, unsigned cpu, const struct gic_timer *timer)
{
    struct fake_gicv *fake = owner;
    struct fake_list *list = &fake->lists[cpu][GIC_TIMER_LIST];

    fake->timer_calls++;
    if (fake->timer_refused)
        return false;
    assert_true(timer->priority < 32 && timer->group < 2);
    if (list->kernel && list->state == FAKE_PENDING)
        list->state = FAKE_INVALID;
    if (!timer->enabled)
        list->kernel = false;
    fake->timer[cpu] = *timer;
    return true;
}

static struct gic_timer_state fake_timer_state(void *owner, unsigned cpu)
{
    struct fake_gicv *fake = owner;
    enum fake_state state = fake->lists[cpu][GIC_TIMER_LIST].state;

    return (struct gic_timer_state){.pending = state == FAKE_PENDING,
                                    .active = state == FAKE_ACTIVE};
}

static const struct gic_ops fake_timer_ops = {
    .inject = fake_inject,
    .sample = fake_sample,
    .ended = fake_ended,
    .deliver_timer = fake_deliver_timer,
    .timer_state = fake_timer_state,
};

static void init(struct fake_gicv *fake, unsigned cpu_count, unsigned list_count,
                 const struct gic_ops *ops)
{
    memset(fake, 0, sizeof(*fake));
    fake->cpu_count = cpu_count;
    fake->list_count = list_count;
    gic_init(&fake->gic, cpu_count, 128, ops, fake);
}

void fake_init(struct fake_gicv *fake, unsigned cpu_count, unsigned list_count)
{
    init(fake, cpu_count, list_count, &fake_ops);
}

void fake_init_timer(struct fake_gicv *fake, unsigned cpu_count, unsigned list_count, bool refused)
{
    init(fake, cpu_count, list_count, &fake_timer_ops);
    fake->timer_refused = refused;
}

bool fake_timer_is_listed(const struct fake_gicv *fake, unsigned cpu)
{
    const struct fake_list *list = &fake->lists[cpu][GIC_TIMER_LIST];

    return list->kernel && list->state != FAKE_INVALID;
}

bool fake_timer_fires(struct fake_gicv *fake, unsigned cpu)
{
    struct fake_list *list = &fake->lists[cpu][GIC_TIMER_LIST];

    if (!fake->timer[cpu].enabled || list->state != FAKE_INVALID)
        return false;
    for (unsigned i = 0; i < fake->list_count; i++)
        assert_true(fake->lists[cpu][i].state == FAKE_INVALID ||
                    fake->lists[cpu][i].intid != GIC_PPI_VIRTUAL_TIMER);
    *list = (struct fake_list){FAKE_PENDING, GIC_PPI_VIRTUAL_TIMER, fake->timer[cpu].priority,
                               fake->timer[cpu].group, true};
    return true;
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
            if (!list->kernel)
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
