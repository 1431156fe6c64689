/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The native end of a channel that is a port in Linux: messages as guest/linux/vchan/compat.c has
 * them, a length of four bytes with the low one first, then the bytes, filled up to a multiple of
 * four. Sends each back with its bytes turned round.
 */
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "libs/component/component.h"
#include "libs/libvchan/libvchan.h"
#include "libs/rt/rt.h"

#define MESSAGE_MOST 4092 /* what a ring of 4 KiB holds */

static struct {
    uint32_t length;
    uint8_t bytes[MESSAGE_MOST];
} message;

static uint32_t padded(uint32_t length)
{
    return (length + 3) & ~UINT32_C(3);
}

static void turn_round(uint32_t length)
{
    for (uint32_t i = 0; i < length / 2; i++) {
        uint8_t byte = message.bytes[i];

        message.bytes[i] = message.bytes[length - 1 - i];
        message.bytes[length - 1 - i] = byte;
    }
}

/* Until the other end closes or says what is no message. */
static void serve(struct libvchan *old)
{
    for (;;) {
        if (libvchan_recv(old, &message.length, sizeof(message.length)) != sizeof(message.length) ||
            message.length == 0 || message.length > MESSAGE_MOST)
            return;

        uint32_t size = padded(message.length);

        if (libvchan_recv(old, message.bytes, size) != (long)size)
            return;
        turn_round(message.length);
        size += (uint32_t)sizeof(message.length);
        if (libvchan_send(old, &message, size) != (long)size)
            return;
    }
}

int main(void)
{
    struct libvchan *old = libvchan_server_init("old");

    if (old == NULL)
        rt_panic("old: cannot be opened (error %d)", errno);
    for (;;) {
        serve(old);
        if (libvchan_reconnect(old) != 0)
            rt_panic("old: not met anew (error %d)", errno);
    }
}
