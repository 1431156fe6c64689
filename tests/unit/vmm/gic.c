/* SPDX-License-Identifier: BSD-2-Clause */
/* The emulated distributor: registers, delivery, list registers that run out, random accesses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "tests/unit/vmm/fake_gicv.h"
#include "tests/unit/vmm/random.h"

static void set_priority(struct fake_gicv *fake, unsigned intid, uint8_t priority)
{
    fake_write(fake, 0, GICD_IPRIORITYR + intid, 1, priority);
}

static void enable(struct fake_gicv *fake, unsigned intid)
{
    fake_write(fake, 0, GICD_ISENABLER + intid / 32 * 4, 4, 1u << (intid % 32));
}

static void disable(struct fake_gicv *fake, unsigned intid)
{
    fake_write(fake, 0, GICD_ICENABLER + intid / 32 * 4, 4, 1u << (intid % 32));
}

static void make_edge(struct fake_gicv *fake, unsigned intid)
{
    uint64_t offset = GICD_ICFGR + intid / 16 * 4;

    fake_write(fake, 0, offset, 4, fake_read(fake, 0, offset, 4) | 2u << (intid % 16 * 2));
}

static struct fake_gicv *start(unsigned cpus, unsigned lists)
{
    static struct fake_gicv fake;

    fake_init(&fake, cpus, lists);
    fake_write(&fake, 0, GICD_CTLR, 4, 1);
    return &fake;
}

static void identifies_itself(void **state)
{
    struct fake_gicv *fake = start(1, 4);

    assert_int_equal(fake_read(fake, 0, GICD_TYPER, 4), 3); /* 128 lines, one core */
    assert_int_equal(fake_read(fake, 0, GICD_IIDR, 4), GICD_IIDR_GIC400);
    assert_int_equal(fake_read(fake, 0, GICD_ICPIDR2, 4) & GICD_ICPIDR2_ARCHITECTURE,
                     GICD_ICPIDR2_GICV2);
    assert_int_equal(fake_read(fake, 0, GICD_ICCIDR0 + 12, 4), 0xb1);
    fake = start(4, 4);
    assert_int_equal(fake_read(fake, 0, GICD_TYPER, 4) >> 5 & 7, 3);
}

static void control_keeps_two_bits(void **state)
{
    struct fake_gicv *fake = start(1, 4);

    fake_write(fake, 0, GICD_CTLR, 4, 0xffffffff);
    assert_int_equal(fake_read(fake, 0, GICD_CTLR, 4), 3);
}

static void access_sizes(void **state)
{
    struct fake_gicv *fake = start(2, 4);

    fake_write(fake, 0, GICD_IPRIORITYR + 40, 4, 0xff80a0c1);
    assert_int_equal(fake_read(fake, 0, GICD_IPRIORITYR + 40, 4), 0xf880a0c0);
    assert_int_equal(fake_read(fake, 0, GICD_IPRIORITYR + 42, 1), 0x80);
    assert_int_equal(fake_read(fake, 0, GICD_IPRIORITYR + 40, 8), 0);
    /* Words alone elsewhere. */
    fake_write(fake, 0, GICD_ISENABLER + 4, 1, 0xff);
    assert_int_equal(fake_read(fake, 0, GICD_ISENABLER + 4, 4), 0);
    fake_write(fake, 0, GICD_ISENABLER + 4, 4, 0xff);
    assert_int_equal(fake_read(fake, 0, GICD_ISENABLER + 4, 2), 0);
    assert_int_equal(fake_read(fake, 0, GICD_ICENABLER + 4, 4), 0xff);
    /* Behind the registers, and lines that do not exist. */
    assert_int_equal(fake_read(fake, 0, 0xfffc, 4), 0);
    fake_write(fake, 0, GICD_ISENABLER + 16, 4, 0xffffffff);
    assert_int_equal(fake_read(fake, 0, GICD_ISENABLER + 16, 4), 0);
    /* SGIs stay enabled. */
    fake_write(fake, 0, GICD_ICENABLER, 4, 0xffffffff);
    assert_int_equal(fake_read(fake, 0, GICD_ISENABLER, 4), 0xffff);
}

static void targets(void **state)
{
    struct fake_gicv *fake = start(1, 4);

    fake_write(fake, 0, GICD_ITARGETSR + 32, 4, 0xffffffff);
    assert_int_equal(fake_read(fake, 0, GICD_ITARGETSR + 32, 4), 0); /* one core: reads as zero */

    fake = start(2, 4);
    assert_int_equal(fake_read(fake, 1, GICD_ITARGETSR, 4), 0x02020202);
    fake_write(fake, 0, GICD_ITARGETSR + 40, 1, 0xfe);
    assert_int_equal(fake_read(fake, 0, GICD_ITARGETSR + 40, 1), 2);
    enable(fake, 40);
    gic_set_line(&fake->gic, 0, 40, true);
    assert_int_equal(fake_acknowledge(fake, 0), GIC_INTID_SPURIOUS);
    assert_int_equal(fake_acknowledge(fake, 1), 40);
}

static void disabled_is_latched(void **state)
{
    struct fake_gicv *fake = start(1, 4);

    make_edge(fake, 50);
    gic_set_line(&fake->gic, 0, 50, true);
    gic_set_line(&fake->gic, 0, 50, false); /* an edge is remembered */
    assert_int_equal(fake_pending_count(fake, 0), 0);
    assert_int_equal(fake_read(fake, 0, GICD_ISPENDR + 4, 4), 1u << 18);
    enable(fake, 50);
    assert_int_equal(fake_acknowledge(fake, 0), 50);
    fake_end(fake, 0, 50);
    assert_int_equal(fake_pending_count(fake, 0), 0);
}

static void groups_are_gates(void **state)
{
    struct fake_gicv *fake = start(1, 4);

    fake_write(fake, 0, GICD_IGROUPR + 4, 4, 1u << 1);
    enable(fake, 33);
    gic_set_line(&fake->gic, 0, 33, true);
    assert_int_equal(fake_pending_count(fake, 0), 0);
    fake_write(fake, 0, GICD_CTLR, 4, 2);
    assert_int_equal(fake_pending_count(fake, 0), 1);
    assert_int_equal(fake->lists[0][0].group, 1);
}

static void level_comes_again_while_high(void **state)
{
    struct fake_gicv *fake = start(1, 4);

    enable(fake, 33);
    gic_set_line(&fake->gic, 0, 33, true);
    assert_int_equal(fake_acknowledge(fake, 0), 33);
    fake_end(fake, 0, 33);
    assert_int_equal(fake->ended_intid, 33);
    assert_int_equal(fake_acknowledge(fake, 0), 33);
    gic_set_line(&fake->gic, 0, 33, false);
    fake_end(fake, 0, 33);
    assert_int_equal(fake_acknowledge(fake, 0), GIC_INTID_SPURIOUS);
}

/* A timer tells of rises only: what has fallen meanwhile must not interrupt when it is enabled. */
static void fallen_line_is_noticed(void **state)
{
    struct fake_gicv *fake = start(1, 4);

    fake->timer_high = true;
    gic_set_line(&fake->gic, 0, GIC_PPI_VIRTUAL_TIMER, true);
    assert_int_equal(fake_read(fake, 0, GICD_ISPENDR, 4), 1u << 27);
    fake->timer_high = false;
    enable(fake, GIC_PPI_VIRTUAL_TIMER);
    assert_int_equal(fake_pending_count(fake, 0), 0);
    gic_set_line(&fake->gic, 0, GIC_PPI_VIRTUAL_TIMER, true);
    assert_int_equal(fake_acknowledge(fake, 0), 27);
}

static void edge_while_active_is_kept(void **state)
{
    struct fake_gicv *fake = start(1, 4);

    make_edge(fake, 60);
    enable(fake, 60);
    gic_set_line(&fake->gic, 0, 60, true);
    gic_set_line(&fake->gic, 0, 60, false);
    gic_set_line(&fake->gic, 0, 60, true); /* still pending: the same one */
    gic_set_line(&fake->gic, 0, 60, false);
    assert_int_equal(fake_acknowledge(fake, 0), 60);
    gic_set_line(&fake->gic, 0, 60, true); /* a new one */
    fake_end(fake, 0, 60);
    assert_int_equal(fake_acknowledge(fake, 0), 60);
    fake_end(fake, 0, 60);
    assert_int_equal(fake_acknowledge(fake, 0), GIC_INTID_SPURIOUS);
}

static void priorities_when_lists_run_out(void **state)
{
    struct fake_gicv *fake = start(1, 2);

    for (unsigned intid = 40; intid < 46; intid++) {
        set_priority(fake, intid, (uint8_t)(0xf0 - (intid - 40) * 8));
        enable(fake, intid);
        gic_set_line(&fake->gic, 0, intid, true);
        gic_set_line(&fake->gic, 0, intid, intid % 2 == 0); /* odd ones: latched below */
        fake_write(fake, 0, GICD_ISPENDR + 4, 4, 1u << (intid - 32));
        gic_set_line(&fake->gic, 0, intid, false);
    }
    for (unsigned intid = 45; intid >= 40; intid--) { /* each later one is more urgent */
        assert_int_equal(fake_acknowledge(fake, 0), intid);
        fake_end(fake, 0, intid);
    }
    assert_int_equal(fake_acknowledge(fake, 0), GIC_INTID_SPURIOUS);
}

static void active_lists_are_not_taken(void **state)
{
    struct fake_gicv *fake = start(1, 1);

    set_priority(fake, 40, 0xf0);
    enable(fake, 40);
    enable(fake, 41); /* priority 0: the most urgent */
    gic_set_line(&fake->gic, 0, 40, true);
    assert_int_equal(fake_acknowledge(fake, 0), 40);
    gic_set_line(&fake->gic, 0, 41, true);
    assert_int_equal(fake_acknowledge(fake, 0), GIC_INTID_SPURIOUS);
    gic_set_line(&fake->gic, 0, 40, false);
    fake_end(fake, 0, 40);
    assert_int_equal(fake_acknowledge(fake, 0), 41);
}

static void software_interrupts(void **state)
{
    struct fake_gicv *fake = start(3, 4);

    fake_write(fake, 1, GICD_SGIR, 4, 5 | 1 << 24); /* to the others */
    assert_int_equal(fake_acknowledge(fake, 0), 5);
    assert_int_equal(fake_acknowledge(fake, 1), GIC_INTID_SPURIOUS);
    assert_int_equal(fake_acknowledge(fake, 2), 5);
    fake_write(fake, 1, GICD_SGIR, 4, 6 | 2 << 24); /* to itself */
    assert_int_equal(fake_acknowledge(fake, 1), 6);
    fake_write(fake, 1, GICD_SGIR, 4, 7 | 3 << 24);    /* reserved */
    fake_write(fake, 1, GICD_SGIR, 4, 7 | 0xf8 << 16); /* cores there are not */
    for (unsigned cpu = 0; cpu < 3; cpu++)
        assert_int_equal(fake_acknowledge(fake, cpu), GIC_INTID_SPURIOUS);
    /* Each sender counts. */
    fake_write(fake, 1, GICD_SGIR, 4, 8 | 1 << 16);
    fake_write(fake, 2, GICD_SGIR, 4, 8 | 1 << 16);
    assert_int_equal(fake_acknowledge(fake, 0), 8);
    fake_end(fake, 0, 8);
    assert_int_equal(fake_acknowledge(fake, 0), 8);
    fake_end(fake, 0, 8);
    assert_int_equal(fake_acknowledge(fake, 0), GIC_INTID_SPURIOUS);
    /* One sender, again and again: twice at most, and at least once behind the last. */
    for (unsigned i = 0; i < 5; i++)
        fake_write(fake, 1, GICD_SGIR, 4, 8 | 1 << 16);
    assert_int_equal(fake_acknowledge(fake, 0), 8);
    fake_end(fake, 0, 8);
    assert_int_equal(fake_acknowledge(fake, 0), 8);
    fake_end(fake, 0, 8);
    assert_int_equal(fake_acknowledge(fake, 0), GIC_INTID_SPURIOUS);
}

/* Alone, what is sent again while it is pending is one. */
static void software_interrupts_to_oneself(void **state)
{
    struct fake_gicv *fake = start(1, 4);

    fake_write(fake, 0, GICD_SGIR, 4, 8 | 1 << 16);
    fake_write(fake, 0, GICD_SGIR, 4, 8 | 2 << 24);
    assert_int_equal(fake_acknowledge(fake, 0), 8);
    fake_end(fake, 0, 8);
    assert_int_equal(fake_acknowledge(fake, 0), GIC_INTID_SPURIOUS);
}

/* ---- cores that run while another one's exit is handled ---- */

/* The guest ends it, but its fault message is still on its way: answers the list register. */
static unsigned end_unheard(struct fake_gicv *fake, unsigned cpu, unsigned intid)
{
    for (unsigned i = 0; i < fake->list_count; i++) {
        if (fake->lists[cpu][i].state == FAKE_ACTIVE && fake->lists[cpu][i].intid == intid) {
            fake->lists[cpu][i].state = FAKE_INVALID;
            return i;
        }
    }
    fail_msg("interrupt %u is not active", intid);
    return 0;
}

static void sent_again_before_its_end_is_heard(void **state)
{
    struct fake_gicv *fake = start(2, 4);

    fake_write(fake, 0, GICD_SGIR, 4, 5 | 2 << 16);
    assert_int_equal(fake_acknowledge(fake, 1), 5);
    unsigned list = end_unheard(fake, 1, 5);
    fake_write(fake, 0, GICD_SGIR, 4, 5 | 2 << 16);
    gic_ended(&fake->gic, 1, list);
    assert_int_equal(fake_acknowledge(fake, 1), 5);
    fake_end(fake, 1, 5);
    assert_int_equal(fake_acknowledge(fake, 1), GIC_INTID_SPURIOUS);
}

/* More urgent ones come to a core whose list registers are full, and who has just ended one. */
static void replaced_before_its_end_is_heard(void **state)
{
    struct fake_gicv *fake = start(2, 2);

    for (unsigned intid = 1; intid <= 2; intid++) {
        fake_write(fake, 1, GICD_IPRIORITYR + intid, 1, 0xa0);
        fake_write(fake, 0, GICD_SGIR, 4, intid | 2 << 16);
    }
    unsigned first = fake_acknowledge(fake, 1);
    unsigned list = end_unheard(fake, 1, first);
    fake_write(fake, 0, GICD_SGIR, 4, 3 | 2 << 16); /* priority 0 */
    gic_ended(&fake->gic, 1, list);
    fake_write(fake, 0, GICD_SGIR, 4, 4 | 2 << 16);
    /* All are seen, the first one perhaps twice. */
    unsigned seen = 0, intid;
    for (unsigned i = 0; i < 8 && (intid = fake_acknowledge(fake, 1)) != GIC_INTID_SPURIOUS; i++) {
        seen |= 1u << intid;
        fake_end(fake, 1, intid);
    }
    assert_int_equal(seen | 1u << first, 0x1e);
    assert_int_equal(fake_acknowledge(fake, 1), GIC_INTID_SPURIOUS);
}

/* Every core has its own enables, priorities and states of interrupts 0 to 31. */
static void private_interrupts_are_banked(void **state)
{
    struct fake_gicv *fake = start(2, 4);

    fake_write(fake, 1, GICD_ISENABLER, 4, 1u << 30);
    fake_write(fake, 1, GICD_IPRIORITYR + 30, 1, 0x40);
    assert_int_equal(fake_read(fake, 0, GICD_ISENABLER, 4), 0xffff);
    assert_int_equal(fake_read(fake, 0, GICD_IPRIORITYR + 30, 1), 0);
    assert_int_equal(fake_read(fake, 1, GICD_IPRIORITYR + 30, 1), 0x40);
    fake_write(fake, 0, GICD_ISPENDR, 4, 1u << 30); /* not enabled there */
    fake_write(fake, 1, GICD_ISPENDR, 4, 1u << 30);
    assert_int_equal(fake_acknowledge(fake, 0), GIC_INTID_SPURIOUS);
    assert_int_equal(fake_acknowledge(fake, 1), 30);
    assert_int_equal(fake_read(fake, 0, GICD_ITARGETSR, 4), 0x01010101);
    assert_int_equal(fake_read(fake, 1, GICD_ITARGETSR, 4), 0x02020202);
    /* A shared one is everybody's, and goes to its target. */
    fake_write(fake, 1, GICD_ISENABLER + 4, 4, 1);
    fake_write(fake, 0, GICD_ITARGETSR + 32, 1, 2);
    assert_int_equal(fake_read(fake, 0, GICD_ISENABLER + 4, 4), 1);
    gic_set_line(&fake->gic, 0, 32, true);
    assert_int_equal(fake_acknowledge(fake, 0), GIC_INTID_SPURIOUS);
    assert_int_equal(fake_acknowledge(fake, 1), 32);
}

static void software_pending_registers(void **state)
{
    struct fake_gicv *fake = start(2, 4);

    fake_write(fake, 0, GICD_CTLR, 4, 0);
    fake_write(fake, 0, GICD_SPENDSGIR + 3, 1, 0xff);
    assert_int_equal(fake_read(fake, 0, GICD_SPENDSGIR, 4), 0x03000000);
    assert_int_equal(fake_read(fake, 1, GICD_SPENDSGIR, 4), 0);
    fake_write(fake, 0, GICD_CPENDSGIR, 4, 0x01000000);
    assert_int_equal(fake_read(fake, 0, GICD_CPENDSGIR + 3, 1), 2);
    fake_write(fake, 0, GICD_ICPENDR, 4, 0xffffffff); /* does not touch SGIs */
    assert_int_equal(fake_read(fake, 0, GICD_ISPENDR, 4), 8);
    fake_write(fake, 0, GICD_CPENDSGIR + 3, 1, 2);
    assert_int_equal(fake_read(fake, 0, GICD_ISPENDR, 4), 0);
}

static void software_active(void **state)
{
    struct fake_gicv *fake = start(1, 4);

    fake_write(fake, 0, GICD_ISACTIVER + 4, 4, 2);
    enable(fake, 33);
    gic_set_line(&fake->gic, 0, 33, true);
    assert_int_equal(fake_pending_count(fake, 0), 0);
    fake_write(fake, 0, GICD_ICACTIVER + 4, 4, 2);
    assert_int_equal(fake_acknowledge(fake, 0), 33);
    assert_int_equal(fake_read(fake, 0, GICD_ISACTIVER + 4, 4), 2);
}

static void hostile_maintenance(void **state)
{
    struct fake_gicv *fake = start(1, 4);

    gic_ended(&fake->gic, 0, UINT64_MAX);
    gic_ended(&fake->gic, 0, 64);
    gic_ended(&fake->gic, 0, 3);
    gic_ended(&fake->gic, 7, 0);
    gic_set_line(&fake->gic, 0, 4000, true);
    gic_set_line(&fake->gic, 9, 33, true);
    assert_int_equal(fake->ended_count, 0);
}

/* Every held interrupt is in exactly the list register that says so, and the other way round. */
static void check_invariants(const struct fake_gicv *fake)
{
    for (unsigned cpu = 0; cpu < fake->cpu_count; cpu++) {
        const struct gic_cpu *model = &fake->gic.cpus[cpu];

        for (unsigned i = 0; i < fake->list_count; i++) {
            const struct fake_list *list = &fake->lists[cpu][i];

            assert_int_equal(list->state != FAKE_INVALID, model->lists[i].used);
            assert_int_equal(model->lists[i].used, model->list_used >> i & 1);
            if (list->state != FAKE_INVALID)
                assert_int_equal(list->intid, model->lists[i].intid);
        }
    }
}

static void random_guest_step(struct fake_gicv *fake, uint64_t *seed, unsigned *active,
                              unsigned *active_count)
{
    unsigned cpu = random_below(seed, fake->cpu_count);
    unsigned size = 1u << random_below(seed, 4);
    uint64_t offset = random_below(seed, 0x10000) & ~(uint64_t)(size - 1);

    if (random_below(seed, 4) != 0)
        offset &= 0xfff; /* most of it where the registers are */
    switch (random_below(seed, 6)) {
    case 0:
        (void)fake_read(fake, cpu, offset, size);
        break;
    case 1:
    case 2:
        fake_write(fake, cpu, offset, size, (uint32_t)random_next(seed));
        break;
    case 3:
        gic_set_line(&fake->gic, cpu, random_below(seed, 140), random_below(seed, 2));
        break;
    case 4: {
        unsigned intid = fake_acknowledge(fake, cpu);

        if (intid != GIC_INTID_SPURIOUS)
            active[(*active_count)++] = cpu << 16 | intid;
        break;
    }
    case 5:
        if (*active_count > 0) {
            unsigned index = random_below(seed, *active_count);
            unsigned entry = active[index];

            active[index] = active[--*active_count];
            fake_end(fake, entry >> 16, entry & 0xffff);
        }
        break;
    }
}

static void random_accesses(void **state)
{
    for (unsigned run = 0; run < 40; run++) {
        uint64_t seed = 0x1234 + run;
        unsigned active[GIC_CPU_MAX * GICH_LR_LIMIT], active_count = 0;
        struct fake_gicv *fake = start(1 + run % 4, 1 + run % 5);

        for (unsigned step = 0; step < 5000; step++) {
            random_guest_step(fake, &seed, active, &active_count);
            check_invariants(fake);
        }
    }
}

/* Random pending edges, random disabling: after the guest has served everything, each interrupt
 * that was raised has been taken at least once since. */
static void no_edge_is_lost(void **state)
{
    struct fake_gicv *fake = start(1, 3);
    uint64_t seed = 99;
    bool raised[64] = {false};

    for (unsigned intid = 32; intid < 64; intid++) {
        make_edge(fake, intid);
        set_priority(fake, intid, (uint8_t)random_next(&seed));
    }
    for (unsigned step = 0; step < 20000; step++) {
        unsigned intid = 32 + random_below(&seed, 32);

        switch (random_below(&seed, 4)) {
        case 0:
            enable(fake, intid);
            break;
        case 1:
            disable(fake, intid);
            break;
        case 2:
            gic_set_line(&fake->gic, 0, intid, true);
            gic_set_line(&fake->gic, 0, intid, false);
            raised[intid] = true;
            break;
        case 3:
            intid = fake_acknowledge(fake, 0);
            if (intid != GIC_INTID_SPURIOUS) {
                raised[intid] = false;
                fake_end(fake, 0, intid);
            }
            break;
        }
    }
    fake_write(fake, 0, GICD_ISENABLER + 4, 4, 0xffffffff);
    for (unsigned intid; (intid = fake_acknowledge(fake, 0)) != GIC_INTID_SPURIOUS;) {
        raised[intid] = false;
        fake_end(fake, 0, intid);
    }
    for (unsigned intid = 32; intid < 64; intid++)
        assert_false(raised[intid]);
}

/* ---- the virtual timer's interrupt, delivered by the kernel ---- */

#define TIMER     GIC_PPI_VIRTUAL_TIMER
#define TIMER_BIT (1u << TIMER)

static struct fake_gicv *start_timer(unsigned lists, bool refused)
{
    static struct fake_gicv fake;

    fake_init_timer(&fake, 1, lists, refused);
    fake_write(&fake, 0, GICD_CTLR, 4, 1);
    return &fake;
}

static void raise_edges(struct fake_gicv *fake, unsigned count)
{
    for (unsigned intid = 40; intid < 40 + count; intid++) {
        make_edge(fake, intid);
        enable(fake, intid);
        gic_set_line(&fake->gic, 0, intid, true);
    }
}

static void the_timer_is_the_kernels(void **state)
{
    struct fake_gicv *fake = start_timer(4, false);

    assert_false(fake_timer_fires(fake, 0));
    set_priority(fake, TIMER, 0x58);
    enable(fake, TIMER);
    assert_true(fake->timer[0].enabled);
    assert_int_equal(fake->timer[0].priority, 0xb);
    for (unsigned i = 0; i < 3; i++) {
        assert_true(fake_timer_fires(fake, 0));
        assert_int_equal(fake_read(fake, 0, GICD_ISPENDR, 4) & TIMER_BIT, TIMER_BIT);
        assert_int_equal(fake_read(fake, 0, GICD_ISACTIVER, 4) & TIMER_BIT, 0);
        assert_int_equal(fake_acknowledge(fake, 0), TIMER);
        assert_int_equal(fake_read(fake, 0, GICD_ISPENDR, 4) & TIMER_BIT, 0);
        assert_int_equal(fake_read(fake, 0, GICD_ISACTIVER, 4) & TIMER_BIT, TIMER_BIT);
        fake_end(fake, 0, TIMER);
    }
    fake->timer_high = true; /* its line alone is pending, too */
    assert_int_equal(fake_read(fake, 0, GICD_ICPENDR, 4) & TIMER_BIT, TIMER_BIT);
    assert_int_equal(fake->ended_count, 0);
}

static void its_list_register_is_left_alone(void **state)
{
    struct fake_gicv *fake = start_timer(4, false);

    raise_edges(fake, 5);
    assert_int_equal(fake_pending_count(fake, 0), 3);
    enable(fake, TIMER);
    assert_true(fake_timer_fires(fake, 0));
    for (unsigned i = 0, intid; i < 6; i++) {
        intid = fake_acknowledge(fake, 0);
        assert_int_not_equal(intid, GIC_INTID_SPURIOUS);
        fake_end(fake, 0, intid);
    }
    assert_int_equal(fake_acknowledge(fake, 0), GIC_INTID_SPURIOUS);
    assert_true(fake_timer_fires(fake, 0));
}

static void a_kernel_without_it(void **state)
{
    struct fake_gicv *fake = start_timer(4, true);

    enable(fake, TIMER);
    disable(fake, TIMER);
    enable(fake, TIMER);
    assert_int_equal(fake->timer_calls, 1);
    fake->timer_high = true;
    gic_set_line(&fake->gic, 0, TIMER, true);
    assert_int_equal(fake_acknowledge(fake, 0), TIMER);
    fake_end(fake, 0, TIMER);
    assert_int_equal(fake->ended_count, 1);
    gic_set_line(&fake->gic, 0, TIMER, false);
    raise_edges(fake, 5);
    assert_int_equal(fake_pending_count(fake, 0), 4);
}

static void what_decides_about_the_timer(void **state)
{
    struct fake_gicv *fake = start_timer(4, false);

    enable(fake, TIMER);
    assert_true(fake->timer[0].enabled);
    fake_write(fake, 0, GICD_CTLR, 4, 0);
    assert_false(fake->timer[0].enabled);
    fake_write(fake, 0, GICD_CTLR, 4, 2);
    assert_false(fake->timer[0].enabled);
    fake_write(fake, 0, GICD_IGROUPR, 4, TIMER_BIT);
    assert_true(fake->timer[0].enabled);
    assert_int_equal(fake->timer[0].group, 1);
    set_priority(fake, TIMER, 0x20);
    assert_int_equal(fake->timer[0].priority, 4);
    fake_write(fake, 0, GICD_ISACTIVER, 4, TIMER_BIT);
    assert_false(fake->timer[0].enabled);
    fake_write(fake, 0, GICD_ICACTIVER, 4, TIMER_BIT);
    assert_true(fake->timer[0].enabled);
    disable(fake, TIMER);
    assert_false(fake->timer[0].enabled);
    /* What changes nothing is not told. */
    unsigned calls = fake->timer_calls;
    enable(fake, 40);
    set_priority(fake, TIMER, 0x40);
    assert_int_equal(fake->timer_calls, calls);
}

/* Disabled, its level is reported to the VMM; enabled again, it is the kernel's. */
static void a_pending_timer_is_disabled(void **state)
{
    struct fake_gicv *fake = start_timer(4, false);

    enable(fake, TIMER);
    assert_true(fake_timer_fires(fake, 0));
    disable(fake, TIMER);
    assert_int_equal(fake_acknowledge(fake, 0), GIC_INTID_SPURIOUS);
    fake->timer_high = true;
    gic_set_line(&fake->gic, 0, TIMER, true);
    assert_int_equal(fake_read(fake, 0, GICD_ISPENDR, 4) & TIMER_BIT, TIMER_BIT);
    assert_int_equal(fake_pending_count(fake, 0), 0);
    enable(fake, TIMER);
    assert_int_equal(fake_pending_count(fake, 0), 0);
    assert_true(fake_timer_fires(fake, 0));
}

static void an_active_timer_is_disabled(void **state)
{
    struct fake_gicv *fake = start_timer(4, false);

    enable(fake, TIMER);
    assert_true(fake_timer_fires(fake, 0));
    assert_int_equal(fake_acknowledge(fake, 0), TIMER);
    disable(fake, TIMER);
    assert_int_equal(fake_read(fake, 0, GICD_ISACTIVER, 4) & TIMER_BIT, TIMER_BIT);
    /* Enabled again it is still held: nothing can be delivered before its end. */
    enable(fake, TIMER);
    assert_false(fake->timer[0].enabled);
    gic_set_line(&fake->gic, 0, TIMER, true);
    assert_int_equal(fake_acknowledge(fake, 0), GIC_INTID_SPURIOUS);
    gic_set_line(&fake->gic, 0, TIMER, false);
    fake_end(fake, 0, TIMER);
    assert_int_equal(fake->ended_count, 1);
    assert_true(fake->timer[0].enabled);
    assert_true(fake_timer_fires(fake, 0));
    raise_edges(fake, 5);
    assert_int_equal(fake_pending_count(fake, 0), 4); /* with the timer's */
}

/* Made pending by software it goes the ordinary way, once, whatever the kernel had of it. */
static void the_timer_is_made_pending(void **state)
{
    for (unsigned active = 0; active < 3; active++) {
        struct fake_gicv *fake = start_timer(4, false);

        enable(fake, TIMER);
        if (active > 0)
            assert_true(fake_timer_fires(fake, 0));
        if (active > 1)
            assert_int_equal(fake_acknowledge(fake, 0), TIMER);
        fake_write(fake, 0, GICD_ISPENDR, 4, TIMER_BIT);
        assert_false(fake->timer[0].enabled);
        if (active > 1)
            fake_end(fake, 0, TIMER);
        assert_int_equal(fake_acknowledge(fake, 0), TIMER);
        assert_int_equal(fake_acknowledge(fake, 0), GIC_INTID_SPURIOUS);
        fake_end(fake, 0, TIMER);
        assert_true(fake->timer[0].enabled);
        assert_true(fake_timer_fires(fake, 0));
    }
}

static void one_list_register_is_shared(void **state)
{
    struct fake_gicv *fake = start_timer(1, false);

    enable(fake, TIMER);
    raise_edges(fake, 2);
    assert_false(fake->timer[0].enabled);
    for (unsigned i = 0; i < 2; i++) {
        unsigned intid = fake_acknowledge(fake, 0);

        assert_int_not_equal(intid, GIC_INTID_SPURIOUS);
        fake_end(fake, 0, intid);
    }
    gic_set_line(&fake->gic, 0, TIMER, true);
    assert_int_equal(fake_acknowledge(fake, 0), TIMER);
}

/* Whatever the guest writes and takes: no list register of the kernel's is written over, no
 * interrupt is in two (the fakes assert both). */
static void random_accesses_with_a_timer(void **state)
{
    struct fake_gicv *fake = start_timer(2, false);
    uint64_t seed = 27;

    for (unsigned step = 0; step < 50000; step++) {
        uint64_t offset = random_below(&seed, 8) * 0x80;
        unsigned intid;

        switch (random_below(&seed, 6)) {
        case 0:
            fake_write(fake, 0, offset, 4, (uint32_t)random_next(&seed));
            break;
        case 1:
            fake_write(fake, 0, GICD_IPRIORITYR + TIMER, 1, (uint32_t)random_next(&seed));
            break;
        case 2:
            (void)fake_read(fake, 0, offset, 4);
            break;
        case 3:
            fake->timer_high = random_below(&seed, 2) != 0;
            if (!fake_timer_fires(fake, 0) && !fake_timer_is_listed(fake, 0))
                gic_set_line(&fake->gic, 0, TIMER, fake->timer_high);
            break;
        default:
            intid = fake_acknowledge(fake, 0);
            if (intid != GIC_INTID_SPURIOUS && random_below(&seed, 4) != 0)
                fake_end(fake, 0, intid);
            break;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identifies_itself),
        cmocka_unit_test(control_keeps_two_bits),
        cmocka_unit_test(access_sizes),
        cmocka_unit_test(targets),
        cmocka_unit_test(disabled_is_latched),
        cmocka_unit_test(groups_are_gates),
        cmocka_unit_test(level_comes_again_while_high),
        cmocka_unit_test(fallen_line_is_noticed),
        cmocka_unit_test(edge_while_active_is_kept),
        cmocka_unit_test(priorities_when_lists_run_out),
        cmocka_unit_test(active_lists_are_not_taken),
        cmocka_unit_test(software_interrupts),
        cmocka_unit_test(software_interrupts_to_oneself),
        cmocka_unit_test(sent_again_before_its_end_is_heard),
        cmocka_unit_test(replaced_before_its_end_is_heard),
        cmocka_unit_test(private_interrupts_are_banked),
        cmocka_unit_test(software_pending_registers),
        cmocka_unit_test(software_active),
        cmocka_unit_test(hostile_maintenance),
        cmocka_unit_test(random_accesses),
        cmocka_unit_test(no_edge_is_lost),
        cmocka_unit_test(the_timer_is_the_kernels),
        cmocka_unit_test(its_list_register_is_left_alone),
        cmocka_unit_test(a_kernel_without_it),
        cmocka_unit_test(what_decides_about_the_timer),
        cmocka_unit_test(a_pending_timer_is_disabled),
        cmocka_unit_test(an_active_timer_is_disabled),
        cmocka_unit_test(the_timer_is_made_pending),
        cmocka_unit_test(one_list_register_is_shared),
        cmocka_unit_test(random_accesses_with_a_timer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
