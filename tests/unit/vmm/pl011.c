/* SPDX-License-Identifier: BSD-2-Clause */
/* The emulated PL011: registers, interrupts, back-pressure both ways, random accesses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "hw/uart.h"
#include "tests/unit/vmm/random.h"
#include "vmm/dev/pl011.h"

struct host {
    struct pl011 uart;
    char sent[8192];
    size_t sent_count, sent_limit;
    bool line;
    unsigned room_count;
};

static bool host_transmit(void *owner, uint8_t byte)
{
    struct host *host = owner;

    if (host->sent_count < host->sent_limit)
        host->sent[host->sent_count++] = (char)byte;
    return host->sent_count < host->sent_limit;
}

static bool host_transmit_full(void *owner)
{
    struct host *host = owner;

    return host->sent_count == host->sent_limit;
}

static void host_set_line(void *owner, bool high)
{
    struct host *host = owner;

    assert_int_not_equal(host->line, high); /* changes only */
    host->line = high;
}

static void host_input_room(void *owner)
{
    struct host *host = owner;

    host->room_count++;
}

static const struct pl011_ops host_ops = {
    .transmit = host_transmit,
    .transmit_full = host_transmit_full,
    .set_line = host_set_line,
    .input_room = host_input_room,
};

static uint32_t get(struct host *host, uint64_t offset)
{
    return (uint32_t)pl011_bus_ops.read(&host->uart, 0, offset, 4);
}

static void put(struct host *host, uint64_t offset, uint32_t value)
{
    pl011_bus_ops.write(&host->uart, 0, offset, 4, value);
}

static struct host *start(void)
{
    static struct host host;

    memset(&host, 0, sizeof(host));
    host.sent_limit = sizeof(host.sent);
    pl011_init(&host.uart, &host_ops, &host);
    return &host;
}

/* As Linux sets it up: FIFOs, receiver and transmitter on, receive interrupts let through. */
static struct host *start_driver(void)
{
    struct host *host = start();

    put(host, PL011_LCRH, PL011_LCRH_WLEN_8 | PL011_LCRH_FEN);
    put(host, PL011_CR, PL011_CR_UARTEN | PL011_CR_TXE | PL011_CR_RXE);
    put(host, PL011_IMSC, PL011_INT_RX | PL011_INT_RT);
    return host;
}

static size_t input(struct host *host, const char *text)
{
    return pl011_input(&host->uart, (const uint8_t *)text, strlen(text));
}

static void identifies_itself(void **state)
{
    struct host *host = start();
    uint32_t peripheral = 0, cell = 0;

    for (unsigned i = 0; i < 4; i++) {
        peripheral |= get(host, PL011_PERIPH_ID0 + 4 * i) << (8 * i);
        cell |= get(host, PL011_PCELL_ID0 + 4 * i) << (8 * i);
    }
    assert_int_equal(peripheral, PL011_PERIPH_ID);
    assert_int_equal(cell, PL011_PCELL_ID);
    assert_int_equal(get(host, PL011_CR), PL011_CR_RESET);
    assert_int_equal(get(host, PL011_IFLS), PL011_IFLS_RESET);
    assert_int_equal(get(host, PL011_FR) & (PL011_FR_RXFE | PL011_FR_TXFE),
                     PL011_FR_RXFE | PL011_FR_TXFE);
}

static void registers_keep_their_bits(void **state)
{
    static const struct {
        uint64_t offset;
        uint32_t bits;
    } expected[] = {
        {PL011_ILPR, 0xff},  {PL011_IBRD, 0xffff}, {PL011_FBRD, 0x3f},
        {PL011_LCRH, 0xff},  {PL011_CR, 0xff87},   {PL011_IFLS, 0x3f},
        {PL011_IMSC, 0x7ff}, {PL011_DMACR, 7},     {PL011_FR, 0}, /* read-only: compared below */
    };
    struct host *host = start();

    for (size_t i = 0; i + 1 < sizeof(expected) / sizeof(expected[0]); i++) {
        put(host, expected[i].offset, 0xffffffff);
        assert_int_equal(get(host, expected[i].offset), expected[i].bits);
    }
    put(host, PL011_PERIPH_ID0, 0);
    assert_int_equal(get(host, PL011_PERIPH_ID0), 0x11);
    assert_int_equal(pl011_bus_ops.read(&host->uart, 0, PL011_CR, 8), 0);
    assert_int_equal(pl011_bus_ops.read(&host->uart, 0, PL011_IBRD + 1, 1), 0xff);
}

static void sends_at_once(void **state)
{
    struct host *host = start_driver();

    assert_int_equal(get(host, PL011_RIS) & PL011_INT_TX, 0); /* nothing was sent yet */
    put(host, PL011_DR, 'a');
    put(host, PL011_DR, 0x100 | 'b');
    assert_memory_equal(host->sent, "ab", 2);
    assert_int_equal(get(host, PL011_RIS), PL011_INT_TX);
    assert_false(host->line);
    put(host, PL011_IMSC, PL011_INT_TX);
    assert_true(host->line);
    assert_int_equal(get(host, PL011_MIS), PL011_INT_TX);
    put(host, PL011_ICR, PL011_INT_TX);
    assert_false(host->line);
}

static void full_transmitter_waits(void **state)
{
    struct host *host = start_driver();

    host->sent_limit = 2;
    put(host, PL011_IMSC, PL011_INT_TX);
    put(host, PL011_DR, 'a');
    assert_true(host->line);
    put(host, PL011_DR, 'b');
    assert_false(host->line);
    assert_int_equal(get(host, PL011_FR) & (PL011_FR_TXFF | PL011_FR_TXFE), PL011_FR_TXFF);
    pl011_transmit_ready(&host->uart); /* not true */
    assert_false(host->line);
    host->sent_limit = 10;
    pl011_transmit_ready(&host->uart);
    assert_true(host->line);
}

static void receives_by_interrupt(void **state)
{
    struct host *host = start_driver();

    assert_int_equal(input(host, "hi"), 2);
    assert_true(host->line);
    assert_int_equal(get(host, PL011_MIS), PL011_INT_RT); /* below the trigger level */
    assert_int_equal(get(host, PL011_DR), 'h');
    assert_true(host->line);
    assert_int_equal(get(host, PL011_DR), 'i');
    assert_false(host->line);
    assert_int_equal(get(host, PL011_FR) & PL011_FR_RXFE, PL011_FR_RXFE);
    assert_int_equal(get(host, PL011_DR), 0);

    assert_int_equal(input(host, "0123456789abcdef"), 16); /* the reset level: half of 32 */
    assert_int_equal(get(host, PL011_MIS), PL011_INT_RT | PL011_INT_RX);
    assert_int_equal(get(host, PL011_DR), '0');
    assert_int_equal(get(host, PL011_MIS), PL011_INT_RT);
}

static void input_waits_for_the_receiver(void **state)
{
    struct host *host = start();

    assert_int_equal(input(host, "x"), 1);
    assert_int_equal(get(host, PL011_FR) & PL011_FR_RXFE, PL011_FR_RXFE);
    put(host, PL011_CR, PL011_CR_UARTEN | PL011_CR_RXE);
    assert_int_equal(get(host, PL011_FR) & PL011_FR_RXFF, PL011_FR_RXFF); /* one place: FIFO off */
    assert_int_equal(get(host, PL011_RIS), PL011_INT_RX | PL011_INT_RT);
    assert_int_equal(get(host, PL011_DR), 'x');
}

/* More input than everything holds: taken as far as there is room, all of it arrives in order. */
static void no_input_is_lost(void **state)
{
    struct host *host = start_driver();
    uint8_t next_in = 0, next_out = 0;
    unsigned pending = 0, refused = 0;

    for (unsigned round = 0; round < 500; round++) {
        for (unsigned i = 0; i < 64; i++) {
            size_t taken = pl011_input(&host->uart, &next_in, 1);

            next_in = (uint8_t)(next_in + taken);
            pending += (unsigned)taken;
            refused += taken == 0;
        }
        for (unsigned i = 0; i < 40 && pending > 0; i++, pending--)
            assert_int_equal(get(host, PL011_DR), next_out++);
    }
    assert_true(refused > 0);
    assert_int_equal(host->room_count, 0); /* still more than half full */
    for (; pending > 0; pending--)
        assert_int_equal(get(host, PL011_DR), next_out++);
    assert_int_equal(host->room_count, 1);
    assert_false(host->line);
    assert_int_equal(pl011_input_space(&host->uart), PL011_QUEUE_BYTES);
}

static void loop_back(void **state)
{
    struct host *host = start_driver();

    put(host, PL011_CR, PL011_CR_UARTEN | PL011_CR_TXE | PL011_CR_RXE | PL011_CR_LBE);
    for (unsigned i = 0; i < 33; i++)
        put(host, PL011_DR, 'a' + i);
    assert_int_equal(host->sent_count, 0);
    assert_int_equal(get(host, PL011_RIS) & PL011_INT_OE, PL011_INT_OE);
    assert_int_equal(get(host, PL011_RSR), PL011_DR_OE >> 8);
    put(host, PL011_RSR, 0);
    assert_int_equal(get(host, PL011_RSR), 0);
    for (unsigned i = 0; i < 32; i++)
        assert_int_equal(get(host, PL011_DR), 'a' + i);
}

static void random_accesses(void **state)
{
    struct host *host = start();
    uint64_t seed = 7;

    for (unsigned step = 0; step < 300000; step++) {
        unsigned size = 1u << random_below(&seed, 4);
        uint64_t offset = random_below(&seed, step % 2 ? 0x50 : PL011_SIZE) & ~(uint64_t)(size - 1);
        uint8_t byte = (uint8_t)step;

        switch (random_below(&seed, 3)) {
        case 0:
            (void)pl011_bus_ops.read(&host->uart, 0, offset, size);
            break;
        case 1:
            pl011_bus_ops.write(&host->uart, 0, offset, size, random_next(&seed));
            break;
        case 2:
            (void)pl011_input(&host->uart, &byte, 1);
            break;
        }
        host->sent_count %= sizeof(host->sent);
        assert_true(host->uart.fifo_count <= PL011_FIFO_BYTES);
        assert_true(host->uart.queue_count <= PL011_QUEUE_BYTES);
        assert_int_equal(host->line, (host->uart.raw & host->uart.mask) != 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identifies_itself),     cmocka_unit_test(registers_keep_their_bits),
        cmocka_unit_test(sends_at_once),         cmocka_unit_test(full_transmitter_waits),
        cmocka_unit_test(receives_by_interrupt), cmocka_unit_test(input_waits_for_the_receiver),
        cmocka_unit_test(no_input_is_lost),      cmocka_unit_test(loop_back),
        cmocka_unit_test(random_accesses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
