/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text for a console by one end of a channel: lines, from somebody who does not wait for the
 * reader. What finds no room is kept, the newest of it, until a later call. Stands on vchan.h;
 * ringing and waiting are the caller's, as there.
 */
#pragma once

#include "libs/vchan/vchan.h"

#define VCHAN_TEXT_KEPT 4096

struct vchan_text {
    struct vchan end;
    size_t kept_count;
    char kept[VCHAN_TEXT_KEPT]; /* not sent yet */
};

/* A byte of a line, a newline as return and newline. True: the line is whole, and was sent as far
 * as there was room: look at vchan_take_doorbell(). */
bool vchan_text_put(struct vchan_text *text, char c);

/* Sends what waits, meets the reader if need be. Whatever does not go now, the reader will ring
 * for.
 */
void vchan_text_send(struct vchan_text *text);

/* Whether the reader has taken all of it. */
bool vchan_text_is_read(struct vchan_text *text);
