/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the guest's vchan driver answers, seen by a process in a Linux that has both ends: left and
 * right send to each other (left's ring 64 KiB, right's 4 KiB), up sends to down alone. Stands on
 * Linux's C library; reports each case as cmocka does, and "check: done" when all were run.
 *
 *   check            everything but
 *   check ports      the older interface: left's port is 80, right's 81, up's 82, down's 83
 *   check unbind     what takes the device away
 *   check stuck      sits in read(), which waits for a page that never comes
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libs/libvchan/libvchan.h"
#include "tests/system/vchan/cases.h"
#include "tests/system/vchan/loopback.h"

/* ---- helpers ---- */

static bool sends(int from, int to, const char *text)
{
    char got[64] = "";
    size_t size = strlen(text);

    return write(from, text, size) == (ssize_t)size &&
           read(to, got, sizeof(got)) == (ssize_t)size && memcmp(got, text, size) == 0;
}

/* Both ends, non-blocking, and connected. */
static void open_both(int *left, int *right)
{
    *left = open_end(LEFT, O_NONBLOCK);
    *right = open_end(RIGHT, O_NONBLOCK);
    CHECK_THAT(polls(*left, POLLOUT, 5000));
    CHECK_THAT(polls(*right, POLLOUT, 5000));
    CHECK_THAT(state_of(*left) == VCHAN_STATE_CONNECTED);
}

/* ---- reading and writing ---- */

static void nothing_without_a_peer(void)
{
    int left = open_end(LEFT, O_NONBLOCK);
    char byte = 0;

    CHECK_THAT(fails_with(read(left, &byte, 1), EAGAIN));
    CHECK_THAT(fails_with(write(left, &byte, 1), EAGAIN));
    CHECK_THAT(fails_with(ioctl(left, VCHAN_IOC_CONNECT), EAGAIN));
    CHECK_THAT(read(left, &byte, 0) == 0);
    CHECK_THAT(poll_now(left) == 0);
    CHECK_THAT(state_of(left) == VCHAN_STATE_LISTENING || state_of(left) == VCHAN_STATE_CLOSED);
    CHECK_THAT(fails_with(ioctl(left, 0x1234), ENOTTY));
    CHECK_THAT(fails_with(ioctl(left, VCHAN_IOC_STATE, NULL), EFAULT));
    CHECK_THAT(fails_with(lseek(left, 0, SEEK_SET), ESPIPE));
    close(left);
}

static void bytes_both_ways(void)
{
    struct vchan_ioc_sizes sizes;
    int left, right;
    char byte;

    open_both(&left, &right);
    CHECK_THAT(sends(left, right, "to the right"));
    CHECK_THAT(sends(right, left, "and back"));
    CHECK_THAT(fails_with(read(left, &byte, 1), EAGAIN));
    CHECK_THAT(fails_with(write(left, nowhere, 8), EFAULT));
    CHECK_THAT(write(right, "x", 1) == 1);
    CHECK_THAT(polls(left, POLLIN, 5000));
    CHECK_THAT(fails_with(read(left, nowhere, 1), EFAULT));
    CHECK_THAT(read(left, &byte, 1) == 1 && byte == 'x');
    CHECK_THAT(ioctl(left, VCHAN_IOC_SIZES, &sizes) == 0);
    CHECK_THAT(sizes.own_ring == LEFT_RING && sizes.peer_ring == RIGHT_RING);
    close(left);
    close(right);
}

static void a_full_ring(void)
{
    static char bytes[2 * LEFT_RING];
    int left, right;

    open_both(&left, &right);
    CHECK_THAT(write(left, bytes, sizeof(bytes)) == LEFT_RING);
    CHECK_THAT(fails_with(write(left, bytes, 1), EAGAIN));
    CHECK_THAT(!(poll_now(left) & POLLOUT));
    CHECK_THAT(read(right, bytes, 100) == 100);
    CHECK_THAT(write(left, bytes, 200) == 100);
    CHECK_THAT(read(right, bytes, LEFT_RING / 4) == LEFT_RING / 4);
    CHECK_THAT(polls(left, POLLOUT, 5000));
    CHECK_THAT(read(right, bytes, sizeof(bytes)) == LEFT_RING * 3 / 4);
    close(left);
    close(right);
}

/* A writer that sleeps for room, a reader that sleeps for bytes, and neither for ever. */
static void sleeping(void)
{
    static unsigned char bytes[4 * LEFT_RING];
    int left = open_end(LEFT, 0), right, status;
    size_t got = 0;
    pid_t child = fork();

    if (child == 0) {
        for (size_t i = 0; i < sizeof(bytes); i++)
            bytes[i] = (unsigned char)(i * 31 >> 3);
        _exit(write(left, bytes, sizeof(bytes)) != sizeof(bytes));
    }
    right = open_end(RIGHT, 0);
    while (got < sizeof(bytes)) {
        ssize_t count = read(right, bytes + got, 1000);

        if (count <= 0)
            break;
        got += (size_t)count;
    }
    CHECK_THAT(got == sizeof(bytes));
    for (size_t i = 0; i < got; i++)
        got = bytes[i] == (unsigned char)(i * 31 >> 3) ? got : 0;
    CHECK_THAT(got == sizeof(bytes));
    CHECK_THAT(waitpid(child, &status, 0) == child && status == 0);
    close(left);
    close(right);
}

/* Three rings of bytes by write(), or in pieces whenever poll() says so. */
static int send_three_rings(int left, bool is_polled)
{
    static char bytes[3 * LEFT_RING];
    size_t done = 0;
    ssize_t count = 1;

    fcntl(left, F_SETFL, is_polled ? O_NONBLOCK : 0);
    while (done < sizeof(bytes) && count > 0) {
        if (is_polled && !polls(left, POLLOUT, 10000))
            return 1;
        count = write(left, bytes + done, sizeof(bytes) - done);
        done += count > 0 ? (size_t)count : 0;
    }
    return done < sizeof(bytes);
}

/* A reader that waits for more than is there, and makes no room for the writer, that is asleep: an
 * eighth of the ring is free. */
static void long_packets(bool is_polled)
{
    enum { MOST = LEFT_RING * 15 / 16 };
    static char bytes[LEFT_RING];
    struct libvchan *right;
    int left = open_end(LEFT, 0), status;
    pid_t child = fork();

    if (child == 0) {
        alarm(20);
        _exit(send_three_rings(left, is_polled));
    }
    close(left);
    right = libvchan_client_init("right");
    CHECK_THAT(right != NULL);
    if (right != NULL) {
        alarm(30); /* a deadlock ends the program, and the test */
        CHECK_THAT(libvchan_recv(right, bytes, LEFT_RING) == LEFT_RING);
        sleep(1); /* until the writer has filled the ring again, and sleeps */
        for (int i = 0; i < 8; i++)
            CHECK_THAT(libvchan_recv(right, bytes, LEFT_RING / 64) == LEFT_RING / 64);
        for (int i = 0; i < 2; i++)
            CHECK_THAT(libvchan_recv(right, bytes, MOST) == MOST);
        alarm(0);
    }
    CHECK_THAT(waitpid(child, &status, 0) == child && status == 0);
    libvchan_close(right);
}

static void long_packets_out_of_a_write(void)
{
    long_packets(false);
}

static void long_packets_out_of_polled_writes(void)
{
    long_packets(true);
}

static void nothing_to_do(int signal)
{
    (void)signal;
}

static void a_signal_ends_sleep(void)
{
    struct sigaction action = {.sa_handler = nothing_to_do};
    int left = open_end(LEFT, 0);
    char byte;

    sigaction(SIGALRM, &action, NULL);
    alarm(1);
    CHECK_THAT(fails_with(read(left, &byte, 1), EINTR));
    alarm(1);
    CHECK_THAT(fails_with(ioctl(left, VCHAN_IOC_CONNECT), EINTR));
    close(left);
}

/* It may be an address, and does not make a write() of a read(). */
static void read_to_address_zero(void)
{
    int left, right;
    char byte, *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
                            MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    CHECK_THAT(page == NULL);
    open_both(&left, &right);
    CHECK_THAT(fails_with(read_raw(left, NULL, 8), EAGAIN));
    CHECK_THAT(fails_with(read(right, &byte, 1), EAGAIN));
    CHECK_THAT(write(right, "x", 1) == 1 && polls(left, POLLIN, 5000));
    CHECK_THAT(read_raw(left, NULL, 8) == 1);
    munmap(page, 4096);
    CHECK_THAT(write(right, "x", 1) == 1 && polls(left, POLLIN, 5000));
    CHECK_THAT(fails_with(read_raw(left, NULL, 8), EFAULT));
    close(left);
    close(right);
}

/* A signal is no reason to answer anything else. */
static void not_blocking_amid_signals(void)
{
    struct sigaction action = {.sa_handler = nothing_to_do};
    struct itimerval often = {{0, 500}, {0, 500}}, never = {{0, 0}, {0, 0}};
    int left, right;
    char byte;

    open_both(&left, &right);
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
    for (int i = 0; i < 100000 && is_good; i++)
        CHECK_THAT(fails_with(read(left, &byte, 1), EAGAIN));
    setitimer(ITIMER_REAL, &never, NULL);
    close(left);
    close(right);
}

static void one_way(void)
{
    int up = open_end("/dev/vchan/up", O_NONBLOCK), down = open_end("/dev/vchan/down", O_NONBLOCK);
    char byte = 0;

    CHECK_THAT(polls(up, POLLOUT, 5000));
    CHECK_THAT(sends(up, down, "downwards"));
    CHECK_THAT(fails_with(write(down, &byte, 1), EBADF));
    CHECK_THAT(fails_with(read(up, &byte, 1), EBADF));
    CHECK_THAT(!(poll_now(down) & POLLOUT));
    close(down);
    CHECK_THAT(polls(up, POLLHUP, 5000));
    CHECK_THAT(fails_with(write(up, &byte, 1), EPIPE));
    close(up);
}

/* ---- ends that go and come ---- */

static void after_the_peer_closed(void)
{
    int left, right;
    char got[16];

    open_both(&left, &right);
    CHECK_THAT(write(left, "last words", 10) == 10);
    CHECK_THAT(write(right, "unheard", 7) == 7);
    close(left);
    CHECK_THAT(polls(right, POLLHUP, 5000));
    CHECK_THAT(state_of(right) == VCHAN_STATE_PEER_CLOSED);
    CHECK_THAT(fails_with(write(right, "x", 1), EPIPE));
    CHECK_THAT(fails_with(ioctl(right, VCHAN_IOC_CONNECT), ENODATA));
    CHECK_THAT(read(right, got, sizeof(got)) == 10);
    CHECK_THAT(read(right, got, sizeof(got)) == 0);
    CHECK_THAT(read(right, got, sizeof(got)) == 0);
    CHECK_THAT(poll_now(right) & POLLHUP);
    CHECK_THAT(fails_with(ioctl(right, VCHAN_IOC_CONNECT), EAGAIN));

    left = open_end(LEFT, O_NONBLOCK);
    CHECK_THAT(fcntl(right, F_SETFL, 0) == 0);
    CHECK_THAT(ioctl(right, VCHAN_IOC_CONNECT) == 0);
    CHECK_THAT(polls(left, POLLOUT, 5000));
    CHECK_THAT(fails_with(read(left, got, sizeof(got)), EAGAIN)); /* not "unheard" */
    CHECK_THAT(sends(left, right, "anew"));
    CHECK_THAT(sends(right, left, "heard"));
    close(left);
    close(right);
}

static void after_the_peer_began_anew(void)
{
    int left, right;
    char got[16];

    open_both(&left, &right);
    CHECK_THAT(write(left, "before", 6) == 6);
    close(left);
    left = open_end(LEFT, O_NONBLOCK);
    CHECK_THAT(polls(right, POLLHUP, 5000));
    CHECK_THAT(state_of(right) == VCHAN_STATE_PEER_DIED);
    CHECK_THAT(fails_with(read(right, got, sizeof(got)), EPIPE));
    CHECK_THAT(fails_with(write(right, "x", 1), EPIPE));
    CHECK_THAT(fcntl(right, F_SETFL, 0) == 0);
    CHECK_THAT(ioctl(right, VCHAN_IOC_CONNECT) == 0);
    CHECK_THAT(polls(left, POLLOUT, 5000));
    CHECK_THAT(sends(left, right, "after"));
    close(left);
    close(right);
}

/* A process that is killed closes as one that ends. */
static void a_killed_peer(void)
{
    int right = open_end(RIGHT, O_NONBLOCK);
    char got[16];
    pid_t child = fork();

    if (child == 0) {
        close(right);
        int left = open_end(LEFT, 0);

        if (write(left, "soon dead", 9) == 9)
            pause();
        _exit(1);
    }
    CHECK_THAT(polls(right, POLLIN, 5000));
    CHECK_THAT(read(right, got, sizeof(got)) == 9);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    CHECK_THAT(polls(right, POLLHUP, 5000));
    CHECK_THAT(read(right, got, sizeof(got)) == 0);
    close(right);
}

static void several_files(void)
{
    int left, right, again;

    open_both(&left, &right);
    CHECK_THAT(fails_with(open(LEFT, O_RDWR | O_EXCL), EBUSY));
    again = open_end(LEFT, O_NONBLOCK);
    close(left);
    CHECK_THAT(sends(again, right, "one is enough"));
    close(again);
    left = open_end(LEFT, O_EXCL);
    CHECK_THAT(fails_with(open(LEFT, O_RDWR), EBUSY));
    close(left);
    close(open_end(LEFT, 0));
    close(right);
}

/* ---- the device taken away ---- */

static void unbind_while_open(void)
{
    struct mapped mapped;
    int right = open_end(RIGHT, 0), status;
    char byte;

    map_end(&mapped, LEFT);
    CHECK_THAT(!faults(mapped.own) && !faults(mapped.peer));

    pid_t child = fork();

    if (child == 0)
        _exit(fails_with(read(right, &byte, 1), ENODEV) ? 0 : 1);
    sleep(1);
    tell_driver("unbind", "4e100000.vchan");
    tell_driver("unbind", "4e000000.vchan");
    CHECK_THAT(waitpid(child, &status, 0) == child && status == 0);
    CHECK_THAT(poll_now(right) & POLLHUP);
    CHECK_THAT(fails_with(write(right, "x", 1), ENODEV));
    CHECK_THAT(fails_with(ioctl(mapped.file, VCHAN_IOC_NOTIFY), ENODEV));
    CHECK_THAT(fails_with(ioctl(mapped.file, VCHAN_IOC_WAIT), ENODEV));
    CHECK_THAT(faults(mapped.own) && faults(mapped.peer));
    CHECK_THAT(fails_with(open(LEFT, O_RDWR), ENOENT));

    tell_driver("bind", "4e000000.vchan");
    tell_driver("bind", "4e100000.vchan");
    unmap(&mapped); /* files of the device before, which is another */
    close(right);
    bytes_both_ways();
}

/* The page of a read() that has the driver's lock is nobody's to bring. */
static int sit_in_read(void)
{
    struct uffdio_api api = {.api = UFFD_API};
    struct uffdio_register area = {.mode = UFFDIO_REGISTER_MODE_MISSING};
    int left = open_end(LEFT, 0), right = open_end(RIGHT, 0);
    int faults_here = (int)syscall(SYS_userfaultfd, 0);
    char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    area.range.start = (uintptr_t)page;
    area.range.len = 4096;
    if (write(right, "x", 1) != 1 || ioctl(faults_here, UFFDIO_API, &api) != 0 ||
        ioctl(faults_here, UFFDIO_REGISTER, &area) != 0)
        return 1;
    puts("check: stuck");
    fflush(stdout);
    return read(left, page, 1) == 1 ? 0 : 1;
}

int main(int count, char **arguments)
{
    if (count > 1 && strcmp(arguments[1], "stuck") == 0)
        return sit_in_read();
    if (count > 1 && strcmp(arguments[1], "unbind") == 0) {
        run("unbind while open and mapped", unbind_while_open);
        puts("check: done");
        return 0;
    }
    if (count > 1 && strcmp(arguments[1], "ports") == 0) {
        check_ports();
        puts("check: done");
        return 0;
    }
    run("nothing without a peer", nothing_without_a_peer);
    run("bytes both ways", bytes_both_ways);
    run("a full ring", a_full_ring);
    run("sleeping for bytes and for room", sleeping);
    run("long packets out of a write()", long_packets_out_of_a_write);
    run("long packets out of writes by poll()", long_packets_out_of_polled_writes);
    run("a signal ends sleep", a_signal_ends_sleep);
    run("read() to address 0", read_to_address_zero);
    run("not blocking, amid signals", not_blocking_amid_signals);
    run("one way", one_way);
    run("after the peer closed", after_the_peer_closed);
    run("after the peer began anew", after_the_peer_began_anew);
    run("a killed peer", a_killed_peer);
    run("several files of one end", several_files);
    check_mappings();
    puts("check: done");
    return 0;
}
