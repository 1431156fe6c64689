/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sends and receives at once, in pieces of random sizes, and checks each byte that comes: its value
 * tells its place in the stream and who sent it. Stands on Linux's C library and the vchan driver's
 * read() and write(). One process each way.
 *
 *   exchange NAME OWN PEER BYTES      OWN and PEER: numbers that tell the two ends apart
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PIECE_BITS 18 /* no piece has more than 2^18 bytes */
#define WORD       sizeof(uint64_t)

static uint64_t wanted[(1 << PIECE_BITS) / WORD + 2], found[(1 << PIECE_BITS) / WORD + 2];

static uint64_t next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 32;
}

/* Small ones as often as large ones. */
static size_t random_size(uint64_t *state, uint64_t left)
{
    unsigned bits = (unsigned)(next_random(state) % PIECE_BITS);
    uint64_t size = (UINT64_C(1) << bits) + next_random(state) % (UINT64_C(1) << bits);

    return (size_t)(size < left ? size : left);
}

/* The stream from byte `at` on; its first byte is at `wanted` plus at % WORD. */
static void make_stream(uint64_t who, uint64_t at, size_t size)
{
    uint64_t word = at / WORD, end = (at + size + WORD - 1) / WORD;

    for (size_t i = 0; word < end; word++, i++)
        wanted[i] = (word ^ who << 40) * UINT64_C(0x9e3779b97f4a7c15);
}

static _Noreturn void give_up(const char *what, uint64_t at)
{
    printf("exchange: %s at byte %" PRIu64 ": %s\n", what, at, strerror(errno));
    exit(1);
}

static uint64_t send_all(int file, uint64_t who, uint64_t bytes)
{
    uint64_t state = who * 77 + 1, at = 0, pieces = 0;

    for (; at < bytes; pieces++) {
        size_t size = random_size(&state, bytes - at);

        make_stream(who, at, size);
        if (write(file, (const char *)wanted + at % WORD, size) != (ssize_t)size)
            give_up("cannot write", at);
        at += size;
    }
    return pieces;
}

static void compare(uint64_t at, size_t size)
{
    const char *a = (const char *)wanted + at % WORD, *b = (const char *)found + at % WORD;
    size_t same = 0;

    if (memcmp(a, b, size) == 0)
        return;
    while (a[same] == b[same])
        same++;
    errno = EILSEQ;
    give_up("another byte", at + same);
}

static uint64_t receive_all(int file, uint64_t who, uint64_t bytes)
{
    uint64_t state = who * 99 + 2, at = 0, pieces = 0;

    for (; at < bytes; pieces++) {
        size_t size = random_size(&state, bytes - at);
        ssize_t count = read(file, (char *)found + at % WORD, size);

        if (count <= 0)
            give_up(count == 0 ? "an early end" : "cannot read", at);
        make_stream(who, at, (size_t)count);
        compare(at, (size_t)count);
        at += (uint64_t)count;
    }
    return pieces;
}

static int open_channel(const char *name)
{
    char path[64];
    int file;

    snprintf(path, sizeof(path), "/dev/vchan/%s", name);
    file = open(path, O_RDWR);
    if (file < 0)
        give_up(path, 0);
    return file;
}

int main(int argc, char **argv)
{
    uint64_t bytes, pieces;
    int file, status;
    pid_t child;

    if (argc != 5) {
        fprintf(stderr, "usage: exchange NAME OWN PEER BYTES\n");
        return 2;
    }
    file = open_channel(argv[1]);
    bytes = strtoull(argv[4], NULL, 0);
    child = fork();
    if (child < 0)
        give_up("fork", 0);
    if (child == 0) {
        send_all(file, strtoull(argv[2], NULL, 0), bytes);
        return 0;
    }
    pieces = receive_all(file, strtoull(argv[3], NULL, 0), bytes);
    if (waitpid(child, &status, 0) != child || status != 0)
        return 1;
    printf("exchange: %" PRIu64 " bytes each way, in %" PRIu64 " reads\n", bytes, pieces);
    return 0;
}
