/* SPDX-License-Identifier: BSD-2-Clause */
/* What each call of libs/vchan answers, one thread playing both ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "libs/vchan/copy.h"
#include "tests/unit/vchan/pair.h"
#include "tests/unit/vmm/random.h"

static struct pair pair;

static int start(void **state)
{
    memset(&pair, 0, sizeof(pair));
    assert_int_equal(pair_open_a(&pair), VCHAN_OK);
    assert_int_equal(pair_open_b(&pair), VCHAN_OK);
    return 0;
}

static void connect_both(void)
{
    if (vchan_connect(&pair.b) == VCHAN_RESTARTED)
        vchan_connect(&pair.b);
    if (vchan_connect(&pair.a) == VCHAN_RESTARTED)
        vchan_connect(&pair.a);
    assert_int_equal(vchan_connect(&pair.b), VCHAN_OK);
    assert_int_equal(vchan_connect(&pair.a), VCHAN_OK);
    vchan_take_doorbell(&pair.a);
    vchan_take_doorbell(&pair.b);
}

static int start_connected(void **state)
{
    start(state);
    connect_both();
    return 0;
}

static void assert_sends(struct vchan *from, struct vchan *to, const char *text)
{
    char got[64] = "";
    size_t count;

    assert_int_equal(vchan_write(from, text, strlen(text), &count), VCHAN_OK);
    assert_int_equal(count, strlen(text));
    assert_int_equal(vchan_read(to, got, sizeof(got), &count), VCHAN_OK);
    assert_int_equal(count, strlen(text));
    assert_string_equal(got, text);
}

static void assert_nothing(struct vchan *end, enum vchan_result read, enum vchan_result write)
{
    char byte = 0;
    size_t count = 77;

    assert_int_equal(vchan_read(end, &byte, 1, &count), read);
    assert_int_equal(count, 0);
    count = 77;
    assert_int_equal(vchan_write(end, &byte, 1, &count), write);
    assert_int_equal(count, 0);
}

/* ---- shapes ---- */

static void shapes_are_checked(void **state)
{
    static const size_t bad[] = {1, 2048, 4097, 5000, 3 << 12, 32u << 20, SIZE_MAX};
    struct vchan_shape shape;
    struct vchan end;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        shape = pair_shape_a(&pair);
        shape.own_ring = bad[i];
        assert_int_equal(vchan_open(&end, &shape), VCHAN_BAD_SHAPE);
        shape = pair_shape_a(&pair);
        shape.peer_ring = bad[i];
        assert_int_equal(vchan_open(&end, &shape), VCHAN_BAD_SHAPE);
    }
    shape = pair_shape_a(&pair);
    shape.own = pair.region_a + 64;
    assert_int_equal(vchan_open(&end, &shape), VCHAN_BAD_SHAPE);
    shape = pair_shape_a(&pair);
    shape.peer = NULL;
    assert_int_equal(vchan_open(&end, &shape), VCHAN_BAD_SHAPE);
}

/* ---- life ---- */

static void nothing_before_both_are_there(void **state)
{
    memset(&pair, 0, sizeof(pair));
    assert_int_equal(pair_open_a(&pair), VCHAN_OK);
    assert_true(vchan_take_doorbell(&pair.a));
    assert_int_equal(vchan_connect(&pair.a), VCHAN_WAITING);
    assert_nothing(&pair.a, VCHAN_WAITING, VCHAN_WAITING);
    assert_true(vchan_arm_data(&pair.a, 1));

    assert_int_equal(pair_open_b(&pair), VCHAN_OK);
    assert_int_equal(vchan_connect(&pair.a), VCHAN_WAITING); /* b has not answered */
    assert_int_equal(vchan_connect(&pair.b), VCHAN_OK);
    assert_true(vchan_take_doorbell(&pair.b));
    assert_int_equal(vchan_connect(&pair.a), VCHAN_OK);
    assert_sends(&pair.a, &pair.b, "hello");
    assert_sends(&pair.b, &pair.a, "hello yourself");
}

static void bytes_sent_before_the_other_knows_arrive(void **state)
{
    vchan_connect(&pair.a);
    assert_int_equal(vchan_connect(&pair.b), VCHAN_OK);

    size_t count;
    char got[8];

    assert_int_equal(vchan_write(&pair.b, "early", 5, &count), VCHAN_OK);
    assert_int_equal(vchan_connect(&pair.a), VCHAN_OK);
    assert_int_equal(vchan_read(&pair.a, got, sizeof(got), &count), VCHAN_OK);
    assert_int_equal(count, 5);
}

static void closed_after_everything_was_read(void **state)
{
    size_t count;
    char got[8];

    assert_int_equal(vchan_write(&pair.a, "last", 4, &count), VCHAN_OK);
    vchan_take_doorbell(&pair.a);
    vchan_close(&pair.a);
    assert_true(vchan_take_doorbell(&pair.a));
    assert_int_equal(vchan_connect(&pair.b), VCHAN_OK); /* there is something left */
    assert_int_equal(vchan_write(&pair.b, "x", 1, &count), VCHAN_CLOSED);
    assert_false(vchan_arm_data(&pair.b, 1));
    assert_int_equal(vchan_read(&pair.b, got, 3, &count), VCHAN_OK);
    assert_int_equal(count, 3);
    assert_int_equal(vchan_read(&pair.b, got, 3, &count), VCHAN_OK);
    assert_int_equal(count, 1);
    assert_nothing(&pair.b, VCHAN_CLOSED, VCHAN_CLOSED);
    assert_int_equal(vchan_connect(&pair.b), VCHAN_CLOSED);
    assert_true(vchan_arm_data(&pair.b, 1));
    assert_true(vchan_arm_room(&pair.b, 1));

    assert_int_equal(pair_open_a(&pair), VCHAN_OK);
    connect_both();
    assert_sends(&pair.a, &pair.b, "again");
}

/* One that connected, sent and closed before the other looked again. */
static void a_short_life_is_heard(void **state)
{
    char got[8];
    size_t count;

    assert_int_equal(vchan_connect(&pair.b), VCHAN_WAITING);
    assert_int_equal(vchan_connect(&pair.a), VCHAN_OK);
    assert_int_equal(vchan_write(&pair.a, "short", 5, &count), VCHAN_OK);
    vchan_close(&pair.a);
    assert_int_equal(vchan_connect(&pair.b), VCHAN_OK);
    assert_int_equal(vchan_read(&pair.b, got, sizeof(got), &count), VCHAN_OK);
    assert_int_equal(count, 5);
    assert_nothing(&pair.b, VCHAN_CLOSED, VCHAN_CLOSED);
}

static void a_restart_is_told_once_and_drops_what_was_before(void **state)
{
    size_t count;

    assert_int_equal(vchan_write(&pair.a, "stale", 5, &count), VCHAN_OK);
    assert_int_equal(vchan_write(&pair.b, "stale too", 9, &count), VCHAN_OK);
    assert_int_equal(pair_open_a(&pair), VCHAN_OK);
    assert_true(vchan_take_doorbell(&pair.a));
    assert_nothing(&pair.b, VCHAN_RESTARTED, VCHAN_RESTARTED);
    assert_false(vchan_arm_data(&pair.b, 1));
    assert_int_equal(vchan_connect(&pair.a), VCHAN_WAITING); /* b has not met it */
    assert_nothing(&pair.a, VCHAN_WAITING, VCHAN_WAITING);
    connect_both();
    assert_int_equal(vchan_read(&pair.b, &(char){0}, 1, &count), VCHAN_EMPTY);
    assert_int_equal(vchan_read(&pair.a, &(char){0}, 1, &count), VCHAN_EMPTY);
}

static void meeting_tells_of_a_restart_too(void **state)
{
    size_t count;

    assert_int_equal(vchan_write(&pair.a, "stale", 5, &count), VCHAN_OK);
    assert_int_equal(pair_open_a(&pair), VCHAN_OK);
    assert_int_equal(vchan_connect(&pair.b), VCHAN_RESTARTED);
    connect_both();
    assert_int_equal(vchan_read(&pair.b, &(char){0}, 1, &count), VCHAN_EMPTY);
}

/* The life that b had met may have connected, sent and begun anew, all before b looked again. */
static void a_life_that_came_and_went_unseen_is_told(void **state)
{
    size_t count;

    assert_int_equal(vchan_connect(&pair.b), VCHAN_WAITING);
    assert_int_equal(vchan_connect(&pair.a), VCHAN_OK);
    assert_int_equal(vchan_write(&pair.a, "lost", 4, &count), VCHAN_OK);
    assert_int_equal(pair_open_a(&pair), VCHAN_OK);
    assert_int_equal(vchan_connect(&pair.b), VCHAN_RESTARTED);
    assert_nothing(&pair.b, VCHAN_RESTARTED, VCHAN_RESTARTED);
    assert_false(vchan_arm_data(&pair.b, 1));
    connect_both();
    assert_sends(&pair.a, &pair.b, "anew");
}

/* One that b had not met cannot have sent: there is nothing to tell. */
static void a_life_that_was_never_met_is_not_told(void **state)
{
    assert_int_equal(pair_open_a(&pair), VCHAN_OK);
    assert_int_equal(vchan_connect(&pair.b), VCHAN_WAITING);
    assert_int_equal(vchan_connect(&pair.a), VCHAN_OK);
    assert_int_equal(vchan_connect(&pair.b), VCHAN_OK);
}

static void a_restart_found_before_sleeping_is_told(void **state)
{
    assert_int_equal(pair_open_a(&pair), VCHAN_OK);
    assert_false(vchan_arm_data(&pair.b, 1));
    assert_false(vchan_arm_room(&pair.b, 1));
    assert_int_equal(vchan_connect(&pair.b), VCHAN_RESTARTED);
}

static void both_restart(void **state)
{
    size_t count;

    for (int i = 0; i < 100; i++) {
        assert_int_equal(vchan_write(&pair.a, "stale", 5, &count), VCHAN_OK);
        assert_int_equal(vchan_write(&pair.b, "stale", 5, &count), VCHAN_OK);
        if (i % 3 != 0)
            assert_int_equal(pair_open_a(&pair), VCHAN_OK);
        if (i % 3 != 1)
            assert_int_equal(pair_open_b(&pair), VCHAN_OK);
        if (i % 3 == 0)
            assert_nothing(&pair.a, VCHAN_RESTARTED, VCHAN_RESTARTED);
        connect_both();
        assert_sends(&pair.a, &pair.b, "fresh");
        assert_sends(&pair.b, &pair.a, "fresh");
    }
}

/* A life whose number the peer has seen already must not be taken for the one before. */
static void a_generation_the_peer_knows_is_skipped(void **state)
{
    uint32_t known = pair.a.generation;

    pair_header_a(&pair)->life = VCHAN_LIFE(known - 1, VCHAN_LIFE_OPEN);
    assert_int_equal(pair_open_a(&pair), VCHAN_OK);
    assert_int_not_equal(pair.a.generation, known);
    pair_header_a(&pair)->life = VCHAN_LIFE(UINT32_MAX, VCHAN_LIFE_OPEN);
    assert_int_equal(pair_open_a(&pair), VCHAN_OK);
    assert_int_not_equal(pair.a.generation, 0);
    connect_both();
    assert_sends(&pair.a, &pair.b, "fresh");
}

/* A write in a new life that moved its indices, but that the peer has not read `life` after. */
static void an_index_that_was_reset_is_a_restart_and_not_a_breach(void **state)
{
    size_t count;
    char got[5];

    assert_int_equal(vchan_write(&pair.a, "12345", 5, &count), VCHAN_OK);
    assert_int_equal(vchan_read(&pair.b, got, 5, &count), VCHAN_OK);
    pair_header_a(&pair)->life = VCHAN_LIFE(pair.a.generation + 1, VCHAN_LIFE_CLOSED);
    pair_header_a(&pair)->produced = 0;
    assert_nothing(&pair.b, VCHAN_RESTARTED, VCHAN_RESTARTED);
    assert_int_equal(vchan_connect(&pair.b), VCHAN_WAITING);
    assert_true(vchan_arm_data(&pair.b, 1));
}

/* ---- bytes ---- */

static void full_and_empty(void **state)
{
    static uint8_t bytes[RING + 1];
    size_t count;

    assert_int_equal(vchan_space(&pair.a, &count), VCHAN_OK);
    assert_int_equal(count, RING);
    assert_int_equal(vchan_write(&pair.a, bytes, sizeof(bytes), &count), VCHAN_OK);
    assert_int_equal(count, RING);
    assert_int_equal(vchan_write(&pair.a, bytes, 1, &count), VCHAN_FULL);
    assert_int_equal(vchan_write(&pair.a, bytes, 0, &count), VCHAN_OK);
    assert_int_equal(vchan_ready(&pair.b, &count), VCHAN_OK);
    assert_int_equal(count, RING);
    assert_int_equal(vchan_read(&pair.b, bytes, sizeof(bytes), &count), VCHAN_OK);
    assert_int_equal(count, RING);
    assert_int_equal(vchan_read(&pair.b, bytes, 1, &count), VCHAN_EMPTY);
    assert_int_equal(vchan_read(&pair.b, bytes, 0, &count), VCHAN_OK);
}

static void bytes_stay_in_order_at_any_size(void **state)
{
    static uint8_t out[2 * RING], in[2 * RING];
    uint8_t next_out = 0, next_in = 0;
    uint64_t random = 1;
    size_t count;

    for (int round = 0; round < 20000; round++) {
        size_t size = random_next(&random) % (round % 2 ? 80 : sizeof(out));

        for (size_t i = 0; i < size; i++)
            out[i] = (uint8_t)(next_out + i);
        enum vchan_result result = vchan_write(&pair.a, out, size, &count);
        assert_true(result == VCHAN_OK || (result == VCHAN_FULL && count == 0));
        next_out = (uint8_t)(next_out + count);

        size = random_next(&random) % (round % 2 ? 100 : sizeof(in));
        memset(in, 0xee, sizeof(in));
        result = vchan_read(&pair.b, in, size, &count);
        assert_true(result == VCHAN_OK || (result == VCHAN_EMPTY && count == 0));
        for (size_t i = 0; i < count; i++)
            assert_int_equal(in[i], next_in++);
        assert_int_equal(in[count], 0xee); /* never more than was asked for */
    }
}

static void copies_at_any_alignment(void **state)
{
    uint8_t from[300], to[300];

    for (size_t i = 0; i < sizeof(from); i++)
        from[i] = (uint8_t)(i * 7);
    for (size_t at = 0; at < 16; at++) {
        for (size_t size = 0; size < 200; size++) {
            memset(to, 0, sizeof(to));
            vchan_copy(to + at, from + 16 - at, size);
            assert_memory_equal(to + at, from + 16 - at, size);
            assert_int_equal(to[at + size], 0);
        }
    }
}

static void one_way(void **state)
{
    struct vchan_shape sender = pair_shape_a(&pair), receiver = pair_shape_b(&pair);
    size_t count;

    sender.peer_ring = 0;
    receiver.own_ring = 0;
    assert_int_equal(vchan_open(&pair.a, &sender), VCHAN_OK);
    assert_int_equal(vchan_open(&pair.b, &receiver), VCHAN_OK);
    connect_both();
    assert_sends(&pair.a, &pair.b, "one way");
    assert_int_equal(vchan_write(&pair.b, "x", 1, &count), VCHAN_ONE_WAY);
    assert_int_equal(vchan_read(&pair.a, &(char){0}, 1, &count), VCHAN_ONE_WAY);
    vchan_close(&pair.b);
    assert_int_equal(vchan_write(&pair.a, "x", 1, &count), VCHAN_CLOSED);
    assert_int_equal(vchan_connect(&pair.a), VCHAN_CLOSED);
    assert_true(vchan_arm_room(&pair.a, 1));
}

/* ---- doorbells ---- */

static void rings_only_when_asked(void **state)
{
    char got[64];
    size_t count;

    assert_int_equal(vchan_write(&pair.a, "quiet", 5, &count), VCHAN_OK);
    assert_false(vchan_take_doorbell(&pair.a));
    assert_false(vchan_arm_data(&pair.b, 1)); /* there is data */
    assert_true(vchan_arm_data(&pair.b, 8));
    assert_int_equal(vchan_write(&pair.a, "67", 2, &count), VCHAN_OK);
    assert_false(vchan_take_doorbell(&pair.a)); /* seven of eight */
    assert_int_equal(vchan_write(&pair.a, "89", 2, &count), VCHAN_OK);
    assert_true(vchan_take_doorbell(&pair.a));
    assert_false(vchan_take_doorbell(&pair.a));
    assert_int_equal(vchan_write(&pair.a, "more", 4, &count), VCHAN_OK);
    assert_false(vchan_take_doorbell(&pair.a)); /* once for each wish */
    assert_int_equal(vchan_read(&pair.b, got, sizeof(got), &count), VCHAN_OK);
    assert_false(vchan_take_doorbell(&pair.b)); /* nobody waits for room */
}

static void rings_for_room(void **state)
{
    static uint8_t bytes[RING];
    size_t count;

    assert_false(vchan_arm_room(&pair.a, RING));
    assert_int_equal(vchan_write(&pair.a, bytes, RING, &count), VCHAN_OK);
    assert_true(vchan_arm_room(&pair.a, 1000));
    assert_int_equal(vchan_read(&pair.b, bytes, 999, &count), VCHAN_OK);
    assert_false(vchan_take_doorbell(&pair.b));
    assert_int_equal(vchan_read(&pair.b, bytes, 1, &count), VCHAN_OK);
    assert_true(vchan_take_doorbell(&pair.b));
    assert_int_equal(vchan_read(&pair.b, bytes, 1, &count), VCHAN_OK);
    assert_false(vchan_take_doorbell(&pair.b));
    assert_false(vchan_arm_room(&pair.a, 1000));
}

/* ---- a hostile peer ---- */

static void indices_out_of_range_break_the_channel(void **state)
{
    static const uint64_t bad[] = {RING + 1, UINT64_MAX, UINT64_C(1) << 32, UINT64_C(1) << 63};
    char byte;
    size_t count;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        start_connected(NULL);
        pair_header_a(&pair)->produced = bad[i];
        assert_int_equal(vchan_read(&pair.b, &byte, 1, &count), VCHAN_BROKEN);
        assert_nothing(&pair.b, VCHAN_BROKEN, VCHAN_BROKEN);
        pair_header_a(&pair)->produced = 1;
        assert_nothing(&pair.b, VCHAN_BROKEN, VCHAN_BROKEN);
        assert_int_equal(vchan_connect(&pair.b), VCHAN_BROKEN);
        assert_true(vchan_arm_data(&pair.b, 1)); /* may sleep: a new life rings */
        assert_int_equal(pair_open_a(&pair), VCHAN_OK);
        connect_both();
        assert_sends(&pair.a, &pair.b, "mended");

        pair_header_a(&pair)->consumed = bad[i] == UINT64_MAX ? RING : bad[i];
        assert_int_equal(vchan_write(&pair.b, "x", 1, &count), VCHAN_BROKEN);
        assert_nothing(&pair.b, VCHAN_BROKEN, VCHAN_BROKEN);
    }
}

static void a_header_of_another_format_is_broken(void **state)
{
    pair_header_a(&pair)->version++;
    assert_int_equal(vchan_connect(&pair.b), VCHAN_BROKEN);
    assert_true(vchan_arm_data(&pair.b, 1));
    pair_header_a(&pair)->version--;
    pair_header_a(&pair)->ring_size *= 2;
    assert_int_equal(vchan_connect(&pair.b), VCHAN_BROKEN);
    pair_header_a(&pair)->ring_size /= 2;
    pair_header_a(&pair)->magic = 0;
    assert_int_equal(vchan_connect(&pair.b), VCHAN_BROKEN);
    assert_nothing(&pair.b, VCHAN_WAITING, VCHAN_WAITING);
}

/* A generation that goes forth and back must not leave a caller turning for ever. */
static void a_generation_that_comes_back_is_a_new_life(void **state)
{
    uint64_t life = pair_header_a(&pair)->life;
    size_t count;

    assert_int_equal(vchan_write(&pair.b, "x", 1, &count), VCHAN_OK);
    pair_header_a(&pair)->life = life + (UINT64_C(1) << 32);
    assert_nothing(&pair.b, VCHAN_RESTARTED, VCHAN_RESTARTED);
    pair_header_a(&pair)->life = life;
    assert_int_equal(vchan_connect(&pair.b), VCHAN_OK);
    assert_true(vchan_arm_data(&pair.b, 1));
    assert_int_equal(pair.b.produced, 0);
}

static void scribble(uint64_t *random)
{
    uint64_t *words = (uint64_t *)pair.region_a;
    uint64_t value = random_next(random);

    if (value % 4 == 0)
        value = pair.b.consumed + value % (RING + 2);
    if (value % 4 == 1)
        value = VCHAN_LIFE(value % 4, value >> 8 & 1);
    words[random_next(random) % 6 * 8] = value;
}

static void a_peer_that_writes_anything(void **state)
{
    static uint8_t bytes[2 * RING];
    uint64_t random = 7;
    unsigned connected = 0;
    size_t count;

    for (int round = 0; round < 200000; round++) {
        if (round % 16 == 0) {
            assert_int_equal(pair_open_a(&pair), VCHAN_OK);
            vchan_connect(&pair.b);
            vchan_connect(&pair.a);
        }
        scribble(&random);
        size_t size = random_next(&random) % sizeof(bytes);
        connected += vchan_connect(&pair.b) == VCHAN_OK;
        vchan_write(&pair.b, bytes, size, &count);
        assert_true(count <= size && count <= RING);
        scribble(&random);
        vchan_read(&pair.b, bytes, size, &count);
        assert_true(count <= size && count <= RING);
        vchan_arm_data(&pair.b, size);
        vchan_arm_room(&pair.b, size);
        vchan_take_doorbell(&pair.b);
    }
    assert_true(connected > 1000);
}

/* ---- without a copy ---- */

static void pieces_end_with_the_ring(void **state)
{
    static uint8_t bytes[RING];
    const void *data;
    void *room;
    size_t count;

    assert_int_equal(vchan_write(&pair.a, bytes, RING - 3, &count), VCHAN_OK);
    assert_int_equal(vchan_read(&pair.b, bytes, RING - 3, &count), VCHAN_OK);

    assert_int_equal(vchan_reserve(&pair.a, &room, &count), VCHAN_OK);
    assert_ptr_equal(room, pair.region_a + VCHAN_HEADER_BYTES + RING - 3);
    assert_int_equal(count, 3);
    memcpy(room, "abc", 3);
    vchan_commit(&pair.a, 3);
    assert_int_equal(vchan_reserve(&pair.a, &room, &count), VCHAN_OK);
    assert_ptr_equal(room, pair.region_a + VCHAN_HEADER_BYTES);
    assert_int_equal(count, RING - 3);
    memcpy(room, "de", 2);
    vchan_commit(&pair.a, 2);

    assert_int_equal(vchan_peek(&pair.b, &data, &count), VCHAN_OK);
    assert_int_equal(count, 3);
    assert_memory_equal(data, "abc", 3);
    vchan_take(&pair.b, 1);
    assert_int_equal(vchan_peek(&pair.b, &data, &count), VCHAN_OK);
    assert_int_equal(count, 2);
    assert_memory_equal(data, "bc", 2);
    vchan_take(&pair.b, 2);
    assert_int_equal(vchan_peek(&pair.b, &data, &count), VCHAN_OK);
    assert_int_equal(count, 2);
    assert_memory_equal(data, "de", 2);
    vchan_take(&pair.b, 2);
    assert_int_equal(vchan_peek(&pair.b, &data, &count), VCHAN_EMPTY);
    assert_int_equal(count, 0);
    vchan_close(&pair.a);
    assert_int_equal(vchan_peek(&pair.b, &data, &count), VCHAN_CLOSED);
    assert_int_equal(vchan_reserve(&pair.b, &room, &count), VCHAN_CLOSED);
}

static void pieces_ring_when_asked(void **state)
{
    const void *data;
    void *room;
    size_t count;

    assert_true(vchan_arm_data(&pair.b, 2));
    assert_int_equal(vchan_reserve(&pair.a, &room, &count), VCHAN_OK);
    assert_int_equal(count, RING);
    vchan_commit(&pair.a, 1);
    assert_false(vchan_take_doorbell(&pair.a));
    vchan_commit(&pair.a, RING - 1);
    assert_true(vchan_take_doorbell(&pair.a));
    assert_int_equal(vchan_reserve(&pair.a, &room, &count), VCHAN_FULL);

    assert_true(vchan_arm_room(&pair.a, 2));
    assert_int_equal(vchan_peek(&pair.b, &data, &count), VCHAN_OK);
    assert_int_equal(count, RING);
    vchan_take(&pair.b, 1);
    assert_false(vchan_take_doorbell(&pair.b));
    vchan_take(&pair.b, 1);
    assert_true(vchan_take_doorbell(&pair.b));
}

/* A reader that wants more than there is and a writer that wants more room than there is: whoever
 * goes to sleep last sees the other, and what fits goes. */
static void a_part_goes_to_who_wants_more(void **state)
{
    static uint8_t bytes[RING];
    size_t count, most = RING - RING / 8;

    assert_int_equal(vchan_write(&pair.a, bytes, RING, &count), VCHAN_OK);
    assert_int_equal(vchan_read(&pair.b, bytes, RING / 8, &count), VCHAN_OK);
    assert_true(vchan_arm_part(&pair.a, RING / 4));
    assert_false(vchan_take_doorbell(&pair.b));
    assert_true(vchan_arm_data(&pair.b, most + 1));
    assert_true(vchan_take_doorbell(&pair.b)); /* to the writer, to write what fits */
    assert_false(vchan_arm_part(&pair.a, RING / 4));
    assert_true(vchan_arm_room(&pair.a, RING / 4)); /* who sends wholes waits on */
    assert_int_equal(vchan_write(&pair.a, bytes, 1, &count), VCHAN_OK);
    assert_true(vchan_take_doorbell(&pair.a)); /* to the reader, who has enough */
    assert_true(vchan_arm_part(&pair.a, RING / 4));

    /* Who has all it wants, or waits for the first byte, does not disturb the writer. */
    assert_false(vchan_arm_data(&pair.b, most));
    assert_false(vchan_take_doorbell(&pair.b));
    assert_int_equal(vchan_read(&pair.b, bytes, RING, &count), VCHAN_OK);
    assert_true(vchan_take_doorbell(&pair.b));
    assert_true(vchan_arm_data(&pair.b, 1));
    assert_false(vchan_take_doorbell(&pair.b));
}

/* Nobody who waits for a part keeps turning on a full ring, or without a peer. */
static void a_part_is_waited_for(void **state)
{
    static uint8_t bytes[RING];
    size_t count;

    assert_int_equal(vchan_write(&pair.a, bytes, RING, &count), VCHAN_OK);
    ((struct vchan_header *)pair.region_b)->wake_data = UINT64_MAX;
    assert_true(vchan_arm_part(&pair.a, 1));
    assert_int_equal(pair_open_b(&pair), VCHAN_OK);
    assert_false(vchan_arm_part(&pair.a, 1));
    assert_int_equal(vchan_connect(&pair.a), VCHAN_RESTARTED);
    vchan_close(&pair.b);
    assert_int_equal(vchan_connect(&pair.a), VCHAN_WAITING);
    assert_true(vchan_arm_part(&pair.a, 1));
}

/* One whose life is over, told by who has its region: the peer reads what there is, then the
 * end. */
static void the_dead_are_buried(void **state)
{
    char got[8];
    size_t count;

    assert_int_equal(vchan_write(&pair.a, "last", 4, &count), VCHAN_OK);
    assert_true(vchan_bury(pair_header_a(&pair)));
    assert_false(vchan_bury(pair_header_a(&pair)));
    assert_int_equal(vchan_read(&pair.b, got, sizeof(got), &count), VCHAN_OK);
    assert_int_equal(count, 4);
    assert_nothing(&pair.b, VCHAN_CLOSED, VCHAN_CLOSED);

    assert_int_equal(pair_open_a(&pair), VCHAN_OK);
    connect_both();
    assert_sends(&pair.a, &pair.b, "anew");
}

static void a_closed_connection_is_forgotten(void **state)
{
    char got[8];
    size_t count;

    assert_false(vchan_is_peer_closed(&pair.b));
    vchan_forget(&pair.b);
    assert_sends(&pair.a, &pair.b, "still there");
    assert_int_equal(vchan_write(&pair.a, "unread", 6, &count), VCHAN_OK);
    vchan_close(&pair.a);
    assert_true(vchan_is_peer_closed(&pair.b));
    assert_int_equal(vchan_connect(&pair.b), VCHAN_OK);
    vchan_forget(&pair.b);
    assert_int_equal(vchan_connect(&pair.b), VCHAN_WAITING);
    assert_false(vchan_is_peer_closed(&pair.b));
    assert_int_equal(vchan_read(&pair.b, got, sizeof(got), &count), VCHAN_WAITING);

    assert_int_equal(pair_open_a(&pair), VCHAN_OK);
    connect_both();
    assert_sends(&pair.a, &pair.b, "anew");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shapes_are_checked),
        cmocka_unit_test(nothing_before_both_are_there),
        cmocka_unit_test_setup(bytes_sent_before_the_other_knows_arrive, start),
        cmocka_unit_test_setup(closed_after_everything_was_read, start_connected),
        cmocka_unit_test_setup(a_short_life_is_heard, start),
        cmocka_unit_test_setup(a_restart_is_told_once_and_drops_what_was_before, start_connected),
        cmocka_unit_test_setup(meeting_tells_of_a_restart_too, start_connected),
        cmocka_unit_test_setup(a_life_that_came_and_went_unseen_is_told, start),
        cmocka_unit_test_setup(a_life_that_was_never_met_is_not_told, start),
        cmocka_unit_test_setup(a_restart_found_before_sleeping_is_told, start_connected),
        cmocka_unit_test_setup(both_restart, start_connected),
        cmocka_unit_test_setup(a_generation_the_peer_knows_is_skipped, start_connected),
        cmocka_unit_test_setup(an_index_that_was_reset_is_a_restart_and_not_a_breach,
                               start_connected),
        cmocka_unit_test_setup(full_and_empty, start_connected),
        cmocka_unit_test_setup(bytes_stay_in_order_at_any_size, start_connected),
        cmocka_unit_test(copies_at_any_alignment),
        cmocka_unit_test_setup(one_way, start_connected),
        cmocka_unit_test_setup(rings_only_when_asked, start_connected),
        cmocka_unit_test_setup(rings_for_room, start_connected),
        cmocka_unit_test_setup(indices_out_of_range_break_the_channel, start_connected),
        cmocka_unit_test_setup(a_header_of_another_format_is_broken, start),
        cmocka_unit_test_setup(a_generation_that_comes_back_is_a_new_life, start_connected),
        cmocka_unit_test_setup(a_peer_that_writes_anything, start_connected),
        cmocka_unit_test_setup(pieces_end_with_the_ring, start_connected),
        cmocka_unit_test_setup(pieces_ring_when_asked, start_connected),
        cmocka_unit_test_setup(a_part_goes_to_who_wants_more, start_connected),
        cmocka_unit_test_setup(a_part_is_waited_for, start_connected),
        cmocka_unit_test_setup(the_dead_are_buried, start_connected),
        cmocka_unit_test_setup(a_closed_connection_is_forgotten, start_connected),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
