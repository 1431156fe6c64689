/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A talker that is the only program of a Linux guest, its /init: by the vchan driver's read(),
 * write(), poll() and ioctl(), a process each channel. The first process dies for all: by a reboot,
 * by a panic, by whoever is at the console. The books are memory that Linux has no driver for:
 * /dev/mem. Its orders, as a talker's, are `talker` on the kernel's command line, which gives such
 * to init.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "guest/linux/vchan/vchan_ioctl.h"
#include "tests/system/losses/result.h"
#include "tests/system/losses/talker.h"

#define LOOK_US 5000

/* As the manifest names the VMs and their channels. */
static const char *const names[TALKERS] = {"left", "right", "native"};
static const char *const channels[TALKERS][SIDES] = {
    {"left-right", "left-native"},
    {"left-right", "right-native"},
};

static int files[SIDES];
static struct talker talker;

/* Without a word where the device is gone: this VM is shut down. */
static _Noreturn void give_up(const char *what)
{
    if (errno != ENODEV)
        printf("%s: %s: %s\n", names[talker.orders.talker], what, strerror(errno));
    for (;;)
        pause();
}

static void sleep_us(uint64_t us)
{
    struct timespec time = {.tv_sec = (time_t)(us / 1000000),
                            .tv_nsec = (long)(us % 1000000) * 1000};

    nanosleep(&time, NULL);
}

/* ---- channels ---- */

static void set_blocking(int file, bool is_blocking)
{
    if (fcntl(file, F_SETFL, is_blocking ? 0 : O_NONBLOCK) != 0)
        give_up("fcntl");
}

/* The peer that it is connected to; 0: that one has begun anew. */
static uint32_t find_peer(int file, uint32_t *own)
{
    struct vchan_ioc_state state;

    if (ioctl(file, VCHAN_IOC_STATE, &state) != 0)
        give_up("state");
    *own = state.own_generation;
    return state.state == VCHAN_STATE_PEER_DIED ? 0 : state.peer_generation;
}

/* Sleeps until the peer is there. One that has begun anew since was not met: the next call tells
 * so. */
enum vchan_result end_meet(unsigned side, uint32_t *own, uint32_t *peer)
{
    int file = files[side];
    char byte;

    set_blocking(file, true);
    if (ioctl(file, VCHAN_IOC_CONNECT) != 0 && errno != ENODATA)
        give_up("connect");
    set_blocking(file, false);
    *peer = find_peer(file, own);
    if (*peer != 0)
        return VCHAN_OK;
    if (read(file, &byte, 1) != -1 || errno != EPIPE)
        give_up("the peer died, and reading does not tell");
    return VCHAN_WAITING;
}

/* Whose device is gone has nothing more to tell. */
static enum vchan_result answer_of(ssize_t count)
{
    if (count < 0 && errno == ENODEV)
        give_up("gone");
    return result_of(count);
}

enum vchan_result end_read(unsigned side, void *data, size_t size, size_t *count)
{
    ssize_t got = read(files[side], data, size);

    *count = got > 0 ? (size_t)got : 0;
    return got == 0 ? VCHAN_CLOSED : answer_of(got);
}

enum vchan_result end_write(unsigned side, const void *data, size_t size, size_t *count)
{
    ssize_t gone = write(files[side], data, size);

    *count = gone > 0 ? (size_t)gone : 0;
    return answer_of(gone);
}

bool end_is_told(unsigned side)
{
    struct pollfd ask = {.fd = files[side], .events = POLLIN | POLLOUT};
    bool is_polled = poll(&ask, 1, 0) == 1 && (ask.revents & POLLHUP) && !(ask.revents & POLLERR);
    bool is_refused = write(files[side], "", 1) == -1 && errno == EPIPE;

    if (!is_refused && errno == ENODEV)
        give_up("gone");
    return is_polled && is_refused;
}

void end_close(unsigned side)
{
    close(files[side]);
}

/* ---- a process each channel ---- */

/* Sleeps for bytes, and for room while there is something to send. */
static void wait_for_bell(unsigned side)
{
    short events = POLLIN | (talker_wants_room(&talker, side) ? POLLOUT : 0);
    struct pollfd ask = {.fd = files[side], .events = events};

    if (poll(&ask, 1, -1) < 0)
        give_up("poll");
}

static _Noreturn void talk(unsigned side)
{
    talker.first = side;
    talker.end = side + 1;
    while (!talker_is_finished(&talker)) {
        if (!talker_turn(&talker))
            wait_for_bell(side);
    }
    _exit(0);
}

static void open_channel(unsigned side)
{
    struct vchan_ioc_state state;
    char path[64];

    snprintf(path, sizeof(path), "/dev/vchan/%s", channels[talker.orders.talker][side]);
    files[side] = open(path, O_RDWR);
    if (files[side] < 0 || ioctl(files[side], VCHAN_IOC_STATE, &state) != 0)
        give_up(path);
    talker_open(&talker, side, state.own_generation);
}

static void start(unsigned side)
{
    pid_t child;

    open_channel(side);
    child = fork();
    if (child < 0)
        give_up("fork");
    if (child == 0)
        talk(side);
    close(files[side]);
}

/* ---- life and death ---- */

static void write_word(const char *path, const char *word)
{
    int file = open(path, O_WRONLY);

    if (file < 0 || write(file, word, strlen(word)) < 0)
        give_up(path);
    close(file);
}

/* A reboot takes longer with a line on the console for each device that it shuts down; those who
 * talk go on meanwhile, on the other processor. */
static void linger(void)
{
    const int all_levels = 8, set_level = 8;

    write_word("/sys/module/kernel/parameters/initcall_debug", "Y");
    if (klogctl(set_level, NULL, all_levels) != 0)
        give_up("console level");
}

static void die(void)
{
    switch (talker_death(&talker)) {
    case TALKER_BY_CONSOLE:
        printf("%s: restart me\n", names[talker.orders.talker]);
        break;
    case TALKER_BY_FAULT:
        write_word("/proc/sysrq-trigger", "c");
        break;
    default:
        linger();
        reboot(RB_AUTOBOOT);
        give_up("reboot");
    }
}

/* As the children write down; or later, as none may be there to be met. */
static void wait_for_meeting(const uint64_t before[SIDES])
{
    const volatile struct book *book = talker.book;
    unsigned least = talker.is_patient ? SIDES : 1, met = 0;

    while (met < least) {
        sleep_us(LOOK_US);
        met = 0;
        for (unsigned side = 0; side < SIDES; side++)
            met += book->sides[side].count != before[side];
    }
}

static void live_until_death(const uint64_t before[SIDES])
{
    uint64_t us;

    if (talker_dies_early(&talker, &us)) {
        sleep_us(us);
    } else {
        wait_for_meeting(before);
        sleep_us(talker_choose_moment(&talker));
    }
    die();
    for (;;)
        pause();
}

static void live_to_the_end(void)
{
    int status;

    for (unsigned i = 0; i < SIDES; i++) {
        if (wait(&status) < 0 || status != 0)
            give_up("a process ended");
    }
    talker.book->finished = 1;
    reboot(RB_POWER_OFF);
    give_up("power off");
}

/* ---- start ---- */

static void load_driver(void)
{
    int file = open("/vchan.ko", O_RDONLY | O_CLOEXEC);

    if (file < 0 || syscall(SYS_finit_module, file, "", 0) != 0)
        give_up("/vchan.ko");
    close(file);
}

static void *map_books(void)
{
    int file = open("/dev/mem", O_RDWR | O_SYNC | O_CLOEXEC);
    void *books = mmap(NULL, TALKERS * BOOK_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, file, BOOKS);

    if (books == MAP_FAILED)
        give_up("/dev/mem");
    close(file);
    return books;
}

int main(void)
{
    const char *text = getenv("talker");
    struct talker_orders orders;
    uint64_t before[SIDES];

    if (mount("dev", "/dev", "devtmpfs", 0, NULL) != 0 && errno != EBUSY)
        give_up("/dev");
    if (mount("proc", "/proc", "proc", 0, NULL) != 0)
        give_up("/proc");
    if (mount("sys", "/sys", "sysfs", 0, NULL) != 0)
        give_up("/sys");
    if (text == NULL || !talker_read_orders(text, &orders)) {
        errno = EINVAL;
        give_up("talker");
    }
    load_driver();
    talker_begin(&talker, &orders, map_books());
    for (unsigned side = 0; side < SIDES; side++)
        before[side] = talker.book->sides[side].count;
    for (unsigned side = 0; side < SIDES; side++)
        start(side);
    if (talker_is_last(&talker))
        live_to_the_end();
    live_until_death(before);
}
