/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines into a channel, none of them waited for. */
#include "libs/vchan/text.h"

#include <string.h>

static void drop(struct vchan_text *text, size_t count)
{
    text->kept_count -= count;
    memmove(text->kept, text->kept + count, text->kept_count);
}

/* Full: the oldest go, a half at a time. */
static void keep(struct vchan_text *text, char c)
{
    if (text->kept_count == VCHAN_TEXT_KEPT)
        drop(text, VCHAN_TEXT_KEPT / 2);
    text->kept[text->kept_count++] = c;
}

/* Twice: the end of a connection is told once, then the new one can be met. */
static bool meet(struct vchan *end)
{
    return vchan_connect(end) == VCHAN_OK || vchan_connect(end) == VCHAN_OK;
}

void vchan_text_send(struct vchan_text *text)
{
    size_t count;

    if (meet(&text->end) && text->kept_count > 0 &&
        vchan_write(&text->end, text->kept, text->kept_count, &count) == VCHAN_OK)
        drop(text, count);
    if (text->kept_count > 0)
        (void)vchan_arm_room(&text->end, 1);
}

bool vchan_text_put(struct vchan_text *text, char c)
{
    if (c == '\n')
        keep(text, '\r');
    keep(text, c);
    if (c != '\n')
        return false;
    vchan_text_send(text);
    return true;
}

bool vchan_text_is_read(struct vchan_text *text)
{
    size_t room = 0;

    vchan_text_send(text);
    return text->kept_count == 0 && vchan_space(&text->end, &room) == VCHAN_OK &&
           room == text->end.own_ring;
}
