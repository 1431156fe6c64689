/* SPDX-License-Identifier: BSD-2-Clause */
/* Arm PL011 (DDI 0183). Its receive interrupts follow the FIFO, so draining it is enough. That of
 * the transmit FIFO is latched when it falls to its trigger level. */
#include "hw/uart.h"
#include "libs/uart/internal.h"

/* A UART that firmware has left off has no line format either: 8 bits, no parity, FIFOs on. */
static void enable(volatile void *registers)
{
    uint32_t control = uart_read(registers, PL011_CR);

    uart_set(registers, PL011_IMSC, 0);
    if (!(control & PL011_CR_UARTEN))
        uart_set(registers, PL011_LCRH, PL011_LCRH_WLEN_8 | PL011_LCRH_FEN);
    uart_set(registers, PL011_CR, control | PL011_CR_UARTEN | PL011_CR_TXE | PL011_CR_RXE);
}

static bool can_send(volatile void *registers)
{
    return !(uart_read(registers, PL011_FR) & PL011_FR_TXFF);
}

static void send(volatile void *registers, uint8_t byte)
{
    uart_set(registers, PL011_DR, byte);
}

static bool is_idle(volatile void *registers)
{
    uint32_t flags = uart_read(registers, PL011_FR);

    return (flags & PL011_FR_TXFE) && !(flags & PL011_FR_BUSY);
}

static int receive(volatile void *registers)
{
    if (uart_read(registers, PL011_FR) & PL011_FR_RXFE)
        return -1;
    return (int)(uart_read(registers, PL011_DR) & PL011_DR_DATA);
}

static void set_interrupts(volatile void *registers, uint64_t interrupts, bool on)
{
    uint64_t mask = uart_read(registers, PL011_IMSC);

    uart_set(registers, PL011_IMSC, on ? mask | interrupts : mask & ~interrupts);
}

static void set_rx_interrupt(volatile void *registers, bool on)
{
    set_interrupts(registers, PL011_INT_RX | PL011_INT_RT, on);
}

static void set_tx_interrupt(volatile void *registers, bool on)
{
    set_interrupts(registers, PL011_INT_TX, on);
}

static void ack(volatile void *registers)
{
    uart_set(registers, PL011_ICR, PL011_INT_RX | PL011_INT_RT | PL011_INT_OE | PL011_INT_TX);
}

const struct uart_model uart_pl011 = {
    .compatible = {PL011_COMPATIBLE},
    .enable = enable,
    .can_send = can_send,
    .send = send,
    .is_idle = is_idle,
    .receive = receive,
    .set_rx_interrupt = set_rx_interrupt,
    .set_tx_interrupt = set_tx_interrupt,
    .ack = ack,
};
