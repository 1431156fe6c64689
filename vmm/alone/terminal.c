/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Guest console over the board's UART. Sending waits for room in the board's UART, so the guest's
 * never looks full. When the guest does not read, input stops being taken: the board's interrupt
 * stays unacknowledged, hence masked, until there is room again.
 */
#include "vmm/alone/terminal.h"

#include <stdio.h>

#include "libs/rt/rt.h"
#include "vmm/mem/layout.h"

static bool terminal_transmit(void *owner, uint8_t byte)
{
    struct terminal *terminal = owner;

    uart_putc(&terminal->console->uart, (char)byte);
    return true;
}

static bool terminal_transmit_full(void *owner)
{
    return false;
}

static void terminal_set_line(void *owner, bool high)
{
    struct terminal *terminal = owner;

    gic_set_line(terminal->gic, 0, LAYOUT_UART_INTID, high);
}

/* Takes what is there; acknowledges only when all of it found room. */
static void terminal_receive(struct terminal *terminal)
{
    int c = 0;

    uart_irq_ack(&terminal->console->uart);
    while (pl011_input_space(&terminal->uart) > 0 &&
           (c = uart_getc(&terminal->console->uart)) >= 0) {
        uint8_t byte = (uint8_t)c;

        (void)pl011_input(&terminal->uart, &byte, 1);
    }
    terminal->waits = c >= 0;
    if (!terminal->waits)
        CHECK(seL4_IRQHandler_Ack(terminal->interrupt) == seL4_NoError);
}

static void terminal_input_room(void *owner)
{
    struct terminal *terminal = owner;

    if (terminal->waits)
        terminal_receive(terminal);
}

static const struct pl011_ops terminal_ops = {
    .transmit = terminal_transmit,
    .transmit_full = terminal_transmit_full,
    .set_line = terminal_set_line,
    .input_room = terminal_input_room,
};

void terminal_reset(struct terminal *terminal, struct console *console, struct gic *gic)
{
    terminal->console = console;
    terminal->gic = gic;
    pl011_init(&terminal->uart, &terminal_ops, terminal);
    if (terminal->waits)
        terminal_receive(terminal);
}

bool terminal_open(struct terminal *terminal, struct objects *objects, struct complaint *complaint)
{
    const struct console *console = terminal->console;

    if (!console->has_interrupt) {
        printf("vmm: the board's UART has no interrupt: the guest's console takes no input\n");
        return true;
    }
    if (!objects_bind_interrupt(objects, console->interrupt.intid, console->interrupt.edge,
                                &terminal->interrupt, complaint))
        return false;
    uart_irq_enable_rx(&terminal->console->uart);
    return true;
}

void terminal_interrupt(struct terminal *terminal)
{
    terminal_receive(terminal);
}
