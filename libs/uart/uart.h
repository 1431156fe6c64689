/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Driver of the UARTs of hw/uart.h: sending and receiving, polled or driven by interrupts. Stands
 * on hw/ alone; the caller maps the registers and owns the interrupt. Rate, clock and pins are the
 * firmware's work and stay as they are.
 *
 * Receiving by interrupt: uart_irq_enable_rx() once; at each interrupt uart_irq_ack(), then
 * uart_getc() until it answers -1, then acknowledge at the interrupt controller. A character that
 * arrives in between is never lost: -1 is answered only when the next one will interrupt again.
 *
 * Sending by interrupt: uart_try_write() until it takes no more, then uart_irq_enable_tx(); there
 * will be an interrupt once there is room, perhaps one too many. At it uart_irq_ack(), then
 * uart_try_write() again, and uart_irq_disable_tx() when nothing is left to send.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct uart_model;

struct uart {
    const struct uart_model *model;
    volatile void *registers;
};

enum uart_result {
    UART_OK = 0,
    UART_UNKNOWN, /* no driver for that "compatible" */
};

/* `compatible` is one string of a device tree's property. */
bool uart_is_known(const char *compatible);
__attribute__((warn_unused_result)) enum uart_result
uart_open(struct uart *uart, const char *compatible, volatile void *registers);

/* Bytes go out as they are. The two with "try" never wait; the number sent is answered. */
bool uart_try_putc(struct uart *uart, char c);
size_t uart_try_write(struct uart *uart, const char *data, size_t size);
void uart_putc(struct uart *uart, char c);
void uart_write(struct uart *uart, const char *data, size_t size);
/* Waits until the last bit has left. */
void uart_drain(struct uart *uart);

/* A character as 0..255, or -1 if none waits. */
int uart_getc(struct uart *uart);

void uart_irq_enable_rx(struct uart *uart);
void uart_irq_disable_rx(struct uart *uart);
void uart_irq_enable_tx(struct uart *uart);
void uart_irq_disable_tx(struct uart *uart);
void uart_irq_ack(struct uart *uart);
