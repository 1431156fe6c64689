/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds Bulkhead's folder by where this program lies. Stands on the C library and /proc. */
#include "tool/command/tree.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The program is at build/host/bulkhead: three names down. */
#define DEPTH 3

static void find_root(char root[PATH_MAX])
{
    ssize_t length = readlink("/proc/self/exe", root, PATH_MAX - 1);

    if (length < 0) {
        fputs("bulkhead: cannot find its own folder: mount /proc\n", stderr);
        exit(1);
    }
    root[length] = '\0';
    for (unsigned i = 0; i < DEPTH; i++) {
        char *slash = strrchr(root, '/');

        if (slash != NULL)
            *slash = '\0';
    }
}

const char *tree_root(void)
{
    static char root[PATH_MAX];

    if (root[0] == '\0')
        find_root(root);
    return root;
}

struct tree_path tree_path(const char *format, ...)
{
    char here[PATH_MAX], below[PATH_MAX];
    bool inside = getcwd(here, sizeof(here)) != NULL && strcmp(here, tree_root()) == 0;
    struct tree_path path;
    va_list list;
    int length;

    va_start(list, format);
    vsnprintf(below, sizeof(below), format, list);
    va_end(list);
    length = snprintf(path.text, sizeof(path.text), "%s%s%s", inside ? "" : tree_root(),
                      inside ? "" : "/", below);
    if (length < 0 || (size_t)length >= sizeof(path.text)) {
        fprintf(stderr, "bulkhead: %s: its path is too long\n", below);
        exit(1);
    }
    return path;
}
