/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The machine that the whole kernel runs on in the host's tests: cores, a counter, an interrupt
 * controller, caches that only check their arguments. Nothing happens by itself: the test moves
 * the counter and raises the lines.
 *
 * Memory is in arch/physmap.h. A test plays one core at a time (fake_core).
 */
#pragma once

#include "kernel/arch/fake/sysreg.h"
#include "kernel/lib/limits.h"
#include "kernel/lib/types.h"

#define FAKE_TICKS_PER_MS    62500 /* as QEMU's boards */
#define FAKE_IRQ_COUNT       192
#define FAKE_LIST_COUNT      4
#define FAKE_GIC_DISTRIBUTOR 0xf9010000UL
#define FAKE_GIC_CPU         0xf9020000UL
#define FAKE_GIC_HYP         0xf9040000UL

struct fake_core_state {
    uint64_t sysregs[FAKE_SYSREG_COUNT];
    uint32_t hyp[64 + 16]; /* GICH words up to the last list register */
    __uint128_t fpu[32];   /* what the FP registers hold */
};

/* Everything that changes while the kernel runs: a test may copy it and put it back. */
struct fake_machine {
    struct fake_core_state cores[CORE_MAX];
    uint64_t counter;
    uint64_t counter_step; /* added at every look at the counter: time in the kernel */

    uint64_t looks;     /* of the kernel for a pending interrupt */
    uint64_t look_fire; /* at this look, and at multiples of look_every, one seems to wait */
    uint64_t look_every;

    bool enabled[CORE_MAX * 32 + FAKE_IRQ_COUNT];
    bool pending[CORE_MAX * 32 + FAKE_IRQ_COUNT];
    bool active[CORE_MAX * 32 + FAKE_IRQ_COUNT];
    uint8_t sgi_sender[CORE_MAX][16];
    uint8_t target[FAKE_IRQ_COUNT];
};

/* Ranges whose caches were cleaned or invalidated. */
extern unsigned fake_cache_operations;

extern struct fake_machine fake_machine;
extern unsigned fake_core;

/* What the test does instead of sleeping, spinning and stopping; NULL: abort. */
extern void (*fake_on_wait)(void);
extern void (*fake_on_pause)(void);
extern void (*fake_on_halt)(void);

/* A machine after power-on: everything 0 and off. */
void fake_machine_reset(void);

/* ---- interrupts ---- */

/* The line has an edge. Private ones of the core that the test plays. */
void fake_irq_raise(uint32_t irq);

/* Whether an interrupt would be taken at user level now: timers at their time among them. */
bool fake_irq_waits(void);

/* Whether the line is enabled and not active: raising it would be noticed. */
bool fake_irq_is_open(uint32_t irq);
