/* SPDX-License-Identifier: BSD-2-Clause */
/* The older interface: a message each call, a node each way. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/system/vchan/cases.h"
#include "tests/system/vchan/loopback.h"

#define LEFT_SEND     "/dev/vchan80_tx"
#define LEFT_RECEIVE  "/dev/vchan80_rx"
#define RIGHT_SEND    "/dev/vchan81_tx"
#define RIGHT_RECEIVE "/dev/vchan81_rx"
#define HEADER        4

static int open_port(const char *path, int flags)
{
    int file = open(path, (strstr(path, "_tx") != NULL ? O_WRONLY : O_RDONLY) | flags);

    CHECK_THAT(file >= 0);
    return file;
}

/* From left to right, through 64 KiB, or back, through 4 KiB; non-blocking, and connected. */
static void open_way(bool is_back, int *from, int *to)
{
    *from = open_port(is_back ? RIGHT_SEND : LEFT_SEND, O_NONBLOCK);
    *to = open_port(is_back ? LEFT_RECEIVE : RIGHT_RECEIVE, O_NONBLOCK);
    CHECK_THAT(polls(*from, POLLOUT, 5000));
}

static void close_both(int one, int other)
{
    close(one);
    close(other);
}

/* Of a size and a number, so that no message is like another. */
static void fill_message(uint8_t *message, size_t size, unsigned number)
{
    for (size_t i = 0; i < size; i++)
        message[i] = (uint8_t)(number * 7 + i * 13 + (i >> 8));
}

static bool is_message(const uint8_t *message, size_t size, unsigned number)
{
    for (size_t i = 0; i < size; i++) {
        if (message[i] != (uint8_t)(number * 7 + i * 13 + (i >> 8)))
            return false;
    }
    return true;
}

static void a_message_each_call(void)
{
    static const size_t sizes[] = {1, 2, 3, 4, 5, 1000};
    uint8_t message[1000], got[2000];
    int from, to;

    open_way(false, &from, &to);
    for (unsigned i = 0; i < 6; i++) {
        fill_message(message, sizes[i], i);
        CHECK_THAT(write(from, message, sizes[i]) == (ssize_t)sizes[i]);
    }
    for (unsigned i = 0; i < 6; i++) {
        memset(got, 0xa5, sizeof(got));
        CHECK_THAT(polls(to, POLLIN, 0));
        CHECK_THAT(read(to, got, sizeof(got)) == (ssize_t)sizes[i]);
        CHECK_THAT(is_message(got, sizes[i], i));
        CHECK_THAT(got[sizes[i]] == 0xa5 && got[sizeof(got) - 1] == 0xa5);
    }
    CHECK_THAT(!polls(to, POLLIN, 0));
    close_both(from, to);
}

/* Neither a byte past the buffer, nor a message that is cut: the next read has it whole. */
static void a_buffer_that_is_too_short(void)
{
    char got[16] = "untouched";
    int from, to;

    open_way(false, &from, &to);
    CHECK_THAT(write(from, "message", 7) == 7);
    for (size_t size = 1; size < 7; size++) {
        CHECK_THAT(fails_with(read(to, got, size), EMSGSIZE));
        CHECK_THAT(strcmp(got, "untouched") == 0);
    }
    CHECK_THAT(fails_with(read(to, nowhere, 7), EFAULT));
    CHECK_THAT(read(to, got, 7) == 7 && memcmp(got, "messageed", 9) == 0);
    close_both(from, to);
}

static void each_answer_is_its_own(void)
{
    char byte = 0;
    int from = open_port(LEFT_SEND, O_NONBLOCK), to;

    CHECK_THAT(fails_with(write(from, "x", 1), EAGAIN)); /* nobody is there */
    close(from);
    open_way(false, &from, &to);
    CHECK_THAT(fails_with(read(to, &byte, 1), EAGAIN)); /* empty */
    CHECK_THAT(fails_with(read_raw(to, NULL, 8), EAGAIN));
    CHECK_THAT(fails_with(read(to, &byte, 0), EINVAL));
    CHECK_THAT(fails_with(write(from, &byte, 0), EINVAL));
    CHECK_THAT(fails_with(write(from, nowhere, 8), EFAULT));
    CHECK_THAT(fails_with(read(to, &byte, 1), EAGAIN)); /* and that sent nothing */
    CHECK_THAT(write(to, &byte, 1) == -1 && read(from, &byte, 1) == -1);
    CHECK_THAT(write(from, "xy", 2) == 2);
    close(from);
    CHECK_THAT(!polls(to, POLLHUP, 0)); /* closed, but not all was read */
    CHECK_THAT(fails_with(read(to, &byte, 1), EMSGSIZE));
    CHECK_THAT(read(to, (char[2]){0}, 2) == 2);
    CHECK_THAT(polls(to, POLLHUP, 0));
    CHECK_THAT(read(to, &byte, 1) == 0); /* closed */
    close(to);
}

/* What write() took is there, in order, and what it did not take is not. */
static void no_message_is_dropped(void)
{
    static uint8_t message[RIGHT_RING];
    unsigned sent = 0, came = 0;
    int from, to;

    open_way(true, &from, &to);
    CHECK_THAT(fails_with(write(from, message, RIGHT_RING - HEADER + 1), EMSGSIZE));
    fill_message(message, RIGHT_RING - HEADER, 99);
    CHECK_THAT(write(from, message, RIGHT_RING - HEADER) == RIGHT_RING - HEADER);
    CHECK_THAT(fails_with(write(from, "x", 1), EAGAIN)); /* full */
    CHECK_THAT(!polls(from, POLLOUT, 0));
    memset(message, 0, sizeof(message));
    CHECK_THAT(read(to, message, sizeof(message)) == RIGHT_RING - HEADER);
    CHECK_THAT(is_message(message, RIGHT_RING - HEADER, 99));
    for (; sent < 1000; sent++) {
        fill_message(message, 97, sent);
        if (write(from, message, 97) != 97)
            break;
    }
    CHECK_THAT(errno == EAGAIN && sent == RIGHT_RING / (HEADER + 100));
    while (read(to, message, sizeof(message)) == 97) {
        CHECK_THAT(is_message(message, 97, came));
        came++;
    }
    CHECK_THAT(errno == EAGAIN && came == sent);
    close_both(from, to);
}

/* Ends with 0 when all came as it was sent. */
static void receive_many(const char *path, size_t largest, unsigned count)
{
    static uint8_t message[LEFT_RING];
    int file = open_port(path, 0);

    for (unsigned i = 0; i < count; i++) {
        size_t size = 1 + (size_t)i * 7919 % largest;

        if (read(file, message, sizeof(message)) != (ssize_t)size || !is_message(message, size, i))
            _exit(1);
    }
    _exit(0);
}

static void send_many(const char *path, size_t largest, unsigned count)
{
    static uint8_t message[LEFT_RING];
    int file = open_port(path, 0);

    for (unsigned i = 0; i < count; i++) {
        size_t size = 1 + (size_t)i * 7919 % largest;

        fill_message(message, size, i);
        if (write(file, message, size) != (ssize_t)size)
            _exit(1);
    }
    _exit(0);
}

/* One process each way and end, each asleep most of the time, the ends of rings in the middle of
 * messages. */
static void many_messages_both_ways(void)
{
    enum { COUNT = 3000 };
    int status, hold[4] = {
                    open_port(LEFT_SEND, 0),
                    open_port(LEFT_RECEIVE, 0),
                    open_port(RIGHT_SEND, 0),
                    open_port(RIGHT_RECEIVE, 0),
                };

    for (unsigned i = 0; i < 4; i++) {
        if (fork() != 0)
            continue;
        for (unsigned j = 0; j < 4; j++)
            close(hold[j]);
        if (i == 0)
            send_many(LEFT_SEND, LEFT_RING - HEADER, COUNT / 10);
        if (i == 1)
            receive_many(RIGHT_RECEIVE, LEFT_RING - HEADER, COUNT / 10);
        if (i == 2)
            send_many(RIGHT_SEND, RIGHT_RING - HEADER, COUNT);
        receive_many(LEFT_RECEIVE, RIGHT_RING - HEADER, COUNT);
    }
    for (unsigned i = 0; i < 4; i++)
        CHECK_THAT(wait(&status) > 0 && status == 0);
    for (unsigned i = 0; i < 4; i++)
        close(hold[i]);
}

/* A reader that waits for a second uses none of it. */
static void a_reader_sleeps(void)
{
    struct rusage usage;
    int from = open_port(LEFT_SEND, 0), status;
    pid_t child = fork();

    if (child == 0) {
        char got[8];
        int to = open_port(RIGHT_RECEIVE, 0);

        close(from);
        _exit(read(to, got, sizeof(got)) == 5 && memcmp(got, "awake", 5) == 0 ? 0 : 1);
    }
    sleep(2);
    CHECK_THAT(write(from, "awake", 5) == 5);
    CHECK_THAT(wait4(child, &status, 0, &usage) == child && status == 0);
    CHECK_THAT(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec == 0 &&
               usage.ru_utime.tv_usec + usage.ru_stime.tv_usec < 500000);
    close(from);
}

static void a_writer_sleeps_for_room(void)
{
    static uint8_t message[RIGHT_RING - HEADER];
    int from, to, status;

    open_way(true, &from, &to);
    for (unsigned i = 0; i < 3; i++)
        CHECK_THAT(write(from, message, 1000) == 1000);

    pid_t child = fork();

    if (child == 0) {
        int sleeper = open_port(RIGHT_SEND, 0);

        _exit(write(sleeper, message, sizeof(message)) == sizeof(message) ? 0 : 1);
    }
    sleep(1);
    CHECK_THAT(waitpid(child, &status, WNOHANG) == 0);
    for (unsigned i = 0; i < 3; i++)
        CHECK_THAT(read(to, message, sizeof(message)) == 1000);
    CHECK_THAT(polls(to, POLLIN, 5000));
    CHECK_THAT(read(to, message, sizeof(message)) == sizeof(message));
    CHECK_THAT(waitpid(child, &status, 0) == child && status == 0);
    close_both(from, to);
}

/* A peer that died and is there again: told, and nothing of before is read as new. */
static void a_sender_that_began_anew(void)
{
    char got[8];
    int from, to;

    open_way(false, &from, &to);
    CHECK_THAT(write(from, "before", 6) == 6);
    CHECK_THAT(polls(to, POLLIN, 5000)); /* it is connected, too */
    close(from);
    from = open_port(LEFT_SEND, O_NONBLOCK);
    CHECK_THAT(fails_with(read(to, got, sizeof(got)), EPIPE));
    CHECK_THAT(poll_now(to) & POLLHUP);
    close(to);
    to = open_port(RIGHT_RECEIVE, O_NONBLOCK);
    CHECK_THAT(polls(from, POLLOUT, 5000) || polls(from, POLLHUP, 0));
    CHECK_THAT(fails_with(read(to, got, sizeof(got)), EAGAIN));
    close_both(from, to);
}

static void a_receiver_that_left(void)
{
    int from, to;

    open_way(false, &from, &to);
    close(to);
    CHECK_THAT(polls(from, POLLHUP, 1000));
    CHECK_THAT(fails_with(write(from, "x", 1), EPIPE));
    close(from);
}

/* One interface at a time has the end. */
static void either_port_or_name(void)
{
    int port = open_port(LEFT_RECEIVE, 0), second = open_port(LEFT_SEND, 0), file;

    CHECK_THAT(fails_with(open(LEFT, O_RDWR), EBUSY));
    CHECK_THAT(fails_with(open(LEFT, O_RDWR | O_EXCL), EBUSY));
    close(port);
    CHECK_THAT(fails_with(open(LEFT, O_RDWR), EBUSY));
    close(second);
    file = open_end(LEFT, 0);
    CHECK_THAT(fails_with(open(LEFT_SEND, O_WRONLY), EBUSY));
    close(file);
    CHECK_THAT(access("/dev/vchan82_tx", F_OK) == 0 && access("/dev/vchan82_rx", F_OK) != 0);
    CHECK_THAT(access("/dev/vchan83_rx", F_OK) == 0 && access("/dev/vchan83_tx", F_OK) != 0);
}

/* Sends bytes that no port would, and closes. What a reader with room for all is told. */
static int told_of(const void *bytes, size_t size, bool is_left_open)
{
    static uint8_t got[2 * RIGHT_RING];
    int right = open_end(RIGHT, O_NONBLOCK), to = open_port(LEFT_RECEIVE, O_NONBLOCK);

    CHECK_THAT(polls(right, POLLOUT, 5000));
    CHECK_THAT(write(right, bytes, size) == (ssize_t)size);
    if (!is_left_open)
        close(right);

    ssize_t result = read(to, got, sizeof(got));
    int error = result == -1 ? errno : 0;

    if (is_left_open)
        close(right);
    close(to);
    return error;
}

static void what_is_no_message(void)
{
    static const uint32_t lengths[] = {
        0, RIGHT_RING - HEADER + 1, RIGHT_RING, 0x7fffffff, 0x80000000, 0xffffffff};

    for (unsigned i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++)
        CHECK_THAT(told_of(&lengths[i], HEADER, true) == EPROTO);
    CHECK_THAT(told_of("\5", 1, true) == EAGAIN);
    CHECK_THAT(told_of("\5\0\0\0half", 8, true) == EAGAIN);
    CHECK_THAT(told_of("\5\0\0\0half", 8, false) == EPIPE);
    CHECK_THAT(told_of("\5", 1, false) == EPIPE);
    CHECK_THAT(told_of("\4\0\0\0good", 8, false) == 0);
}

void check_ports(void)
{
    run("a message each call", a_message_each_call);
    run("a buffer that is too short", a_buffer_that_is_too_short);
    run("each answer is its own", each_answer_is_its_own);
    run("no message is dropped", no_message_is_dropped);
    run("many messages both ways", many_messages_both_ways);
    run("a reader sleeps", a_reader_sleeps);
    run("a writer sleeps for room", a_writer_sleeps_for_room);
    run("a sender that began anew", a_sender_that_began_anew);
    run("a receiver that left", a_receiver_that_left);
    run("either port or name", either_port_or_name);
    run("what is no message", what_is_no_message);
}
