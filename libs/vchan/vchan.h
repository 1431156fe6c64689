/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One end of a channel (abi/vchan.h, which tells the protocol). Stands on abi/ alone: makes no
 * system call, so waiting and ringing are the caller's. One thread at a time for each end.
 *
 *   struct vchan end;
 *   vchan_open(&end, &shape);
 *   for (;;) {
 *       if (vchan_connect(&end) == VCHAN_OK)
 *           ... vchan_read(), vchan_write() until they say VCHAN_EMPTY, VCHAN_FULL ...
 *       bool sleep = vchan_arm_data(&end, 1);
 *       if (vchan_take_doorbell(&end))
 *           signal the other end;
 *       if (sleep)
 *           wait for one's own doorbell;
 *   }
 *
 * A peer may write anything into its region at any time. The worst it gets is VCHAN_BROKEN at the
 * other end, garbage of its own making as data, and doorbells.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "abi/vchan.h"

enum vchan_result {
    VCHAN_OK = 0,
    VCHAN_EMPTY,     /* nothing to read now */
    VCHAN_FULL,      /* no room now */
    VCHAN_WAITING,   /* not connected: the other end has not opened, or has not answered yet */
    VCHAN_CLOSED,    /* the other end has closed, and everything it sent was read */
    VCHAN_RESTARTED, /* the other end began a new life; what was under way is dropped */
    VCHAN_BROKEN,    /* the other end's header makes no sense; so until it restarts */
    VCHAN_ONE_WAY,   /* no ring in this direction */
    VCHAN_BAD_SHAPE, /* a size that is no power of two, or out of range; an address not on a page */
};

/* As configured. Regions are VCHAN_REGION_BYTES() of their ring's size each. */
struct vchan_shape {
    void *own;        /* this end writes it */
    const void *peer; /* mapped read-only */
    size_t own_ring;  /* bytes of the ring this end sends by; 0: it only receives */
    size_t peer_ring; /* bytes of the ring it receives by; 0: it only sends */
};

/* Its fields are this library's. */
struct vchan {
    struct vchan_header *own;
    const struct vchan_header *peer;
    size_t own_ring, peer_ring;
    uint64_t produced, consumed; /* what the own header says, never read back */
    uint32_t generation;
    uint32_t peer_generation; /* as in `seen`; 0: none yet */
    enum vchan_result phase;  /* OK: connected; WAITING, CLOSED, RESTARTED, BROKEN */
    bool ring;
};

/* Starts a new life of this end; the peer is rung. VCHAN_OK, VCHAN_BAD_SHAPE. */
__attribute__((warn_unused_result)) enum vchan_result vchan_open(struct vchan *end,
                                                                 const struct vchan_shape *shape);

/* Meets the other end, after vchan_open() and after each VCHAN_WAITING, VCHAN_CLOSED,
 * VCHAN_RESTARTED and VCHAN_BROKEN; harmless when connected. VCHAN_OK: connected, or
 * the other end has closed and it is not known yet whether all was read. VCHAN_RESTARTED: told once
 * for each connection that ended so, by this call or another, also for a life that was met and gone
 * before it was known to have connected; the next call meets the new life.
 * VCHAN_WAITING, VCHAN_CLOSED, VCHAN_BROKEN: so still; the other end rings when that changes. */
enum vchan_result vchan_connect(struct vchan *end);

/* Closes this end; the peer is rung, and can read what was sent. Only vchan_open() may follow. */
void vchan_close(struct vchan *end);

/* Whether the life that this end is connected to has ended: what it sent may still be there. */
bool vchan_is_peer_closed(const struct vchan *end);

/* Gives up a connection whose peer has closed, with what was not read: vchan_connect() then meets
 * the next life alone. Nothing without such a connection. */
void vchan_forget(struct vchan *end);

/* Whether the life before on these regions sent something that its peer, connected to it, has not
 * read. vchan_open() would drop it: who can wait a while, waits, and rings the peer first, as the
 * dead may not have come to it. */
bool vchan_is_unread(const struct vchan_header *own, const struct vchan_header *peer);

/* Closes an end for a life that died without: one of whom only the region is left. True: it was
 * open, and the caller rings the other end. */
bool vchan_bury(struct vchan_header *own);

/* As many bytes as there are or fit, up to `size`; `*count` is how many, 0 unless VCHAN_OK. They
 * never wait. No bytes asked for is VCHAN_OK as long as the other end is there. */
enum vchan_result vchan_read(struct vchan *end, void *data, size_t size, size_t *count);
enum vchan_result vchan_write(struct vchan *end, const void *data, size_t size, size_t *count);

/* How many bytes can be read or written now. VCHAN_OK with 0 is an empty or a full ring. A peer
 * that breaks the rules may take bytes back, so vchan_read() may still find fewer. */
enum vchan_result vchan_ready(struct vchan *end, size_t *count);
enum vchan_result vchan_space(struct vchan *end, size_t *count);

/* Without a copy. The next bytes to read, or the next room to write, as one piece that ends with
 * the ring at the latest: VCHAN_OK with at least 1, or as vchan_read() and vchan_write() say;
 * `*data` is valid until the end is connected anew. Then as many of them, at most `*count`, as were
 * taken or filled, in one or several calls. A peer may change its bytes while they are looked
 * at. */
enum vchan_result vchan_peek(struct vchan *end, const void **data, size_t *count);
void vchan_take(struct vchan *end, size_t count);
enum vchan_result vchan_reserve(struct vchan *end, void **data, size_t *count);
void vchan_commit(struct vchan *end, size_t count);

/* Asks the other end to ring when `count` bytes can be read or written (at least 1, at most the
 * ring). True: it will, so the caller may sleep. False: look again, as there is enough already or
 * the other end has closed, restarted or broken. vchan_arm_part() is for a writer that would rather
 * have that much room but sends in parts: also false while there is some and the other end waits
 * for more bytes than were sent, as it may not make more room before it has those. */
bool vchan_arm_data(struct vchan *end, size_t count);
bool vchan_arm_room(struct vchan *end, size_t count);
bool vchan_arm_part(struct vchan *end, size_t count);

/* Whether the other end waits for more bytes than were sent. Means something while connected. */
bool vchan_is_awaited(const struct vchan *end);

/* Whether any call since the last asking wants the other end rung. The caller rings, then or later:
 * before it sleeps. */
bool vchan_take_doorbell(struct vchan *end);

/* The short way of who sends byte by byte. Only while vchan_space() has told of room that was not
 * used up since; if the connection has ended meanwhile, the byte is dropped with it. */
static inline void vchan_put(struct vchan *end, uint8_t byte)
{
    uint8_t *ring = (uint8_t *)end->own + VCHAN_HEADER_BYTES;

    ring[end->produced & (end->own_ring - 1)] = byte;
    end->produced++;
    /* As in vchan_write(). */
    __atomic_store_n(&end->own->produced, end->produced, __ATOMIC_SEQ_CST);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    end->ring |= __atomic_load_n(&end->peer->wake_data, __ATOMIC_SEQ_CST) == end->produced;
}
