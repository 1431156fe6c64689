/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PL011 registers and interrupts (DDI 0183 3.3). Time does not pass in it: a sent byte is gone at
 * once, so the transmit interrupt rises with every byte sent; and whenever input has arrived and
 * no more follows, the receive timeout has passed.
 */
#include "vmm/dev/pl011.h"

#include <string.h>

#include "hw/uart.h"

static void pl011_update_line(struct pl011 *uart)
{
    bool high = (uart->raw & uart->mask) != 0;

    if (high != uart->line) {
        uart->line = high;
        uart->ops->set_line(uart->owner, high);
    }
}

static unsigned pl011_depth(const struct pl011 *uart)
{
    return uart->line_control & PL011_LCRH_FEN ? PL011_FIFO_BYTES : 1;
}

/* How full the receive FIFO is when its interrupt rises. */
static unsigned pl011_receive_level(const struct pl011 *uart)
{
    static const uint8_t eighths[] = {1, 2, 4, 6, 7};
    unsigned select = (uart->fifo_levels & PL011_IFLS_RX) >> 3;

    if (pl011_depth(uart) == 1)
        return 1;
    if (select >= sizeof(eighths))
        select = sizeof(eighths) - 1; /* reserved values */
    return PL011_FIFO_BYTES / 8 * eighths[select];
}

static void pl011_push(struct pl011 *uart, uint16_t entry)
{
    uart->fifo[(uart->fifo_head + uart->fifo_count) % PL011_FIFO_BYTES] = entry;
    uart->fifo_count++;
}

/* Receive interrupts after bytes came in. */
static void pl011_received(struct pl011 *uart)
{
    if (uart->fifo_count >= pl011_receive_level(uart))
        uart->raw |= PL011_INT_RX;
    if (uart->fifo_count > 0)
        uart->raw |= PL011_INT_RT;
}

/* Moves waiting input into the FIFO, as far as the receiver is on and has room. */
static void pl011_refill(struct pl011 *uart)
{
    const uint32_t on = PL011_CR_UARTEN | PL011_CR_RXE;
    unsigned depth = pl011_depth(uart);
    bool moved = false;

    /* In loop-back the receiver hears the transmitter, not the world. */
    if ((uart->control & on) != on || (uart->control & PL011_CR_LBE))
        return;
    while (uart->fifo_count < depth && uart->queue_count > 0) {
        pl011_push(uart, uart->queue[uart->queue_head]);
        uart->queue_head = (uart->queue_head + 1) % PL011_QUEUE_BYTES;
        uart->queue_count--;
        moved = true;
    }
    if (moved)
        pl011_received(uart);
    if (uart->full && uart->queue_count <= PL011_QUEUE_BYTES / 2) {
        uart->full = false;
        uart->ops->input_room(uart->owner);
    }
}

static uint32_t pl011_read_data(struct pl011 *uart)
{
    uint32_t entry;

    if (uart->fifo_count == 0)
        return 0;
    entry = uart->fifo[uart->fifo_head];
    uart->fifo_head = (uart->fifo_head + 1) % PL011_FIFO_BYTES;
    uart->fifo_count--;
    uart->status = entry >> 8;
    if (uart->fifo_count < pl011_receive_level(uart))
        uart->raw &= ~(uint32_t)PL011_INT_RX;
    if (uart->fifo_count == 0)
        uart->raw &= ~(uint32_t)PL011_INT_RT;
    pl011_refill(uart);
    pl011_update_line(uart);
    return entry;
}

static void pl011_loop_back(struct pl011 *uart, uint8_t byte)
{
    if (!(uart->control & PL011_CR_RXE))
        return;
    if (uart->fifo_count < pl011_depth(uart)) {
        pl011_push(uart, byte);
        pl011_received(uart);
    } else {
        uart->status |= PL011_DR_OE >> 8;
        uart->raw |= PL011_INT_OE;
    }
}

/* Asks only when the last byte did not leave room for certain. */
static inline bool pl011_transmit_full(struct pl011 *uart)
{
    if (!uart->transmit_room)
        uart->transmit_room = !uart->ops->transmit_full(uart->owner);
    return !uart->transmit_room;
}

static void pl011_write_data(struct pl011 *uart, uint8_t byte)
{
    if (uart->control & PL011_CR_LBE)
        pl011_loop_back(uart, byte);
    else
        uart->transmit_room = uart->ops->transmit(uart->owner, byte);
    if (pl011_transmit_full(uart)) {
        uart->raw &= ~(uint32_t)PL011_INT_TX;
        uart->transmit_waits = true;
    } else {
        uart->raw |= PL011_INT_TX;
    }
    pl011_update_line(uart);
}

void pl011_transmit_ready(struct pl011 *uart)
{
    if (!uart->transmit_waits || pl011_transmit_full(uart))
        return;
    uart->transmit_waits = false;
    uart->raw |= PL011_INT_TX;
    pl011_update_line(uart);
}

static inline uint32_t pl011_flags(const struct pl011 *uart, bool transmit_full)
{
    uint32_t flags = PL011_FR_CTS | PL011_FR_DSR | PL011_FR_DCD;

    if (uart->fifo_count == 0)
        flags |= PL011_FR_RXFE;
    else if (uart->fifo_count >= pl011_depth(uart))
        flags |= PL011_FR_RXFF;
    return flags | (transmit_full ? PL011_FR_TXFF | PL011_FR_BUSY : PL011_FR_TXFE);
}

static uint32_t pl011_identity(uint64_t offset)
{
    if (offset >= PL011_PCELL_ID0)
        return PL011_PCELL_ID >> (offset - PL011_PCELL_ID0) * 2 & 0xff;
    if (offset >= PL011_PERIPH_ID0)
        return PL011_PERIPH_ID >> (offset - PL011_PERIPH_ID0) * 2 & 0xff;
    return 0;
}

static __attribute__((noinline)) uint32_t pl011_read_register(struct pl011 *uart, uint64_t offset)
{
    switch (offset) {
    case PL011_DR:
        return pl011_read_data(uart);
    case PL011_RSR:
        return uart->status;
    case PL011_FR:
        return pl011_flags(uart, pl011_transmit_full(uart));
    case PL011_ILPR:
        return uart->low_power;
    case PL011_IBRD:
        return uart->baud_integer;
    case PL011_FBRD:
        return uart->baud_fraction;
    case PL011_LCRH:
        return uart->line_control;
    case PL011_CR:
        return uart->control;
    case PL011_IFLS:
        return uart->fifo_levels;
    case PL011_IMSC:
        return uart->mask;
    case PL011_RIS:
        return uart->raw;
    case PL011_MIS:
        return uart->raw & uart->mask;
    case PL011_DMACR:
        return uart->dma;
    default:
        return pl011_identity(offset);
    }
}

/* Turning the FIFOs on or off empties them (DDI 0183 3.3.7): FIFO and holding register differ. */
static void pl011_write_line_control(struct pl011 *uart, uint32_t value)
{
    if ((value ^ uart->line_control) & PL011_LCRH_FEN) {
        uart->fifo_count = 0;
        uart->raw &= ~(uint32_t)(PL011_INT_RX | PL011_INT_RT);
    }
    uart->line_control = value & 0xff;
    pl011_refill(uart);
}

static __attribute__((noinline)) void pl011_write_register(struct pl011 *uart, uint64_t offset,
                                                           uint32_t value)
{
    switch (offset) {
    case PL011_RSR:
        uart->status = 0;
        return;
    case PL011_ILPR:
        uart->low_power = value & 0xff;
        return;
    case PL011_IBRD:
        uart->baud_integer = value & 0xffff;
        return;
    case PL011_FBRD:
        uart->baud_fraction = value & 0x3f;
        return;
    case PL011_LCRH:
        pl011_write_line_control(uart, value);
        break;
    case PL011_CR:
        uart->control = value & 0xff87;
        pl011_refill(uart);
        break;
    case PL011_IFLS:
        uart->fifo_levels = value & 0x3f;
        pl011_received(uart);
        break;
    case PL011_IMSC:
        uart->mask = value & PL011_INT_ALL;
        break;
    case PL011_ICR:
        uart->raw &= ~value;
        break;
    case PL011_DMACR:
        uart->dma = value & 0x7;
        return;
    default:
        return;
    }
    pl011_update_line(uart);
}

/* Registers are 32 bits on a bus that carries parts of them: the lowest lanes for the data
 * register's byte, any for reading. Doublewords are not carried. */
static __attribute__((noinline)) uint64_t pl011_read_rest(struct pl011 *device, uint64_t offset,
                                                          unsigned size)
{
    uint64_t value;

    if (size == 8)
        return 0;
    value = pl011_read_register(device, offset & ~UINT64_C(3)) >> (offset % 4 * 8);
    return value & ((UINT64_C(1) << (8 * size)) - 1);
}

/* What a guest that polls reads has an answer of its own. */
static uint64_t pl011_read(void *device, unsigned cpu, uint64_t offset, unsigned size)
{
    const struct pl011 *uart = device;

    if (size == 4 && offset == PL011_FR && uart->transmit_room)
        return pl011_flags(uart, false);
    return pl011_read_rest(device, offset, size);
}

static void pl011_write(void *device, unsigned cpu, uint64_t offset, unsigned size, uint64_t value)
{
    if (size != 8 && offset == PL011_DR)
        pl011_write_data(device, (uint8_t)value);
    else if (size != 8 && offset % 4 == 0)
        pl011_write_register(device, offset, (uint32_t)value);
}

const struct bus_device_ops pl011_bus_ops = {.read = pl011_read, .write = pl011_write};

void pl011_init(struct pl011 *uart, const struct pl011_ops *ops, void *owner)
{
    memset(uart, 0, sizeof(*uart));
    uart->ops = ops;
    uart->owner = owner;
    uart->control = PL011_CR_RESET;
    uart->fifo_levels = PL011_IFLS_RESET;
}

size_t pl011_input_space(const struct pl011 *uart)
{
    return PL011_QUEUE_BYTES - uart->queue_count;
}

size_t pl011_input(struct pl011 *uart, const uint8_t *bytes, size_t count)
{
    size_t taken = 0;

    while (taken < count && uart->queue_count < PL011_QUEUE_BYTES) {
        uart->queue[(uart->queue_head + uart->queue_count++) % PL011_QUEUE_BYTES] = bytes[taken++];
        if (uart->queue_count == PL011_QUEUE_BYTES)
            pl011_refill(uart); /* makes room while the FIFO has some */
    }
    pl011_refill(uart);
    uart->full = uart->queue_count == PL011_QUEUE_BYTES;
    pl011_update_line(uart);
    return taken;
}
