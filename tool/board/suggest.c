/* SPDX-License-Identifier: BSD-2-Clause */
/* Which device of a board someone may have meant. Stands on libfdt. */
#include <libfdt.h>
#include <string.h>

#include "tool/board/board.h"
#include "tool/manifest/nearest.h"

static void offer_aliases(const void *tree, struct nearest *nearest)
{
    int aliases = fdt_path_offset(tree, "/aliases"), property;

    if (aliases < 0)
        return;
    fdt_for_each_property_offset(property, tree, aliases)
    {
        const char *name;

        if (fdt_getprop_by_offset(tree, property, &name, NULL) != NULL)
            nearest_offer(nearest, name);
    }
}

/* By the last part of their paths, which is what gets misspelt; `*node` is the nearest. */
static void offer_nodes(const void *tree, struct nearest *nearest, int *node)
{
    for (int at = fdt_next_node(tree, -1, NULL); at >= 0; at = fdt_next_node(tree, at, NULL)) {
        const char *before = nearest->word, *name = fdt_get_name(tree, at, NULL);

        if (name == NULL || fdt_getprop(tree, at, "reg", NULL) == NULL)
            continue;
        nearest_offer(nearest, name);
        if (nearest->word != before)
            *node = at;
    }
}

const char *board_nearest(const struct board *board, const char *text)
{
    static char path[BOARD_PATH_MAX];
    const void *tree = board->tree.data;
    const char *last = strrchr(text, '/');
    struct nearest aliases = {.text = text}, nodes = {.text = last == NULL ? text : last + 1};
    int node = -1;

    if (last == NULL)
        offer_aliases(tree, &aliases);
    if (aliases.word != NULL)
        return aliases.word;
    offer_nodes(tree, &nodes, &node);
    if (node < 0 || fdt_get_path(tree, node, path, sizeof(path)) != 0)
        return NULL;
    return path;
}
