/* SPDX-License-Identifier: BSD-2-Clause */
/* The VMM as a component of a planned system: one VM, from its configuration to its end, which init
 * hears of. It never starts its guest twice: init starts all of it anew. */
#include <stdio.h>

#include "abi/init.h"
#include "libs/rt/rt.h"
#include "vmm/machine/machine.h"
#include "vmm/machine/report.h"

/* zlib's window and tables, while a compressed kernel is unpacked. */
RT_HEAP_DEFINE(64 * 1024);

static struct machine machine;

static void report(void)
{
    report_exits(machine.status->exits, machine.interrupt_count);
    if (machine.config.report_exits)
        report_life(&machine.life);
}

static void end(enum exit_action action)
{
    bool off = action == EXIT_POWER_OFF;

    machine_note_end(&machine);
    printf("vmm: %s: %s\n", machine.config.name, off ? "powered off" : "reset");
    if (BUILD_DEBUG || machine.config.report_exits)
        report();
    rt_component_end(off ? INIT_END_POWER_OFF : INIT_END_RESET, 0);
}

int main(void)
{
    const struct rt_component *component = rt_component();
    struct complaint complaint;

    if (component == NULL)
        rt_panic("the VMM is a component: init starts it, as a plan says");
    if (machine_create(&machine, component->config, component->config_size, component->starts,
                       &complaint) &&
        machine_boot(&machine, &complaint))
        end(machine_run(&machine));
    printf("vmm: %s: %s\n", machine.config.name, complaint.text);
    return 1;
}
