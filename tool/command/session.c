/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The loop between terminal and emulator. Stands on poll().
 *
 * It must answer signals and its time limit whatever the others do, so it never blocks but in
 * poll(): signals arrive as bytes in a pipe, the sockets do not block, and standard output is
 * written only when poll() says so, in pieces that a pipe takes whole.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tool/command/command.h"
#include "tool/command/usage.h"
#include "tool/command/screen.h"
#include "tool/command/session.h"
#include "tool/command/terminal.h"
#include "tool/command/until.h"

#define CHUNK        2048   /* of a console at once */
#define PIECE        1024   /* to standard output at once: less than PIPE_BUF */
#define ESCAPE       '\001' /* Ctrl-A */
#define CONSOLES_MAX 2

#define KEYS                                                   \
    "\n[Ctrl-A x] leave the emulator  [Ctrl-A Ctrl-A] send a " \
    "Ctrl-A  [Ctrl-A h] this help\n"

struct console {
    unsigned uart;
    bool log;
    struct until until;
};

struct session {
    const struct session_options *options;
    struct emulator emulator;
    struct console consoles[CONSOLES_MAX];
    unsigned console_count;
    struct screen screen, file_screen;
    int file;         /* --log, or -1 */
    bool raw;         /* the keyboard is ours: Ctrl-A means something */
    bool keyboard;    /* standard input has more */
    bool escaped;     /* the last key was Ctrl-A */
    char keys[CHUNK]; /* on their way to the board */
    size_t key_count;
    long long deadline_ms; /* 0: none */
    bool over;
    bool ended_itself; /* the emulator: it was not we who ended it */
    int status;
};

/* Signals come through here. */
static int signals[2] = {-1, -1};

static void take_signal(int signal)
{
    int before = errno;
    unsigned char number = signal;

    /* A full pipe has enough to say. */
    if (write(signals[1], &number, 1) < 0)
        errno = before;
    errno = before;
}

static bool catch_signals(void)
{
    static const int caught[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD};
    struct sigaction action = {.sa_handler = take_signal, .sa_flags = SA_RESTART};

    if (pipe2(signals, O_CLOEXEC | O_NONBLOCK) != 0)
        return false;
    sigemptyset(&action.sa_mask);
    for (unsigned i = 0; i < sizeof(caught) / sizeof(caught[0]); i++) {
        struct sigaction before;

        /* What whoever started us ignores (nohup) stays ignored. */
        sigaction(caught[i], NULL, &before);
        if (before.sa_handler != SIG_IGN || caught[i] == SIGCHLD)
            sigaction(caught[i], &action, NULL);
    }
    signal(SIGPIPE, SIG_IGN);
    return true;
}

static long long now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000ll + now.tv_nsec / 1000000;
}

static void finish(struct session *session, int status)
{
    if (!session->over)
        session->status = status;
    session->over = true;
}

static void read_signals(struct session *session)
{
    unsigned char number;

    while (read(signals[0], &number, 1) == 1) {
        if (number != SIGCHLD)
            finish(session, 128 + number);
    }
}

static void check_time(struct session *session)
{
    if (session->deadline_ms != 0 && now_ms() >= session->deadline_ms)
        finish(session, SESSION_TIMED_OUT);
}

static int time_left(const struct session *session)
{
    long long left = session->deadline_ms - now_ms();

    if (session->deadline_ms == 0)
        return -1;
    return left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

/* Waits until `descriptor` takes a piece, or until the session is over. False: it takes no more. */
static bool put(struct session *session, int descriptor, const struct bytes *bytes)
{
    for (size_t done = 0; done < bytes->size;) {
        struct pollfd waits[] = {{descriptor, POLLOUT, 0}, {signals[0], POLLIN, 0}};
        size_t size = bytes->size - done < PIECE ? bytes->size - done : PIECE;
        ssize_t count;

        poll(waits, 2, time_left(session));
        if (waits[1].revents != 0)
            read_signals(session);
        check_time(session);
        if (session->over)
            return true;
        if (waits[0].revents == 0)
            continue;
        count = write(descriptor, bytes->data + done, size);
        if (count > 0)
            done += count;
        else if (errno != EINTR && errno != EAGAIN)
            return false;
    }
    return true;
}

static void show(struct session *session, const struct bytes *bytes)
{
    if (!put(session, STDOUT_FILENO, bytes))
        finish(session, COMMAND_BAD_SYSTEM); /* nobody looks any more */
}

static void write_file(struct session *session, const struct bytes *bytes)
{
    if (!put(session, session->file, bytes))
        finish(session,
               usage_fail("%s: cannot write: %s", session->options->log_file, strerror(errno)));
}

static void pass_on(struct session *session, const struct console *console, const char *data,
                    size_t size)
{
    struct bytes shown = {0}, filed = {0};

    if (console->log)
        screen_feed_log(&session->screen, data, size, &shown);
    else
        screen_feed(&session->screen, data, size, &shown);
    if (session->file >= 0) {
        if (console->log)
            screen_feed_log(&session->file_screen, data, size, &filed);
        else
            screen_feed(&session->file_screen, data, size, &filed);
        write_file(session, &filed);
    }
    show(session, &shown);
    bytes_release(&shown);
    bytes_release(&filed);
}

/* False: nothing is there now, or nothing will ever come. */
static bool read_console(struct session *session, struct console *console)
{
    int *descriptor = &session->emulator.uarts[console->uart];
    char data[CHUNK];
    ssize_t count = *descriptor >= 0 ? read(*descriptor, data, sizeof(data)) : 0;

    if (count > 0) {
        pass_on(session, console, data, count);
        if (session->options->until != NULL && until_feed(&console->until, data, count))
            finish(session, COMMAND_DONE);
        return true;
    }
    if (*descriptor >= 0 && (count == 0 || (errno != EAGAIN && errno != EINTR))) {
        close(*descriptor);
        *descriptor = -1;
    }
    return false;
}

/* What a key means when it is not for the board. */
static void obey(struct session *session, char key)
{
    static const char help[] = KEYS;

    if (key == 'x') {
        finish(session, session->options->until != NULL ? COMMAND_BAD_SYSTEM : COMMAND_DONE);
    } else if (key == ESCAPE) {
        session->keys[session->key_count++] = ESCAPE;
    } else {
        struct bytes text = {0};

        bytes_add(&text, help, sizeof(help) - 1);
        show(session, &text);
        bytes_release(&text);
    }
}

static void read_keys(struct session *session)
{
    char data[CHUNK];
    ssize_t count = read(STDIN_FILENO, data, sizeof(data));

    if (count < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (count <= 0)
        session->keyboard = false; /* the run goes on */
    for (ssize_t i = 0; i < count; i++) {
        if (session->escaped) {
            session->escaped = false;
            obey(session, data[i]);
        } else if (session->raw && data[i] == ESCAPE) {
            session->escaped = true;
        } else {
            session->keys[session->key_count++] = data[i];
        }
    }
}

static void send_keys(struct session *session)
{
    int descriptor = session->emulator.uarts[session->options->console];
    ssize_t count = descriptor >= 0 ? write(descriptor, session->keys, session->key_count) : -1;

    if (count > 0) {
        session->key_count -= count;
        memmove(session->keys, session->keys + count, session->key_count);
    } else if (descriptor < 0 || errno != EAGAIN) {
        session->key_count = 0; /* nobody is there to take them */
    }
}

/* What came before the end is shown before the end is told. */
static void take_the_rest(struct session *session)
{
    int status = session->emulator.status;

    session->ended_itself = true;
    for (unsigned i = 0; i < session->console_count; i++) {
        while (!session->over && read_console(session, &session->consoles[i]))
            ;
    }
    if (session->options->until != NULL && status == 0)
        status = COMMAND_BAD_SYSTEM;
    finish(session, status);
}

static void step(struct session *session)
{
    struct pollfd waits[CONSOLES_MAX + 2];
    unsigned count = 0;

    for (; count < session->console_count; count++) {
        const struct console *console = &session->consoles[count];
        bool typing = !console->log && session->key_count > 0;

        waits[count] = (struct pollfd){session->emulator.uarts[console->uart],
                                       POLLIN | (typing ? POLLOUT : 0), 0};
    }
    waits[count] = (struct pollfd){signals[0], POLLIN, 0};
    /* A board that takes no more keys is not offered more. */
    waits[count + 1] = (struct pollfd){
        session->keyboard && session->key_count == 0 ? STDIN_FILENO : -1, POLLIN, 0};

    poll(waits, count + 2, time_left(session));
    check_time(session);
    if (waits[count].revents != 0)
        read_signals(session);
    for (unsigned i = 0; i < count && !session->over; i++) {
        if (waits[i].revents & (POLLIN | POLLHUP | POLLERR))
            read_console(session, &session->consoles[i]);
        if (waits[i].revents & POLLOUT)
            send_keys(session);
    }
    if (!session->over && waits[count + 1].revents != 0)
        read_keys(session);
    if (!session->over && emulator_has_ended(&session->emulator))
        take_the_rest(session);
}

static void add_console(struct session *session, unsigned uart, bool log)
{
    struct console *console = &session->consoles[session->console_count++];

    console->uart = uart;
    console->log = log;
    if (session->options->until != NULL)
        until_begin(&console->until, session->options->until);
}

static int prepare(struct session *session)
{
    const struct session_options *options = session->options;

    add_console(session, options->console, false);
    if (options->log != SESSION_NO_LOG && options->log != options->console)
        add_console(session, options->log, true);
    if (options->timeout > 0)
        session->deadline_ms = now_ms() + (long long)(options->timeout * 1000);
    session->screen.terminal = isatty(STDOUT_FILENO);
    session->keyboard = true;
    session->file = -1;
    if (options->log_file != NULL) {
        /* A FIFO that nobody reads is no log, and one that is read slowly is waited for by
         * poll(). */
        session->file = open(options->log_file,
                             O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
                             0666);
        if (session->file < 0)
            return usage_fail("%s: cannot write: %s", options->log_file, strerror(errno));
    }
    if (!catch_signals())
        return usage_fail("cannot make a pipe: %s", strerror(errno));
    return COMMAND_DONE;
}

/* One line; whoever does not take it has lost it. */
static void write_rest(struct session *session, int descriptor, const struct bytes *rest)
{
    if (rest->size > 0 && write(descriptor, rest->data, rest->size) < 0)
        session->over = true;
}

static void end(struct session *session)
{
    struct bytes rest = {0};

    emulator_end(&session->emulator);
    terminal_give_back();
    if (session->file >= 0) {
        screen_end(&session->file_screen, &rest);
        write_rest(session, session->file, &rest);
        close(session->file);
        rest.size = 0;
    }
    screen_end(&session->screen, &rest);
    write_rest(session, STDOUT_FILENO, &rest);
    bytes_release(&rest);
    if (session->screen.torn && session->screen.terminal)
        putchar('\n');
    fflush(stdout);
}

/* Standard input is left alone when it is a terminal that is not ours to read. */
static void take_keyboard(struct session *session)
{
    if (!isatty(STDIN_FILENO))
        return;
    session->raw = session->keyboard = terminal_take();
    if (session->raw)
        fputs("Ctrl-A x leaves the emulator; Ctrl-A h shows its other keys.\n", stderr);
}

/* Words for what the status alone would tell. */
static void tell_end(const struct session *session)
{
    const char *until = session->options->until;

    if (session->status == COMMAND_DONE)
        return;
    if (session->ended_itself && session->emulator.status > 128)
        fprintf(stderr, "bulkhead: QEMU was ended by signal %d\n", session->emulator.status - 128);
    else if (session->ended_itself && session->emulator.status != 0)
        fprintf(stderr, "bulkhead: QEMU ended with status %d\n", session->emulator.status);
    if (until == NULL)
        return;
    if (session->status == SESSION_TIMED_OUT)
        fprintf(stderr, "bulkhead: '%s' did not appear within %g s\n", until,
                session->options->timeout);
    else if (session->status == COMMAND_BAD_SYSTEM || session->ended_itself)
        fprintf(stderr, "bulkhead: the end came before '%s' appeared\n", until);
}

int session_run(const struct session_options *options)
{
    static struct session session;
    struct emulator_options emulator = options->emulator;
    struct fault fault;
    int status;

    session = (struct session){.options = options};
    status = prepare(&session);
    if (status != COMMAND_DONE)
        return status;
    emulator.uarts = 0;
    for (unsigned i = 0; i < session.console_count; i++)
        emulator.uarts |= 1u << session.consoles[i].uart;
    if (!emulator_start(&session.emulator, &emulator, &fault))
        return usage_fail("%s", fault.text);
    take_keyboard(&session);
    while (!session.over)
        step(&session);
    end(&session);
    tell_end(&session);
    return session.status;
}
