/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints counters as NAME=NUMBER pairs. */
#include "vmm/machine/report.h"

#include <inttypes.h>
#include <stdio.h>

#include "vmm/machine/exits.h"

static void report_number(const char *name, uint64_t number)
{
    printf(" %s=%" PRIu64, name, number);
}

void report_exits(const uint64_t *counts, uint64_t interrupt_count)
{
    static const char *const names[] = {
#define EXIT_NAME(name) #name,
        EXIT_REASONS(EXIT_NAME)
#undef EXIT_NAME
    };
    uint64_t total = 0;

    for (unsigned i = 0; i < EXIT_REASON_COUNT; i++)
        total += counts[i];
    printf("exits:");
    report_number("total", total);
    report_number("vmfault", counts[EXIT_mmio] + counts[EXIT_abort]);
    report_number("vcpufault", counts[EXIT_smc] + counts[EXIT_wfx] + counts[EXIT_sysreg]);
    for (unsigned i = 0; i < EXIT_REASON_COUNT; i++)
        report_number(names[i], counts[i]);
    report_number("interrupts", interrupt_count);
    printf("\n");
}

void report_life(const struct report_life *life)
{
    printf("life:");
    report_number("physical", life->physical);
    report_number("virtual", life->virtual);
    report_number("hz", life->hz);
    report_number("ended", life->ended);
    printf("\n");
}
