/* SPDX-License-Identifier: BSD-2-Clause */
/* A virtual CPU interface in software: list registers as the hardware keeps them, what a guest
 * does with them, and the kernel's way to fill them. */
#ifndef TESTS_UNIT_VMM_FAKE_GICV_H
#define TESTS_UNIT_VMM_FAKE_GICV_H

#include "vmm/dev/gic.h"

enum fake_state { FAKE_INVALID, FAKE_PENDING, FAKE_ACTIVE };

struct fake_list {
    enum fake_state state;
    unsigned intid, priority, group;
    bool kernel; /* the kernel's own entry for the timer */
};

struct fake_gicv {
    struct gic gic;
    unsigned cpu_count, list_count;
    struct fake_list lists[GIC_CPU_MAX][GICH_LR_LIMIT];
    unsigned inject_count;
    bool timer_high; /* what sample() answers */
    unsigned ended_count, ended_intid;

    /* A kernel that can deliver the timer's interrupt. */
    bool timer_refused;
    unsigned timer_calls;
    struct gic_timer timer[GIC_CPU_MAX];
};

/* A distributor with this many list registers behind it. */
void fake_init(struct fake_gicv *fake, unsigned cpu_count, unsigned list_count);

/* The same, with operations for a kernel that delivers the timer's interrupt; it may refuse. */
void fake_init_timer(struct fake_gicv *fake, unsigned cpu_count, unsigned list_count, bool refused);

/* The timer's line is high and the guest runs. True: its interrupt went to the list register. */
bool fake_timer_fires(struct fake_gicv *fake, unsigned cpu);
/* It is there, and so will not come again, nor be reported. */
bool fake_timer_is_listed(const struct fake_gicv *fake, unsigned cpu);

/* GICV_IAR: acknowledges the most urgent pending interrupt, or GIC_INTID_SPURIOUS. */
unsigned fake_acknowledge(struct fake_gicv *fake, unsigned cpu);

/* GICV_EOIR: the interrupt ends, and the kernel tells the VMM, unless the interrupt is its own. */
void fake_end(struct fake_gicv *fake, unsigned cpu, unsigned intid);

unsigned fake_pending_count(const struct fake_gicv *fake, unsigned cpu);

/* Guest accesses to the distributor, in one line. */
uint32_t fake_read(struct fake_gicv *fake, unsigned cpu, uint64_t offset, unsigned size);
void fake_write(struct fake_gicv *fake, unsigned cpu, uint64_t offset, unsigned size,
                uint32_t value);

#endif
