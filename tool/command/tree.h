/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where Bulkhead's own files are: relative to this program, build/host/bulkhead, so that it can be
 * called from anywhere. Stands on the C library.
 */
#ifndef TOOL_COMMAND_TREE_H
#define TOOL_COMMAND_TREE_H

#include <limits.h>

struct tree_path {
    char text[PATH_MAX];
};

/* The folder that holds build/, boards/ and all the rest; found once. Ends the program if it cannot
 * be found. */
const char *tree_root(void);

/* A path below it, as short as can be: relative when the program runs in that folder. */
struct tree_path tree_path(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
