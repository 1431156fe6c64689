/* SPDX-License-Identifier: BSD-2-Clause */
/* The guest's UART over a channel: nothing lost, and nothing a console could do to its VMM. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "abi/console.h"
#include "hw/uart.h"
#include "tests/unit/vmm/random.h"
#include "vmm/machine/terminal.h"
#include "vmm/mem/layout.h"

#define UART_INTID 53

static _Alignas(4096) uint8_t ours[VCHAN_REGION_BYTES(CONSOLE_OUTPUT_BYTES)],
    theirs[VCHAN_REGION_BYTES(CONSOLE_INPUT_BYTES)];

struct host {
    struct terminal terminal;
    struct gic gic;
    struct vchan console; /* end b */
    unsigned rings, pauses;
    uint64_t time;      /* a pause lasts a hundredth of a second */
    bool console_reads; /* in pauses */
};

static void drop(struct vchan *console)
{
    char bytes[512];
    size_t count;

    while (vchan_read(console, bytes, sizeof(bytes), &count) == VCHAN_OK)
        continue;
}

static void host_ring(void *owner)
{
    struct host *host = owner;

    host->rings++;
}

static void host_pause(void *owner)
{
    struct host *host = owner;

    host->pauses++;
    host->time++;
    (void)vchan_connect(&host->console);
    if (host->console_reads)
        drop(&host->console);
}

static uint64_t host_now(void *owner)
{
    return ((struct host *)owner)->time;
}

static uint64_t host_frequency(void *owner)
{
    return 100;
}

static const struct terminal_ops host_ops = {
    .ring = host_ring,
    .pause = host_pause,
    .now = host_now,
    .frequency = host_frequency,
};

static enum gic_inject_result inject(void *owner, unsigned cpu, unsigned list, unsigned intid,
                                     unsigned priority, unsigned group)
{
    return GIC_INJECTED;
}

static const struct gic_ops gic_ops = {.inject = inject};

static void open_console(struct host *host)
{
    struct vchan_shape shape = {
        .own = theirs,
        .peer = ours,
        .own_ring = CONSOLE_INPUT_BYTES,
        .peer_ring = CONSOLE_OUTPUT_BYTES,
    };

    assert_int_equal(vchan_open(&host->console, &shape), VCHAN_OK);
}

/* Both look until they have met. */
static void meet(struct host *host)
{
    for (unsigned i = 0; i < 3; i++) {
        (void)vchan_connect(&host->console);
        terminal_serve(&host->terminal);
    }
    assert_int_equal(vchan_connect(&host->console), VCHAN_OK);
}

static void put(struct host *host, uint64_t offset, uint32_t value)
{
    pl011_bus_ops.write(&host->terminal.uart, 0, offset, 4, value);
}

static uint32_t get(struct host *host, uint64_t offset)
{
    return (uint32_t)pl011_bus_ops.read(&host->terminal.uart, 0, offset, 4);
}

/* A VMM whose console has not come yet; its guest's driver is up. */
static struct host *start_alone(void)
{
    static struct host host;

    memset(&host, 0, sizeof(host));
    memset(ours, 0, sizeof(ours));
    memset(theirs, 0, sizeof(theirs));
    gic_init(&host.gic, 1, LAYOUT_GIC_LINES, &gic_ops, &host);
    terminal_open(&host.terminal, ours, theirs, &host.gic, UART_INTID, &host_ops, &host);
    put(&host, PL011_LCRH, PL011_LCRH_WLEN_8 | PL011_LCRH_FEN);
    put(&host, PL011_CR, PL011_CR_UARTEN | PL011_CR_TXE | PL011_CR_RXE);
    put(&host, PL011_IMSC, PL011_INT_RX | PL011_INT_RT | PL011_INT_TX);
    return &host;
}

static struct host *start(void)
{
    struct host *host = start_alone();

    open_console(host);
    meet(host);
    (void)vchan_take_doorbell(&host->console);
    host->rings = 0;
    return host;
}

static void say(struct host *host, const char *text)
{
    for (; *text != '\0'; text++)
        terminal_put(&host->terminal, *text);
}

static void assert_heard(struct host *host, const char *expected)
{
    char bytes[CONSOLE_OUTPUT_BYTES];
    size_t count;

    if (vchan_read(&host->console, bytes, sizeof(bytes), &count) != VCHAN_OK)
        count = 0;
    assert_int_equal(count, strlen(expected));
    assert_memory_equal(bytes, expected, count);
}

static bool is_full(struct host *host)
{
    return (get(host, PL011_FR) & PL011_FR_TXFF) != 0;
}

static void output_reaches_the_console(void **state)
{
    struct host *host = start();

    put(host, PL011_DR, 'h');
    put(host, PL011_DR, 'i');
    assert_false(is_full(host));
    assert_int_equal(host->rings, 0); /* nobody waits for it */
    assert_heard(host, "hi");
    assert_true(vchan_arm_data(&host->console, 1));
    put(host, PL011_DR, '!');
    put(host, PL011_DR, '?');
    assert_int_equal(host->rings, 1); /* once, as asked for */
    assert_heard(host, "!?");
}

static void input_reaches_the_guest(void **state)
{
    struct host *host = start();
    size_t count;

    assert_int_equal(vchan_write(&host->console, "ls", 2, &count), VCHAN_OK);
    assert_true(vchan_take_doorbell(&host->console)); /* the VMM waits for input */
    terminal_serve(&host->terminal);
    assert_true(host->terminal.uart.line);
    assert_int_equal(get(host, PL011_DR), 'l');
    assert_int_equal(get(host, PL011_DR), 's');
    assert_int_equal(vchan_write(&host->console, "\r", 1, &count), VCHAN_OK);
    assert_true(vchan_take_doorbell(&host->console)); /* and again */
}

/* A full ring is a full FIFO; room is an interrupt. Not one byte is missing. */
static void full_ring_holds_the_guest(void **state)
{
    struct host *host = start();
    uint8_t bytes[CONSOLE_OUTPUT_BYTES];
    unsigned sent = 0;
    size_t count;

    while (!is_full(host))
        put(host, PL011_DR, (uint8_t)sent++);
    assert_int_equal(sent, CONSOLE_OUTPUT_BYTES);
    assert_int_equal(get(host, PL011_RIS) & PL011_INT_TX, 0);
    assert_int_equal(vchan_read(&host->console, bytes, 100, &count), VCHAN_OK);
    assert_false(vchan_take_doorbell(&host->console)); /* not for so little */
    assert_int_equal(vchan_read(&host->console, bytes + 100, sizeof(bytes), &count), VCHAN_OK);
    assert_int_equal(count, CONSOLE_OUTPUT_BYTES - 100);
    assert_true(vchan_take_doorbell(&host->console));
    terminal_serve(&host->terminal);
    assert_int_equal(get(host, PL011_MIS) & PL011_INT_TX, PL011_INT_TX);
    assert_true(host->terminal.uart.line);
    for (unsigned i = 0; i < CONSOLE_OUTPUT_BYTES; i++)
        assert_int_equal(bytes[i], (uint8_t)i);
}

/* More than UART and queue hold stays in the ring, in order. */
static void input_waits_in_the_ring(void **state)
{
    struct host *host = start();
    uint8_t next_in = 0, next_out = 0;
    unsigned pending = 0;
    size_t count;

    while (vchan_write(&host->console, &next_in, 1, &count) == VCHAN_OK) {
        next_in++;
        pending++;
        if (vchan_take_doorbell(&host->console))
            terminal_serve(&host->terminal);
    }
    assert_true(pending > CONSOLE_INPUT_BYTES);
    for (; pending > 0; pending--) {
        assert_int_equal(get(host, PL011_FR) & PL011_FR_RXFE, 0);
        assert_int_equal(get(host, PL011_DR), next_out++);
    }
    assert_int_equal(get(host, PL011_FR) & PL011_FR_RXFE, PL011_FR_RXFE);
    assert_false(host->terminal.uart.line && (get(host, PL011_MIS) & PL011_INT_RX) != 0);
}

/* What is said before the console is there comes first, then the guest, whose UART was full. */
static void words_wait_for_the_console(void **state)
{
    struct host *host = start_alone();

    say(host, "vmm: hello\n");
    assert_true(is_full(host));
    open_console(host);
    meet(host);
    assert_false(is_full(host));
    put(host, PL011_DR, 'x');
    assert_heard(host, "vmm: hello\r\nx");
}

static void words_come_before_the_guest(void **state)
{
    static char heard[2 * CONSOLE_OUTPUT_BYTES];
    struct host *host = start();
    size_t count, total = 0;

    while (!is_full(host))
        put(host, PL011_DR, '.');
    say(host, "vmm: off\n");
    while (vchan_read(&host->console, heard + total, 64, &count) == VCHAN_OK) {
        total += count;
        if (vchan_take_doorbell(&host->console)) {
            terminal_serve(&host->terminal);
            put(host, PL011_DR, 'g');
        }
    }
    assert_int_equal(total, CONSOLE_OUTPUT_BYTES + strlen("vmm: off\r\ng"));
    assert_memory_equal(heard + CONSOLE_OUTPUT_BYTES, "vmm: off\r\ng", 11);
}

static void too_many_words_are_lost(void **state)
{
    struct host *host = start_alone();

    for (unsigned i = 0; i < 2 * TERMINAL_WORDS; i++)
        terminal_put(&host->terminal, 'a');
    open_console(host);
    meet(host);
    assert_int_equal(host->terminal.words, 0);
    say(host, "z");
    assert_true(vchan_connect(&host->console) == VCHAN_OK);
    size_t ready;
    assert_int_equal(vchan_ready(&host->console, &ready), VCHAN_OK);
    assert_int_equal(ready, TERMINAL_WORDS + 1);
}

static void no_console(void **state)
{
    struct host *host = start();

    terminal_open(&host->terminal, NULL, NULL, &host->gic, UART_INTID, &host_ops, host);
    host->rings = 0;
    say(host, "nobody hears it\n");
    for (unsigned i = 0; i < 3 * CONSOLE_OUTPUT_BYTES; i++) {
        assert_false(is_full(host));
        put(host, PL011_DR, 'x');
    }
    terminal_serve(&host->terminal);
    terminal_close(&host->terminal);
    assert_int_equal(host->rings + host->pauses, 0);
    assert_int_equal(get(host, PL011_RIS) & PL011_INT_TX, PL011_INT_TX);
}

/* A console that takes nothing: the guest waits, but not for ever; when it comes back, goes on. */
static void dead_console_is_given_up(void **state)
{
    struct host *host = start();
    unsigned looks = 0;

    while (!is_full(host))
        put(host, PL011_DR, 'a');
    while (is_full(host))
        looks++;
    assert_in_range(looks, TERMINAL_PATIENCE - 10, TERMINAL_PATIENCE);
    put(host, PL011_DR, 'b'); /* lost */
    assert_false(is_full(host));
    drop(&host->console);
    put(host, PL011_DR, 'c');
    assert_heard(host, "c");
    while (!is_full(host))
        put(host, PL011_DR, 'd'); /* full is full again */
}

static void restarted_console(void **state)
{
    struct host *host = start();

    put(host, PL011_DR, 'a');
    open_console(host);
    meet(host);
    put(host, PL011_DR, 'b');
    assert_heard(host, "b");
}

static void open_anew(struct host *host)
{
    host->rings = host->pauses = 0;
    terminal_open(&host->terminal, ours, theirs, &host->gic, UART_INTID, &host_ops, host);
}

/* A VMM that died of a fault did not close. */
static void open_waits_for_the_last_words_of_the_dead(void **state)
{
    struct host *host = start();
    char bytes[8];
    size_t count;

    say(host, "last");
    host->console_reads = true;
    open_anew(host);
    assert_int_equal(host->pauses, 1);
    assert_int_equal(host->rings, 2); /* for what is there, and for the new life */
    assert_int_equal(vchan_read(&host->console, bytes, sizeof(bytes), &count), VCHAN_RESTARTED);
    meet(host);
    say(host, "more");
    host->console_reads = false; /* nobody reads */
    open_anew(host);
    assert_int_equal(host->pauses, 100 * TERMINAL_DRAIN_SECONDS);
    open_anew(host); /* this one said nothing */
    assert_int_equal(host->pauses, 0);
}

static void close_waits_for_the_last_words(void **state)
{
    struct host *host = start();

    host->console_reads = true;
    say(host, "vmm: off\n");
    terminal_close(&host->terminal);
    assert_in_range(host->pauses, 1, 3);
    assert_true(host->rings > 0);
    size_t count;
    char byte;
    assert_int_equal(vchan_read(&host->console, &byte, 1, &count), VCHAN_CLOSED);
    say(host, "too late");
    put(host, PL011_DR, 'x');

    host = start();
    say(host, "vmm: off\n"); /* nobody reads */
    terminal_close(&host->terminal);
    assert_int_equal(host->pauses, 100 * TERMINAL_DRAIN_SECONDS);
    assert_heard(host, "vmm: off\r\n"); /* still there for who comes later */
}

/* Anything in the console's header at any time. What matters is what does not happen: a byte
 * outside the regions, a loop without end. */
static void hostile_console(void **state)
{
    struct host *host = start();
    struct vchan_header *header = (struct vchan_header *)theirs;
    uint64_t *const fields[] = {&header->life,     &header->seen,      &header->produced,
                                &header->consumed, &header->wake_data, &header->wake_room};
    uint64_t seed = 3;

    for (unsigned step = 0; step < 200000; step++) {
        uint64_t *field = fields[random_below(&seed, 6)];
        uint64_t value = random_next(&seed) >> random_below(&seed, 64);

        switch (random_below(&seed, 8)) {
        case 0:
            *field = value;
            break;
        case 1:
            *field += value & 63;
            break;
        case 2:
            header->seen = host->terminal.end.generation;
            header->life = VCHAN_LIFE(value, VCHAN_LIFE_OPEN);
            break;
        case 3:
            terminal_serve(&host->terminal);
            break;
        case 4:
            terminal_put(&host->terminal, 'v');
            break;
        case 5:
            (void)get(host, random_below(&seed, 2) ? PL011_FR : PL011_DR);
            break;
        default:
            put(host, PL011_DR, 'g');
            break;
        }
        assert_true(host->terminal.room <= CONSOLE_OUTPUT_BYTES);
        assert_true(host->terminal.words <= TERMINAL_WORDS);
        assert_true(host->terminal.uart.queue_count <= PL011_QUEUE_BYTES);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(output_reaches_the_console),
        cmocka_unit_test(input_reaches_the_guest),
        cmocka_unit_test(full_ring_holds_the_guest),
        cmocka_unit_test(input_waits_in_the_ring),
        cmocka_unit_test(words_wait_for_the_console),
        cmocka_unit_test(words_come_before_the_guest),
        cmocka_unit_test(too_many_words_are_lost),
        cmocka_unit_test(no_console),
        cmocka_unit_test(dead_console_is_given_up),
        cmocka_unit_test(restarted_console),
        cmocka_unit_test(open_waits_for_the_last_words_of_the_dead),
        cmocka_unit_test(close_waits_for_the_last_words),
        cmocka_unit_test(hostile_console),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
