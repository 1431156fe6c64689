/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Measures, in a guest without an operating system, what it costs to leave it: reads the virtual
 * counter around many of the same, and prints "figure NAME INSTRUCTIONS" for each. Stands on
 * start.S; freestanding. Under -icount shift=0 a nanosecond is an instruction.
 */
#include <stdint.h>

#include "hw/gicv2.h"
#include "hw/uart.h"
#include "tests/bare_guest/print.h"

#define GICD            UINT64_C(0x08000000)
#define GICC            UINT64_C(0x08010000)
#define UART            UINT64_C(0x09000000)
#define RAM             UINT64_C(0x40000000)

#define PSCI_VERSION    UINT64_C(0x84000000)
#define PSCI_SYSTEM_OFF UINT64_C(0x84000008)
#define UNKNOWN_CALL    UINT64_C(0x86000000)

enum {
    REPEAT = 256,
    WARM_UP = 16,
    SETTLE_EXITS = 512,
    LATENCIES = 64,
    AHEAD_US = 1000,
    SETTLE_NS = 20000000,
    FAR_PAGES = 16,
    FAR_FIRST = 8, /* behind the image, in units of 2 MiB */
};

uint64_t hypercall(uint64_t function);
uint64_t secure_call(uint64_t function);
void guest_main(void);

volatile uint64_t interrupt_time; /* when the vector was entered, 0: not since */
static uint64_t ns_per_tick;

static void store(uint64_t address, uint32_t value)
{
    __asm__ volatile("str %w0, [%1]" : : "r"(value), "r"(address) : "memory");
}

static uint32_t load(uint64_t address)
{
    uint32_t value;

    __asm__ volatile("ldr %w0, [%1]" : "=r"(value) : "r"(address) : "memory");
    return value;
}

static uint64_t now(void)
{
    uint64_t ticks;

    __asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(ticks) : : "memory");
    return ticks;
}

/* Until the console has shown what was printed, and sleeps: it looks in periods of 5 ms, and is no
 * part of what is measured next. */
static void settle(void)
{
    uint64_t start = now();

    while ((now() - start) * ns_per_tick < SETTLE_NS)
        continue;
}

static void figure(const char *name, uint64_t ticks, uint64_t count)
{
    print("\nfigure "); /* a line of its own, whatever was printed before */
    print(name);
    print(" ");
    print_number((ticks * ns_per_tick + count / 2) / count);
    print("\n");
    settle();
}

static void interrupts_mask(void)
{
    __asm__ volatile("msr daifset, #2" ::: "memory");
}

static void interrupts_open(void)
{
    __asm__ volatile("msr daifclr, #2; isb" ::: "memory");
}

/* The loop's own two instructions count as well. */
#define MEASURE(name, access)                     \
    do {                                          \
        for (unsigned i_ = 0; i_ < WARM_UP; i_++) \
            access;                               \
        uint64_t start_ = now();                  \
        for (unsigned i_ = 0; i_ < REPEAT; i_++)  \
            access;                               \
        figure(name, now() - start_, REPEAT);     \
    } while (0)

/* The VMM used floating-point registers when it printed its first words, and for some turns
 * afterwards the kernel hands them to it and takes them away: that is over before anything is
 * measured. */
static void measure_exits(void)
{
    for (unsigned i = 0; i < SETTLE_EXITS; i++)
        (void)hypercall(PSCI_VERSION);
    MEASURE("exit_psci_version_hvc", hypercall(PSCI_VERSION));
    MEASURE("exit_psci_version_smc", secure_call(PSCI_VERSION));
    MEASURE("exit_unknown_hvc", hypercall(UNKNOWN_CALL));
    MEASURE("exit_gicd_read", load(GICD + GICD_CTLR));
    MEASURE("exit_gicd_isenabler_read", load(GICD + GICD_ISENABLER));
    MEASURE("exit_gicd_write", store(GICD + GICD_ISENABLER, 0));
    MEASURE("exit_pl011_read", load(UART + PL011_FR));
    MEASURE("exit_pl011_write", store(UART + PL011_DR, '.'));
}

static void measure_first_touch(void)
{
    uint64_t start = now();

    for (unsigned i = 0; i < FAR_PAGES; i++)
        (void)load(RAM + ((uint64_t)(FAR_FIRST + i) << 21));
    figure("ram_first_touch", now() - start, FAR_PAGES);
}

static void open_interrupts(void)
{
    store(GICC + GICC_PMR, 0xff);
    store(GICC + GICC_CTLR, 1);
    store(GICD + GICD_ISENABLER, 1u << GIC_PPI_VIRTUAL_TIMER | 0xffff);
    store(GICD + GICD_CTLR, 1);
}

static uint64_t take_sgi(void)
{
    interrupt_time = 0;
    uint64_t start = now();
    store(GICD + GICD_SGIR, 2u << 24);
    while (interrupt_time == 0)
        continue;
    return interrupt_time - start;
}

static uint64_t set_timer(void)
{
    uint64_t due = now() + UINT64_C(1000) * AHEAD_US / ns_per_tick;

    interrupt_time = 0;
    __asm__ volatile("msr cntv_cval_el0, %0; msr cntv_ctl_el0, %1; isb"
                     :
                     : "r"(due), "r"(UINT64_C(1))
                     : "memory");
    return due;
}

static uint64_t take_timer_spinning(void)
{
    uint64_t due = set_timer();

    while (interrupt_time == 0)
        continue;
    return interrupt_time - due;
}

/* Masked until it waits: the interrupt must not come before. */
static uint64_t take_timer_waiting(void)
{
    interrupts_mask();
    uint64_t due = set_timer();
    __asm__ volatile("wfi" ::: "memory");
    interrupts_open();
    while (interrupt_time == 0)
        continue;
    return interrupt_time - due;
}

static void measure_latency(const char *name, uint64_t (*take)(void))
{
    uint64_t ticks = 0;

    for (unsigned i = 0; i < WARM_UP; i++)
        (void)take();
    for (unsigned i = 0; i < LATENCIES; i++)
        ticks += take();
    figure(name, ticks, LATENCIES);
}

void guest_main(void)
{
    uint64_t hz;

    __asm__ volatile("mrs %0, cntfrq_el0" : "=r"(hz));
    ns_per_tick = 1000000000 / hz;
    store(UART + PL011_CR, PL011_CR_UARTEN | PL011_CR_TXE | PL011_CR_RXE);
    measure_first_touch();
    measure_exits();
    open_interrupts();
    interrupts_open();
    measure_latency("self_sgi", take_sgi);
    measure_latency("vtimer_spin", take_timer_spinning);
    measure_latency("vtimer_wfi", take_timer_waiting);
    print("figures: done\n");
    (void)secure_call(PSCI_SYSTEM_OFF);
}
