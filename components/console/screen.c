/* SPDX-License-Identifier: BSD-2-Clause */
/* A ring of bytes, and messages into it. */
#include "components/console/screen.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "libs/vchan/copy.h"

/* Cancel whatever sequence is under way; first character set; soft reset; plain attributes. */
#define RESET "\030\017\033[!p\033[0m"

void screen_init(struct screen *screen)
{
    *screen = (struct screen){.is_line_start = true};
}

size_t screen_room(const struct screen *screen)
{
    return screen->count < SCREEN_OUTPUT ? SCREEN_OUTPUT - screen->count : 0;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

void screen_write(struct screen *screen, const char *bytes, size_t size)
{
    size_t end = (screen->first + screen->count) % SCREEN_BYTES;

    size = least(size, SCREEN_BYTES - screen->count);
    if (size == 0)
        return;

    size_t piece = least(size, SCREEN_BYTES - end);

    vchan_copy(screen->bytes + end, bytes, piece);
    vchan_copy(screen->bytes, bytes + piece, size - piece);
    screen->count += size;
    screen->is_line_start = bytes[size - 1] == '\n';
}

void screen_string(struct screen *screen, const char *text)
{
    screen_write(screen, text, strlen(text));
}

/* Bells and resets leave the cursor where it was. */
static void write_unseen(struct screen *screen, const char *text)
{
    bool is_line_start = screen->is_line_start;

    screen_string(screen, text);
    screen->is_line_start = is_line_start;
}

void screen_bell(struct screen *screen)
{
    write_unseen(screen, "\a");
}

void screen_print(struct screen *screen, const char *format, ...)
{
    char text[SCREEN_MESSAGE];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    for (const char *at = text; *at != '\0';) {
        size_t size = strcspn(at, "\n");

        screen_write(screen, at, size);
        at += size;
        if (*at == '\n') {
            screen_write(screen, "\r\n", 2);
            at++;
        }
    }
}

void screen_fresh_line(struct screen *screen)
{
    write_unseen(screen, RESET);
    if (!screen->is_line_start)
        screen_string(screen, "\r\n");
}

size_t screen_next(const struct screen *screen, const char **bytes)
{
    *bytes = screen->bytes + screen->first;
    return least(screen->count, SCREEN_BYTES - screen->first);
}

void screen_sent(struct screen *screen, size_t count)
{
    screen->first = (screen->first + count) % SCREEN_BYTES;
    screen->count -= count;
}
