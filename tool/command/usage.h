/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What subcommands say when they cannot go on. Stands on the C library.
 */
#ifndef TOOL_COMMAND_USAGE_H
#define TOOL_COMMAND_USAGE_H

#include <stdio.h>

#include "tool/command/command.h"

/* "bulkhead NAME: ..." and the usage, on standard error. Always COMMAND_BAD_USAGE. */
int usage_refuse(const char *name, const char *usage, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The usage alone, when getopt_long() said what is wrong. Always COMMAND_BAD_USAGE. */
int usage_show(const char *usage);

/* "bulkhead: ..." on standard error. Always COMMAND_BAD_SYSTEM. */
int usage_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Standard output is written out; COMMAND_BAD_SYSTEM, and said so, if it did not take all. */
int usage_flush(void);

#endif
