/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Joins the guest's emulated UART to the console by a channel (libs/vchan, of which this is end a),
 * and puts the VMM's own words into the same stream. Stands on dev/ and libs/vchan; makes no system
 * call of its own. The console is believed nothing: what libs/vchan makes of it is all it can do.
 *
 *   guest -> UART's DR -> ring -> console: no room is a full transmit FIFO, and room again its
 *                                 interrupt; nothing is lost, and nobody waits but the guest
 *   console -> ring -> UART's queue -> guest: what finds no room stays in the ring
 *
 * A guest that polls a full transmitter for very long has a console that is dead: what it sends is
 * dropped then, until there is room again.
 */
#ifndef VMM_MACHINE_TERMINAL_H
#define VMM_MACHINE_TERMINAL_H

#include "libs/vchan/vchan.h"
#include "vmm/dev/gic.h"
#include "vmm/dev/pl011.h"

enum {
    TERMINAL_WORDS = 1024,       /* of the VMM's that wait for room */
    TERMINAL_PATIENCE = 1 << 20, /* looks at a full transmitter without one byte's progress */
    TERMINAL_DRAIN_SECONDS = 2,  /* for a life's last words: 16 KiB take 1.4 at 115,200 baud */
};

struct terminal_ops {
    void (*ring)(void *owner);  /* the console's doorbell */
    void (*pause)(void *owner); /* lets others run for a moment */
    /* A counter, and how far it goes in a second. */
    uint64_t (*now)(void *owner);
    uint64_t (*frequency)(void *owner);
};

struct terminal {
    struct pl011 uart;
    struct gic *gic;
    unsigned intid; /* of the guest's UART */
    const struct terminal_ops *ops;
    void *owner;
    bool has_console;
    struct vchan end;
    size_t room;    /* bytes the ring takes for certain */
    unsigned looks; /* at a full transmitter, up to TERMINAL_PATIENCE */
    size_t words;   /* the VMM's, waiting */
    char word[TERMINAL_WORDS];
};

/* The guest's UART, of interrupt `intid`, as after reset, once the console has taken the last words
 * of a life before, or takes nothing. `own` and `peer`: the channel's regions; NULL: there is no
 * console, and output goes nowhere. */
void terminal_open(struct terminal *terminal, void *own, const void *peer, struct gic *gic,
                   unsigned intid, const struct terminal_ops *ops, void *owner);

/* The console rang: it has sent, made room, started anew or ended. */
void terminal_serve(struct terminal *terminal);

/* A character of the VMM's own. It waits where there is no room for it, and is lost only if too
 * many wait already. */
void terminal_put(struct terminal *terminal, char c);

/* The end: gives the console the time to take what was said, if it takes anything, and closes the
 * channel. What is said afterwards goes nowhere. */
void terminal_close(struct terminal *terminal);

#endif
