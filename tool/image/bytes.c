/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files read whole, bytes that grow, errors as sentences.
 * Stands on the C library.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tool/image/bytes.h"

#define FILE_SIZE_MAX (4ll << 30)

bool fault_set(struct fault *fault, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    vsnprintf(fault->text, sizeof(fault->text), format, list);
    va_end(list);
    return false;
}

static bool read_whole(struct file *file, int descriptor, struct fault *fault)
{
    size_t done = 0;

    while (done < file->size) {
        ssize_t count = read(descriptor, file->data + done, file->size - done);

        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return fault_set(fault, "%s: cannot read: %s", file->name, strerror(errno));
        if (count == 0)
            return fault_set(fault, "%s: became shorter while it was read", file->name);
        done += count;
    }
    return true;
}

bool file_read(struct file *file, const char *name, struct fault *fault)
{
    /* A FIFO would keep us waiting for somebody to write to it. */
    int descriptor = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat status;
    bool ok;

    *file = (struct file){.name = name};
    if (descriptor < 0)
        return fault_set(fault, "%s: cannot open: %s", name, strerror(errno));
    if (fstat(descriptor, &status) != 0)
        ok = fault_set(fault, "%s: cannot read: %s", name, strerror(errno));
    else if (!S_ISREG(status.st_mode))
        ok = fault_set(fault, "%s: is not a regular file", name);
    else if (status.st_size > FILE_SIZE_MAX)
        ok = fault_set(fault, "%s: is larger than 4 GiB", name);
    else {
        file->size = status.st_size;
        file->data = malloc(file->size + 1); /* never of no bytes, which may give NULL */
        ok = file->data != NULL ? read_whole(file, descriptor, fault)
                                : fault_set(fault, "%s: does not fit into memory", name);
    }
    close(descriptor);
    return ok;
}

void file_release(struct file *file)
{
    free(file->data);
    file->data = NULL;
    file->size = 0;
}

static bool write_whole(int descriptor, const struct bytes *bytes)
{
    size_t done = 0;

    while (done < bytes->size) {
        ssize_t count = write(descriptor, bytes->data + done, bytes->size - done);

        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return false;
        done += count;
    }
    return true;
}

static bool cannot_write(struct fault *fault, const char *name)
{
    return fault_set(fault, "%s: cannot write: %s", name, strerror(errno));
}

/* A device or a FIFO takes the bytes and stays what it is. Without a reader a FIFO would block. */
static bool write_into(const char *name, const struct bytes *bytes, struct fault *fault)
{
    int descriptor = open(name, O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    bool ok;

    if (descriptor < 0)
        return cannot_write(fault, name);
    ok = fcntl(descriptor, F_SETFL, O_WRONLY) == 0 && write_whole(descriptor, bytes);
    if (!ok)
        cannot_write(fault, name);
    if (close(descriptor) != 0 && ok)
        ok = cannot_write(fault, name);
    return ok;
}

/* What it would have been, had it been made by open(). */
static mode_t file_mode(void)
{
    mode_t mask = umask(0);

    umask(mask);
    return 0666 & ~mask;
}

/* `name` is no link. Beside it, by a name that nobody else has, and moved there when it is
 * whole. */
static bool replace(const char *name, const struct bytes *bytes, struct fault *fault)
{
    char temporary[PATH_MAX];
    int descriptor;
    bool ok;

    if (snprintf(temporary, sizeof(temporary), "%s.XXXXXX", name) >= (int)sizeof(temporary))
        return fault_set(fault, "%s: name is too long", name);
    descriptor = mkostemp(temporary, O_CLOEXEC);
    if (descriptor < 0)
        return cannot_write(fault, name);
    ok = write_whole(descriptor, bytes) && fchmod(descriptor, file_mode()) == 0;
    if (!ok)
        cannot_write(fault, name);
    if ((close(descriptor) != 0 || (ok && rename(temporary, name) != 0)) && ok)
        ok = cannot_write(fault, name);
    if (!ok)
        unlink(temporary);
    return ok;
}

/* What asks us to end waits until the file is whole, or gone. */
static void hold_signals(sigset_t *before)
{
    sigset_t held;

    sigemptyset(&held);
    sigaddset(&held, SIGINT);
    sigaddset(&held, SIGTERM);
    sigaddset(&held, SIGHUP);
    sigaddset(&held, SIGQUIT);
    sigprocmask(SIG_BLOCK, &held, before);
}

bool file_write(const char *name, const struct bytes *bytes, struct fault *fault)
{
    char target[PATH_MAX];
    struct stat status;
    sigset_t before;
    bool ok;

    if (stat(name, &status) == 0 && !S_ISREG(status.st_mode))
        return write_into(name, bytes, fault);
    hold_signals(&before);
    ok = replace(realpath(name, target) != NULL ? target : name, bytes, fault);
    sigprocmask(SIG_SETMASK, &before, NULL);
    return ok;
}

void bytes_add(struct bytes *bytes, const void *data, size_t size)
{
    if (size > bytes->capacity - bytes->size) {
        bytes->capacity = (bytes->size + size) * 3 / 2;
        bytes->data = realloc(bytes->data, bytes->capacity);
        if (bytes->data == NULL) {
            fprintf(stderr, "out of memory\n");
            exit(1);
        }
    }
    if (size == 0)
        return;
    if (data != NULL)
        memcpy(bytes->data + bytes->size, data, size);
    else
        memset(bytes->data + bytes->size, 0, size);
    bytes->size += size;
}

void bytes_align(struct bytes *bytes, size_t alignment)
{
    bytes_add(bytes, NULL, (alignment - bytes->size % alignment) % alignment);
}

void bytes_release(struct bytes *bytes)
{
    free(bytes->data);
    *bytes = (struct bytes){0};
}
