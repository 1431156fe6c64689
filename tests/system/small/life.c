/* SPDX-License-Identifier: BSD-2-Clause */
/* Compares a machine with that of the first life, and spoils it. */
#include "tests/system/small/life.h"

#define FRESH      UINT64_C(0x600dda7a600dda7a)

/* Fowler, Noll and Vo's, by words. */
#define SUM_START  UINT64_C(0xcbf29ce484222325)
#define SUM_FACTOR UINT64_C(0x100000001b3)

static struct diary *const diary = (struct diary *)(uintptr_t)PAGES;
static volatile uint64_t data = FRESH;
static uint64_t count; /* of this life's state so far */

static void find(uint64_t value)
{
    if (diary->lives == 1) {
        diary->state[count] = value;
    } else if (diary->state[count] != value) {
        diary->differences++;
        diary->life = diary->lives;
        diary->place = count;
        diary->found = value;
        diary->first = diary->state[count];
    }
    count++;
}

static uint64_t sum_registers(uint64_t from, uint64_t to)
{
    uint64_t sum = SUM_START;

    for (uint64_t at = from; at < to; at += 4)
        sum = (sum ^ load32(at)) * SUM_FACTOR;
    return sum;
}

/* Of all behind the guest: its device tree, and what must be zeros. */
static uint64_t sum_memory(void)
{
    const volatile uint64_t *at = (const volatile uint64_t *)guest_stack_top;
    uint64_t sum = SUM_START;

    while ((uint64_t)(uintptr_t)at < RAM + RAM_SIZE)
        sum = (sum ^ *at++) * SUM_FACTOR;
    return sum;
}

static void find_entry(void)
{
    for (unsigned i = 0; i < 30; i++)
        find(entry.x[i]);
    find(entry.vbar);
    find(entry.cpacr);
    find(entry.sp);
    find(entry.daif);
    for (unsigned i = 0; i < 64; i++)
        find(entry.vectors[i]);
    find(data);
}

#define EACH_REGISTER(with)                                                                      \
    with(sctlr_el1) with(ttbr0_el1) with(ttbr1_el1) with(tcr_el1) with(mair_el1) with(amair_el1) \
        with(tpidr_el0) with(tpidr_el1) with(tpidrro_el0) with(contextidr_el1) with(par_el1)     \
            with(afsr0_el1) with(afsr1_el1) with(esr_el1) with(far_el1) with(elr_el1)            \
                with(spsr_el1) with(sp_el0) with(cntkctl_el1) with(cntv_ctl_el0)                 \
                    with(cntv_cval_el0) with(csselr_el1) with(fpcr) with(fpsr)

#define FIND(name) find(READ_REGISTER(name));

static void find_devices(void)
{
    static const uint16_t uart[] = {PL011_FR,   PL011_IBRD, PL011_FBRD, PL011_LCRH, PL011_CR,
                                    PL011_IFLS, PL011_IMSC, PL011_RIS,  PL011_MIS};
    static const uint16_t gicc[] = {GICC_CTLR, GICC_PMR, GICC_BPR, GICC_RPR, GICC_HPPIR, GICC_IAR};

    for (uint64_t at = GICD; at < GICD + 0x1000; at += 0x100)
        find(sum_registers(at, at + 0x100));
    for (unsigned i = 0; i < sizeof(gicc) / sizeof(gicc[0]); i++)
        find(load32(GICC + gicc[i]));
    for (unsigned i = 0; i < sizeof(uart) / sizeof(uart[0]); i++)
        find(load32(UART + uart[i]));
}

uint64_t life_begin(void)
{
    diary->lives++;
    find_entry();
    EACH_REGISTER(FIND)
    find_devices();
    find(sum_memory());
    diary->count = count;
    return diary->lives;
}

void life_want(uint64_t lives)
{
    diary->wanted = lives;
}

/* ---- the other way ---- */

static void spoil_memory(uint64_t life)
{
    volatile uint64_t *at = (volatile uint64_t *)guest_stack_top;

    while ((uint64_t)(uintptr_t)at < RAM + RAM_SIZE)
        *at++ = life;
}

static void spoil_interrupts(uint64_t life)
{
    for (uint64_t i = 0; i < 64; i += 4)
        store32(GICD + GICD_IPRIORITYR + i, 0x10203040 * (life & 7));
    for (uint64_t i = 0; i < 64; i += 32) {
        store32(GICD + GICD_IGROUPR + i / 8, life & 1 ? UINT32_MAX : 0);
        store32(GICD + GICD_ISENABLER + i / 8, UINT32_MAX);
        store32(GICD + GICD_ISPENDR + i / 8, UINT32_MAX);
    }
    store32(GICC + GICC_PMR, 0xff);
    store32(GICC + GICC_BPR, 5);
    store32(GICC + GICC_CTLR, 7);
    store32(GICD + GICD_CTLR, 3);
    for (uint64_t sgi = 0; sgi < 16; sgi++)
        store32(GICD + GICD_SGIR, GICD_SGIR_FILTER_SELF << GICD_SGIR_FILTER_SHIFT | sgi);
    WRITE_REGISTER(cntv_cval_el0, guest_time());
    WRITE_REGISTER(cntv_ctl_el0, 1);
    turn(1000);
    /* Begun and never ended. */
    for (uint64_t i = 0; i < life % 4; i++)
        (void)load32(GICC + GICC_IAR);
}

#define SPOIL(name) WRITE_REGISTER(name, 0x5a5a5a5a5a5a5a5a);

void life_spoil(uint64_t life)
{
    uint64_t pattern[64];

    spoil_interrupts(life);
    store32(UART + PL011_IBRD, 77);
    store32(UART + PL011_LCRH, 0xff);
    store32(UART + PL011_IMSC, UINT32_MAX);
    store32(UART + PL011_IFLS, 0);
    store32(UART + PL011_CR, PL011_CR_UARTEN | PL011_CR_TXE);
    for (unsigned i = 0; i < 64; i++)
        pattern[i] = 0xa5a5a5a500000000 + i;
    vectors_load(pattern);
    data = life;
    spoil_memory(life);
    SPOIL(ttbr0_el1)
    SPOIL(ttbr1_el1)
    SPOIL(tcr_el1)
    SPOIL(mair_el1)
    SPOIL(tpidr_el0)
    SPOIL(tpidr_el1)
    SPOIL(tpidrro_el0)
    SPOIL(contextidr_el1)
    SPOIL(par_el1)
    SPOIL(afsr0_el1)
    SPOIL(esr_el1)
    SPOIL(far_el1)
    SPOIL(elr_el1)
    SPOIL(spsr_el1)
    SPOIL(sp_el0)
    WRITE_REGISTER(cntkctl_el1, 3);
    WRITE_REGISTER(csselr_el1, 1);
    WRITE_REGISTER(fpcr, 3u << 22);
    WRITE_REGISTER(vbar_el1, 0);
}

void guest_interrupt(void)
{
    guest_fault(0, 0, 0); /* they are masked */
}
