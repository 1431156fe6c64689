/* SPDX-License-Identifier: BSD-2-Clause */
/* What the keys mean. */
#include "components/console/command.h"

#include <stdio.h>

/* Init knows, and is asked only when a key finds no taker; once a turn then, as keys may come by
 * the thousand. */
static bool is_off(struct console *console)
{
    struct console_look look;

    if (!console->has_looked)
        console->is_off = !console->ops->look(console_shown(console)->config.component, &look) ||
                          look.state != INIT_STATE_RUNNING;
    console->has_looked = true;
    return console->is_off;
}

static void send_key(struct console *console, char key)
{
    if (console->vm_count == 0)
        screen_bell(&console->screen);
    else if (source_send(console_shown(console), &key, 1))
        console->typing = CONSOLE_TYPING_LOOKS;
    else if (key == '\r' && is_off(console))
        console_say(console, "[%s is off: ctrl+] r starts it]",
                    console_shown(console)->config.name);
    else
        screen_bell(&console->screen);
}

static void show_number(struct console *console, unsigned number)
{
    if (number < console->vm_count)
        console_show(console, number);
    else
        console_say(console, "[there is no number %u: ctrl+] l lists all]", number + 1);
}

/* ---- the list ---- */

/* Native components are in the list, too: no monitor tells of their exits. */
static bool is_vm(const struct source *source)
{
    return source->config.status != NULL;
}

static const char *text_of_end(const struct source *source, enum init_end end)
{
    static const char *const texts[INIT_END_COUNT] = {
        [INIT_END_NONE] = "off",          [INIT_END_POWER_OFF] = "powered off",
        [INIT_END_RESET] = "off (reset)", [INIT_END_FAILED] = "off (failed)",
        [INIT_END_FAULT] = "off (fault)", [INIT_END_STOPPED] = "stopped",
    };

    if (end == INIT_END_POWER_OFF && !is_vm(source))
        return "ended";
    return end < INIT_END_COUNT ? texts[end] : "off";
}

static void list(struct console *console)
{
    bool counters = console->config.has_counters;

    console_say(console, "    %-20s %-12s %8s%s", "name", "state", "restarts",
                counters ? "        up  exits/s" : "");
    console->listed = 0;
}

/* Since the last list, or since its start. 0 where the numbers make no sense. */
static uint64_t exit_rate(struct source *source, uint64_t now, uint64_t frequency)
{
    uint64_t exits = source_exits(source);
    uint64_t count = exits - source->listed_exits;
    uint64_t ticks = now - source->listed_at;

    source->listed_exits = exits;
    source->listed_at = now;
    if (ticks == 0 || frequency == 0 || count > UINT64_MAX / frequency)
        return 0;
    return count * frequency / ticks;
}

static void print_counters(struct console *console, struct source *source)
{
    uint64_t frequency = console->ops->frequency();
    uint64_t now = console->ops->now();
    uint64_t seconds = frequency == 0 ? 0 : (now - source->since) / frequency;

    screen_print(&console->screen, " %3u:%02u:%02u", (unsigned)(seconds / 3600),
                 (unsigned)(seconds / 60 % 60), (unsigned)(seconds % 60));
    if (is_vm(source))
        screen_print(&console->screen, " %8llu",
                     (unsigned long long)exit_rate(source, now, frequency));
}

void command_list_row(struct console *console)
{
    unsigned vm = console->listed++;
    struct source *source = &console->sources[console->vms[vm]];
    struct console_look look = {0};
    bool is_known = console->ops->look(source->config.component, &look);
    bool is_running = look.state == INIT_STATE_RUNNING;
    const char *state = is_running ? "running" : text_of_end(source, look.end);

    screen_print(&console->screen, "%c %u %-20s %-12s %8llu", vm == console->shown ? '*' : ' ',
                 vm + 1, source->config.name, is_known ? state : "unknown",
                 (unsigned long long)look.restarts);
    if (is_running && source->is_connected && console->config.has_counters)
        print_counters(console, source);
    screen_print(&console->screen, "\n");
}

/* ---- commands ---- */

static void help(struct console *console)
{
    console_say(console, "[ctrl+] and a key:]");
    screen_print(&console->screen,
                 "  1..9  show who has that number   n  show the next   l  list all\n"
                 "  r     restart who is shown       o  switch it off\n");
    screen_print(&console->screen, "  ctrl+]  a ctrl+] for who is shown\n");
}

static void ask(struct console *console, enum console_keys keys, const char *what)
{
    lines_interrupt(&console->lines);
    screen_print(&console->screen, "[%s %s? y/n] ", what, console_shown(console)->config.name);
    console->keys = keys;
}

static void answer(struct console *console, char key, bool (*request)(uint32_t component))
{
    console->has_looked = false;
    screen_print(&console->screen, "%s\n", key == 'y' ? "yes" : "no");
    if (key == 'y' && !request(console_shown(console)->config.component))
        console_say(console, "[init refused]");
    /* It may have been stopped before it rang for what it had sent. */
    console->busy |= CONSOLE_BADGE_CHANNEL(console->vms[console->shown]);
}

static void command(struct console *console, char key)
{
    console->has_looked = false;
    if (key >= '1' && key <= '9')
        show_number(console, (unsigned)(key - '1'));
    else if (key == 'n' && console->vm_count > 0)
        console_show(console, (console->shown + 1) % console->vm_count);
    else if (key == 'l')
        list(console);
    else if (key == 'r' && console->vm_count > 0)
        ask(console, CONSOLE_KEYS_RESTART, "restart");
    else if (key == 'o' && console->vm_count > 0)
        ask(console, CONSOLE_KEYS_OFF, "switch off");
    else if (key == '?' || key == 'h')
        help(console);
    else if (key == COMMAND_KEY)
        send_key(console, key);
    else
        console_say(console, "[no such command: ctrl+] ? for help]");
}

void console_key(struct console *console, char key)
{
    enum console_keys keys = console->keys;

    console->keys = CONSOLE_KEYS_TYPED;
    if (keys == CONSOLE_KEYS_COMMAND)
        command(console, key);
    else if (keys == CONSOLE_KEYS_RESTART)
        answer(console, key, console->ops->start);
    else if (keys == CONSOLE_KEYS_OFF)
        answer(console, key, console->ops->stop);
    else if (key == COMMAND_KEY)
        console->keys = CONSOLE_KEYS_COMMAND;
    else
        send_key(console, key);
}
