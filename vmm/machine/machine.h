/* SPDX-License-Identifier: BSD-2-Clause */
/* One virtual machine as a whole: its files, its parts, its life from boot to its end. Stands on
 * everything else in vmm/. */
#ifndef VMM_MACHINE_MACHINE_H
#define VMM_MACHINE_MACHINE_H

#include "vmm/bus/bus.h"
#include "vmm/dev/gic.h"
#include "vmm/machine/config.h"
#include "vmm/machine/exits.h"
#include "vmm/machine/image.h"
#include "vmm/machine/objects.h"
#include "vmm/machine/report.h"
#include "vmm/machine/terminal.h"

struct machine {
    struct config config;
    struct image_plan plan;
    struct vmm_status *status;
    uint64_t start_count; /* how often this VM was started before */

    struct ram ram;
    struct bus bus;
    struct gic gic;
    struct terminal terminal;
    unsigned cpu; /* of vcpu and exits */
    struct vcpu vcpu;
    struct exits exits;
    uint64_t interrupt_count;    /* doorbells of the console */
    struct report_start started; /* if the configuration asks for reports */
};

/* Reads the configuration and puts the parts together. The machine's terminal works afterwards, if
 * the configuration names a console at all; what is printed goes there. False: see the complaint.
 */
bool machine_create(struct machine *machine, const void *config, size_t config_size,
                    uint64_t start_count, struct complaint *complaint);

/* Loads the files and makes the guest ready to run. */
bool machine_boot(struct machine *machine, struct complaint *complaint);

/* Tells init that the guest may run, and serves it until it asks for one of these. */
enum exit_action machine_run(struct machine *machine);

#endif
