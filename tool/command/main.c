/* SPDX-License-Identifier: BSD-2-Clause */
/* bulkhead: finds the subcommand and hands over. */
#include <stdio.h>
#include <string.h>

#include "tool/command/command.h"
#include "tool/command/usage.h"
#include "tool/command/version.h"
#include "tool/manifest/nearest.h"

static int help(int count, char **arguments);

static const struct command commands[] = {
    {"new", "start a system of your own: a commented manifest", command_new},
    {"boards", "list the boards and what they have", command_boards},
    {"check", "tell what is wrong with a system", command_check},
    {"build", "make the boot image of a system", command_build},
    {"run", "boot a system on an emulated board, at this terminal", command_run},
    {"explain", "tell what was derived from a manifest, and from what", command_explain},
    {"graph", "draw a system: who can reach what", command_graph},
    {"audit", "tell what components share, and where information could flow", command_audit},
    {"help", "tell about a command", help},
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

static const struct command *find(const char *name)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    }
    return NULL;
}

/* A command tells about itself. */
static int help(int count, char **arguments)
{
    const struct command *command = count > 1 ? find(arguments[1]) : NULL;
    char option[] = "--help";
    char *asked[] = {count > 1 ? arguments[1] : NULL, option, NULL};

    if (count > 2)
        return usage_refuse("help", "usage: bulkhead help [COMMAND]\n", "one command at a time");
    if (count > 1 && command == NULL)
        return unknown(arguments[1]);
    if (command != NULL && command->run != help)
        return command->run(2, asked);
    print_usage(stdout);
    return COMMAND_DONE;
}

static int run(int count, char **arguments)
{
    const struct command *command;

    if (count < 2) {
        print_usage(stderr);
        return COMMAND_BAD_USAGE;
    }
    if (strcmp(arguments[1], "--help") == 0 || strcmp(arguments[1], "-h") == 0) {
        print_usage(stdout);
        return COMMAND_DONE;
    }
    if (strcmp(arguments[1], "--version") == 0) {
        version_print(stdout);
        return COMMAND_DONE;
    }
    command = find(arguments[1]);
    return command != NULL ? command->run(count - 1, arguments + 1) : unknown(arguments[1]);
}

/* Who says that all is well has been heard. */
int main(int count, char **arguments)
{
    int status = run(count, arguments);
    int flushed = usage_flush();

    return status == COMMAND_DONE ? flushed : status;
}
