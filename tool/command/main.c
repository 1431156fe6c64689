/* SPDX-License-Identifier: BSD-2-Clause */
/* bulkhead: finds the subcommand and hands over. */
#include <stdio.h>
#include <string.h>

#include "tool/command/command.h"
#include "tool/manifest/nearest.h"

static const struct command commands[] = {
    {"build", "make the boot image of a system", command_build},
};

#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

static void print_usage(FILE *stream)
{
    fputs("usage: bulkhead COMMAND [ARGUMENT]...\n\n", stream);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        fprintf(stream, "  %-10s%s\n", commands[i].name, commands[i].help);
    fputs("\nbulkhead COMMAND --help tells more. Exit status: 0, 1 for a bad system, 2 for bad "
          "usage.\n",
          stream);
}

static int unknown(const char *name)
{
    struct nearest nearest = {.text = name};

    for (size_t i = 0; i < COMMAND_COUNT; i++)
        nearest_offer(&nearest, commands[i].name);
    fprintf(stderr, "bulkhead: there is no command '%s'", name);
    if (nearest.word != NULL)
        fprintf(stderr, ": did you mean '%s'?\n", nearest.word);
    else
        fputs(": bulkhead --help lists them\n", stderr);
    return COMMAND_BAD_USAGE;
}

int main(int count, char **arguments)
{
    if (count < 2) {
        print_usage(stderr);
        return COMMAND_BAD_USAGE;
    }
    if (strcmp(arguments[1], "--help") == 0 || strcmp(arguments[1], "-h") == 0) {
        print_usage(stdout);
        return COMMAND_DONE;
    }
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(arguments[1], commands[i].name) == 0)
            return commands[i].run(count - 1, arguments + 1);
    }
    return unknown(arguments[1]);
}
