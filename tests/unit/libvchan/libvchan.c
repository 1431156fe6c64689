/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What each call of libvchan answers. The system below it has two ends in memory; where a call
 * would sleep, the test plays the other end, and one that sleeps with nothing to wait for fails.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "libs/libvchan/libvchan.h"
#include "libs/libvchan/system.h"
#include "tests/unit/vchan/pair.h"

static struct pair pair;
static struct libvchan *left, *right;
static bool has_rung[2];
static void (*meanwhile)(void); /* what the other end does when this one sleeps */
static bool is_one_way;

/* ---- the system: names are "left" and "right", and the descriptor their number ---- */

int system_open(struct libvchan *vchan, const char *name, struct vchan_shape *shape)
{
    if (strcmp(name, "left") != 0 && strcmp(name, "right") != 0) {
        errno = ENOENT;
        return -1;
    }
    vchan->descriptor = strcmp(name, "right") == 0;
    *shape = vchan->descriptor == 0 ? pair_shape_a(&pair) : pair_shape_b(&pair);
    if (is_one_way && vchan->descriptor == 0)
        shape->peer_ring = 0;
    if (is_one_way && vchan->descriptor == 1)
        shape->own_ring = 0;
    if (strcmp(name, "left") == 0 && left != NULL) {
        errno = EBUSY;
        return -1;
    }
    return 0;
}

void system_close(struct libvchan *vchan)
{
    (void)vchan;
}

void system_ring(struct libvchan *vchan)
{
    has_rung[!vchan->descriptor] = true;
}

int system_wait(struct libvchan *vchan)
{
    void (*play)(void) = meanwhile;

    meanwhile = NULL;
    if (!has_rung[vchan->descriptor] && play == NULL) {
        errno = EINTR; /* would sleep for ever */
        return -1;
    }
    if (!has_rung[vchan->descriptor])
        play();
    else
        meanwhile = play;
    assert_true(has_rung[vchan->descriptor]);
    has_rung[vchan->descriptor] = false;
    return 0;
}

/* ---- helpers ---- */

static int start(void **state)
{
    memset(&pair, 0, sizeof(pair));
    memset(has_rung, 0, sizeof(has_rung));
    meanwhile = NULL;
    is_one_way = false;
    left = right = NULL;
    left = libvchan_server_init("left");
    assert_non_null(left);
    return 0;
}

static int start_connected(void **state)
{
    start(state);
    right = libvchan_server_init("right");
    assert_non_null(right);
    assert_int_equal(libvchan_is_open(left), LIBVCHAN_OPEN);
    assert_int_equal(libvchan_is_open(right), LIBVCHAN_OPEN);
    memset(has_rung, 0, sizeof(has_rung));
    return 0;
}

static int stop(void **state)
{
    libvchan_close(left);
    libvchan_close(right);
    left = right = NULL;
    return 0;
}

static void assert_fails(long result, int error)
{
    assert_int_equal(result, -1);
    assert_int_equal(errno, error);
}

/* ---- begin and end ---- */

static void names(void **state)
{
    assert_null(libvchan_server_init("nowhere"));
    assert_int_equal(errno, ENOENT);
    assert_null(libvchan_server_init("left"));
    assert_int_equal(errno, EBUSY);
    assert_int_equal(libvchan_is_open(left), LIBVCHAN_WAITING);
    assert_int_equal(libvchan_data_ready(left), 0);
    assert_int_equal(libvchan_buffer_space(left), 0);
    assert_int_equal(libvchan_fd_for_select(left), 0);
}

static void left_looks(void)
{
    libvchan_is_open(left);
}

static void a_client_waits_for_its_server(void **state)
{
    meanwhile = left_looks;
    right = libvchan_client_init("right");
    assert_non_null(right);
    assert_int_equal(libvchan_is_open(right), LIBVCHAN_OPEN);
}

static void a_client_that_is_interrupted(void **state)
{
    libvchan_close(left);
    left = NULL;
    memset(has_rung, 0, sizeof(has_rung));
    assert_null(libvchan_client_init("right"));
    assert_int_equal(errno, EINTR);
}

static void left_sends_and_closes(void)
{
    assert_int_equal(libvchan_write(left, "brief", 5), 5);
    libvchan_close(left);
    left = NULL;
}

/* It was never seen connected, and is heard all the same. */
static void a_server_that_closes_at_once(void **state)
{
    char got[8];

    meanwhile = left_sends_and_closes;
    right = libvchan_client_init("right");
    assert_non_null(right);
    assert_int_equal(libvchan_read(right, got, sizeof(got)), 5);
    assert_int_equal(libvchan_read(right, got, sizeof(got)), 0);
}

/* ---- bytes ---- */

static void without_blocking(void **state)
{
    static char bytes[2 * RING];

    libvchan_set_blocking(left, false);
    assert_fails(libvchan_read(left, bytes, 1), EAGAIN);
    assert_fails(libvchan_recv(left, bytes, 1), EAGAIN);
    assert_int_equal(libvchan_write(left, bytes, sizeof(bytes)), RING);
    assert_fails(libvchan_write(left, bytes, 1), EAGAIN);
    assert_fails(libvchan_send(left, bytes, 2), EAGAIN);
    assert_int_equal(libvchan_read(right, bytes, 1), 1);
    assert_fails(libvchan_send(left, bytes, 2), EAGAIN);
    assert_int_equal(libvchan_buffer_space(left), 1);
    assert_int_equal(libvchan_read(right, bytes, 1), 1);
    assert_true(has_rung[0]); /* as asked for by the send that found too little */
    assert_int_equal(libvchan_send(left, bytes, 2), 2);
}

static size_t drained;

static void right_reads_all(void)
{
    static char bytes[RING];

    libvchan_set_blocking(right, false);
    drained += (size_t)libvchan_read(right, bytes, sizeof(bytes));
    meanwhile = right_reads_all;
}

static void a_write_waits_for_room(void **state)
{
    static char bytes[5 * RING];

    drained = 0;
    meanwhile = right_reads_all;
    assert_int_equal(libvchan_write(left, bytes, sizeof(bytes)), sizeof(bytes));
    right_reads_all();
    assert_int_equal(drained, sizeof(bytes));
}

static void right_sends_a_half(void)
{
    assert_int_equal(libvchan_write(right, "ket", 3), 3);
}

static void packets_are_whole(void **state)
{
    static char bytes[RING + 1];
    char got[8] = "";

    assert_fails(libvchan_send(left, bytes, RING + 1), EMSGSIZE);
    assert_fails(libvchan_recv(left, bytes, RING + 1), EMSGSIZE);
    assert_int_equal(libvchan_send(right, "pac", 3), 3);
    meanwhile = right_sends_a_half;
    assert_int_equal(libvchan_recv(left, got, 6), 6);
    assert_string_equal(got, "packet");
    assert_int_equal(libvchan_send(left, bytes, RING), RING);
    assert_int_equal(libvchan_recv(right, bytes, RING), RING);
}

static void pieces(void **state)
{
    size_t size;
    void *room = libvchan_reserve(left, &size);
    const void *data;

    assert_non_null(room);
    assert_int_equal(size, RING);
    assert_null(libvchan_peek(right, &size));
    assert_int_equal(errno, EAGAIN);
    memcpy(room, "piece", 5);
    libvchan_commit(left, 5);
    assert_true(has_rung[1]);
    data = libvchan_peek(right, &size);
    assert_non_null(data);
    assert_int_equal(size, 5);
    assert_memory_equal(data, "piece", 5);
    libvchan_take(right, 5);
    libvchan_close(left);
    left = NULL;
    assert_null(libvchan_peek(right, &size));
    assert_int_equal(errno, ENODATA);
    assert_null(libvchan_reserve(right, &size));
    assert_int_equal(errno, EPIPE);
}

static void much_at_a_time(void **state)
{
    static char bytes[RING];

    libvchan_set_blocking(right, false);
    assert_int_equal(libvchan_write(left, bytes, 3), 3);
    has_rung[1] = false;
    assert_fails(libvchan_wait_for_data(right, RING), EAGAIN);
    assert_int_equal(libvchan_write(left, bytes, RING / 2 - 4), RING / 2 - 4);
    assert_false(has_rung[1]);
    assert_fails(libvchan_wait_for_data(right, RING), EAGAIN);
    assert_int_equal(libvchan_write(left, bytes, 1), 1);
    assert_true(has_rung[1]);
    assert_int_equal(libvchan_wait_for_data(right, RING), 0);
    assert_int_equal(libvchan_recv(right, bytes, RING / 2), RING / 2);
    assert_int_equal(libvchan_write(left, bytes, 2), 2);
    libvchan_close(left);
    left = NULL;
    assert_int_equal(libvchan_wait_for_data(right, 2), 0);
    assert_fails(libvchan_wait_for_data(right, 3), ENODATA);
}

static void one_way(void **state)
{
    char byte = 0;
    size_t size;

    libvchan_close(left);
    left = NULL;
    is_one_way = true;
    left = libvchan_server_init("left");
    meanwhile = left_looks;
    right = libvchan_client_init("right");
    assert_non_null(right);
    assert_int_equal(libvchan_write(left, "x", 1), 1);
    assert_int_equal(libvchan_read(right, &byte, 1), 1);
    assert_fails(libvchan_read(left, &byte, 1), EBADF);
    assert_fails(libvchan_recv(left, &byte, 1), EBADF);
    assert_fails(libvchan_write(right, &byte, 1), EBADF);
    assert_fails(libvchan_send(right, &byte, 1), EBADF);
    assert_int_equal(libvchan_buffer_space(right), 0);
    assert_null(libvchan_reserve(right, &size));
    assert_int_equal(errno, EBADF);
}

/* ---- ends that go and come ---- */

static void left_returns(void)
{
    left = libvchan_server_init("left");
}

static void after_the_peer_closed(void **state)
{
    char got[16];

    assert_int_equal(libvchan_write(left, "last", 4), 4);
    libvchan_close(left);
    left = NULL;
    assert_int_equal(libvchan_is_open(right), LIBVCHAN_CLOSED);
    assert_fails(libvchan_write(right, "x", 1), EPIPE);
    assert_fails(libvchan_send(right, "x", 1), EPIPE);
    assert_fails(libvchan_recv(right, got, 5), ENODATA);
    assert_int_equal(libvchan_data_ready(right), 4);
    assert_int_equal(libvchan_recv(right, got, 4), 4);
    assert_int_equal(libvchan_recv(right, got, 4), 0);
    assert_int_equal(libvchan_read(right, got, sizeof(got)), 0);

    has_rung[1] = false;
    meanwhile = left_returns;
    assert_int_equal(libvchan_reconnect(right), 0);
    assert_int_equal(libvchan_write(right, "anew", 4), 4);
    assert_int_equal(libvchan_read(left, got, sizeof(got)), 4);
}

/* Unread bytes are dropped, not kept for the next life. */
static void reconnecting_drops_what_was_before(void **state)
{
    char got[16];

    assert_int_equal(libvchan_write(left, "unread", 6), 6);
    libvchan_close(left);
    left = NULL;
    has_rung[1] = false;
    libvchan_set_blocking(right, false);
    assert_fails(libvchan_reconnect(right), EAGAIN);
    left_returns();
    assert_int_equal(libvchan_reconnect(right), 0);
    assert_fails(libvchan_read(right, got, sizeof(got)), EAGAIN);
}

static void after_the_peer_began_anew(void **state)
{
    char got[16];

    assert_int_equal(libvchan_write(left, "before", 6), 6);
    libvchan_close(left);
    left = NULL;
    left_returns();
    assert_fails(libvchan_read(right, got, sizeof(got)), EPIPE);
    assert_fails(libvchan_write(right, "x", 1), EPIPE);
    assert_int_equal(libvchan_is_open(right), LIBVCHAN_CLOSED);
    assert_int_equal(libvchan_reconnect(right), 0);
    assert_int_equal(libvchan_write(left, "after", 5), 5);
    assert_int_equal(libvchan_read(right, got, sizeof(got)), 5);
    assert_memory_equal(got, "after", 5);
}

static void a_peer_that_makes_no_sense(void **state)
{
    char byte;

    pair_header_a(&pair)->produced = RING + 1;
    assert_fails(libvchan_read(right, &byte, 1), EPROTO);
    assert_fails(libvchan_write(right, "x", 1), EPROTO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(names, start, stop),
        cmocka_unit_test_setup_teardown(a_client_waits_for_its_server, start, stop),
        cmocka_unit_test_setup_teardown(a_client_that_is_interrupted, start, stop),
        cmocka_unit_test_setup_teardown(a_server_that_closes_at_once, start, stop),
        cmocka_unit_test_setup_teardown(without_blocking, start_connected, stop),
        cmocka_unit_test_setup_teardown(a_write_waits_for_room, start_connected, stop),
        cmocka_unit_test_setup_teardown(packets_are_whole, start_connected, stop),
        cmocka_unit_test_setup_teardown(pieces, start_connected, stop),
        cmocka_unit_test_setup_teardown(much_at_a_time, start_connected, stop),
        cmocka_unit_test_setup_teardown(one_way, start, stop),
        cmocka_unit_test_setup_teardown(after_the_peer_closed, start_connected, stop),
        cmocka_unit_test_setup_teardown(reconnecting_drops_what_was_before, start_connected, stop),
        cmocka_unit_test_setup_teardown(after_the_peer_began_anew, start_connected, stop),
        cmocka_unit_test_setup_teardown(a_peer_that_makes_no_sense, start_connected, stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
