/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Starts and ends QEMU. Stands on POSIX and Linux's prctl().
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tool/command/emulator.h"

#define QUIT_MS     500  /* from the monitor's command to a signal */
#define PATIENCE_MS 2000 /* from the polite signal to the other one */
#define STEP_MS     10

/* What the child inherits: the serial ports' ends, and the monitor's. */
#define MONITOR     EMULATOR_UART_MAX
#define ENDS        (EMULATOR_UART_MAX + 1)

/* For execv(): strings that live as long as we do. */
struct arguments {
    char **list;
    size_t count;
};

static void add(struct arguments *arguments, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void add(struct arguments *arguments, const char *format, ...)
{
    va_list values;

    arguments->list = realloc(arguments->list, (arguments->count + 2) * sizeof(arguments->list[0]));
    va_start(values, format);
    if (arguments->list == NULL ||
        vasprintf(&arguments->list[arguments->count++], format, values) < 0)
        abort();
    va_end(values);
    arguments->list[arguments->count] = NULL;
}

static void release(struct arguments *arguments)
{
    for (size_t i = 0; i < arguments->count; i++)
        free(arguments->list[i]);
    free(arguments->list);
}

/* QEMU takes "-serial" in the order of the board's ports, from the first one on. */
static void add_uarts(struct arguments *arguments, unsigned wanted, const int *ends)
{
    for (unsigned i = 0; wanted >> i != 0; i++) {
        add(arguments, "-serial");
        if (!(wanted >> i & 1)) {
            add(arguments, "null");
            continue;
        }
        add(arguments, "chardev:uart%u", i);
        add(arguments, "-chardev");
        add(arguments, "socket,id=uart%u,fd=%d", i, ends[i]);
    }
}

/* The monitor is the one way to end QEMU that it does not remark upon. */
static void add_monitor(struct arguments *arguments, int end)
{
    add(arguments, "-chardev");
    add(arguments, "socket,id=monitor,fd=%d", end);
    add(arguments, "-mon");
    add(arguments, "chardev=monitor");
}

static struct arguments make_arguments(const struct emulator_options *options, const int *ends)
{
    struct arguments arguments = {0};

    add(&arguments, "%s", options->script);
    add(&arguments, "%s", options->board);
    add(&arguments, "-kernel");
    add(&arguments, "%s", options->image);
    add_uarts(&arguments, options->uarts, ends);
    add_monitor(&arguments, ends[MONITOR]);
    if (options->debugger) {
        add(&arguments, "-s");
        add(&arguments, "-S");
    }
    for (char **more = options->more; more != NULL && *more != NULL; more++)
        add(&arguments, "%s", *more);
    return arguments;
}

/* In the child: never returns. */
static _Noreturn void become(char **arguments, const int *ends, pid_t parent)
{
    sigset_t none;
    int nothing = open("/dev/null", O_RDONLY);

    /* A group of its own: what is typed at a terminal is for us to judge. */
    setpgid(0, 0);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    /* Should we be killed in a way that we cannot answer, it is too. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(127);
    if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
        _exit(127);
    close(nothing);
    for (unsigned i = 0; i < ENDS; i++) {
        if (ends[i] >= 0)
            fcntl(ends[i], F_SETFD, 0);
    }
    execv(arguments[0], arguments);
    fprintf(stderr, "bulkhead: cannot start %s: %s\n", arguments[0], strerror(errno));
    _exit(127);
}

static void close_end(int *end)
{
    if (*end >= 0)
        close(*end);
    *end = -1;
}

static bool open_pair(int *our, int *their)
{
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return false;
    *our = pair[0];
    *their = pair[1];
    return fcntl(*our, F_SETFL, O_NONBLOCK) == 0;
}

static bool open_ends(struct emulator *emulator, unsigned wanted, int *theirs)
{
    bool fine = open_pair(&emulator->monitor, &theirs[MONITOR]);

    for (unsigned i = 0; i < EMULATOR_UART_MAX && fine; i++) {
        if (wanted >> i & 1)
            fine = open_pair(&emulator->uarts[i], &theirs[i]);
    }
    return fine;
}

static void close_ours(struct emulator *emulator)
{
    for (unsigned i = 0; i < EMULATOR_UART_MAX; i++)
        close_end(&emulator->uarts[i]);
    close_end(&emulator->monitor);
}

bool emulator_start(struct emulator *emulator, const struct emulator_options *options,
                    struct fault *fault)
{
    int theirs[ENDS];
    struct arguments arguments;
    pid_t us = getpid();
    bool fine;

    *emulator = (struct emulator){.monitor = -1};
    memset(emulator->uarts, -1, sizeof(emulator->uarts));
    memset(theirs, -1, sizeof(theirs));
    fine = open_ends(emulator, options->uarts, theirs);
    if (fine) {
        arguments = make_arguments(options, theirs);
        emulator->pid = fork();
        if (emulator->pid == 0)
            become(arguments.list, theirs, us);
        release(&arguments);
    }
    if (!fine || emulator->pid < 0) {
        fault_set(fault, "cannot start the emulator: %s", strerror(errno));
        emulator->pid = 0;
        close_ours(emulator);
        fine = false;
    }
    for (unsigned i = 0; i < ENDS; i++)
        close_end(&theirs[i]);
    return fine;
}

bool emulator_has_ended(struct emulator *emulator)
{
    int status;

    if (emulator->pid == 0)
        return true;
    if (waitpid(emulator->pid, &status, WNOHANG) != emulator->pid)
        return false;
    emulator->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    emulator->pid = 0;
    return true;
}

static bool wait_for(struct emulator *emulator, unsigned milliseconds)
{
    const struct timespec step = {.tv_nsec = STEP_MS * 1000000L};

    for (unsigned waited = 0; !emulator_has_ended(emulator) && waited < milliseconds;
         waited += STEP_MS)
        nanosleep(&step, NULL);
    return emulator_has_ended(emulator);
}

void emulator_end(struct emulator *emulator)
{
    static const char quit[] = "quit\n";

    if (!emulator_has_ended(emulator) &&
        send(emulator->monitor, quit, sizeof(quit) - 1, MSG_NOSIGNAL) == sizeof(quit) - 1)
        wait_for(emulator, QUIT_MS);
    if (!emulator_has_ended(emulator)) {
        kill(emulator->pid, SIGTERM);
        wait_for(emulator, PATIENCE_MS);
    }
    if (!emulator_has_ended(emulator)) {
        kill(emulator->pid, SIGKILL);
        waitpid(emulator->pid, NULL, 0);
        emulator->pid = 0;
    }
    close_ours(emulator);
}
