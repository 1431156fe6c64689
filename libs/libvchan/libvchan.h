/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Channels for programs, in the style of Xen's libxenvchan: a stream of bytes or packets each way
 * between two partitions. The same calls in a Linux guest and in a native component; libvchan(3) is
 * the manual. Stands on libs/vchan and on one of its systems' way to open, wait and ring.
 *
 * One thread at a time for each channel. Calls that return a count return -1 and set errno when
 * they fail; 0 is the end of what the peer sent before it closed:
 *   EAGAIN   not blocking, and nothing can be done now; the descriptor tells when to look again
 *   EPIPE    the peer closed (writing), or began anew; bytes that were under way are dropped
 *   EPROTO   the peer's memory makes no sense
 *   EBADF    this end has no ring in that direction
 *   EMSGSIZE a packet that is larger than the ring
 *   EINTR    a signal came while waiting
 */
#ifndef LIBVCHAN_H
#define LIBVCHAN_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct libvchan;

/* An end of the channel of that name. A server's is open at once, whoever is at the other end; a
 * client's when the server was met, for which it waits. Both block until libvchan_set_blocking()
 * says otherwise. NULL, and errno: ENOENT, EBUSY (another program has it), ENOMEM and the like. */
struct libvchan *libvchan_server_init(const char *name);
struct libvchan *libvchan_client_init(const char *name);
void libvchan_set_blocking(struct libvchan *vchan, bool is_blocking);

/* The peer reads what was sent, then learns of it. */
void libvchan_close(struct libvchan *vchan);

/* A stream. Reads what there is, at least a byte; writes all of it, or what there is room for when
 * not blocking. */
long libvchan_read(struct libvchan *vchan, void *data, size_t size);
long libvchan_write(struct libvchan *vchan, const void *data, size_t size);

/* Packets: all of it or nothing. ENODATA: the peer closed, and sent less. */
long libvchan_recv(struct libvchan *vchan, void *data, size_t size);
long libvchan_send(struct libvchan *vchan, const void *data, size_t size);

/* Without a copy: one piece of the ring that can be read, or written, never waiting; then as many
 * of its bytes as were taken or filled. NULL, and errno as above: at the end of all data,
 * ENODATA. */
const void *libvchan_peek(struct libvchan *vchan, size_t *size);
void libvchan_take(struct libvchan *vchan, size_t size);
void *libvchan_reserve(struct libvchan *vchan, size_t *size);
void libvchan_commit(struct libvchan *vchan, size_t size);

/* How many bytes can be read or written now. With 0, and after EAGAIN, the peer rings when that
 * changes. */
size_t libvchan_data_ready(struct libvchan *vchan);
size_t libvchan_buffer_space(struct libvchan *vchan);

/* Waits until the peer rings, and takes the doorbell: before it, or after the descriptor was
 * readable, look at everything. 0, or -1 and errno. */
int libvchan_wait(struct libvchan *vchan);

/* Waits until so many bytes, or half a ring if that is less, can be read: who takes much at a time
 * is woken less often. 0, or -1 and errno; ENODATA: the peer closed, and sent less. */
int libvchan_wait_for_data(struct libvchan *vchan, size_t size);

/* Readable when the peer has rung; -1 where there are no descriptors. */
int libvchan_fd_for_select(struct libvchan *vchan);

enum libvchan_state {
    LIBVCHAN_CLOSED = 0,  /* the peer closed or began anew; what it sent may still be read */
    LIBVCHAN_OPEN = 1,    /* connected */
    LIBVCHAN_WAITING = 2, /* the peer was not there yet */
};

enum libvchan_state libvchan_is_open(struct libvchan *vchan);

/* After the peer closed or began anew: waits until it is back. Bytes of before that were not read
 * are dropped. 0, or -1 and errno. */
int libvchan_reconnect(struct libvchan *vchan);

#ifdef __cplusplus
}
#endif

#endif
