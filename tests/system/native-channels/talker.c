/* SPDX-License-Identifier: BSD-2-Clause */
/* Both ends of native channels, by argument: one that asks, and in its first life dies of a fault,
 * and one that serves. Everything blocks. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "libs/component/channel.h"
#include "libs/component/component.h"
#include "libs/libvchan/libvchan.h"
#include "libs/rt/rt.h"

#define PACKETS         500
#define PACKET_MOST     4096
#define BULK_BYTES      262144u
#define PERIODS_TO_SHOW 20

static uint8_t packet[PACKET_MOST], answer[PACKET_MOST];

/* The same for both ends: what stands at byte n of the bulk. */
static uint8_t byte_at(uint32_t n)
{
    return (uint8_t)(n * 2654435761u >> 23);
}

static struct libvchan *open_end(const char *name)
{
    struct libvchan *vchan = libvchan_client_init(name);

    if (vchan == NULL)
        rt_panic("%s: cannot be opened (error %d)", name, errno);
    return vchan;
}

/* ---- who asks ---- */

static void try_names(void)
{
    if (libvchan_server_init("nowhere") == NULL && errno == ENOENT)
        printf("nowhere: not there\n");
    if (libvchan_server_init("talk") == NULL && errno == EBUSY)
        printf("talk: busy\n");
}

static void exchange(struct libvchan *talk)
{
    unsigned good = 0;

    for (unsigned i = 0; i < PACKETS; i++) {
        uint16_t size = (uint16_t)(1 + i * 2741 % (PACKET_MOST - 1));

        for (unsigned j = 0; j < size; j++)
            packet[j] = byte_at(i + j);
        memset(answer, 0, sizeof(answer));
        if (libvchan_send(talk, &size, sizeof(size)) != sizeof(size) ||
            libvchan_send(talk, packet, size) != size || libvchan_recv(talk, answer, size) != size)
            break;
        good += memcmp(packet, answer, size) == 0;
    }
    printf("%u packets came back\n", good);
}

static void pour(struct libvchan *bulk)
{
    uint32_t sent = 0;

    while (sent < BULK_BYTES) {
        uint32_t size = 1 + sent % 3001;

        if (size > BULK_BYTES - sent)
            size = BULK_BYTES - sent;
        for (uint32_t i = 0; i < size; i++)
            packet[i] = byte_at(sent + i);
        if (libvchan_write(bulk, packet, size) != (long)size)
            break;
        sent += size;
    }
}

static void ask(void)
{
    struct libvchan *talk = open_end("talk"), *bulk = open_end("bulk");
    uint16_t stop = 0;

    try_names();
    exchange(talk);
    (void)libvchan_send(talk, &stop, sizeof(stop));
    pour(bulk);
    /* Until the server has read all of it. */
    (void)libvchan_recv(talk, &stop, sizeof(stop));
    if (component_starts() == 0)
        __asm__ volatile("brk #0");
    printf("talked twice\n");
    /* The end of the run is what the server says of this one's: all else is shown by then. */
    for (unsigned i = 0; i < PERIODS_TO_SHOW; i++)
        seL4_Yield();
    libvchan_close(bulk);
    libvchan_close(talk);
}

/* ---- who serves ---- */

/* Until the other end says stop. */
static void send_back(struct libvchan *talk)
{
    uint16_t size;

    while (libvchan_recv(talk, &size, sizeof(size)) == sizeof(size) && size != 0 &&
           size <= PACKET_MOST && libvchan_recv(talk, packet, size) == size &&
           libvchan_send(talk, packet, size) == size)
        ;
}

static void take_bulk(struct libvchan *bulk)
{
    uint32_t taken = 0, good = 0;

    while (taken < BULK_BYTES) {
        long count = libvchan_read(bulk, packet, sizeof(packet));

        if (count <= 0)
            break;
        for (long i = 0; i < count; i++)
            good += packet[i] == byte_at(taken + (uint32_t)i);
        taken += (uint32_t)count;
    }
    printf("%" PRIu32 " bytes, as they were sent\n", good);
    if (libvchan_write(bulk, packet, 1) == -1 && errno == EBADF)
        printf("bulk: cannot write\n");
}

/* Looks at both whenever either has rung. */
static void meet_both(struct libvchan *talk, struct libvchan *bulk)
{
    uint64_t both = component_channel_signal(talk) | component_channel_signal(bulk);

    while (libvchan_is_open(talk) == LIBVCHAN_WAITING || libvchan_is_open(bulk) == LIBVCHAN_WAITING)
        (void)component_wait(both);
    printf("both are there\n");
}

static void serve(void)
{
    struct libvchan *talk = libvchan_server_init("talk"), *bulk = libvchan_server_init("bulk");
    uint16_t done = 1;
    unsigned ends = 0;

    for (;;) {
        meet_both(talk, bulk);
        send_back(talk);
        take_bulk(bulk);
        (void)libvchan_send(talk, &done, sizeof(done));
        /* Nothing more comes, but the end. */
        if (libvchan_read(talk, packet, 1) <= 0)
            printf("talk: ended, %u times\n", ++ends);
        if (libvchan_reconnect(talk) != 0 || libvchan_reconnect(bulk) != 0)
            rt_panic("a channel is not met anew (error %d)", errno);
    }
}

int main(void)
{
    const char *role = component_string(component_config(), COMPONENT_CONFIG_ROOT, "arguments");

    if (role != NULL && strcmp(role, "ask") == 0)
        ask();
    else
        serve();
    return 0;
}
