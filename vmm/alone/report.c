/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints counters as NAME=NUMBER pairs. */
#include "vmm/alone/report.h"

#include <inttypes.h>
#include <stdio.h>

static void report_number(const char *name, uint64_t number)
{
    printf(" %s=%" PRIu64, name, number);
}

void report_exits(const struct exits *exits, uint64_t interrupt_count)
{
    static const char *const names[] = {
#define EXIT_NAME(name) #name,
        EXIT_REASONS(EXIT_NAME)
#undef EXIT_NAME
    };
    uint64_t total = 0;

    for (unsigned i = 0; i < EXIT_REASON_COUNT; i++)
        total += exits->counts[i];
    printf("exits:");
    report_number("total", total);
    report_number("vmfault", exits->counts[EXIT_mmio] + exits->counts[EXIT_abort]);
    report_number("vcpufault",
                  exits->counts[EXIT_smc] + exits->counts[EXIT_wfx] + exits->counts[EXIT_sysreg]);
    for (unsigned i = 0; i < EXIT_REASON_COUNT; i++)
        report_number(names[i], exits->counts[i]);
    report_number("interrupts", interrupt_count);
    printf("\n");
}

void report_memory(const struct report_memory *memory)
{
    printf("memory:");
    report_number("kernel", memory->kernel);
    report_number("vmm", memory->vmm);
    report_number("guest", memory->guest);
    printf("\n");
}

void report_start(const struct report_start *start)
{
    printf("start:");
    report_number("physical", start->physical);
    report_number("virtual", start->virtual);
    report_number("hz", start->hz);
    printf("\n");
}
