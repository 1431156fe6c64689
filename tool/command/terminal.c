/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stands on termios.
 */
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "tool/command/terminal.h"

static struct termios before;
static bool taken;

void terminal_give_back(void)
{
    if (taken)
        tcsetattr(STDIN_FILENO, TCSANOW, &before);
    taken = false;
}

bool terminal_take(void)
{
    struct termios raw;

    /* In the background it is somebody else's: touching it would stop us. */
    if (!isatty(STDIN_FILENO) || tcgetpgrp(STDIN_FILENO) != getpgrp() ||
        tcgetattr(STDIN_FILENO, &before) != 0)
        return false;
    raw = before;
    cfmakeraw(&raw);
    raw.c_oflag |= OPOST | ONLCR; /* not all that writes to a console sends a carriage return */
    atexit(terminal_give_back);
    taken = tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
    return taken;
}
