/* SPDX-License-Identifier: BSD-2-Clause */
/* Channels for programs: when to wait, when to ring, what to answer. The protocol is
 * libs/vchan's. */
#include "libs/libvchan/libvchan.h"

#include <errno.h>
#include <stdlib.h>

#include "libs/libvchan/system.h"

/* Whatever a call made known to the peer that it asked to hear of. */
static void ring_if_asked(struct libvchan *vchan)
{
    if (vchan_take_doorbell(&vchan->end))
        system_ring(vchan);
}

/* A connection that ended stays so: the caller is told, and asks for a new one. */
static void meet(struct libvchan *vchan)
{
    if (vchan->end.phase == VCHAN_WAITING)
        (void)vchan_connect(&vchan->end);
}

static int error_of(enum vchan_result result)
{
    switch (result) {
    case VCHAN_CLOSED:
    case VCHAN_RESTARTED:
        return EPIPE;
    case VCHAN_BROKEN:
        return EPROTO;
    case VCHAN_ONE_WAY:
        return EBADF;
    default:
        return EAGAIN;
    }
}

static int fail(int error)
{
    errno = error;
    return -1;
}

/* ---- begin and end ---- */

static int wait_until_met(struct libvchan *vchan);

struct libvchan *libvchan_server_init(const char *name)
{
    struct libvchan *vchan = calloc(1, sizeof(*vchan));
    struct vchan_shape shape;

    if (vchan == NULL)
        return NULL;
    if (system_open(vchan, name, &shape) != 0)
        goto free_vchan;
    if (vchan_open(&vchan->end, &shape) != VCHAN_OK) {
        system_close(vchan);
        errno = EINVAL;
        goto free_vchan;
    }
    vchan->is_blocking = true;
    meet(vchan);
    ring_if_asked(vchan);
    return vchan;

free_vchan:
    free(vchan);
    return NULL;
}

struct libvchan *libvchan_client_init(const char *name)
{
    struct libvchan *vchan = libvchan_server_init(name);

    if (vchan == NULL || wait_until_met(vchan) == 0)
        return vchan;

    int error = errno;

    libvchan_close(vchan);
    errno = error;
    return NULL;
}

void libvchan_set_blocking(struct libvchan *vchan, bool is_blocking)
{
    vchan->is_blocking = is_blocking;
}

void libvchan_close(struct libvchan *vchan)
{
    if (vchan == NULL)
        return;
    vchan_close(&vchan->end);
    ring_if_asked(vchan);
    system_close(vchan);
    free(vchan);
}

/* ---- waiting ---- */

int libvchan_wait(struct libvchan *vchan)
{
    ring_if_asked(vchan);
    return system_wait(vchan);
}

int libvchan_fd_for_select(struct libvchan *vchan)
{
    return vchan->descriptor;
}

typedef enum vchan_result look_fn(struct vchan *end, size_t *count);
typedef bool arm_fn(struct vchan *end, size_t count);

/* Asks to be rung at `count`; then 0: look again, or -1 and errno. */
static int wait_for(struct libvchan *vchan, arm_fn *arm, size_t count)
{
    bool may_sleep = arm(&vchan->end, count);

    ring_if_asked(vchan);
    if (!may_sleep)
        return 0;
    return vchan->is_blocking ? system_wait(vchan) : fail(EAGAIN);
}

static bool is_met(struct libvchan *vchan)
{
    enum vchan_result result = vchan_connect(&vchan->end);

    if (result == VCHAN_RESTARTED)
        result = vchan_connect(&vchan->end);
    return result == VCHAN_OK;
}

/* Also one that has closed since: what it sent is there. */
static int wait_until_met(struct libvchan *vchan)
{
    while (!is_met(vchan)) {
        ring_if_asked(vchan);
        if (!vchan->is_blocking)
            return fail(EAGAIN);
        if (system_wait(vchan) != 0)
            return -1;
    }
    ring_if_asked(vchan);
    return 0;
}

int libvchan_reconnect(struct libvchan *vchan)
{
    vchan_forget(&vchan->end);
    return wait_until_met(vchan);
}

enum libvchan_state libvchan_is_open(struct libvchan *vchan)
{
    meet(vchan);
    ring_if_asked(vchan);
    if (vchan->end.phase == VCHAN_WAITING)
        return LIBVCHAN_WAITING;
    return vchan->end.phase == VCHAN_OK && !vchan_is_peer_closed(&vchan->end) ? LIBVCHAN_OPEN
                                                                              : LIBVCHAN_CLOSED;
}

/* ---- how much ---- */

static size_t count_now(struct libvchan *vchan, look_fn *look, arm_fn *arm)
{
    size_t count;

    meet(vchan);
    if (look(&vchan->end, &count) == VCHAN_OK && count == 0 && !arm(&vchan->end, 1))
        (void)look(&vchan->end, &count);
    ring_if_asked(vchan);
    return count;
}

size_t libvchan_data_ready(struct libvchan *vchan)
{
    return count_now(vchan, vchan_ready, vchan_arm_data);
}

size_t libvchan_buffer_space(struct libvchan *vchan)
{
    return count_now(vchan, vchan_space, vchan_arm_room);
}

/* ---- bytes ---- */

/* A writer of much goes on when a quarter of the ring is free, so that both are at work. */
static size_t room_wish(const struct libvchan *vchan, size_t size)
{
    size_t quarter = vchan->end.own_ring / 4;

    return size < quarter ? size : quarter;
}

long libvchan_read(struct libvchan *vchan, void *data, size_t size)
{
    size_t count;

    for (;;) {
        meet(vchan);

        enum vchan_result result = vchan_read(&vchan->end, data, size, &count);

        ring_if_asked(vchan);
        if (result == VCHAN_OK || result == VCHAN_CLOSED)
            return (long)count;
        if (error_of(result) != EAGAIN)
            return fail(error_of(result));
        if (wait_for(vchan, vchan_arm_data, 1) != 0)
            return -1;
    }
}

long libvchan_write(struct libvchan *vchan, const void *data, size_t size)
{
    size_t done = 0, count;

    for (;;) {
        meet(vchan);

        enum vchan_result result = vchan_write(&vchan->end, (const char *)data + done, size - done,
                                               &count);

        done += count;
        ring_if_asked(vchan);
        if (done == size && result == VCHAN_OK)
            return (long)done;
        if (result != VCHAN_OK && error_of(result) != EAGAIN)
            return done > 0 ? (long)done : fail(error_of(result));
        if (wait_for(vchan, vchan_arm_part, room_wish(vchan, size - done)) != 0)
            return done > 0 ? (long)done : -1;
    }
}

/* Until there are `size` of what `look` counts, so that one call moves them. */
static int wait_for_all(struct libvchan *vchan, look_fn *look, arm_fn *arm, size_t size)
{
    size_t count;

    for (;;) {
        meet(vchan);

        enum vchan_result result = look(&vchan->end, &count);

        if (result == VCHAN_OK && count >= size)
            return 0;
        if (result != VCHAN_OK && error_of(result) != EAGAIN)
            return fail(error_of(result));
        /* What was sent before the peer closed may have come after the look. */
        if (result == VCHAN_OK && vchan_is_peer_closed(&vchan->end))
            return look(&vchan->end, &count) == VCHAN_OK && count >= size ? 0 : fail(ENODATA);
        if (wait_for(vchan, arm, size) != 0)
            return -1;
    }
}

int libvchan_wait_for_data(struct libvchan *vchan, size_t size)
{
    size_t half = vchan->end.peer_ring / 2; /* the other half is the peer's to fill meanwhile */

    return wait_for_all(vchan, vchan_ready, vchan_arm_data, size < half ? size : half);
}

long libvchan_recv(struct libvchan *vchan, void *data, size_t size)
{
    size_t count;

    if (vchan->end.peer_ring > 0 && size > vchan->end.peer_ring)
        return fail(EMSGSIZE);
    if (wait_for_all(vchan, vchan_ready, vchan_arm_data, size) != 0)
        return vchan->end.phase == VCHAN_CLOSED ? 0 : -1;

    enum vchan_result result = vchan_read(&vchan->end, data, size, &count);

    ring_if_asked(vchan);
    if (result != VCHAN_OK)
        return fail(error_of(result));
    return count == size ? (long)size : fail(EPROTO);
}

long libvchan_send(struct libvchan *vchan, const void *data, size_t size)
{
    size_t count;

    if (vchan->end.own_ring > 0 && size > vchan->end.own_ring)
        return fail(EMSGSIZE);
    if (wait_for_all(vchan, vchan_space, vchan_arm_room, size) != 0)
        return -1;

    enum vchan_result result = vchan_write(&vchan->end, data, size, &count);

    ring_if_asked(vchan);
    if (result != VCHAN_OK)
        return fail(error_of(result));
    return count == size ? (long)size : fail(EPROTO);
}

/* ---- without a copy ---- */

const void *libvchan_peek(struct libvchan *vchan, size_t *size)
{
    const void *data;

    meet(vchan);

    enum vchan_result result = vchan_peek(&vchan->end, &data, size);

    if (result == VCHAN_EMPTY && !vchan_arm_data(&vchan->end, 1))
        result = vchan_peek(&vchan->end, &data, size);
    ring_if_asked(vchan);
    if (result == VCHAN_OK)
        return data;
    errno = result == VCHAN_CLOSED ? ENODATA : error_of(result);
    return NULL;
}

void libvchan_take(struct libvchan *vchan, size_t size)
{
    vchan_take(&vchan->end, size);
    ring_if_asked(vchan);
}

void *libvchan_reserve(struct libvchan *vchan, size_t *size)
{
    void *room;

    meet(vchan);

    enum vchan_result result = vchan_reserve(&vchan->end, &room, size);

    if (result == VCHAN_FULL && !vchan_arm_room(&vchan->end, 1))
        result = vchan_reserve(&vchan->end, &room, size);
    ring_if_asked(vchan);
    if (result == VCHAN_OK)
        return room;
    errno = error_of(result);
    return NULL;
}

void libvchan_commit(struct libvchan *vchan, size_t size)
{
    vchan_commit(&vchan->end, size);
    ring_if_asked(vchan);
}
