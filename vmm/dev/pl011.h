/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An emulated PL011 UART (Arm DDI 0183, revision r1p5: FIFOs of 32). Stands on hw/uart.h, the bus
 * and a table of operations; never loses a byte of input: what the FIFO cannot take waits in a
 * bounded queue, and what that cannot take stays with whoever offers it.
 *
 *   pl011_input() -> [ queue ] -> [ receive FIFO ] -> DR -> guest
 *   guest -> DR -> transmit(), whose buffer is the transmit FIFO
 */
#ifndef VMM_DEV_PL011_H
#define VMM_DEV_PL011_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vmm/bus/bus.h"

enum {
    PL011_FIFO_BYTES = 32,
    PL011_QUEUE_BYTES = 1024, /* power of two */
};

struct pl011_ops {
    /* Takes a byte the guest sends; true if there is room for another for certain, so that nobody
     * needs to ask. Without room for this one it is lost, as it is in hardware when a driver does
     * not look at the transmit FIFO's state. */
    bool (*transmit)(void *owner, uint8_t byte);
    /* Whether there is no room: the flag register shows the transmit FIFO full. */
    bool (*transmit_full)(void *owner);
    /* The interrupt output changed. */
    void (*set_line)(void *owner, bool high);
    /* The input queue was full and would take bytes again. */
    void (*input_room)(void *owner);
};

struct pl011 {
    const struct pl011_ops *ops;
    void *owner;

    uint32_t baud_integer, baud_fraction, line_control, control, fifo_levels, mask, raw, dma;
    uint32_t status; /* RSR */
    uint32_t low_power;
    bool line;
    bool transmit_room;  /* transmit() said that it takes another byte */
    bool transmit_waits; /* was full; the guest is told when it drains */

    unsigned fifo_head, fifo_count;
    uint16_t fifo[PL011_FIFO_BYTES]; /* data and error bits, as DR reads */

    bool full; /* the queue was, and nobody was told that it no longer is */
    unsigned queue_head, queue_count;
    uint8_t queue[PL011_QUEUE_BYTES];
};

extern const struct bus_device_ops pl011_bus_ops;

/* As after reset; the input queue is empty. */
void pl011_init(struct pl011 *uart, const struct pl011_ops *ops, void *owner);

/* Offers input; returns how many of the bytes were taken. Once the queue is full,
 * input_room() tells when to offer more. */
size_t pl011_input(struct pl011 *uart, const uint8_t *bytes, size_t count);

/* How many bytes pl011_input() would take. */
size_t pl011_input_space(const struct pl011 *uart);

/* transmit() has room again. */
void pl011_transmit_ready(struct pl011 *uart);

#endif
