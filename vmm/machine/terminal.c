/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest's UART over a ring. How much room there is is known from the last look at the console's
 * index, so that a byte is a store, an index and a look at the console's wish.
 */
#include "vmm/machine/terminal.h"

#include <string.h>

#include "abi/console.h"

/* The console rings when so much of the ring is free again, not at every byte of it. */
#define ROOM_WISH (CONSOLE_OUTPUT_BYTES / 4)

/* Times terminal_serve() looks again: as often as input could fill the queue byte by byte. */
enum { SERVE_ROUNDS = PL011_QUEUE_BYTES + PL011_FIFO_BYTES };

static void terminal_doorbell(struct terminal *terminal)
{
    if (vchan_take_doorbell(&terminal->end))
        terminal->ops->ring(terminal->owner);
}

/* By the time, as how long a pause lasts depends on who else runs. */
static void terminal_wait(struct terminal *terminal, bool (*is_done)(struct terminal *terminal))
{
    const struct terminal_ops *ops = terminal->ops;
    uint64_t start = ops->now(terminal->owner);
    uint64_t most = ops->frequency(terminal->owner) * TERMINAL_DRAIN_SECONDS;

    while (!is_done(terminal) && ops->now(terminal->owner) - start < most)
        ops->pause(terminal->owner);
}

/* The VMM's words that wait, before anything of the guest's. */
static void terminal_send_words(struct terminal *terminal)
{
    size_t sent = terminal->words < terminal->room ? terminal->words : terminal->room;

    for (size_t i = 0; i < sent; i++)
        vchan_put(&terminal->end, (uint8_t)terminal->word[i]);
    memmove(terminal->word, terminal->word + sent, terminal->words - sent);
    terminal->words -= sent;
    terminal->room -= sent;
}

/* Looks at how far the console has read, meets it if need be. */
static void terminal_look(struct terminal *terminal)
{
    /* Twice: the end of a connection is told once, then the new one can be met. */
    for (unsigned i = 0; i < 2; i++) {
        if (vchan_space(&terminal->end, &terminal->room) == VCHAN_OK)
            break;
        (void)vchan_connect(&terminal->end);
    }
    terminal_send_words(terminal);
    if (terminal->room > 0)
        terminal->looks = 0;
}

/* Room, or the console will ring when there is. */
static bool terminal_has_room(struct terminal *terminal)
{
    terminal_look(terminal);
    if (terminal->room == 0 && !vchan_arm_room(&terminal->end, ROOM_WISH))
        terminal_look(terminal);
    terminal_doorbell(terminal);
    return terminal->room > 0;
}

/* ---- the guest's UART ---- */

static bool terminal_transmit_full(void *owner)
{
    struct terminal *terminal = owner;

    if (terminal->room > 0 || !terminal->has_console || terminal_has_room(terminal))
        return false;
    if (terminal->looks == TERMINAL_PATIENCE)
        return false;
    terminal->looks++;
    return true;
}

static bool terminal_transmit(void *owner, uint8_t byte)
{
    struct terminal *terminal = owner;

    if (terminal->room == 0 && (!terminal->has_console || !terminal_has_room(terminal)))
        return false; /* lost */
    terminal->room--;
    vchan_put(&terminal->end, byte);
    if (terminal->end.ring)
        terminal_doorbell(terminal);
    return terminal->room > 0;
}

static void terminal_set_line(void *owner, bool high)
{
    struct terminal *terminal = owner;

    gic_set_line(terminal->gic, 0, terminal->intid, high);
}

static void terminal_input_room(void *owner)
{
    terminal_serve(owner);
}

static const struct pl011_ops terminal_uart_ops = {
    .transmit = terminal_transmit,
    .transmit_full = terminal_transmit_full,
    .set_line = terminal_set_line,
    .input_room = terminal_input_room,
};

/* A life that died of a fault could not wait for the console to read its last words. */
static bool terminal_is_read(struct terminal *terminal)
{
    return !vchan_is_unread(terminal->end.own, terminal->end.peer);
}

void terminal_open(struct terminal *terminal, void *own, const void *peer, struct gic *gic,
                   unsigned intid, const struct terminal_ops *ops, void *owner)
{
    struct vchan_shape shape = {
        .own = own,
        .peer = peer,
        .own_ring = CONSOLE_OUTPUT_BYTES,
        .peer_ring = CONSOLE_INPUT_BYTES,
    };

    *terminal = (struct terminal){.gic = gic, .intid = intid, .ops = ops, .owner = owner};
    terminal->end = (struct vchan){.own = own, .peer = peer};
    pl011_init(&terminal->uart, &terminal_uart_ops, terminal);
    if (own != NULL && vchan_is_unread(own, peer)) {
        ops->ring(owner);
        terminal_wait(terminal, terminal_is_read);
    }
    terminal->has_console = own != NULL && vchan_open(&terminal->end, &shape) == VCHAN_OK;
    if (terminal->has_console)
        terminal_serve(terminal);
}

/* ---- what the console sends ---- */

static void terminal_receive(struct terminal *terminal)
{
    uint8_t bytes[64];
    size_t space, count;

    while ((space = pl011_input_space(&terminal->uart)) > 0 &&
           vchan_read(&terminal->end, bytes, space < sizeof(bytes) ? space : sizeof(bytes),
                      &count) == VCHAN_OK)
        (void)pl011_input(&terminal->uart, bytes, count);
}

/* Goes to sleep only when the console has promised to ring; but not even one that never stops
 * sending or starting anew keeps it for ever. With a full queue the guest's reading comes back. */
void terminal_serve(struct terminal *terminal)
{
    if (!terminal->has_console)
        return;
    for (unsigned round = 0; round < SERVE_ROUNDS; round++) {
        (void)terminal_has_room(terminal);
        pl011_transmit_ready(&terminal->uart);
        terminal_receive(terminal);
        if (pl011_input_space(&terminal->uart) == 0 || vchan_arm_data(&terminal->end, 1))
            break;
    }
    terminal_doorbell(terminal);
}

/* ---- the VMM's own words ---- */

static void terminal_put_byte(struct terminal *terminal, char byte)
{
    if (terminal->room == 0 && terminal->words == 0)
        (void)terminal_has_room(terminal);
    if (terminal->room > 0 && terminal->words == 0) {
        terminal->room--;
        vchan_put(&terminal->end, (uint8_t)byte);
    } else if (terminal->words < sizeof(terminal->word)) {
        terminal->word[terminal->words++] = byte;
    }
}

void terminal_put(struct terminal *terminal, char c)
{
    if (!terminal->has_console)
        return;
    if (c == '\n')
        terminal_put_byte(terminal, '\r');
    terminal_put_byte(terminal, c);
    terminal_doorbell(terminal);
}

/* Not only until the words are in the ring: the board may be switched off. */
static bool terminal_is_drained(struct terminal *terminal)
{
    (void)terminal_has_room(terminal);
    return terminal->words == 0 && terminal->room == CONSOLE_OUTPUT_BYTES;
}

void terminal_close(struct terminal *terminal)
{
    if (!terminal->has_console)
        return;
    terminal_wait(terminal, terminal_is_drained);
    terminal->has_console = false;
    terminal->room = 0;
    vchan_close(&terminal->end);
    terminal_doorbell(terminal);
}
