/* SPDX-License-Identifier: BSD-2-Clause */
/* One virtual machine as a whole: its files, its parts, its life from boot to power-off. Stands
 * on everything else in vmm/. */
#ifndef VMM_ALONE_MACHINE_H
#define VMM_ALONE_MACHINE_H

#include "libs/console/console.h"
#include "vmm/bus/bus.h"
#include "vmm/dev/gic.h"
#include "vmm/alone/board.h"
#include "vmm/alone/config.h"
#include "vmm/machine/exits.h"
#include "vmm/machine/image.h"
#include "vmm/alone/objects.h"
#include "vmm/alone/report.h"
#include "vmm/alone/terminal.h"

struct machine {
    struct config config;
    struct image_file kernel, initrd;
    struct image_plan plan;
    struct board board;
    uint64_t start_count;

    struct objects objects;
    struct ram ram;
    struct bus bus;
    struct gic gic;
    struct terminal terminal;
    struct vcpu vcpu;
    struct exits exits;
    uint64_t counts[EXIT_REASON_COUNT];
    uint64_t interrupt_count;    /* of the board's devices */
    struct report_start started; /* if the configuration asks for reports */
};

/* Reads the configuration, places the files and makes all kernel objects. `payload` has
 * `payload_size` bytes. False: see the complaint; nothing is to be used then. */
bool machine_create(struct machine *machine, struct alloc *alloc, const seL4_BootInfo *bootinfo,
                    struct console *console, const void *payload, size_t payload_size,
                    struct complaint *complaint);

/* Loads the files and starts the guest, the first time or again. */
bool machine_boot(struct machine *machine, struct complaint *complaint);

/* Serves the guest until it powers off (true) or cannot be restarted (false). */
bool machine_run(struct machine *machine, struct complaint *complaint);

#endif
