/* SPDX-License-Identifier: BSD-2-Clause */
/* What the programs share that ask the guest's vchan driver. Each has one of the driver's ends at
 * least; reports each case as cmocka does. */
#ifndef TESTS_SYSTEM_VCHAN_CASES_H
#define TESTS_SYSTEM_VCHAN_CASES_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guest/linux/vchan/vchan_ioctl.h"
#include "libs/vchan/vchan.h"

#define BOUND "/sys/bus/platform/drivers/vchan/"

static bool is_good;

#define CHECK_THAT(condition)                                                     \
    do {                                                                          \
        if (!(condition)) {                                                       \
            printf(__FILE__ ":%d: %s (errno %d)\n", __LINE__, #condition, errno); \
            is_good = false;                                                      \
        }                                                                         \
    } while (0)

static inline void run(const char *name, void (*test)(void))
{
    is_good = true;
    test();
    printf("[%s] %s\n", is_good ? "       OK " : "  FAILED  ", name);
    fflush(stdout);
}

static inline int open_end(const char *path, int flags)
{
    int file = open(path, O_RDWR | flags);

    CHECK_THAT(file >= 0);
    return file;
}

static inline short poll_now(int file)
{
    struct pollfd ask = {.fd = file, .events = POLLIN | POLLOUT};

    CHECK_THAT(poll(&ask, 1, 0) >= 0);
    return ask.revents;
}

static inline bool polls(int file, short events, int milliseconds)
{
    struct pollfd ask = {.fd = file, .events = events};

    return poll(&ask, 1, milliseconds) == 1 && (ask.revents & events);
}

static inline unsigned state_of(int file)
{
    struct vchan_ioc_state state;

    CHECK_THAT(ioctl(file, VCHAN_IOC_STATE, &state) == 0);
    return state.state;
}

static inline bool fails_with(long result, int error)
{
    return result == -1 && errno == error;
}

/* read() and write() of what the compiler would not let through. */
static inline long read_raw(int file, void *to, size_t size)
{
    return syscall(SYS_read, file, to, size);
}

static inline long write_raw(int file, const void *from, size_t size)
{
    return syscall(SYS_write, file, from, size);
}

/* ---- mappings ---- */

struct mapped {
    int file;
    struct vchan_ioc_sizes sizes;
    void *own;
    void *peer;
    struct vchan end;
};

static inline void map_end(struct mapped *mapped, const char *path)
{
    struct vchan_ioc_sizes *sizes = &mapped->sizes;

    mapped->file = open_end(path, O_EXCL | O_NONBLOCK);
    CHECK_THAT(ioctl(mapped->file, VCHAN_IOC_SIZES, sizes) == 0);
    mapped->own = mmap(NULL, sizes->own_region, PROT_READ | PROT_WRITE, MAP_SHARED, mapped->file,
                       0);
    mapped->peer = mmap(NULL, sizes->peer_region, PROT_READ, MAP_SHARED, mapped->file,
                        (off_t)sizes->own_region);
    CHECK_THAT(mapped->own != MAP_FAILED && mapped->peer != MAP_FAILED);
}

static inline void unmap(struct mapped *mapped)
{
    munmap(mapped->own, mapped->sizes.own_region);
    munmap(mapped->peer, mapped->sizes.peer_region);
    close(mapped->file);
}

static inline bool wait_for_bell(int file)
{
    return polls(file, POLLIN, 5000) && ioctl(file, VCHAN_IOC_WAIT) == 0;
}

/* ---- the device taken away ---- */

static inline void tell_driver(const char *what, const char *device)
{
    char path[128];
    int file;

    snprintf(path, sizeof(path), BOUND "%s", what);
    file = open(path, O_WRONLY);
    CHECK_THAT(file >= 0 && write(file, device, strlen(device)) == (ssize_t)strlen(device));
    close(file);
}

static sigjmp_buf after_fault;

static inline void on_fault(int signal)
{
    (void)signal;
    siglongjmp(after_fault, 1);
}

static inline bool faults(volatile char *address)
{
    struct sigaction action = {.sa_handler = on_fault};

    sigaction(SIGBUS, &action, NULL);
    if (sigsetjmp(after_fault, 1) != 0)
        return true;
    (void)*address;
    return false;
}

#endif
