/* SPDX-License-Identifier: BSD-2-Clause */
/* The table each UART model fills, and register access. */
#pragma once

#include "libs/uart/uart.h"

struct uart_model {
    const char *compatible[5]; /* ends with NULL */
    void (*enable)(volatile void *registers);
    bool (*can_send)(volatile void *registers);
    void (*send)(volatile void *registers, uint8_t byte);
    bool (*is_idle)(volatile void *registers);
    int (*receive)(volatile void *registers);
    void (*set_rx_interrupt)(volatile void *registers, bool on);
    void (*set_tx_interrupt)(volatile void *registers, bool on);
    void (*ack)(volatile void *registers);
};

extern const struct uart_model uart_pl011, uart_cadence, uart_imx;

static inline uint32_t uart_read(volatile void *registers, uint32_t offset)
{
    return *(volatile uint32_t *)((volatile char *)registers + offset);
}

static inline void uart_set(volatile void *registers, uint32_t offset, uint64_t value)
{
    *(volatile uint32_t *)((volatile char *)registers + offset) = (uint32_t)value;
}
