/* SPDX-License-Identifier: BSD-2-Clause */
/* The console: the UART, the doorbells, and a loop that waits for them. */
#include <sel4/sel4.h>

#include "components/console/config.h"
#include "libs/component/component.h"
#include "libs/rt/rt.h"
#include "libs/uart/uart.h"

static struct console console;
static struct config_uart board;
static struct uart uart;

/* ---- what the logic needs of the machine ---- */

static bool look(uint32_t component, struct console_look *found)
{
    struct component_status status;

    if (!component_look(component, &status))
        return false;
    *found = (struct console_look){status.state, status.end, status.restarts};
    return true;
}

static uint64_t read_counter(void)
{
    uint64_t value;

    __asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(value));
    return value;
}

static uint64_t read_frequency(void)
{
    uint64_t value;

    __asm__("mrs %0, cntfrq_el0" : "=r"(value));
    return value;
}

static const struct console_ops ops = {
    .look = look,
    .start = component_start,
    .stop = component_stop,
    .now = read_counter,
    .frequency = read_frequency,
};

/* ---- start ---- */

/* For a panic: what cannot go on may wait for the UART. */
static void put_now(char c)
{
    if (c == '\n')
        uart_putc(&uart, '\r');
    uart_putc(&uart, c);
}

static void drain(void)
{
    uart_drain(&uart);
}

static void start(void)
{
    static struct console_config config;
    const char *wrong = config_read(component_config(), &config, &board);

    if (wrong != NULL)
        rt_panic("console: its configuration lacks %s: build the image anew", wrong);
    if (uart_open(&uart, board.compatible, board.registers) != UART_OK)
        rt_panic("console: no driver for %s", board.compatible);
    rt_console_set(put_now);
    rt_console_set_drain(drain);
    wrong = console_init(&console, &config, &ops);
    if (wrong != NULL)
        rt_panic("console: the channel of %s has no place: build the image anew", wrong);
    uart_irq_enable_rx(&uart);
}

/* ---- the loop ---- */

static void take_keys(void)
{
    int c;

    while ((c = uart_getc(&uart)) >= 0)
        console_key(&console, (char)c);
}

/* As much as the UART's FIFO takes now. Answers whether that was all. */
static bool send_screen(void)
{
    const char *bytes;
    size_t size;

    while ((size = screen_next(&console.screen, &bytes)) > 0) {
        size_t sent = uart_try_write(&uart, bytes, size);

        screen_sent(&console.screen, sent);
        if (sent < size)
            return false;
    }
    return true;
}

static void ring_doorbells(void)
{
    uint64_t doorbells = console_take_doorbells(&console);

    for (; doorbells != 0; doorbells &= doorbells - 1)
        seL4_Signal(console.config.sources[__builtin_ctzll(doorbells)].doorbell);
}

/* The interrupt is let through again when its causes are gone, or masked. */
static void end_interrupt(bool is_all_sent, bool *is_awaiting)
{
    if (!is_all_sent && !*is_awaiting)
        uart_irq_enable_tx(&uart);
    if (is_all_sent && *is_awaiting)
        uart_irq_disable_tx(&uart);
    *is_awaiting = !is_all_sent;
}

/*
 * Until there is something to do; what rang meanwhile. A rest lasts to the next period of this
 * thread's time, whoever rings: nobody has to, and keys can wait as long. What rang during it is
 * taken after it, so nothing that comes between a look and a rest is missed. With bytes that wait
 * for room there is no rest, as the UART's interrupt comes as soon.
 */
static seL4_Word wait_for_work(bool is_awaiting_room)
{
    seL4_Word badge = 0;

    if (console_wants_turn(&console)) {
        seL4_Poll(COMPONENT_SLOT_NOTIFICATION, &badge);
    } else if (console_rests(&console) && !is_awaiting_room) {
        seL4_Yield();
        seL4_Poll(COMPONENT_SLOT_NOTIFICATION, &badge);
    } else {
        seL4_Wait(COMPONENT_SLOT_NOTIFICATION, &badge);
    }
    return badge;
}

int main(void)
{
    bool is_awaiting_room = false;
    seL4_Word badge = CONSOLE_BADGE_UART;

    start();
    for (;;) {
        if (badge & CONSOLE_BADGE_UART)
            uart_irq_ack(&uart);
        take_keys();
        console_rested(&console);
        console_rung(&console, badge);
        console_turn(&console);
        end_interrupt(send_screen(), &is_awaiting_room);
        ring_doorbells();
        if (badge & CONSOLE_BADGE_UART)
            CHECK(seL4_IRQHandler_Ack(board.handler) == seL4_NoError);
        badge = wait_for_work(is_awaiting_room);
    }
}
