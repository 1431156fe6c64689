/* SPDX-License-Identifier: BSD-2-Clause */
/* An end that a process has mapped: what can be, what a peer sees of it, and peers that break the
 * rules. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/system/vchan/cases.h"
#include "tests/system/vchan/loopback.h"

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

void check_mappings(void)
{
    run("what can be mapped", what_can_be_mapped);
    run("what a mapping stays", what_a_mapping_stays);
    run("by mapping", by_mapping);
    run("a process killed after it closed, before it rang", killed_before_it_rang);
    run("a peer that always has more", a_peer_without_end);
}
