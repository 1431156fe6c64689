/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mixes two consoles. Stands on tool/image/bytes.
 */
#include <string.h>

#include "tool/command/screen.h"

#define GREY      "\033[90m"
#define PLAIN     "\033[0m"
#define WIPE_LINE "\r\033[K"

static void add_text(struct bytes *out, const char *text)
{
    bytes_add(out, text, strlen(text));
}

void screen_feed(struct screen *screen, const char *bytes, size_t size, struct bytes *out)
{
    bytes_add(out, bytes, size);
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] == '\n')
            screen->line_size = 0;
        else if (screen->line_size < SCREEN_LINE_MAX)
            screen->line[screen->line_size++] = bytes[i];
    }
    if (size > 0)
        screen->torn = bytes[size - 1] != '\n';
}

static void show_log_line(struct screen *screen, struct bytes *out)
{
    if (screen->torn)
        add_text(out, screen->terminal ? WIPE_LINE : "\n");
    add_text(out, screen->terminal ? GREY "[log] " : "[log] ");
    bytes_add(out, screen->log, screen->log_size);
    add_text(out, screen->terminal ? PLAIN "\n" : "\n");
    screen->log_size = 0;
    /* A prompt that stood there stands there again, and what was typed behind it. */
    if (screen->torn && screen->terminal)
        bytes_add(out, screen->line, screen->line_size);
    else
        screen->torn = false;
}

void screen_feed_log(struct screen *screen, const char *bytes, size_t size, struct bytes *out)
{
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = bytes[i];

        if (byte == '\n' || screen->log_size == SCREEN_LINE_MAX)
            show_log_line(screen, out);
        /* A log is text: nothing in it moves the cursor. */
        if ((byte >= ' ' && byte != 0x7f) || byte == '\t')
            screen->log[screen->log_size++] = byte;
    }
}

void screen_end(struct screen *screen, struct bytes *out)
{
    if (screen->log_size > 0)
        show_log_line(screen, out);
}
