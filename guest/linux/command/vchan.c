/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command `vchan` of a Linux guest: what channels there are, and bytes through them. vchan(1)
 * is its manual. Stands on libvchan and on what the driver shows in sysfs.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "guest/linux/command/command.h"
#include "guest/linux/vchan/vchan_ioctl.h"
#include "libs/libvchan/libvchan.h"

#define CLASS  "/sys/class/vchan"
#define PREFIX "vchan!"

enum { ROUNDS_MAX = 1000000 };

static int usage(void)
{
    fputs("usage: vchan list\n"
          "       vchan cat NAME                 standard input to the channel, the channel to "
          "output\n"
          "       vchan exec NAME -- CMD [ARG]   CMD with the channel as its input and output\n"
          "       vchan bench NAME [ROUNDS]      how fast it is; the other end: vchan bench -s "
          "NAME\n",
          stderr);
    return STATUS_USAGE;
}

/* Says what to do about it where that is known. */
int complain(const char *name)
{
    int error = errno;
    const char *why = strerror(error);

    if (error == ENOENT)
        why = "there is no such channel: 'vchan list' shows them";
    else if (error == EBUSY)
        why = "another program has it open";
    else if (error == EPIPE)
        why = "the other end began anew";
    fprintf(stderr, "vchan: %s: %s\n", name, why);
    return STATUS_FAILED;
}

/* ---- list ---- */

/* What an attribute says, without the end of its line; empty when it is gone. */
static void read_attribute(const char *device, const char *attribute, char *text, size_t size)
{
    char path[512];
    FILE *file;

    text[0] = '\0';
    snprintf(path, sizeof(path), CLASS "/%s/%s", device, attribute);
    file = fopen(path, "re");
    if (file == NULL)
        return;
    if (fgets(text, (int)size, file) != NULL)
        text[strcspn(text, "\n")] = '\0';
    fclose(file);
}

static void print_channel(const char *device)
{
    char state[32], peer[64], bytes[64];

    read_attribute(device, "state", state, sizeof(state));
    read_attribute(device, "peer", peer, sizeof(peer));
    read_attribute(device, "bytes", bytes, sizeof(bytes));

    char *received = strchr(bytes, ' ');

    if (received != NULL)
        *received++ = '\0';
    printf("%-20s %-20s %-12s %14s %14s\n", device + strlen(PREFIX), peer, state, bytes,
           received != NULL ? received : "");
}

static int is_channel(const struct dirent *entry)
{
    return strncmp(entry->d_name, PREFIX, strlen(PREFIX)) == 0;
}

static int list(void)
{
    struct dirent **names;
    int count = scandir(CLASS, &names, is_channel, alphasort);

    if (count < 0) {
        fputs("vchan: the driver is not loaded: try 'modprobe vchan'\n", stderr);
        return STATUS_FAILED;
    }
    printf("%-20s %-20s %-12s %14s %14s\n", "NAME", "PEER", "STATE", "SENT", "RECEIVED");
    for (int i = 0; i < count; i++) {
        print_channel(names[i]->d_name);
        free(names[i]);
    }
    free(names);
    return 0;
}

/* ---- cat ---- */

/* All of it, to a file that may be a pipe. */
static int write_all(int file, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t count = write(file, data, size);

        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return -1;
        data += count;
        size -= (size_t)count;
    }
    return 0;
}

/* What has come, to standard output, straight from the ring. 1: more may come; 0: the end. */
static int drain(struct libvchan *vchan)
{
    const void *data;
    size_t size;

    while ((data = libvchan_peek(vchan, &size)) != NULL) {
        if (write_all(STDOUT_FILENO, data, size) != 0)
            return -1;
        libvchan_take(vchan, size);
    }
    if (errno == ENODATA)
        return 0;
    return errno == EAGAIN || errno == EBADF ? 1 : -1;
}

/* From standard input straight into the ring. 1: there may be more; 0: the end. */
static int fill(struct libvchan *vchan, bool *has_sent)
{
    size_t size;
    void *room = libvchan_reserve(vchan, &size);

    if (room == NULL)
        return errno == EAGAIN ? 1 : -1;

    ssize_t count = read(STDIN_FILENO, room, size);

    if (count < 0)
        return errno == EINTR || errno == EAGAIN ? 1 : -1;
    if (count == 0)
        return 0;
    libvchan_commit(vchan, (size_t)count);
    *has_sent = true;
    return 1;
}

struct cat {
    struct libvchan *vchan;
    bool has_input;
    bool has_sent;
};

/* Standard input is asked only when there is room for it. */
static int wait_for_either(struct cat *cat)
{
    bool has_room = libvchan_buffer_space(cat->vchan) > 0;
    struct pollfd ask[2] = {
        {.fd = libvchan_fd_for_select(cat->vchan), .events = POLLIN},
        {.fd = cat->has_input && has_room ? STDIN_FILENO : -1, .events = POLLIN},
    };

    if (poll(ask, 2, -1) < 0)
        return errno == EINTR ? 0 : -1;
    if ((ask[0].revents & POLLIN) && libvchan_wait(cat->vchan) != 0)
        return -1;
    if (ask[0].revents & (POLLERR | POLLHUP)) {
        errno = ENODEV;
        return -1;
    }
    if (!ask[1].revents)
        return 0;

    int more = fill(cat->vchan, &cat->has_sent);

    cat->has_input = more == 1;
    return more < 0 ? -1 : 0;
}

/* Until the other end closes; or until the input has ended, if there was any. */
static int copy_both_ways(struct cat *cat)
{
    for (;;) {
        int more = drain(cat->vchan);

        if (more <= 0)
            return more;
        if (libvchan_is_open(cat->vchan) == LIBVCHAN_CLOSED && libvchan_data_ready(cat->vchan) == 0)
            return 0;
        if (!cat->has_input && cat->has_sent)
            return 0;
        if (wait_for_either(cat) != 0)
            return -1;
    }
}

static int cat_channel(const char *name)
{
    struct cat cat = {.vchan = libvchan_client_init(name), .has_input = true};

    if (cat.vchan == NULL)
        return complain(name);
    libvchan_set_blocking(cat.vchan, false);

    int status = copy_both_ways(&cat) == 0 ? 0 : complain(name);

    libvchan_close(cat.vchan);
    return status;
}

/* ---- exec ---- */

int open_connected(const char *name)
{
    char path[512];
    int file, error;

    if (strchr(name, '/') != NULL) {
        errno = ENOENT;
        return -1;
    }
    snprintf(path, sizeof(path), "/dev/vchan/%s", name);
    file = open(path, O_RDWR | O_CLOEXEC);
    /* ENODATA: it was there, and what it sent is. */
    if (file < 0 || ioctl(file, VCHAN_IOC_CONNECT) == 0 || errno == ENODATA)
        return file;
    error = errno;
    close(file);
    errno = error;
    return -1;
}

static int exec_on_channel(const char *name, char **command)
{
    int file = open_connected(name);

    if (file < 0 || dup2(file, STDIN_FILENO) < 0 || dup2(file, STDOUT_FILENO) < 0)
        return complain(name);
    execvp(command[0], command);
    return complain(command[0]);
}

/* ---- bench ---- */

/* NAME, NAME ROUNDS, or -s NAME. */
static int bench_as_told(int count, char **arguments)
{
    char *end;
    unsigned long rounds;

    if (strcmp(arguments[0], "-s") == 0)
        return count == 2 ? bench_serve(arguments[1]) : usage();
    if (count == 1)
        return bench(arguments[0]);
    rounds = strtoul(arguments[1], &end, 10);
    if (rounds == 0 || rounds > ROUNDS_MAX || *end != '\0')
        return usage();
    return bench_ping(arguments[0], (unsigned)rounds);
}

int main(int count, char **arguments)
{
    const char *command = count > 1 ? arguments[1] : "";

    if (strcmp(command, "list") == 0 && count == 2)
        return list();
    if (strcmp(command, "cat") == 0 && count == 3)
        return cat_channel(arguments[2]);
    if (strcmp(command, "exec") == 0 && count > 4 && strcmp(arguments[3], "--") == 0)
        return exec_on_channel(arguments[2], arguments + 4);
    if (strcmp(command, "bench") == 0 && (count == 3 || count == 4))
        return bench_as_told(count - 2, arguments + 2);
    return usage();
}
