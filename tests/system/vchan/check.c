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
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libs/libvchan/libvchan.h"
#include "tests/system/vchan/cases.h"

#define LEFT       "/dev/vchan/left"
#define RIGHT      "/dev/vchan/right"
#define LEFT_RING  65536
#define RIGHT_RING 4096

/* ---- helpers ---- */

static void *const nowhere = (void *)4096;

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

/* A reader that waits for more than is there, and makes no room for the writer, that is asleep: an eighth
 * of the ring is free. */
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

/* ---- mappings ---- */

static void what_can_be_mapped(void)
{
    struct mapped mapped;
    int shared = open_end(LEFT, 0);
    char byte = 0;

    CHECK_THAT(mmap(NULL, 4096, PROT_READ, MAP_SHARED, shared, 0) == MAP_FAILED && errno == EACCES);
    close(shared);
    map_end(&mapped, LEFT);

    off_t peer = (off_t)mapped.sizes.own_region;
    off_t all = peer + (off_t)mapped.sizes.peer_region;
    int file = mapped.file;

    CHECK_THAT(mmap(NULL, 4096, PROT_WRITE, MAP_SHARED, file, peer) == MAP_FAILED);
    CHECK_THAT(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, file, 0) == MAP_FAILED);
    CHECK_THAT(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_SHARED, file, 0) == MAP_FAILED);
    CHECK_THAT(mmap(NULL, 8192, PROT_READ, MAP_SHARED, file, peer - 4096) == MAP_FAILED);
    CHECK_THAT(mmap(NULL, 4096, PROT_READ, MAP_SHARED, file, all) == MAP_FAILED);
    CHECK_THAT(fails_with(mprotect(mapped.peer, 4096, PROT_READ | PROT_WRITE), EACCES));
    CHECK_THAT(fails_with(read(file, &byte, 1), EBUSY));
    CHECK_THAT(fails_with(write(file, &byte, 1), EBUSY));
    CHECK_THAT(fails_with(ioctl(file, VCHAN_IOC_CONNECT), EBUSY));
    unmap(&mapped);
}

static void by_mapping(void)
{
    struct mapped mapped;
    size_t count = 0;
    char got[16] = "";
    int right = open_end(RIGHT, O_NONBLOCK);

    map_end(&mapped, LEFT);

    struct vchan_shape shape = {.own = mapped.own,
                                .peer = mapped.peer,
                                .own_ring = mapped.sizes.own_ring,
                                .peer_ring = mapped.sizes.peer_ring};

    CHECK_THAT(vchan_open(&mapped.end, &shape) == VCHAN_OK);
    CHECK_THAT(ioctl(mapped.file, VCHAN_IOC_NOTIFY) == 0);
    for (int i = 0; i < 10 && vchan_connect(&mapped.end) != VCHAN_OK; i++)
        CHECK_THAT(wait_for_bell(mapped.file));
    CHECK_THAT(ioctl(mapped.file, VCHAN_IOC_NOTIFY) == 0);
    CHECK_THAT(polls(right, POLLOUT, 5000));
    CHECK_THAT(vchan_write(&mapped.end, "by hand", 7, &count) == VCHAN_OK && count == 7);
    CHECK_THAT(read(right, got, sizeof(got)) == 7 && memcmp(got, "by hand", 7) == 0);
    while (ioctl(mapped.file, VCHAN_IOC_WAIT) == 0)
        ;
    CHECK_THAT(vchan_arm_data(&mapped.end, 1));
    CHECK_THAT(!polls(mapped.file, POLLIN, 0));
    CHECK_THAT(write(right, "to hand", 7) == 7);
    CHECK_THAT(wait_for_bell(mapped.file));
    CHECK_THAT(vchan_read(&mapped.end, got, sizeof(got), &count) == VCHAN_OK && count == 7);
    unmap(&mapped);
    CHECK_THAT(polls(right, POLLHUP, 5000));
    close(right);
}

/* Dies after it has closed its end, before it rings. */
static void killed_before_it_rang(void)
{
    struct mapped mapped;
    int right = open_end(RIGHT, O_NONBLOCK);
    struct vchan_shape shape;
    char got[1];

    map_end(&mapped, LEFT);
    shape = (struct vchan_shape){mapped.own, mapped.peer, LEFT_RING, RIGHT_RING};
    CHECK_THAT(vchan_open(&mapped.end, &shape) == VCHAN_OK);
    for (int i = 0; i < 10 && vchan_connect(&mapped.end) != VCHAN_OK; i++) {
        CHECK_THAT(ioctl(mapped.file, VCHAN_IOC_NOTIFY) == 0);
        CHECK_THAT(wait_for_bell(mapped.file));
    }
    CHECK_THAT(ioctl(mapped.file, VCHAN_IOC_NOTIFY) == 0);
    CHECK_THAT(polls(right, POLLOUT, 5000) && !polls(right, POLLIN, 100));

    pid_t child = fork();
    int status;

    if (child == 0) {
        unmap(&mapped);
        alarm(10);
        fcntl(right, F_SETFL, 0);
        _exit(read(right, got, 1) == 0 ? 0 : 1);
    }
    sleep(1);
    vchan_close(&mapped.end);
    unmap(&mapped);
    CHECK_THAT(waitpid(child, &status, 0) == child && status == 0);
    close(right);
}

/* Says for ever that its ring is full of new bytes. */
static void flood(void)
{
    struct mapped mapped;
    struct vchan_shape shape;

    map_end(&mapped, RIGHT);
    shape = (struct vchan_shape){mapped.own, mapped.peer, RIGHT_RING, LEFT_RING};
    if (vchan_open(&mapped.end, &shape) != VCHAN_OK)
        _exit(1);
    while (vchan_connect(&mapped.end) != VCHAN_OK)
        (void)ioctl(mapped.file, VCHAN_IOC_NOTIFY);
    (void)ioctl(mapped.file, VCHAN_IOC_NOTIFY);
    for (;;) {
        uint64_t consumed = __atomic_load_n(&mapped.end.peer->consumed, __ATOMIC_ACQUIRE);

        __atomic_store_n(&mapped.end.own->produced, consumed + RIGHT_RING, __ATOMIC_RELEASE);
    }
}

/* However many bytes a peer has, a call ends. */
static void a_peer_without_end(void)
{
    enum { MUCH = 64 << 20 };
    char *room = mmap(NULL, MUCH, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int left = open_end(LEFT, O_NONBLOCK), reads = 0;
    pid_t child = fork();

    if (child == 0) {
        close(left);
        flood();
    }
    CHECK_THAT(polls(left, POLLOUT, 10000));
    while (reads < 1000 && is_good) {
        ssize_t count = read(left, room, MUCH);

        CHECK_THAT(count > 0 ? count <= RIGHT_RING : fails_with(count, EAGAIN));
        reads += count > 0;
    }
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    munmap(room, MUCH);
    close(left);
}

/* What a mapping cannot be made into. */
static void what_a_mapping_stays(void)
{
    struct mapped mapped;
    struct iovec word = {&(char[8]){0}, 8}, there;
    int memory = open("/proc/self/mem", O_RDWR), reader;
    off_t peer;

    map_end(&mapped, LEFT);
    peer = (off_t)mapped.sizes.own_region;
    there = (struct iovec){mapped.peer, 8};
    CHECK_THAT(fails_with(mprotect(mapped.own, 4096, PROT_READ | PROT_EXEC), EACCES));
    CHECK_THAT(fails_with(mprotect(mapped.peer, 4096, PROT_WRITE), EACCES));
    CHECK_THAT(mremap(mapped.own, 4096, 2 << 20, MREMAP_MAYMOVE) == MAP_FAILED);
    CHECK_THAT(mremap(mapped.peer, 0, 4096, MREMAP_MAYMOVE) == MAP_FAILED);
    CHECK_THAT(remap_file_pages(mapped.own, 4096, 0, (size_t)peer / 4096, 0) == -1);
    CHECK_THAT(pwrite(memory, "x", 1, (off_t)(uintptr_t)mapped.peer) == -1);
    CHECK_THAT(process_vm_writev(getpid(), &word, 1, &there, 1, 0) == -1);
    CHECK_THAT(mmap(NULL, 4096, PROT_READ, MAP_SHARED, mapped.file, INT64_MAX & ~4095) ==
               MAP_FAILED);
    CHECK_THAT(mmap(NULL, SIZE_MAX / 2 & ~(size_t)4095, PROT_READ, MAP_SHARED, mapped.file, 0) ==
               MAP_FAILED);
    /* Moved it still is what it was. */
    mapped.peer = mremap(mapped.peer, mapped.sizes.peer_region, mapped.sizes.peer_region,
                         MREMAP_MAYMOVE | MREMAP_FIXED,
                         (char *)mapped.own + 64 * mapped.sizes.own_region);
    CHECK_THAT(mapped.peer != MAP_FAILED && !faults(mapped.peer));
    CHECK_THAT(fails_with(mprotect(mapped.peer, 4096, PROT_READ | PROT_WRITE), EACCES));
    CHECK_THAT(ioctl(mapped.file, VCHAN_IOC_SIZES, nowhere) == -1 && errno == EFAULT);
    unmap(&mapped);
    close(memory);

    reader = open(LEFT, O_RDONLY | O_EXCL);
    CHECK_THAT(mmap(NULL, 4096, PROT_WRITE, MAP_SHARED, reader, 0) == MAP_FAILED);
    CHECK_THAT(mmap(NULL, 4096, PROT_READ, MAP_SHARED, reader, 0) == MAP_FAILED);
    close(reader);
}

/* ---- by port ---- */

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
    run("what can be mapped", what_can_be_mapped);
    run("what a mapping stays", what_a_mapping_stays);
    run("by mapping", by_mapping);
    run("a process killed after it closed, before it rang", killed_before_it_rang);
    run("a peer that always has more", a_peer_without_end);
    puts("check: done");
    return 0;
}
