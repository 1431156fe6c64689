/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The boards there are: each a file boards/NAME.conf of the tree and a device tree that was built.
 * Stands on tool/command/tree.
 */
#ifndef TOOL_COMMAND_BOARD_LIST_H
#define TOOL_COMMAND_BOARD_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct board_list {
    char **names; /* in alphabetical order, NULL behind the last */
    size_t count;
};

void board_list_read(struct board_list *list);
void board_list_release(struct board_list *list);
bool board_list_has(const struct board_list *list, const char *name);

/* The board's sentence about itself; "" if it has none. For free(). */
char *board_list_describe(const char *name);

/* The name of the board whose device tree is these bytes, or NULL. `list` keeps it. */
const char *board_list_find(const struct board_list *list, const void *tree, size_t size);

#endif
