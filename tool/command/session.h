/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One run of a system on an emulated board at this terminal: consoles shown and logged, keys passed
 * on, a text waited for, time limited. Stands on tool/command/emulator, screen, until, terminal.
 */
#ifndef TOOL_COMMAND_SESSION_H
#define TOOL_COMMAND_SESSION_H

#include <limits.h>

#include "tool/command/emulator.h"

#define SESSION_NO_LOG    UINT_MAX
#define SESSION_TIMED_OUT 124

struct session_options {
    struct emulator_options emulator; /* `uarts` is set by the session */
    unsigned console;                 /* number of the UART that is shown as it is, with the keys */
    unsigned log;                     /* of the one shown in marked lines, or SESSION_NO_LOG */
    const char *until;                /* ends when this appears on either; NULL: nothing does */
    double timeout;                   /* seconds; 0: no limit */
    const char *log_file;             /* both consoles, without colours; or NULL */
};

/*
 * Returns the exit status: 0 when the text appeared, or without one when the emulator ended well or
 * was left by Ctrl-A x; 1 when the text did not appear before the end; SESSION_TIMED_OUT; 128 and
 * the number of the signal that ended us; else the emulator's own. Nothing runs any more then, and
 * the terminal is as before.
 */
int session_run(const struct session_options *options);

#endif
