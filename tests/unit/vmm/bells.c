/* SPDX-License-Identifier: BSD-2-Clause */
/* The bells of channels: which stores ring, and what ringing does to the guest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "tests/unit/vmm/fake_gicv.h"
#include "vmm/dev/bells.h"

#define BASE  UINT64_C(0xff0e0000)
#define FIRST 64 /* the interrupt of the first channel */

static struct fake_gicv fake;
static struct bells bells;
static struct bus bus;
static unsigned rung[4], rung_count;

static void ring(void *owner, unsigned channel)
{
    assert_ptr_equal(owner, &bells);
    assert_true(rung_count < 4);
    rung[rung_count++] = channel;
}

static const struct bells_ops ops = {.ring = ring};

static int start(void **state)
{
    fake_init(&fake, 1, 4);
    fake_write(&fake, 0, GICD_CTLR, 4, 1);
    bells_init(&bells, &fake.gic, &ops, &bells);
    for (unsigned i = 0; i < 3; i++)
        bells_add(&bells, FIRST + i);
    bus_init(&bus);
    assert_int_equal(bus_add(&bus, IPA(BASE), VMM_BELLS_BYTES, &bells_bus_ops, &bells), BUS_ADDED);
    rung_count = 0;
    return 0;
}

static void store(uint64_t offset, unsigned size, uint64_t value)
{
    struct bus_access access = {
        .address = IPA(BASE + offset), .size = size, .write = true, .value = value};

    assert_int_equal(bus_access_make(&bus, &access), BUS_OK);
}

static void a_number_rings_that_channel(void **state)
{
    store(0, 4, 2);
    store(0, 4, 0);
    assert_int_equal(rung_count, 2);
    assert_int_equal(rung[0], 2);
    assert_int_equal(rung[1], 0);
}

static void nothing_else_rings(void **state)
{
    struct bus_access access = {.address = IPA(BASE), .size = 4, .value = 77};

    store(0, 4, 3);
    store(0, 4, 0xffffffff);
    store(0, 8, 0);
    store(0, 2, 0);
    store(0, 1, 0);
    store(4, 4, 1);
    store(VMM_BELLS_BYTES - 4, 4, 1);
    assert_int_equal(bus_access_make(&bus, &access), BUS_OK);
    assert_int_equal(access.value, 0);
    assert_int_equal(rung_count, 0);
}

static void make_edge(unsigned intid)
{
    uint64_t offset = GICD_ICFGR + intid / 16 * 4;

    fake_write(&fake, 0, offset, 4, 2u << (intid % 16 * 2));
    fake_write(&fake, 0, GICD_ISENABLER + intid / 32 * 4, 4, 1u << (intid % 32));
}

/* Each is an interrupt of its own, once however often it rang before that was heard. */
static void ringing_interrupts(void **state)
{
    unsigned intid = FIRST + 1;

    make_edge(intid);
    bells_hear(&bells, 1);
    bells_hear(&bells, 1);
    assert_int_equal(fake_acknowledge(&fake, 0), intid);
    assert_int_equal(fake_acknowledge(&fake, 0), GIC_INTID_SPURIOUS);
    bells_hear(&bells, 1); /* while the guest is at it: comes again */
    fake_end(&fake, 0, intid);
    assert_int_equal(fake_acknowledge(&fake, 0), intid);
    fake_end(&fake, 0, intid);
    assert_int_equal(fake_acknowledge(&fake, 0), GIC_INTID_SPURIOUS);
}

static void a_bell_waits_until_it_is_enabled(void **state)
{
    unsigned intid = FIRST;

    make_edge(intid);
    fake_write(&fake, 0, GICD_ICENABLER + intid / 32 * 4, 4, 1u << (intid % 32));
    bells_hear(&bells, 0);
    assert_int_equal(fake_acknowledge(&fake, 0), GIC_INTID_SPURIOUS);
    fake_write(&fake, 0, GICD_ISENABLER + intid / 32 * 4, 4, 1u << (intid % 32));
    assert_int_equal(fake_acknowledge(&fake, 0), intid);
}

static void no_channel_no_interrupt(void **state)
{
    make_edge(FIRST + 3);
    bells_hear(&bells, 3);
    assert_int_equal(fake_acknowledge(&fake, 0), GIC_INTID_SPURIOUS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_number_rings_that_channel, start),
        cmocka_unit_test_setup(nothing_else_rings, start),
        cmocka_unit_test_setup(ringing_interrupts, start),
        cmocka_unit_test_setup(a_bell_waits_until_it_is_enabled, start),
        cmocka_unit_test_setup(no_channel_no_interrupt, start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
