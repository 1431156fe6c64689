/* SPDX-License-Identifier: BSD-2-Clause */
/* bulkhead graph: draws a system, by graphviz's program dot. */
#include "tool/show/graph.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tool/command/planned.h"
#include "tool/command/usage.h"

#define USAGE                                                                             \
    "usage: bulkhead graph MANIFEST|IMAGE [-o FILE.svg|FILE.dot]\n"                       \
    "  -o FILE  the drawing, or with .dot what graphviz makes it from; without it, the\n" \
    "           drawing goes to standard output\n"                                        \
    "VMs, components, devices, memory, and who can reach what.\n"

extern char **environ;

static bool ends_in(const char *text, const char *end)
{
    size_t length = strlen(text), wanted = strlen(end);

    return length > wanted && strcmp(text + length - wanted, end) == 0;
}

static struct bytes describe(const struct audit *audit)
{
    struct bytes text = {0};
    char *data;
    size_t size;
    FILE *stream = open_memstream(&data, &size);

    if (stream == NULL)
        abort();
    graph_print(audit, stream);
    if (fclose(stream) != 0)
        abort();
    bytes_add(&text, data, size);
    free(data);
    return text;
}

/* Starts dot with `text` to come through *input, and its drawing to be read from *output. */
static bool start_dot(pid_t *child, int *input, int *output)
{
    char name[] = "dot", format[] = "-Tsvg", *arguments[] = {name, format, NULL};
    posix_spawn_file_actions_t actions;
    int in[2], out[2], error;

    if (pipe2(in, O_CLOEXEC) != 0)
        return false;
    if (pipe2(out, O_CLOEXEC) != 0) {
        close(in[0]);
        close(in[1]);
        return false;
    }
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    error = posix_spawnp(child, name, &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(in[0]);
    close(out[1]);
    *input = in[1];
    *output = out[0];
    if (error == 0)
        return true;
    close(in[1]);
    close(out[0]);
    errno = error;
    return false;
}

/* dot reads all before it writes anything. */
static bool write_all(int descriptor, const struct bytes *text)
{
    for (size_t done = 0; done < text->size;) {
        ssize_t count = write(descriptor, text->data + done, text->size - done);

        if (count < 0 && errno != EINTR)
            return false;
        done += count > 0 ? count : 0;
    }
    return true;
}

static bool read_all(int descriptor, struct bytes *drawing)
{
    char data[4096];

    for (;;) {
        ssize_t count = read(descriptor, data, sizeof(data));

        if (count > 0)
            bytes_add(drawing, data, count);
        else if (count == 0 || errno != EINTR)
            return count == 0;
    }
}

static bool draw(const struct bytes *text, struct bytes *drawing, struct fault *fault)
{
    int input, output, status = -1;
    pid_t child;
    bool fine;

    signal(SIGPIPE, SIG_IGN);
    if (!start_dot(&child, &input, &output))
        return fault_set(fault,
                         "cannot start 'dot': %s: install Debian's package graphviz, or ask "
                         "for a .dot file",
                         strerror(errno));
    fine = write_all(input, text);
    close(input);
    fine = read_all(output, drawing) && fine;
    close(output);
    waitpid(child, &status, 0);
    if (fine && WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    return fault_set(fault, "dot did not draw it: see what it said");
}

static int put(const char *output, const struct bytes *bytes)
{
    struct fault fault;

    if (output != NULL)
        return file_write(output, bytes, &fault) ? COMMAND_DONE : usage_fail("%s", fault.text);
    fwrite(bytes->data, 1, bytes->size, stdout);
    return usage_flush();
}

static int graph(const struct audit *audit, const char *output)
{
    struct bytes text = describe(audit), drawing = {0};
    struct fault fault;
    int status;

    if (output != NULL && ends_in(output, ".dot"))
        status = put(output, &text);
    else if (draw(&text, &drawing, &fault))
        status = put(output, &drawing);
    else
        status = usage_fail("%s", fault.text);
    bytes_release(&text);
    bytes_release(&drawing);
    return status;
}

static int graph_of(const char *path, const char *output)
{
    struct planned planned;
    struct audit audit;
    struct fault fault;
    int status;

    if (!planned_open(&planned, path))
        return COMMAND_BAD_SYSTEM;
    if (audit_make(&audit, planned.plan, planned.plan_size, planned.tree, &fault)) {
        status = graph(&audit, output);
        audit_release(&audit);
    } else {
        status = usage_fail("%s", fault.text);
    }
    planned_close(&planned);
    return status;
}

int command_graph(int count, char **arguments)
{
    static const struct option known[] = {{"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
    const char *output = NULL;
    int option;

    while ((option = getopt_long(count, arguments, "o:h", known, NULL)) != -1) {
        if (option == 'o') {
            output = optarg;
        } else if (option == 'h') {
            fputs(USAGE, stdout);
            return COMMAND_DONE;
        } else {
            return usage_show(USAGE);
        }
    }
    if (output != NULL && !ends_in(output, ".svg") && !ends_in(output, ".dot"))
        return usage_refuse("graph", USAGE, "%s: its name must end in .svg or .dot", output);
    if (optind + 1 != count)
        return usage_refuse("graph", USAGE,
                            optind < count ? "one system at a time" : "which manifest or image?");
    return graph_of(arguments[optind], output);
}
