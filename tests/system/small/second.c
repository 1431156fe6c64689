/* SPDX-License-Identifier: BSD-2-Clause */
/* What a vCPU of the crowd does: follows orders, takes interrupts, and makes a storm. */
#include "tests/system/small/crowd.h"

enum { TIMER_WAITS = 20 };

struct second seconds[CPUS];
volatile uint64_t announced;

unsigned own_number(void)
{
    return READ_REGISTER(mpidr_el1) & 7;
}

uint64_t random_next(struct second *own)
{
    own->random ^= own->random >> 12;
    own->random ^= own->random << 25;
    own->random ^= own->random >> 27;
    return own->random * UINT64_C(0x2545f4914f6cdd1d);
}

void guest_interrupt(void)
{
    struct second *own = &seconds[own_number()];
    uint32_t taken = load32(GICC + GICC_IAR), intid = taken & 0x3ff;

    own->seen = announced;
    if (intid < 16) {
        own->sgis[intid]++;
    } else if (intid == GIC_PPI_VIRTUAL_TIMER) {
        own->timers++;
        WRITE_REGISTER(cntv_ctl_el0, 2);
    }
    if (intid < 1020)
        store32(GICC + GICC_EOIR, taken);
}

/* This vCPU's own half of the controller, whatever was written to it. */
void open_interrupts(void)
{
    WRITE_REGISTER(cntv_ctl_el0, 0);
    store32(GICD + GICD_IGROUPR, 0);
    store32(GICD + GICD_ICENABLER, UINT32_MAX);
    store32(GICD + GICD_ICPENDR, UINT32_MAX);
    store32(GICD + GICD_ICACTIVER, UINT32_MAX);
    for (uint64_t i = 0; i < 32; i += 4)
        store32(GICD + GICD_IPRIORITYR + i, 0xa0a0a0a0);
    for (uint64_t i = 0; i < 16; i += 4)
        store32(GICD + GICD_CPENDSGIR + i, UINT32_MAX);
    store32(GICD + GICD_ISENABLER, 1u << GIC_PPI_VIRTUAL_TIMER);
    store32(GICC + GICC_PMR, 0xff);
    store32(GICC + GICC_CTLR, 7); /* group 1 is acknowledged like group 0 */
    __asm__ volatile("msr daifclr, #2; isb" ::: "memory");
}

/* Masked until it waits: an interrupt taken before would leave nothing to wait for. */
void follow_timer(struct second *own)
{
    for (unsigned i = 0; i < TIMER_WAITS; i++) {
        uint64_t before = own->timers;

        __asm__ volatile("msr daifset, #2" ::: "memory");
        WRITE_REGISTER(cntv_cval_el0, guest_time() + i * 1000);
        WRITE_REGISTER(cntv_ctl_el0, 1);
        while (own->timers == before)
            __asm__ volatile("wfi; msr daifclr, #2; isb; msr daifset, #2" ::: "memory");
        __asm__ volatile("msr daifclr, #2; isb" ::: "memory");
    }
}

uint64_t turn_on(uint64_t target)
{
    uint64_t context = target < CPUS ? (uint64_t)(uintptr_t)&seconds[target] : 0;

    return call_smc(PSCI_CPU_ON | PSCI_64, target, (uint64_t)(uintptr_t)second_start, context);
}

/* Interrupts to anybody, registers of the distributor with any value, vCPUs that are there or not
 * on and off, in any order. vCPU 0 stays: the others need somebody to wait for. */
void storm_step(struct second *own)
{
    uint64_t value = random_next(own), which = value >> 60;

    if (which < 6)
        store32(GICD + GICD_SGIR, value & (GICD_SGIR_FILTER | GICD_SGIR_TARGETS | GICD_SGIR_INTID));
    else if (which < 9)
        store32(GICD + (value & 0xffc), random_next(own));
    else if (which < 11)
        (void)load32(GICD + (value & 0xffc));
    else if (which < 13)
        (void)turn_on(value & 7);
    else if (which < 14)
        (void)call_hvc(PSCI_AFFINITY_INFO, value & 7, value >> 8 & 1, 0);
    else if (which < 15)
        (void)call_smc(PSCI_CPU_ON, value & 7, value, 0);
    else if (own != seconds)
        (void)(value & 1 ? call_smc : call_hvc)(PSCI_CPU_OFF, value, value, value);
}

void storm(struct second *own)
{
    while (own->storms > 0 && (own == seconds || own->order == ORDER_STORM)) {
        own->storms--;
        storm_step(own);
    }
}

static void follow(struct second *own, enum order order)
{
    switch (order) {
    case ORDER_OFF:
        own->done++;
        (void)call_smc(PSCI_CPU_OFF, 0, 0, 0);
        report("a vCPU that is off does not go on", false);
        break;
    case ORDER_TIMER:
        follow_timer(own);
        break;
    case ORDER_CLEAN:
        open_interrupts();
        break;
    case ORDER_STORM:
        storm(own);
        if (own->order != ORDER_STORM)
            return; /* another order came */
        break;
    case ORDER_RESET:
        (void)call_smc(PSCI_SYSTEM_RESET, 0, 0, 0);
        break;
    case ORDER_POWER_OFF:
        (void)call_hvc(PSCI_SYSTEM_OFF, 0, 0, 0);
        break;
    case ORDER_NONE:
        return;
    }
    own->order = ORDER_NONE;
    own->done++;
}

/* A storm goes on where it was left. */
void second_main(struct second *own)
{
    own->mpidr = READ_REGISTER(mpidr_el1);
    own->sctlr = READ_REGISTER(sctlr_el1);
    own->targets = load32(GICD + GICD_ITARGETSR);
    own->others = READ_REGISTER(daif) | READ_REGISTER(cntv_ctl_el0) << 32;
    own->starts++;
    if (own->order == ORDER_OFF)
        own->order = ORDER_NONE;
    open_interrupts();
    for (;;)
        follow(own, own->order);
}
