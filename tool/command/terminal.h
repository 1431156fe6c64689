/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The terminal at standard input, made a plain wire and given back as it was. Stands on termios.
 */
#ifndef TOOL_COMMAND_TERMINAL_H
#define TOOL_COMMAND_TERMINAL_H

#include <stdbool.h>

/* True if standard input is a terminal that is ours to read; then it passes every key on. */
bool terminal_take(void);

/* As it was before terminal_take(); also done at exit. May be called at any time. */
void terminal_give_back(void);

#endif
