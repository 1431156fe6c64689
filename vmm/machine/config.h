/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What one VM is: read from the configuration blob, whose properties abi/vmm.h lists. Stands on
 * libfdt; checks everything that can be told without touching what the addresses in it point to,
 * and points into the blob, which must stay.
 */
#ifndef VMM_MACHINE_CONFIG_H
#define VMM_MACHINE_CONFIG_H

#include "vmm/machine/complaint.h"
#include "abi/vmm.h"
#include "vmm/machine/guest_dt.h"
#include "vmm/machine/image.h"

enum {
    CONFIG_NAME_SIZE = 32,
    CONFIG_BOOTARGS_SIZE = 2048, /* what arm64 Linux takes */
};

struct config {
    char name[CONFIG_NAME_SIZE];
    uint64_t memory;
    struct layout layout;
    unsigned line_count; /* of the distributor: enough for each interrupt */
    struct image_file kernel;
    struct image_file initrd, tree, overlay; /* size 0: there is none */
    struct image_wish wish;                  /* where they go */
    const char *bootargs;                    /* "" if there are none */
    const uint8_t *seed;                     /* NULL if there is none */
    size_t seed_size;
    unsigned cpu_count;
    uint64_t console_own, console_peer; /* 0: no console */
    uint64_t status;
    struct guest_shared shared[VMM_SHARED_MAX];
    unsigned shared_count;
    struct guest_channel channels[VMM_CHANNEL_MAX];
    unsigned channel_count;
    bool report_exits;
};

/* False: the complaint says why; of `config` only its name is to be used, and the console if it was
 * found. */
bool config_read(const void *blob, size_t size, struct config *config, struct complaint *complaint);

#endif
