/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints, lets the timer's interrupt in, and ends the VM. */
#include "tests/system/small/small.h"

static void print_verdict(const char *name, bool good)
{
    print(good ? "[       OK ] " : "[  FAILED  ] ");
    print(name);
}

void report(const char *name, bool good)
{
    print_verdict(name, good);
    print("\n");
}

void report_value(const char *name, bool good, uint64_t value)
{
    print_verdict(name, good);
    print(" (");
    print_number(value);
    print(")\n");
}

_Noreturn void power_off(void)
{
    for (;;)
        (void)secure_call(PSCI_SYSTEM_OFF, 0);
}

_Noreturn void guest_fault(uint64_t syndrome, uint64_t pc, uint64_t address)
{
    print("syndrome ");
    print_hex(syndrome);
    print(", pc ");
    print_hex(pc);
    print(", address ");
    print_hex(address);
    print("\n");
    report("no exception", false);
    power_off();
}

void timer_interrupts_enable(uint64_t gicd, uint64_t gicc)
{
    store32(gicd + GICD_ISENABLER, 1u << GIC_PPI_VIRTUAL_TIMER);
    store32(gicd + GICD_CTLR, 1);
    store32(gicc + GICC_PMR, 0xff);
    store32(gicc + GICC_CTLR, 1);
}
