/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Looks for a text in bytes that come in pieces. Stands on nothing.
 */
#ifndef TOOL_COMMAND_UNTIL_H
#define TOOL_COMMAND_UNTIL_H

#include <stdbool.h>
#include <stddef.h>

#define UNTIL_MAX 1024

struct until {
    const char *text;
    size_t length;                        /* 1 .. UNTIL_MAX */
    size_t matched;                       /* bytes of the text that the stream ends with */
    unsigned short before[UNTIL_MAX + 1]; /* where to go on when the next byte does not fit */
};

/* False: empty or too long. `text` must outlive it. */
bool until_begin(struct until *until, const char *text);

/* True once the text has come, whatever comes afterwards. */
bool until_feed(struct until *until, const char *bytes, size_t size);

#endif
