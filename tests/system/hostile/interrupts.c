/* SPDX-License-Identifier: BSD-2-Clause */
/* The checks of interrupts and of waiting for them. */
#include "tests/system/hostile/guest.h"

static void open_interrupts(void)
{
    store32(GICD + GICD_CTLR, 0);
    for (uint64_t i = 0; i < 64; i += 32) {
        store32(GICD + GICD_IGROUPR + i / 8, 0);
        store32(GICD + GICD_ICENABLER + i / 8, UINT32_MAX);
        store32(GICD + GICD_ICPENDR + i / 8, UINT32_MAX);
        store32(GICD + GICD_ICACTIVER + i / 8, UINT32_MAX);
    }
    for (uint64_t i = 0; i < 64; i += 4)
        store32(GICD + GICD_IPRIORITYR + i, 0xa0a0a0a0);
    for (uint64_t i = 0; i < 16; i += 4)
        store32(GICD + GICD_CPENDSGIR + i, UINT32_MAX);
    store32(GICC + GICC_PMR, 0xff);
    store32(GICC + GICC_CTLR, 7); /* group 1 is acknowledged like group 0 */
    store32(GICD + GICD_CTLR, 3);
    /* What random accesses left pending in list registers comes now. */
    __asm__ volatile("msr daifclr, #2; isb" ::: "memory");
    for (unsigned i = 0; i < 1000; i++)
        (void)load32(GICD + GICD_CTLR);
}

static void wait_for_interrupt(uint64_t before)
{
    for (unsigned i = 0; i < 100000 && interrupts.count == before; i++)
        (void)load32(GICD + GICD_CTLR);
}

void interrupts_still_come(void)
{
    open_interrupts();
    for (uint32_t sgi = 0; sgi < 16; sgi++) {
        uint64_t before = interrupts.count;

        store32(GICD + GICD_SGIR, 2u << 24 | sgi);
        wait_for_interrupt(before);
        EXPECT(interrupts.count == before + 1 && interrupts.last == sgi, interrupts.last);
    }
    __asm__ volatile("msr daifset, #2" ::: "memory");
    for (uint32_t sgi = 0; sgi < 16; sgi++) /* more than there are list registers */
        store32(GICD + GICD_SGIR, 2u << 24 | sgi);
    uint64_t before = interrupts.count;
    __asm__ volatile("msr daifclr, #2; isb" ::: "memory");
    for (unsigned i = 0; i < 100000 && interrupts.count < before + 16; i++)
        (void)load32(GICD + GICD_CTLR);
    EXPECT(interrupts.count == before + 16, interrupts.count - before);
}

static void set_timer(uint64_t ticks)
{
    uint64_t now;

    __asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(now));
    __asm__ volatile("msr cntv_cval_el0, %0; msr cntv_ctl_el0, %1; isb"
                     :
                     : "r"(now + ticks), "r"(UINT64_C(1)));
}

/* Masked until it waits: an interrupt taken before would leave nothing to wait for. */
void waiting_ends(void)
{
    store32(GICD + GICD_ISENABLER, 1u << GIC_PPI_VIRTUAL_TIMER);
    for (unsigned i = 0; i < 20; i++) {
        uint64_t before = interrupts.count;

        __asm__ volatile("msr daifset, #2" ::: "memory");
        set_timer(i * 5000);
        __asm__ volatile("wfi");
        EXPECT(interrupts.count == before, i);
        __asm__ volatile("msr daifclr, #2; isb" ::: "memory");
        wait_for_interrupt(before);
        EXPECT(interrupts.count == before + 1 && interrupts.last == GIC_PPI_VIRTUAL_TIMER,
               interrupts.last);
    }
    EXPECT_NO_FAULT(__asm__ volatile("sevl; wfe"));
}

/*
 * All shared interrupts pending at once, far more than there are list registers, while they are
 * disabled: none may be lost, and the more urgent come first.
 */
void many_at_once(void)
{
    enum { FIRST = 40, COUNT = 24 }; /* behind the UART's */

    open_interrupts();
    __asm__ volatile("msr daifset, #2" ::: "memory");
    for (uint32_t i = FIRST; i < FIRST + COUNT; i++) {
        store8(GICD + GICD_IPRIORITYR + i, 0xf0 - (i - FIRST) % 8 * 0x10);
        store8(GICD + GICD_ITARGETSR + i, 1);
        store32(GICD + GICD_ISPENDR + i / 32 * 4, 1u << i % 32);
    }
    uint64_t before = interrupts.count;
    __asm__ volatile("msr daifclr, #2; isb" ::: "memory");
    for (unsigned i = 0; i < 1000; i++)
        (void)load32(GICD + GICD_CTLR);
    EXPECT(interrupts.count == before, interrupts.last);

    __asm__ volatile("msr daifset, #2" ::: "memory");
    store32(GICD + GICD_ISENABLER + 4, UINT32_MAX << (FIRST - 32));
    __asm__ volatile("msr daifclr, #2; isb" ::: "memory");
    for (unsigned i = 0; i < 100000 && interrupts.count < before + COUNT; i++)
        (void)load32(GICD + GICD_CTLR);
    EXPECT(interrupts.count == before + COUNT, interrupts.count - before);
    for (uint64_t i = before + 1; i < before + COUNT; i++) {
        uint32_t now = interrupts.list[i % 64], earlier = interrupts.list[(i - 1) % 64];

        EXPECT(load8(GICD + GICD_IPRIORITYR + earlier) <= load8(GICD + GICD_IPRIORITYR + now), now);
    }
    EXPECT(load32(GICD + GICD_ISPENDR + 4) >> (FIRST - 32) == 0, load32(GICD + GICD_ISPENDR + 4));
}

/* A program may wait as well. It comes back by its system call when the timer is due. */
void waiting_at_el0(void)
{
    open_interrupts();
    store32(GICD + GICD_ISENABLER, 1u << GIC_PPI_VIRTUAL_TIMER);
    for (unsigned i = 0; i < 20; i++) {
        uint64_t before = interrupts.count;

        __asm__ volatile("msr daifset, #2" ::: "memory");
        set_timer(i * 5000);
        uint64_t class = run_at_el0(wait_at_el0);
        EXPECT(class == 0x15 && interrupts.count == before, class);
        __asm__ volatile("msr daifclr, #2; isb" ::: "memory");
        wait_for_interrupt(before);
        EXPECT(interrupts.count == before + 1, interrupts.count - before);
    }
}
