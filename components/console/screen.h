/* SPDX-License-Identifier: BSD-2-Clause */
/* What waits to go out by the UART: a short queue of bytes, so that a key pressed shows soon.
 * Stands on the C library and libs/vchan's copy; knows no device. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define SCREEN_BYTES 4096
#define SCREEN_OUTPUT \
    1024                   /* VMs' output is taken while fewer wait; the rest is for own messages \
                             */
#define SCREEN_MESSAGE 160 /* of screen_print(): longer ones are cut */

struct screen {
    char bytes[SCREEN_BYTES];
    size_t first, count;
    bool is_line_start; /* the last byte was a newline */
};

void screen_init(struct screen *screen);

/* How many bytes of VMs' output it takes now. */
size_t screen_room(const struct screen *screen);

/* As they are. What finds no room at all is dropped: callers ask before, or print little. */
void screen_write(struct screen *screen, const char *bytes, size_t size);
void screen_string(struct screen *screen, const char *text);
void screen_bell(struct screen *screen);

/* Own messages; a newline goes out as return and newline. */
void screen_print(struct screen *screen, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Ends what a VM may have begun: an escape sequence, colours, a character set, a line. */
void screen_fresh_line(struct screen *screen);

/* The bytes to send next, as many as lie together, and that they were sent. */
size_t screen_next(const struct screen *screen, const char **bytes);
void screen_sent(struct screen *screen, size_t count);
