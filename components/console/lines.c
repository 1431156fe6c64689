/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines in, names in front, lines out. */
#include "components/console/lines.h"

#include <string.h>

void line_init(struct line *line, const char *name, unsigned colour)
{
    *line = (struct line){.name = name, .colour = colour};
}

void lines_init(struct lines *lines, struct screen *screen, bool is_shared)
{
    *lines = (struct lines){.screen = screen, .is_shared = is_shared};
}

void lines_interrupt(struct lines *lines)
{
    if (!lines->is_shared)
        screen_fresh_line(lines->screen);
    else if (!lines->screen->is_line_start)
        screen_string(lines->screen, "\033[0m\r\n");
    lines->open = NULL;
}

/* init's own words may begin with its name. */
static bool names_itself(const struct line *line)
{
    size_t size = strlen(line->name);

    return line->count > size && memcmp(line->bytes, line->name, size) == 0 &&
           line->bytes[size] == ':';
}

static void print_name(struct lines *lines, const struct line *line)
{
    char colour[] = "\033[30m";

    if (line->colour == 0 && names_itself(line))
        return;
    if (line->colour == 0) {
        screen_string(lines->screen, line->name);
        screen_string(lines->screen, ": ");
        return;
    }
    colour[3] = (char)('0' + line->colour % 10);
    screen_string(lines->screen, colour);
    screen_string(lines->screen, line->name);
    screen_string(lines->screen, ":\033[0m ");
}

static void print_line(struct lines *lines, const struct line *line)
{
    print_name(lines, line);
    screen_write(lines->screen, line->bytes, line->count);
}

static void finish(struct lines *lines, struct line *line)
{
    if (lines->open != line) {
        lines_interrupt(lines);
        print_line(lines, line);
    }
    lines->open = NULL;
    if (memchr(line->bytes, '\033', line->count) != NULL)
        screen_string(lines->screen, "\033[0m");
    screen_string(lines->screen, "\r\n");
    line->count = 0;
    line->returned = false;
}

/* The line begins anew: an editor's or a progress bar's. */
static void begin_again(struct lines *lines, struct line *line)
{
    line->returned = false;
    line->count = 0;
    if (lines->open != line)
        return;
    screen_string(lines->screen, "\r\033[K");
    print_name(lines, line);
}

static void append(struct lines *lines, struct line *line, const char *bytes, size_t size)
{
    if (line->count + size > LINE_BYTES)
        finish(lines, line);
    memcpy(line->bytes + line->count, bytes, size);
    line->count += size;
    if (lines->open == line)
        screen_write(lines->screen, bytes, size);
}

void lines_byte(struct lines *lines, struct line *line, char byte)
{
    if (byte == '\n') {
        line->filter.state = FILTER_TEXT;
        finish(lines, line);
        return;
    }
    if (byte == '\r') {
        line->returned = true;
        return;
    }

    size_t size = filter_byte(&line->filter, byte);

    if (size == 0)
        return;
    if (line->returned)
        begin_again(lines, line);
    append(lines, line, line->filter.bytes, size);
}

void lines_settle(struct lines *lines, struct line *line)
{
    if (line->count == 0 || lines->open == line)
        return;
    lines_interrupt(lines);
    print_line(lines, line);
    lines->open = line;
}
