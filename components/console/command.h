/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys: those for the VM, and commands behind ctrl+]. A part of console.h's logic. */
#pragma once

#include "components/console/console.h"

#define COMMAND_KEY '\035' /* ctrl+] */

/* The VM that gets the keys, and another. */
struct source *console_shown(struct console *console);
void console_show(struct console *console, unsigned vm);

/* A message on a line of its own. */
void console_say(struct console *console, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* One more row of the list under way. */
void command_list_row(struct console *console);
