/* SPDX-License-Identifier: BSD-2-Clause */
/* The subcommands of `bulkhead`. Each is a function like main(); its first argument is its name. */
#ifndef TOOL_COMMAND_COMMAND_H
#define TOOL_COMMAND_COMMAND_H

enum command_status {
    COMMAND_DONE = 0,
    COMMAND_BAD_SYSTEM = 1, /* the manifest, or a file */
    COMMAND_BAD_USAGE = 2,
};

struct command {
    const char *name;
    const char *help; /* one line */
    int (*run)(int count, char **arguments);
};

int command_build(int count, char **arguments);
int command_run(int count, char **arguments);
int command_new(int count, char **arguments);
int command_boards(int count, char **arguments);
int command_check(int count, char **arguments);
int command_explain(int count, char **arguments);
int command_graph(int count, char **arguments);
int command_audit(int count, char **arguments);

#endif
