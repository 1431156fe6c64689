/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `vchan bench`: bytes there and back, and streams of blocks, by the library without a copy and by
 * read() and write(); beside it in this guest alone the same through pipes between two processes,
 * and copies in memory. All of one run, all of the same blocks. It prints when all is measured:
 * a console is work, too.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "guest/linux/command/command.h"
#include "guest/linux/vchan/vchan_ioctl.h"
#include "libs/libvchan/libvchan.h"

enum { PIECE_BYTES = 65536, PING_BYTES = 64, ROUNDS = 500, WARM_ROUNDS = 50, SIZE_COUNT = 3 };

/* What the measuring end asks of the serving one. */
enum { OP_ECHO = 1, OP_SINK, OP_FILE };

struct order {
    uint32_t op, size;
    uint64_t count; /* pings, or bytes */
};

/* A block, and how much of it is measured. */
static const struct {
    const char *name;
    size_t size;
    uint64_t total;
} blocks[SIZE_COUNT] = {
    {"64 B", 64, 2 << 20},
    {"1 KiB", 1024, 8 << 20},
    {"64 KiB", 65536, 32 << 20},
};

/* Bytes before the clock starts: every page of every ring has been touched then. */
#define WARM_BYTES (1u << 20)

static char piece[PIECE_BYTES];

/* ---- four ways ---- */

struct end;

/* `give` puts a block into a stream, `drop` reads so many bytes out of it. False: errno says
 * why. */
struct way {
    bool (*send)(struct end *end, const void *data, size_t size);
    bool (*receive)(struct end *end, void *data, size_t size);
    bool (*give)(struct end *end, size_t size);
    bool (*drop)(struct end *end, uint64_t count);
};

struct end {
    const struct way *way;
    struct libvchan *vchan;
    int in, out;
    char *memory; /* PIECE_BYTES, for copies */
};

static bool library_send(struct end *end, const void *data, size_t size)
{
    return libvchan_send(end->vchan, data, size) == (long)size;
}

static bool library_receive(struct end *end, void *data, size_t size)
{
    return libvchan_recv(end->vchan, data, size) == (long)size;
}

/* The block is made in the ring: here, as what is measured, by a copy. */
static bool library_give(struct end *end, size_t size)
{
    while (size > 0) {
        size_t room;
        void *to = libvchan_reserve(end->vchan, &room);

        if (to == NULL) {
            if (errno != EAGAIN || libvchan_wait(end->vchan) != 0)
                return false;
            continue;
        }
        room = room < size ? room : size;
        memcpy(to, piece, room);
        libvchan_commit(end->vchan, room);
        size -= room;
    }
    return true;
}

/* Used where it is, which costs whoever uses it, not the channel: here nobody does. It sleeps until
 * there is much. */
static bool library_drop(struct end *end, uint64_t count)
{
    while (count > 0) {
        size_t size;
        const void *data = libvchan_peek(end->vchan, &size);

        if (data == NULL) {
            if (errno != EAGAIN || libvchan_wait_for_data(end->vchan, count) != 0)
                return false;
            continue;
        }
        size = size < count ? size : (size_t)count;
        libvchan_take(end->vchan, size);
        count -= size;
    }
    return true;
}

static const struct way library_way = {library_send, library_receive, library_give, library_drop};

static bool file_send(struct end *end, const void *data, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t count = write(end->out, (const char *)data + done, size - done);

        if (count < 0)
            return false;
        done += (size_t)count;
    }
    return true;
}

static bool file_receive(struct end *end, void *data, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t count = read(end->in, (char *)data + done, size - done);

        if (count == 0)
            errno = EPIPE;
        if (count <= 0)
            return false;
        done += (size_t)count;
    }
    return true;
}

static bool file_give(struct end *end, size_t size)
{
    return file_send(end, piece, size);
}

static bool file_drop(struct end *end, uint64_t count)
{
    while (count > 0) {
        size_t size = count < sizeof(piece) ? (size_t)count : sizeof(piece);
        ssize_t got = read(end->in, piece, size);

        if (got <= 0)
            return false;
        count -= (uint64_t)got;
    }
    return true;
}

/* Channels and pipes alike. */
static const struct way file_way = {file_send, file_receive, file_give, file_drop};

static bool memory_give(struct end *end, size_t size)
{
    memcpy(end->memory, piece, size);
    return true;
}

static const struct way memory_way = {.give = memory_give};

/* ---- the serving end ---- */

static bool serve_echo(struct end *end, const struct order *order)
{
    if (order->size == 0 || order->size > sizeof(piece))
        return false;
    for (uint64_t i = 0; i < order->count; i++)
        if (!end->way->receive(end, piece, order->size) || !end->way->send(end, piece, order->size))
            return false;
    return true;
}

static bool serve_sink(struct end *end, const struct order *order)
{
    return end->way->drop(end, order->count) && end->way->send(end, "", 1);
}

/* Until an order comes that it does not know, or none any more. */
static bool serve(struct end *end, struct order *order)
{
    while (end->way->receive(end, order, sizeof(*order))) {
        bool good = order->op == OP_ECHO   ? serve_echo(end, order)
                    : order->op == OP_SINK ? serve_sink(end, order)
                                           : false;
        if (!good)
            return false;
    }
    order->op = 0;
    return true;
}

/* The other end closes first, so that nothing of the answer is dropped. */
static bool serve_library(struct libvchan *vchan, bool *goes_on)
{
    struct end end = {.way = &library_way, .vchan = vchan};
    struct order order = {.op = 0};
    bool good = serve(&end, &order);
    char byte;

    *goes_on = order.op == OP_FILE && library_send(&end, "", 1);
    if (*goes_on)
        (void)libvchan_recv(vchan, &byte, 1);
    return good || *goes_on;
}

int bench_serve(const char *name)
{
    struct libvchan *vchan = libvchan_client_init(name);
    struct end end = {.way = &file_way};
    struct order order;
    bool goes_on;

    if (vchan == NULL)
        return complain(name);

    bool good = serve_library(vchan, &goes_on);

    libvchan_close(vchan);
    if (!good)
        return complain(name);
    if (!goes_on)
        return 0;
    end.in = end.out = open_connected(name);
    return end.in >= 0 && serve(&end, &order) ? 0 : complain(name);
}

/* ---- the measuring end ---- */

struct figures {
    double round;             /* seconds */
    double rates[SIZE_COUNT]; /* bytes a second */
    double bells[SIZE_COUNT]; /* of both ends, for each MiB */
};

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static bool ping(struct end *end, unsigned rounds)
{
    const struct order order = {.op = OP_ECHO, .size = PING_BYTES, .count = rounds};

    if (!end->way->send(end, &order, sizeof(order)))
        return false;
    for (unsigned i = 0; i < rounds; i++)
        if (!end->way->send(end, piece, PING_BYTES) || !end->way->receive(end, piece, PING_BYTES))
            return false;
    return true;
}

static bool stream(struct end *end, size_t size, uint64_t total)
{
    const struct order order = {.op = OP_SINK, .count = total};
    char done;

    if (end->way->send != NULL && !end->way->send(end, &order, sizeof(order)))
        return false;
    for (uint64_t sent = 0; sent < total; sent += size)
        if (!end->way->give(end, size))
            return false;
    return end->way->receive == NULL || end->way->receive(end, &done, 1);
}

/* What the driver has rung and heard; 0 for what is no channel's. */
static double bells_of(const char *name)
{
    char path[512];
    unsigned rung = 0, heard = 0;
    FILE *file;

    snprintf(path, sizeof(path), "/sys/class/vchan/vchan!%s/doorbells", name);
    file = name[0] != '\0' ? fopen(path, "re") : NULL;
    if (file == NULL)
        return 0;
    if (fscanf(file, "%u %u", &rung, &heard) != 2)
        rung = heard = 0;
    fclose(file);
    return (double)rung + heard;
}

static bool measure_rounds(struct end *end, unsigned rounds, struct figures *figures)
{
    if (!ping(end, WARM_ROUNDS))
        return false;

    double start = now();

    if (!ping(end, rounds))
        return false;
    figures->round = (now() - start) / rounds;
    return true;
}

static bool measure_streams(struct end *end, const char *name, struct figures *figures)
{
    if (!stream(end, PIECE_BYTES, WARM_BYTES))
        return false;
    for (unsigned i = 0; i < SIZE_COUNT; i++) {
        double bells = bells_of(name), start = now();

        if (!stream(end, blocks[i].size, blocks[i].total))
            return false;
        figures->rates[i] = (double)blocks[i].total / (now() - start);
        figures->bells[i] = (bells_of(name) - bells) / (double)(blocks[i].total >> 20);
    }
    return true;
}

static bool measure(struct end *end, const char *name, unsigned rounds, bool is_ping_only,
                    struct figures *figures)
{
    return measure_rounds(end, rounds, figures) &&
           (is_ping_only || measure_streams(end, name, figures));
}

static bool measure_memory(struct figures *figures)
{
    struct end end = {.way = &memory_way, .memory = malloc(PIECE_BYTES)};
    bool good = end.memory != NULL && measure_streams(&end, "", figures);

    free(end.memory);
    return good;
}

static void serve_pipes(int in, int out)
{
    struct end end = {.way = &file_way, .in = in, .out = out};
    struct order order;

    _exit(serve(&end, &order) ? 0 : STATUS_FAILED);
}

/* As they are: 64 KiB each in any Linux. */
static bool measure_pipes(unsigned rounds, struct figures *figures)
{
    int there[2], back[2];

    if (pipe(there) != 0 || pipe(back) != 0)
        return false;

    pid_t child = fork();

    if (child == 0) {
        close(there[1]);
        close(back[0]);
        serve_pipes(there[0], back[1]);
    }
    close(there[0]);
    close(back[1]);

    struct end end = {.way = &file_way, .in = back[0], .out = there[1]};
    bool good = child > 0 && measure(&end, "", rounds, false, figures);

    close(there[1]);
    close(back[0]);
    return good && waitpid(child, NULL, 0) == child;
}

/* Unless it is all, asks the serving end to go on by read() and write(). */
static bool measure_library(const char *name, unsigned rounds, bool is_ping_only,
                            struct figures *figures)
{
    struct libvchan *vchan = libvchan_client_init(name);
    struct end end = {.way = &library_way, .vchan = vchan};
    const struct order order = {.op = OP_FILE};
    char byte;

    if (vchan == NULL)
        return false;

    bool good = measure(&end, name, rounds, is_ping_only, figures) &&
                (is_ping_only ||
                 (library_send(&end, &order, sizeof(order)) && library_receive(&end, &byte, 1)));
    int error = errno;

    libvchan_close(vchan);
    errno = error;
    return good;
}

static bool measure_file(const char *name, unsigned rounds, struct figures *figures)
{
    int file = open_connected(name);
    struct end end = {.way = &file_way, .in = file, .out = file};
    bool good = file >= 0 && measure(&end, name, rounds, false, figures);

    if (file >= 0)
        close(file);
    return good;
}

/* Microseconds and megabytes a second: with a clock that counts instructions, one a nanosecond,
 * thousands of them, and bytes for each thousand. */
static void print(const struct figures *library, const struct figures *file,
                  const struct figures *pipes, const struct figures *memory)
{
    printf("%-32s %10s %10s %10s %10s\n", "", "zero-copy", "read/write", "pipe", "memcpy");
    printf("%-32s %10.2f %10.2f %10.2f %10s\n", "64 bytes there and back, us", library->round * 1e6,
           file->round * 1e6, pipes->round * 1e6, "-");
    for (unsigned i = 0; i < SIZE_COUNT; i++)
        printf("%-6s blocks, MB/s              %10.1f %10.1f %10.1f %10.1f\n", blocks[i].name,
               library->rates[i] / 1e6, file->rates[i] / 1e6, pipes->rates[i] / 1e6,
               memory->rates[i] / 1e6);
    for (unsigned i = 0; i < SIZE_COUNT; i++)
        printf("%-6s blocks, bells each MiB    %10.2f %10.2f %10s %10s\n", blocks[i].name,
               library->bells[i], file->bells[i], "-", "-");
}

int bench_ping(const char *name, unsigned rounds)
{
    struct figures library;

    if (!measure_library(name, rounds, true, &library))
        return complain(name);
    printf("64 bytes there and back: %.2f us\n", library.round * 1e6);
    return 0;
}

int bench(const char *name)
{
    struct figures library, file, pipes, memory;

    if (!measure_library(name, ROUNDS, false, &library) || !measure_file(name, ROUNDS, &file) ||
        !measure_pipes(ROUNDS, &pipes) || !measure_memory(&memory))
        return complain(name);
    print(&library, &file, &pipes, &memory);
    return 0;
}
