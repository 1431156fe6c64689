/* SPDX-License-Identifier: BSD-2-Clause */
/* Joins the guest's emulated UART to the board's: output at once, input by interrupt. Stands on
 * libs/console and dev/pl011; never loses a character that the board's UART gave it. */
#ifndef VMM_ALONE_TERMINAL_H
#define VMM_ALONE_TERMINAL_H

#include "libs/console/console.h"
#include "vmm/dev/gic.h"
#include "vmm/dev/pl011.h"
#include "vmm/alone/objects.h"

struct terminal {
    struct console *console;
    struct pl011 uart;
    struct gic *gic;
    seL4_CPtr interrupt; /* of the board's UART; null if it has none */
    bool waits;          /* input lies in the board's UART: ours is full */
};

/* The guest's UART as after reset; what was typed and not read is forgotten. */
void terminal_reset(struct terminal *terminal, struct console *console, struct gic *gic);

/* Starts listening to the board's UART. Without an interrupt there is no input, and it says so. */
bool terminal_open(struct terminal *terminal, struct objects *objects, struct complaint *complaint);

/* The board's UART interrupted. */
void terminal_interrupt(struct terminal *terminal);

#endif
