/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What one VM is: read from the device tree blob that comes with it as payload `config`. Stands
 * on libfdt; checks everything and points into the blob, which must stay.
 *
 *   memory        bytes of RAM, 64 bits (or 32); a multiple of 2 MiB
 *   bootargs      string: the kernel's command line (optional)
 *   model         string: what messages call the VM (optional: "guest")
 *   rng-seed      bytes: the guest's own, instead of one derived from the board's (optional)
 *   report-exits  present: print how often the guest left, and memory used, at power-off
 */
#ifndef VMM_ALONE_CONFIG_H
#define VMM_ALONE_CONFIG_H

#include <stddef.h>

#include "vmm/machine/complaint.h"

enum {
    CONFIG_NAME_SIZE = 32,
    CONFIG_BOOTARGS_SIZE = 2048, /* what arm64 Linux takes */
    CONFIG_SEED_SIZE_MAX = 256,
};

struct config {
    char name[CONFIG_NAME_SIZE];
    uint64_t memory;
    const char *bootargs; /* "" if there are none */
    const uint8_t *seed;  /* NULL if there is none */
    size_t seed_size;
    bool report_exits;
};

/* False: the complaint says why. */
bool config_read(const void *blob, size_t size, struct config *config, struct complaint *complaint);

#endif
