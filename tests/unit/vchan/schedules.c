/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Both ends of a channel in every order that a few switches between them allow: the library's own
 * code, with a switch possible before each access to a header and each copy. What the thread test
 * meets by luck is met here for certain, but in the order of the program alone: that the accesses
 * keep it is the thread test's matter.
 *
 * A run is a list of choices, one at each access: go on, or let the other end run. Choices are
 * counted up like a number until all lists with at most SWITCHES switches were run.
 *
 * One end alone meets a hostile peer: before each access all of the peer's words are others.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>
#include <cmocka.h>

#include "libs/vchan/copy.h"

static void step(void);

/* The library's accesses, each a place to switch. */
#define READ_ONCE(field)                      (*(const volatile __typeof__(*(field)) *)(field))
#define __atomic_load_n(field, order)         (step(), READ_ONCE(field))
#define __atomic_store_n(field, value, order) (step(), (void)(*(field) = (value)))
#define vchan_copy(to, from, size)            (step(), vchan_copy(to, from, size))
#include "libs/vchan/vchan.c"

#include "tests/unit/vchan/pair.h"
#include "tests/unit/vmm/random.h"

#define SWITCHES    3
#define CHOICES_MAX 4096
#define LOOKS       10000
#define STACK_BYTES (64 * 1024)

static struct pair pair;

/* ---- two ends that take turns ---- */

struct fibre {
    ucontext_t context;
    void (*main)(void);
    bool is_rung, is_blocked, is_done;
    _Alignas(16) char stack[STACK_BYTES];
};

static struct fibre fibres[2];
static ucontext_t outside;
static unsigned running;
static bool is_inside, is_stuck;

static uint8_t choices[CHOICES_MAX];
static unsigned choice_count, choice_next, switches;

static bool choose(void)
{
    assert_true(choice_next < CHOICES_MAX);
    if (choice_next == choice_count)
        choices[choice_count++] = 0;
    return choices[choice_next++];
}

static bool is_runnable(unsigned number)
{
    return !fibres[number].is_blocked && !fibres[number].is_done;
}

static void switch_over(void)
{
    unsigned from = running;

    running = !running;
    swapcontext(&fibres[from].context, &fibres[running].context);
}

static void spoil(void);
static bool is_hostile;

static void step(void)
{
    if (is_hostile)
        spoil();
    if (!is_inside || switches == SWITCHES || !is_runnable(!running))
        return;
    if (choose()) {
        switches++;
        switch_over();
    }
}

/* Does not come back where nobody can go on. */
static void leave(void)
{
    if (is_runnable(!running)) {
        switch_over();
        return;
    }
    is_stuck = !(fibres[0].is_done && fibres[1].is_done);
    setcontext(&outside);
}

static void wait_for_bell(void)
{
    struct fibre *own = &fibres[running];

    while (!own->is_rung) {
        own->is_blocked = true;
        leave();
    }
    own->is_rung = false;
}

static void ring_if_asked(struct vchan *end)
{
    struct fibre *other = &fibres[!running];

    if (!vchan_take_doorbell(end))
        return;
    other->is_rung = true;
    other->is_blocked = false;
    step();
}

static void fibre_main(void)
{
    fibres[running].main();
    fibres[running].is_done = true;
    leave();
}

static void start_fibre(struct fibre *fibre, void (*main)(void))
{
    fibre->main = main;
    fibre->is_rung = fibre->is_blocked = fibre->is_done = false;
    getcontext(&fibre->context);
    fibre->context.uc_stack.ss_sp = fibre->stack;
    fibre->context.uc_stack.ss_size = sizeof(fibre->stack);
    makecontext(&fibre->context, fibre_main, 0);
}

static void run_once(void (*a)(void), void (*b)(void))
{
    choice_next = switches = 0;
    is_stuck = false;
    memset(pair.region_a, 0, VCHAN_HEADER_BYTES);
    memset(pair.region_b, 0, VCHAN_HEADER_BYTES);
    start_fibre(&fibres[0], a);
    start_fibre(&fibres[1], b);
    running = 0;
    is_inside = true;
    swapcontext(&outside, &fibres[0].context);
    is_inside = false;
}

static void assert_not_stuck(void)
{
    if (!is_stuck)
        return;
    print_error("both sleep; switched at accesses");
    for (unsigned i = 0; i < choice_next; i++) {
        if (choices[i])
            print_error(" %u", i);
    }
    print_error("\n");
    fail();
}

/* The next list of choices; false after the last. */
static bool count_up(void)
{
    choice_count = choice_next;
    while (choice_count > 0 && choices[choice_count - 1])
        choice_count--;
    if (choice_count == 0)
        return false;
    choices[choice_count - 1] = 1;
    return true;
}

static void run_all(void (*a)(void), void (*b)(void))
{
    unsigned runs = 0;

    choice_count = 0;
    do {
        run_once(a, b);
        assert_not_stuck();
        runs++;
    } while (count_up());
    print_message("%u orders\n", runs);
    assert_true(runs > 1000);
}

/* ---- what the ends do ---- */

static void connect_end(struct vchan *end)
{
    while (vchan_connect(end) != VCHAN_OK) {
        ring_if_asked(end);
        wait_for_bell();
    }
    ring_if_asked(end);
}

static void send_all(struct vchan *end, const uint8_t *bytes, size_t size)
{
    size_t count;

    while (size > 0) {
        enum vchan_result result = vchan_write(end, bytes, size, &count);

        assert_true(result == VCHAN_OK || result == VCHAN_FULL);
        bytes += count;
        size -= count;
        bool sleep = size > 0 && vchan_arm_room(end, 1);
        ring_if_asked(end);
        if (sleep)
            wait_for_bell();
    }
}

static void receive_all(struct vchan *end, uint8_t *bytes, size_t size)
{
    size_t count;

    while (size > 0) {
        enum vchan_result result = vchan_read(end, bytes, size, &count);

        assert_true(result == VCHAN_OK || result == VCHAN_EMPTY);
        bytes += count;
        size -= count;
        bool sleep = size > 0 && vchan_arm_data(end, 1);
        ring_if_asked(end);
        if (sleep)
            wait_for_bell();
    }
}

/* ---- wake-ups ---- */

static void send_three(void)
{
    static const uint8_t bytes[] = "abc";

    assert_int_equal(pair_open_a(&pair), VCHAN_OK);
    connect_end(&pair.a);
    for (unsigned i = 0; i < 3; i++)
        send_all(&pair.a, bytes + i, 1);
}

static void receive_three(void)
{
    uint8_t bytes[3];

    assert_int_equal(pair_open_b(&pair), VCHAN_OK);
    connect_end(&pair.b);
    receive_all(&pair.b, bytes, 3);
    assert_memory_equal(bytes, "abc", 3);
}

static void no_wake_up_for_bytes_is_lost(void **state)
{
    run_all(send_three, receive_three);
}

static uint8_t much[RING + 2];

static void send_much(void)
{
    assert_int_equal(pair_open_a(&pair), VCHAN_OK);
    connect_end(&pair.a);
    send_all(&pair.a, much, RING + 2);
}

static void receive_much(void)
{
    static uint8_t bytes[RING + 2];

    assert_int_equal(pair_open_b(&pair), VCHAN_OK);
    connect_end(&pair.b);
    receive_all(&pair.b, bytes, 1);
    receive_all(&pair.b, bytes + 1, RING + 1);
    assert_memory_equal(bytes, much, sizeof(much));
}

static void no_wake_up_for_room_is_lost(void **state)
{
    for (size_t i = 0; i < sizeof(much); i++)
        much[i] = (uint8_t)(i * 31 >> 2);
    run_all(send_much, receive_much);
}

/* ---- lives ---- */

/* Each life's bytes name it; the last says goodbye. */
static void live_three_times(void)
{
    for (uint8_t life = 1; life <= 3; life++) {
        assert_int_equal(pair_open_a(&pair), VCHAN_OK);
        if (life == 1)
            ring_if_asked(&pair.a); /* it dies before it has met anybody */
        else
            connect_end(&pair.a);
        if (life > 1)
            send_all(&pair.a, &life, 1);
    }
    vchan_close(&pair.a);
    ring_if_asked(&pair.a);
}

/* What it was told between two bytes is what happened between them. */
static void outlive(void)
{
    uint8_t byte = 0, before = 0;
    bool is_told = true;
    enum vchan_result result;
    size_t count;

    assert_int_equal(pair_open_b(&pair), VCHAN_OK);
    for (;;) {
        result = vchan_connect(&pair.b);
        while (result == VCHAN_OK && (result = vchan_read(&pair.b, &byte, 1, &count)) == VCHAN_OK) {
            assert_in_range(byte, 2, 3);
            assert_true(byte == before || is_told);
            assert_true(byte > before);
            before = byte;
            is_told = false;
        }
        assert_int_not_equal(result, VCHAN_BROKEN);
        is_told |= result == VCHAN_RESTARTED || result == VCHAN_CLOSED;
        ring_if_asked(&pair.b);
        if (before == 3 && result == VCHAN_CLOSED)
            return;
        if (vchan_arm_data(&pair.b, 1))
            wait_for_bell();
    }
}

static void lives_do_not_mingle(void **state)
{
    run_all(live_three_times, outlive);
}

/* Both begin anew at any moment of the other's doing so; what was sent into a life that ended is
 * sent again. */
static void restart_and_send(struct vchan *end, enum vchan_result (*open)(struct pair *),
                             uint8_t first)
{
    uint8_t got = 0;
    size_t sent = 0, count;

    assert_int_equal(open(&pair), VCHAN_OK);
    vchan_connect(end);
    ring_if_asked(end);
    assert_int_equal(open(&pair), VCHAN_OK);
    while (got == 0 || sent == 0) {
        enum vchan_result result = vchan_connect(end);

        if (result == VCHAN_OK && sent == 0)
            vchan_write(end, &first, 1, &sent);
        if (result == VCHAN_OK && got == 0)
            result = vchan_read(end, &got, 1, &count);
        if (result == VCHAN_RESTARTED)
            sent = 0;
        bool sleep = got == 0 && vchan_arm_data(end, 1);
        ring_if_asked(end);
        if (sleep)
            wait_for_bell();
    }
    assert_int_equal(got, first ^ 1);
}

static void restart_a(void)
{
    restart_and_send(&pair.a, pair_open_a, 2);
}

static void restart_b(void)
{
    restart_and_send(&pair.b, pair_open_b, 3);
}

static void two_that_restart_find_each_other(void **state)
{
    run_all(restart_a, restart_b);
}

/* ---- words that change between one look and the next ---- */

static uint64_t seed = 1;

/* End a is always open and has always met end b. Its indices make sense as often as not, and its
 * wishes are near. */
static void spoil(void)
{
    struct vchan_header *header = pair_header_a(&pair);
    const struct vchan_header *own = (const struct vchan_header *)pair.region_b;

    header->life = VCHAN_LIFE(pair.a.generation, VCHAN_LIFE_OPEN);
    header->seen = VCHAN_LIFE_GENERATION(own->life);
    header->produced = own->consumed + random_below(&seed, 2 * RING);
    header->consumed = own->produced - random_below(&seed, 2 * RING);
    header->wake_data = own->produced + random_below(&seed, RING);
    header->wake_room = own->consumed + random_below(&seed, RING);
}

/* An index that was checked and then looked at once more would give more than a ring holds. */
static void no_word_is_looked_at_twice(void **state)
{
    static uint8_t bytes[2 * RING];
    unsigned reads = 0, writes = 0, breaches = 0;

    memset(pair.region_a, 0, VCHAN_HEADER_BYTES);
    memset(pair.region_b, 0, VCHAN_HEADER_BYTES);
    assert_int_equal(pair_open_a(&pair), VCHAN_OK);
    assert_int_equal(pair_open_b(&pair), VCHAN_OK);
    is_hostile = true;
    for (unsigned i = 0; i < LOOKS; i++) {
        size_t size = random_below(&seed, sizeof(bytes)), count = 0;
        enum vchan_result result = vchan_connect(&pair.b);

        memset(bytes, 0xee, sizeof(bytes));
        if (result == VCHAN_OK)
            result = vchan_read(&pair.b, bytes, size, &count);
        assert_true(count <= size && count <= RING);
        assert_int_equal(bytes[count], 0xee);
        reads += count > 0;
        if (result == VCHAN_OK || result == VCHAN_EMPTY)
            result = vchan_write(&pair.b, bytes, size, &count);
        assert_true(count <= size && count <= RING);
        writes += result == VCHAN_OK && count > 0;
        if (result == VCHAN_BROKEN) {
            breaches++;
            assert_int_equal(pair_open_b(&pair), VCHAN_OK);
        }
    }
    is_hostile = false;
    printf("%u reads, %u writes, %u breaches\n", reads, writes, breaches);
    assert_true(reads > LOOKS / 10 && writes > LOOKS / 10 && breaches > LOOKS / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_wake_up_for_bytes_is_lost),
        cmocka_unit_test(no_wake_up_for_room_is_lost),
        cmocka_unit_test(lives_do_not_mingle),
        cmocka_unit_test(two_that_restart_find_each_other),
        cmocka_unit_test(no_word_is_looked_at_twice),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
