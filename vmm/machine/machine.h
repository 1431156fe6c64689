/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One virtual machine as a whole: its files, its parts, its life from boot to its end. Stands on
 * everything else in vmm/.
 *
 * One thread serves all vCPUs, on whichever core they are: it has no time of its own, so an exit
 * brings the time, and with it the core, of the vCPU that made it, and the answer gives both back.
 * Another vCPU's exit meanwhile waits at the endpoint. That is all the locking there is.
 *
 *   vCPU 0, core 0 --exit: message and time--.      .--answer and time--> vCPU 0
 *                                             thread
 *   vCPU 1, core 1 --exit: waits its turn----'
 */
#ifndef VMM_MACHINE_MACHINE_H
#define VMM_MACHINE_MACHINE_H

#include "vmm/bus/bus.h"
#include "vmm/dev/bells.h"
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
    struct bells bells;
    struct psci psci;
    struct vcpu vcpus[VMM_CPU_MAX]; /* as many as the configuration says */
    uint32_t parking;               /* one bit a vCPU that is off, but not stopped yet */
    struct exits exits;
    uint64_t interrupt_count; /* doorbells of the console */
    struct report_life life;  /* if the configuration asks for reports */
};

/* Reads the configuration and puts the parts together. The machine's terminal works afterwards, if
 * the configuration names a console at all; what is printed goes there. False: see the complaint.
 */
bool machine_create(struct machine *machine, const void *config, size_t config_size,
                    uint64_t start_count, struct complaint *complaint);

/* Loads the files and makes the guest ready to run. */
bool machine_boot(struct machine *machine, struct complaint *complaint);

/* Tells init that the guest may run, and serves it until it asks for EXIT_POWER_OFF or EXIT_RESET.
 * None of its vCPUs runs then. */
enum exit_action machine_run(struct machine *machine);

/* The guest has ended: for the report. */
void machine_note_end(struct machine *machine);

#endif
