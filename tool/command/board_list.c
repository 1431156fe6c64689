/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lists boards. Stands on glob() and tool/image/bytes.
 */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/command/board_list.h"
#include "tool/command/tree.h"
#include "tool/image/bytes.h"

void board_list_read(struct board_list *list)
{
    glob_t found;

    *list = (struct board_list){.names = calloc(1, sizeof(char *))};
    if (list->names == NULL)
        abort();
    if (glob(tree_path("boards/*.conf").text, 0, NULL, &found) != 0)
        return;
    list->names = realloc(list->names, (found.gl_pathc + 1) * sizeof(char *));
    if (list->names == NULL)
        abort();
    for (size_t i = 0; i < found.gl_pathc; i++) {
        const char *name = strrchr(found.gl_pathv[i], '/') + 1;

        list->names[list->count++] = strndup(name, strlen(name) - strlen(".conf"));
    }
    list->names[list->count] = NULL;
    globfree(&found);
}

void board_list_release(struct board_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->names[i]);
    free(list->names);
    *list = (struct board_list){0};
}

bool board_list_has(const struct board_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->names[i], name) == 0)
            return true;
    }
    return false;
}

/* The line 'description="..."' of the board's file, which is shell code. */
char *board_list_describe(const char *name)
{
    static const char key[] = "description=\"";
    FILE *stream = fopen(tree_path("boards/%s.conf", name).text, "re");
    char *line = NULL, *found = NULL;
    size_t size = 0;

    while (stream != NULL && found == NULL && getline(&line, &size, stream) >= 0) {
        if (strncmp(line, key, strlen(key)) == 0)
            found = strndup(line + strlen(key), strcspn(line + strlen(key), "\"\n"));
    }
    free(line);
    if (stream != NULL)
        fclose(stream);
    return found != NULL ? found : strdup("");
}

const char *board_list_find(const struct board_list *list, const void *tree, size_t size)
{
    for (size_t i = 0; i < list->count; i++) {
        struct fault fault;
        struct file file;
        bool same;

        if (!file_read(&file, tree_path("build/boards/%s.dtb", list->names[i]).text, &fault))
            continue;
        same = file.size == size && memcmp(file.data, tree, size) == 0;
        file_release(&file);
        if (same)
            return list->names[i];
    }
    return NULL;
}
