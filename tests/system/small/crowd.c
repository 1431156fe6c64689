/* SPDX-License-Identifier: BSD-2-Clause */
/* vCPU 0 of the crowd: gives orders, and judges what came of them. The first life ends by another
 * vCPU's reset, the second by another one's power-off, each amid a storm. */
#include "tests/system/small/crowd.h"

#define PATIENCE   20 /* seconds that anything may take on a busy host */
#define STORMS     200
#define LAST_STORM UINT64_MAX
#define EVERYBODY  ((1u << CPUS) - 1)

static uint8_t stacks[CPUS][4096] __attribute__((aligned(16)));
static struct second *const own = &seconds[0];
static volatile uint64_t *const lives = (uint64_t *)(uintptr_t)PAGES;

#define WAIT_UNTIL(condition)                                  \
    __extension__({                                            \
        uint64_t end_ = guest_time() + PATIENCE * frequency(); \
        while (!(condition) && guest_time() < end_)            \
            continue;                                          \
        (condition);                                           \
    })

static uint64_t is_off(unsigned cpu)
{
    return call_smc(PSCI_AFFINITY_INFO, cpu, 0, 0);
}

static void order(unsigned cpu, enum order what)
{
    seconds[cpu].order = what;
}

/* Every other one follows, at the same time. */
static bool order_all(enum order what)
{
    bool good = true;
    uint64_t done[CPUS];

    for (unsigned cpu = 1; cpu < CPUS; cpu++) {
        done[cpu] = seconds[cpu].done;
        order(cpu, what);
    }
    for (unsigned cpu = 1; cpu < CPUS; cpu++)
        good &= WAIT_UNTIL(seconds[cpu].done > done[cpu]);
    return good;
}

static bool start_all(void)
{
    bool good = true;

    for (unsigned cpu = 1; cpu < CPUS; cpu++) {
        uint64_t before = seconds[cpu].starts;

        good &= turn_on(cpu) == SUCCESS && WAIT_UNTIL(seconds[cpu].starts == before + 1);
    }
    return good;
}

static bool stop_all(void)
{
    bool good = true;

    for (unsigned cpu = 1; cpu < CPUS; cpu++)
        order(cpu, ORDER_OFF);
    for (unsigned cpu = 1; cpu < CPUS; cpu++)
        good &= WAIT_UNTIL(is_off(cpu) == IS_OFF);
    return good;
}

/* ---- calls ---- */

static void nobody_starts(void)
{
    static const uint64_t targets[] = {
        CPUS, 7, 8, 0x100, 0x10001, 0x80000001, UINT32_MAX, UINT64_C(1) << 32, UINT64_MAX};
    static const uint64_t entries[] = {
        0, GICD, RAM - 4, RAM + RAM_SIZE, RAM + 2, UINT64_MAX - 3, UINT64_C(1) << 40 | RAM};
    bool good = true;

    for (unsigned i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
        good &= call_smc(PSCI_CPU_ON | PSCI_64, targets[i], RAM, 0) == INVALID_PARAMETERS &&
                call_hvc(PSCI_AFFINITY_INFO | PSCI_64, targets[i], 0, 0) == INVALID_PARAMETERS;
    for (unsigned i = 0; i < sizeof(entries) / sizeof(entries[0]); i++)
        good &= call_smc(PSCI_CPU_ON | PSCI_64, 1, entries[i], 0) == INVALID_ADDRESS;
    report("no vCPU that there is not, and none without code", good);
    report("a vCPU that runs is on already",
           call_smc(PSCI_CPU_ON, 0, (uint64_t)(uintptr_t)second_start, 0) == ALREADY_ON);
    report("the last vCPU stays",
           call_smc(PSCI_CPU_OFF, 0, 0, 0) == DENIED && call_hvc(PSCI_CPU_OFF, 0, 0, 0) == DENIED);
    good = true;
    for (unsigned cpu = 1; cpu < CPUS; cpu++)
        good &= is_off(cpu) == IS_OFF && seconds[cpu].starts == 0;
    report("the others are off", good);
}

static void everybody_starts(void)
{
    bool good = start_all(), fresh = true;

    report("the others start", good);
    for (unsigned cpu = 1; cpu < CPUS; cpu++) {
        const struct second *second = &seconds[cpu];

        good &= second->mpidr == (0x80000000 | cpu) && second->targets == 0x01010101u << cpu &&
                turn_on(cpu) == ALREADY_ON && is_off(cpu) == 0;
        fresh &= (second->sctlr & 0x1005) == 0 && second->others == 0x3c0;
    }
    report("each knows which it is", good);
    report("with MMU and caches off, interrupts masked, the timer off", fresh);
}

/* ---- interrupts ---- */

static uint32_t count_all(unsigned sgi)
{
    uint32_t total = 0;

    for (unsigned cpu = 0; cpu < CPUS; cpu++)
        total += seconds[cpu].sgis[sgi];
    return total;
}

/* Sends one, and tells whether exactly those got it. */
static bool send(uint32_t value, unsigned sgi, unsigned expected)
{
    uint32_t before[CPUS], all = count_all(sgi);
    bool good;

    for (unsigned cpu = 0; cpu < CPUS; cpu++)
        before[cpu] = seconds[cpu].sgis[sgi], all += expected >> cpu & 1;
    store32(GICD + GICD_SGIR, value | sgi);
    good = WAIT_UNTIL(count_all(sgi) == all);
    for (unsigned cpu = 0; cpu < CPUS; cpu++)
        good &= seconds[cpu].sgis[sgi] == before[cpu] + (expected >> cpu & 1);
    return good;
}

static void interrupts_arrive(const char *name)
{
    bool good = true;

    for (unsigned sgi = 0; sgi < 16; sgi += 5) {
        for (unsigned cpu = 0; cpu < CPUS; cpu++)
            good &= send(UINT32_C(1) << (16 + cpu), sgi, 1u << cpu);
        good &= send(UINT32_C(0xff) << 16, sgi, EVERYBODY); /* absent ones, too */
        good &= send(UINT32_C(0xf0) << 16, sgi, 0);
        good &= send(UINT32_C(1) << 24, sgi, EVERYBODY & ~1u);
        good &= send(UINT32_C(2) << 24 | UINT32_C(0xff) << 16, sgi, 1);
        good &= send(UINT32_C(3) << 24 | UINT32_C(0xff) << 16, sgi, 0); /* reserved */
    }
    report(name, good);
}

/* The last one sent is followed by one taken, however fast they come. */
static void interrupts_in_haste(void)
{
    bool good = true;

    for (unsigned i = 0; i < 100; i++) {
        for (unsigned j = 0; j < i % 5; j++)
            store32(GICD + GICD_SGIR, UINT32_C(2) << 16 | 3);
        announced = i + 1;
        store32(GICD + GICD_SGIR, UINT32_C(2) << 16 | 3);
        good &= WAIT_UNTIL(seconds[1].seen == i + 1);
    }
    report("none of many interrupts is lost", good);
}

static void interrupts_wait(void)
{
    uint32_t before = seconds[1].sgis[5];
    bool good = stop_all();

    store32(GICD + GICD_SGIR, UINT32_C(2) << 16 | 5);
    report("vCPUs go off", good && seconds[1].sgis[5] == before);
    report("and on again", start_all());
}

static void on_and_off(void)
{
    bool good = true;

    for (unsigned i = 0; i < 10; i++)
        good &= stop_all() && start_all();
    report("10 times", good);
}

static void timers_run(const char *name)
{
    bool good = order_all(ORDER_TIMER);

    follow_timer(own);
    report(name, good);
}

/* ---- storms ---- */

static void begin_storm(uint64_t steps)
{
    for (unsigned cpu = 0; cpu < CPUS; cpu++)
        seconds[cpu].storms = steps;
    for (unsigned cpu = 1; cpu < CPUS; cpu++)
        order(cpu, ORDER_STORM);
}

/* Those that are off are started until all have finished. */
static bool storm_ends(void)
{
    uint64_t end = guest_time() + 3 * PATIENCE * frequency();
    bool finished = false;

    while (!finished && guest_time() < end) {
        finished = true;
        for (unsigned cpu = 1; cpu < CPUS; cpu++) {
            (void)turn_on(cpu);
            finished &= seconds[cpu].order == ORDER_NONE;
        }
    }
    return finished;
}

static void clean_up(void)
{
    bool good;

    store32(GICD + GICD_CTLR, 0);
    open_interrupts();
    good = order_all(ORDER_CLEAN);
    store32(GICD + GICD_CTLR, 3);
    /* What was left in list registers comes now. */
    for (uint64_t end = guest_time() + MILLISECONDS(200); guest_time() < end;)
        continue;
    report("all vCPUs still answer", good);
}

static void survive_storm(void)
{
    begin_storm(STORMS);
    storm(own);
    report("a storm ends", storm_ends());
    clean_up();
}

/* It may be off, or finish another order, just when it gets this one. */
_Noreturn static void end_by(unsigned cpu, enum order what)
{
    begin_storm(LAST_STORM);
    for (unsigned i = 0; i < 1000; i++)
        storm_step(own);
    for (;;) {
        order(cpu, what);
        (void)turn_on(cpu);
    }
}

static void first_life(void)
{
    nobody_starts();
    everybody_starts();
    interrupts_arrive("interrupts go to those they are for");
    interrupts_in_haste();
    interrupts_wait();
    timers_run("each has its timer");
    on_and_off();
    interrupts_arrive("and interrupts still arrive");
    survive_storm();
    survive_storm();
    interrupts_arrive("after storms interrupts arrive");
    timers_run("and timers");
    end_by(2, ORDER_RESET);
}

static void second_life(void)
{
    nobody_starts();
    everybody_starts();
    timers_run("timers in the next life");
    interrupts_arrive("interrupts in the next life");
    end_by(3, ORDER_POWER_OFF);
}

void guest_main(void)
{
    for (unsigned cpu = 0; cpu < CPUS; cpu++) {
        seconds[cpu].stack_top = (uint64_t)(uintptr_t)(stacks[cpu] + sizeof(stacks[cpu]));
        seconds[cpu].vectors = READ_REGISTER(vbar_el1);
        seconds[cpu].random = UINT64_C(0x9e3779b97f4a7c15) * (cpu + 1);
    }
    open_interrupts();
    store32(GICD + GICD_CTLR, 3);
    (*lives)++;
    if (*lives == 1)
        first_life();
    second_life();
}
