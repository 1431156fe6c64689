/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest's device tree, made from its layout and what else differs between guests. Stands on
 * libfdt; writes into a buffer of the caller's.
 */
#ifndef VMM_MACHINE_GUEST_DT_H
#define VMM_MACHINE_GUEST_DT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vmm/machine/complaint.h"
#include "vmm/mem/layout.h"

/* Enough for the longest command line and seed there can be. */
enum { GUEST_DT_SIZE = 65536 };

/* Memory that others reach too. */
struct guest_shared {
    const char *name;
    ipa_t address;
    uint64_t size;
    bool writable;
};

/* One end of a channel. */
struct guest_channel {
    const char *name, *peer;
    ipa_t own, other;
    uint32_t send_ring, receive_ring; /* bytes; 0: none */
    uint32_t compat_port;             /* 0: none */
    unsigned intid;                   /* what its bell makes pending */
};

struct guest_dt {
    struct layout layout;
    uint64_t ram_size;
    const char *bootargs;
    ipa_t initrd;
    uint64_t initrd_size; /* 0: none */
    const uint8_t *seed;
    size_t seed_size;    /* 0: none */
    uint64_t kaslr_seed; /* 0: none */
    unsigned cpu_count;
    const struct guest_shared *shared;
    unsigned shared_count;
    const struct guest_channel *channels;
    unsigned channel_count;
};

/* False if it does not fit into `size` bytes. */
bool guest_dt_write(void *buffer, size_t size, const struct guest_dt *tree);

/* Applies an overlay to the tree that guest_dt_write() left in `buffer` of `size` bytes. `scratch`
 * has GUEST_DT_SIZE bytes, on an 8-byte boundary, and is zeros again afterwards. */
bool guest_dt_overlay(void *buffer, size_t size, const void *overlay, size_t overlay_size,
                      void *scratch, struct complaint *complaint);

/* A tree of the user's in place of one of ours. */
bool guest_dt_take(void *buffer, size_t size, const void *tree, size_t tree_size,
                   struct complaint *complaint);

#endif
