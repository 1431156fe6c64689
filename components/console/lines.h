/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whole lines, each with its writer's name: for a screen that several share, and for init's log.
 * Stands on screen and filter.
 *
 * A line is printed when it is complete. One unfinished line may stand on the screen, that of the
 * VM which gets the keys (its prompt): what another prints then begins on a fresh line, and the
 * unfinished one is printed again below it by lines_settle().
 */
#pragma once

#include "components/console/filter.h"
#include "components/console/screen.h"

#define LINE_BYTES 512 /* longer ones are broken */

/* The unfinished line of one writer. */
struct line {
    const char *name;
    unsigned colour; /* 31..37, 0: none */
    size_t count;
    bool returned; /* a carriage return came last: a newline, or the line anew */
    struct filter filter;
    char bytes[LINE_BYTES];
};

struct lines {
    struct screen *screen;
    bool is_shared;    /* everything on the screen comes through here; else a VM writes to it too */
    struct line *open; /* the unfinished line at the cursor, or NULL */
};

void line_init(struct line *line, const char *name, unsigned colour);
void lines_init(struct lines *lines, struct screen *screen, bool is_shared);

void lines_byte(struct lines *lines, struct line *line, char byte);

/* The cursor to a fresh line, for a message. */
void lines_interrupt(struct lines *lines);

/* Shows that line if it has begun: its writer has nothing more to say now. */
void lines_settle(struct lines *lines, struct line *line);
