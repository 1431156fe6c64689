/* SPDX-License-Identifier: BSD-2-Clause */
/* Cadence UART of the Zynq UltraScale+ (UG1085, chapter 21). Its interrupts are latched when the
 * FIFO changes, and stay until cleared, whatever the FIFO holds then. */
#include "hw/uart.h"
#include "libs/uart/internal.h"

static void enable(volatile void *registers)
{
    uint64_t off = CADENCE_UART_CR_RXDIS | CADENCE_UART_CR_TXDIS;
    uint64_t control = uart_read(registers, CADENCE_UART_CR) & ~off;

    uart_set(registers, CADENCE_UART_IDR, CADENCE_UART_INT_ALL);
    uart_set(registers, CADENCE_UART_CR, control | CADENCE_UART_CR_RXEN | CADENCE_UART_CR_TXEN);
}

static bool can_send(volatile void *registers)
{
    return !(uart_read(registers, CADENCE_UART_SR) & CADENCE_UART_SR_TXFULL);
}

static void send(volatile void *registers, uint8_t byte)
{
    uart_set(registers, CADENCE_UART_FIFO, byte);
}

static bool is_idle(volatile void *registers)
{
    uint32_t status = uart_read(registers, CADENCE_UART_SR);

    return (status & CADENCE_UART_SR_TXEMPTY) && !(status & CADENCE_UART_SR_TACTIVE);
}

static bool is_empty(volatile void *registers)
{
    return uart_read(registers, CADENCE_UART_SR) & CADENCE_UART_SR_RXEMPTY;
}

static void ack(volatile void *registers)
{
    uart_set(registers, CADENCE_UART_ISR,
             CADENCE_UART_INT_RXTRIG | CADENCE_UART_INT_RXOVR | CADENCE_UART_INT_TXEMPTY);
}

static void ack_received(volatile void *registers)
{
    uart_set(registers, CADENCE_UART_ISR, CADENCE_UART_INT_RXTRIG | CADENCE_UART_INT_RXOVR);
}

/* Draining latches the interrupt again while characters are left, so it is cleared when the FIFO
 * is found empty; the second look catches what came in before that. */
static int receive(volatile void *registers)
{
    if (is_empty(registers)) {
        ack_received(registers);
        if (is_empty(registers))
            return -1;
    }
    return (int)(uart_read(registers, CADENCE_UART_FIFO) & 0xff);
}

static void set_rx_interrupt(volatile void *registers, bool on)
{
    if (!on) {
        uart_set(registers, CADENCE_UART_IDR, CADENCE_UART_INT_RXTRIG);
        return;
    }
    uart_set(registers, CADENCE_UART_RXWM, 1);
    uart_set(registers, CADENCE_UART_IER, CADENCE_UART_INT_RXTRIG);
}

/* Its trigger level tells of a filling FIFO, so it is asked for an empty one. */
static void set_tx_interrupt(volatile void *registers, bool on)
{
    uart_set(registers, on ? CADENCE_UART_IER : CADENCE_UART_IDR, CADENCE_UART_INT_TXEMPTY);
}

const struct uart_model uart_cadence = {
    .compatible = {CADENCE_UART_COMPATIBLE_MP, CADENCE_UART_COMPATIBLE_R1P12,
                   CADENCE_UART_COMPATIBLE_R1P8, CADENCE_UART_COMPATIBLE_PS},
    .enable = enable,
    .can_send = can_send,
    .send = send,
    .is_idle = is_idle,
    .receive = receive,
    .set_rx_interrupt = set_rx_interrupt,
    .set_tx_interrupt = set_tx_interrupt,
    .ack = ack,
};
