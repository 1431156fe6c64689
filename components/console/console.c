/* SPDX-License-Identifier: BSD-2-Clause */
/* Who is served, in what order, and how much at a time. */
#include "components/console/console.h"

#include <stdarg.h>
#include <stdio.h>

#include "components/console/command.h"

/* Of one source in one turn, at most: a ring. */
#define PIECES_MAX (CONSOLE_OUTPUT_BYTES / SOURCE_PIECE)

static bool is_init(const struct source *source)
{
    return source->config.component == 0;
}

struct source *console_shown(struct console *console)
{
    return &console->sources[console->vms[console->shown]];
}

static bool is_shown(const struct console *console, const struct source *source)
{
    return console->vm_count > 0 && source == &console->sources[console->vms[console->shown]];
}

/* Whether what it writes goes to the screen, not into its history. */
static bool is_visible(const struct console *console, const struct source *source)
{
    return console->config.is_mixed || is_init(source) || is_shown(console, source);
}

static bool is_listing(const struct console *console)
{
    return console->listed < console->vm_count;
}

/* A list is not interrupted. */
static bool takes_output(const struct console *console)
{
    return screen_room(&console->screen) > 0 && !is_listing(console);
}

static uint64_t now(const struct console *console)
{
    return console->config.has_counters ? console->ops->now() : 0;
}

/* ---- start ---- */

/* A power of two each, that all have room. */
static size_t history_size(unsigned source_count)
{
    size_t size = CONSOLE_HISTORY_BYTES;

    while (size * source_count > CONSOLE_HISTORY_POOL)
        size /= 2;
    return size;
}

static unsigned colour_of(const struct source *source, unsigned number)
{
    return is_init(source) ? 0 : 32 + number % 5;
}

static bool open_source(struct console *console, unsigned number)
{
    struct source *source = &console->sources[number];
    size_t size = history_size(console->config.source_count);

    if (!source_open(source, &console->config.sources[number]))
        return false;
    history_init(&source->history, console->history + number * size, size);
    line_init(&source->line, source->config.name, colour_of(source, number));
    if (!is_init(source))
        console->vms[console->vm_count++] = number;
    return true;
}

static void say_hello(struct console *console)
{
    if (console->vm_count > 0)
        screen_print(&console->screen, "[%s: ctrl+] ? for help]\n",
                     console_shown(console)->config.name);
}

const char *console_init(struct console *console, const struct console_config *config,
                         const struct console_ops *ops)
{
    console->config = *config;
    console->ops = ops;
    screen_init(&console->screen);
    lines_init(&console->lines, &console->screen, config->is_mixed);
    for (unsigned i = 0; i < config->source_count; i++) {
        if (!open_source(console, i))
            return config->sources[i].name;
        console->busy |= CONSOLE_BADGE_CHANNEL(i);
    }
    console->listed = console->vm_count;
    say_hello(console);
    return NULL;
}

/* ---- messages ---- */

static void take(struct source *source, size_t count)
{
    source->first += count;
    source->count -= count;
}

static void keep(struct source *source)
{
    history_add(&source->history, source->piece + source->first, source->count);
    take(source, source->count);
}

void console_say(struct console *console, const char *format, ...)
{
    char text[SCREEN_MESSAGE];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    lines_interrupt(&console->lines);
    screen_print(&console->screen, "%s\n", text);
}

static void tell_shown(struct console *console, struct source *source)
{
    uint64_t missing = history_missing(&source->history);

    if (missing > 0)
        console_say(console, "[%s: %llu earlier bytes are lost]", source->config.name,
                    (unsigned long long)missing);
    else
        console_say(console, "[%s]", source->config.name);
}

void console_show(struct console *console, unsigned vm)
{
    if (!console->config.is_mixed)
        keep(console_shown(console)); /* what was taken for the screen and found no room */
    console->shown = vm;
    console_shown(console)->is_broken_told = false;
    tell_shown(console, console_shown(console));
    console->busy |= CONSOLE_BADGE_CHANNEL(console->vms[vm]);
}

/* ---- output ---- */

static void print_raw(struct console *console, struct source *source)
{
    size_t room = screen_room(&console->screen);
    size_t size = source->count < room ? source->count : room;

    screen_write(&console->screen, source->piece + source->first, size);
    take(source, size);
}

static void print_lines(struct console *console, struct source *source)
{
    while (source->count > 0 && screen_room(&console->screen) > 0) {
        lines_byte(&console->lines, &source->line, source->piece[source->first]);
        take(source, 1);
    }
}

static void place(struct console *console, struct source *source)
{
    if (console->config.is_mixed || is_init(source))
        print_lines(console, source);
    else if (is_shown(console, source))
        print_raw(console, source);
    else
        keep(source);
}

/* What was kept comes before what is new, no more of it at once than finds room. */
static enum source_event next_bytes(struct console *console, struct source *source)
{
    if (source->count == 0 && is_shown(console, source)) {
        size_t room = screen_room(&console->screen);

        source->first = 0;
        source->count = history_take(&source->history, source->piece,
                                     room < SOURCE_PIECE ? room : SOURCE_PIECE);
    }
    return source_fill(source, now(console));
}

/* Who has just sent something is likely to send more, and to be rung for each byte would cost more
 * than the bytes: so it is not asked to ring, and looked at again after a rest. But not while keys
 * come, whose echo it is: a rest is as long as 58 characters take at 115,200 baud, and what is
 * pasted would be more than the UART's FIFO holds. */
static void end_of_bytes(struct console *console, struct source *source, uint64_t bit,
                         bool has_sent)
{
    bool rests = has_sent && console->typing == 0;

    if (rests)
        console->resting |= bit;
    else if (has_sent)
        console->typing--;
    if (rests || source_may_sleep(source))
        console->busy &= ~bit;
}

static void serve(struct console *console, struct source *source, uint64_t bit)
{
    unsigned lives = source->lives;
    bool has_sent = false;

    for (unsigned i = 0; i < PIECES_MAX; i++) {
        if (is_visible(console, source) && !takes_output(console))
            return;

        enum source_event event = next_bytes(console, source);

        /* A new life does not inherit the colours of the one before. */
        if (source->lives != lives && !console->config.is_mixed && is_shown(console, source))
            screen_fresh_line(&console->screen);
        lives = source->lives;
        if (event == SOURCE_BROKEN)
            console_say(console, "[%s broke its channel to the console: ctrl+] r restarts it]",
                        source->config.name);
        if (event != SOURCE_BYTES) {
            end_of_bytes(console, source, bit, has_sent);
            return;
        }
        place(console, source);
        has_sent = true;
    }
}

static void print_list(struct console *console)
{
    while (is_listing(console) && screen_room(&console->screen) > 0)
        command_list_row(console);
}

/* The prompt of the VM that gets the keys, once it has nothing more to say. */
static void settle(struct console *console)
{
    if (!console->config.is_mixed || console->vm_count == 0)
        return;
    if (!(console->busy & CONSOLE_BADGE_CHANNEL(console->vms[console->shown])))
        lines_settle(&console->lines, &console_shown(console)->line);
}

static void serve_if_busy(struct console *console, unsigned number)
{
    uint64_t bit = CONSOLE_BADGE_CHANNEL(number);

    if (console->busy & bit)
        serve(console, &console->sources[number], bit);
}

/* Init first: it comes last in the configuration. The others begin in turn, as who begins may take
 * all the room there is. */
void console_turn(struct console *console)
{
    unsigned count = console->config.source_count;

    console->has_looked = false;
    print_list(console);
    if (count > 0 && is_init(&console->sources[count - 1]))
        serve_if_busy(console, count - 1);
    for (unsigned i = 0; i < count; i++)
        serve_if_busy(console, (console->begins + i) % count);
    console->begins = count > 0 ? (console->begins + 1) % count : 0;
    settle(console);
}

bool console_wants_turn(const struct console *console)
{
    uint64_t busy = console->busy;

    if (screen_room(&console->screen) > 0)
        return busy != 0 || is_listing(console);
    for (unsigned i = 0; i < console->config.source_count; i++) {
        if (is_visible(console, &console->sources[i]))
            busy &= ~CONSOLE_BADGE_CHANNEL(i);
    }
    return busy != 0;
}

bool console_rests(const struct console *console)
{
    return console->resting != 0;
}

void console_rested(struct console *console)
{
    console->busy |= console->resting;
    console->resting = 0;
}

void console_rung(struct console *console, uint64_t sources)
{
    console->busy |= sources & (CONSOLE_BADGE_CHANNEL(console->config.source_count) - 1);
}

uint64_t console_take_doorbells(struct console *console)
{
    uint64_t doorbells = 0;

    for (unsigned i = 0; i < console->config.source_count; i++) {
        if (vchan_take_doorbell(&console->sources[i].channel))
            doorbells |= CONSOLE_BADGE_CHANNEL(i);
    }
    return doorbells;
}
