/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A channel: two ends, a and b, and a stream of bytes each way through shared memory. Sides: native
 * components and monitors, a Linux guest's kernel module and library; libs/vchan is the protocol
 * for all of them, tests/model/vchan its model. Stands on freestanding C alone; holds the layout
 * and the protocol, no behaviour. (A Linux module includes <linux/types.h> before it.)
 *
 *   region of a: a writes, b reads only         region of b: b writes, a reads only
 *   +---------------------------+               +---------------------------+
 *   | header: a's life, how far |               | header: b's life, how far |
 *   |   a has sent (produced)   |               |   b has sent (produced)   |
 *   |   a has read (consumed)   |               |   b has read (consumed)   |
 *   +---------------------------+               +---------------------------+
 *   | ring: bytes from a to b   |               | ring: bytes from b to a   |
 *   +---------------------------+               +---------------------------+
 *
 * An end never reads its own region but once, when it starts, and never believes the other's: each
 * value is read once, checked, then used. Sizes come from the configuration of each end, never from
 * the region. A ring's size is a power of two; a one-way channel has one ring.
 *
 * Indices count bytes since the connection was made. They do not wrap in 64 bits, so byte n is at
 * n % size, produced - consumed are waiting, and more than the ring's size is a broken peer. 0 at
 * the start.
 *
 * Order. Every access below is one aligned 64-bit load or store.
 *   sending    bytes, then `produced` by store-release; pairs with the reader's load-acquire of
 *              `produced` before it takes bytes.
 *   reading    bytes, then `consumed` by store-release; pairs with the sender's load-acquire of
 *              `consumed` before it overwrites them.
 *
 * Doorbells are rung only when asked for. An end that will sleep for bytes stores in `wake_data`
 * which value of the other's `produced` it waits for; for room, in `wake_room` which value of the
 * other's `consumed`. Then a full barrier, then it looks at that index once more and sleeps only if
 * it is still lower. The other end stores its index, then a full barrier, then reads the wish, and
 * rings if this store took the index from below the wish to it or past it. The two full barriers
 * are each other's pair: one side at least sees what the other wrote. A wish that was passed means
 * nothing, so nobody takes it back, and 0 is no wish. Changes of `life` and `seen` always ring.
 *
 * Two wishes may block each other: a reader that waits for more bytes than there are makes no room
 * meanwhile, and a writer that waits for more room than there is sends no bytes. So after its
 * barrier who waits for bytes looks at the other's `wake_room` besides, and rings if that is not
 * fulfilled; and a writer that could send a part does not sleep while there is room for a byte and
 * the other's `wake_data` is not fulfilled. Of two that go to sleep one at least sees the other.
 *
 * Life. `life` holds an end's state and its generation, a number other than 0 and other than in its
 * life before; `seen` the other end's generation that its indices belong to.
 *   start      generation = the one found in the own region + 1 (skipping 0 and what the other has
 *              in `seen`); stores `life` closed with the new generation; then, by store-release, 0
 *              in `seen`, both indices and both wishes; then `life` open.
 *   meet       reads the other's `life`: open, and of a generation that is not in `seen` yet.
 *              Stores 0 in its own indices and wishes, then the generation in `seen` by
 *              store-release.
 *   connected  when the other's `seen` holds the own generation, read by load-acquire. Not before
 *              does an end use the other's indices or write bytes.
 *   restart    an end loads an index first and `life` after it, both with acquire. As a new life
 *              stores its generation before it resets an index, an index with an unchanged
 *              generation is of that generation. What was sent to or by a life before is dropped,
 *              never read as new, and its end is told: also of a life that it had met and not known
 *              to be connected, which may have been and have sent.
 *   close      `life` closed, generation kept. What was sent before can still be read, also by an
 *              end that met this life and had not seen yet that they were connected.
 */
#ifndef ABI_VCHAN_H
#define ABI_VCHAN_H

#ifndef __KERNEL__
#include <stddef.h>
#include <stdint.h>
#endif

#define VCHAN_MAGIC              0x6e616863764842ull /* "BHvchan" */
#define VCHAN_VERSION            1
#define VCHAN_HEADER_BYTES       4096u /* the ring is on the page behind */
#define VCHAN_RING_MIN           4096u
#define VCHAN_RING_MAX           (16u << 20)

/* Bytes of a region whose ring has that size; 0 for none. */
#define VCHAN_REGION_BYTES(ring) (VCHAN_HEADER_BYTES + (ring))

enum vchan_life {
    VCHAN_LIFE_CLOSED = 0,
    VCHAN_LIFE_OPEN = 1,
};

/* Lines of 64 bytes, apart by how often they are written and by who looks at them. */
struct vchan_header {
    uint64_t magic; /* written before the first `life` that is open */
    uint32_t version;
    uint32_t ring_size; /* of the ring behind, for the other end to compare with what it was told */
    uint64_t reserved0[6];

    uint64_t life; /* VCHAN_LIFE() */
    uint64_t seen;
    uint64_t reserved1[6];

    uint64_t produced;
    uint64_t reserved2[7];

    uint64_t consumed;
    uint64_t reserved3[7];

    uint64_t wake_data; /* ring when your `produced` reaches this */
    uint64_t reserved4[7];

    uint64_t wake_room; /* ring when your `consumed` reaches this */
    uint64_t reserved5[7];
};

#define VCHAN_LIFE(generation, state) ((uint64_t)(generation) << 32 | (uint32_t)(state))
#define VCHAN_LIFE_GENERATION(life)   ((uint32_t)((life) >> 32))
#define VCHAN_LIFE_STATE(life)        ((uint32_t)(life))

_Static_assert(sizeof(struct vchan_header) == 384, "part of the channel's format");
_Static_assert(offsetof(struct vchan_header, life) == 64, "part of the channel's format");
_Static_assert(offsetof(struct vchan_header, produced) == 128, "part of the channel's format");
_Static_assert(offsetof(struct vchan_header, consumed) == 192, "part of the channel's format");
_Static_assert(offsetof(struct vchan_header, wake_data) == 256, "part of the channel's format");
_Static_assert(offsetof(struct vchan_header, wake_room) == 320, "part of the channel's format");

#endif
