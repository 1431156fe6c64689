/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One who writes to the console: a VM, or init with its log. The console's end of the channel, the
 * bytes taken out of it that found no place yet, and what was kept while it was hidden. Stands on
 * libs/vchan, history and lines.
 */
#pragma once

#include "abi/console.h"
#include "abi/vmm.h"
#include "components/console/history.h"
#include "components/console/lines.h"
#include "libs/vchan/vchan.h"

#define SOURCE_PIECE 256

/* As configured. */
struct source_config {
    const char *name;
    uint32_t component; /* its number for init; 0 is init itself */
    void *own;
    const void *peer;
    const struct vmm_status *status; /* NULL: none */
    uint32_t doorbell;               /* the slot that rings its owner */
};

struct source {
    struct source_config config;
    struct vchan channel;
    bool is_connected;
    unsigned lives;      /* how often it connected */
    bool is_broken_told; /* else its owner could fill others' screens with complaints */
    uint64_t since;      /* when its life began, by the counter */
    uint64_t listed_at, listed_exits; /* at the last list or the life's beginning */
    struct history history;
    struct line line;
    size_t first, count; /* of `piece`: taken out of the channel, not placed yet */
    char piece[SOURCE_PIECE];
};

/* False: its regions are not what a channel needs. */
bool source_open(struct source *source, const struct source_config *config);

/* How a look at the channel ended. */
enum source_event {
    SOURCE_QUIET,  /* nothing to read */
    SOURCE_BYTES,  /* piece[first] and on */
    SOURCE_BROKEN, /* its owner writes nonsense into its header; told once, until it is shown */
};

/* Takes the next bytes out of the channel, unless some are left. `now` is the counter. */
enum source_event source_fill(struct source *source, uint64_t now);

/* Whether nothing is left and its owner will ring: the console may sleep. */
bool source_may_sleep(struct source *source);

/* Keys for its owner. False: it takes none, or is not there. */
bool source_send(struct source *source, const char *bytes, size_t size);

/* Exits of its guest so far; what its owner says, for people to read. */
uint64_t source_exits(const struct source *source);
