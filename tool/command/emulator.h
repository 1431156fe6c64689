/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * QEMU as a board, with its serial ports as sockets of ours: started, asked whether it lives, and
 * always ended by its process id. Stands on boards/qemu and POSIX; opens no network port.
 */
#ifndef TOOL_COMMAND_EMULATOR_H
#define TOOL_COMMAND_EMULATOR_H

#include <stdbool.h>
#include <sys/types.h>

#include "tool/image/bytes.h"

#define EMULATOR_UART_MAX 8

struct emulator_options {
    const char *script; /* boards/qemu */
    const char *board;
    const char *image;
    unsigned uarts; /* a bit each serial port that is wanted; the others lead nowhere */
    bool debugger;  /* waits for gdb at port 1234 */
    char **more;    /* arguments for QEMU, up to a NULL */
};

struct emulator {
    pid_t pid;                    /* 0: none runs */
    int uarts[EMULATOR_UART_MAX]; /* our ends, which never block; -1: not wanted */
    int monitor;                  /* QEMU's own commands; -1: none */
    int status;                   /* once it ended: as a shell tells it, 128 and the signal */
};

bool emulator_start(struct emulator *emulator, const struct emulator_options *options,
                    struct fault *fault);

/* True once it ended by itself: then nothing of it is left, and `status` is known. */
bool emulator_has_ended(struct emulator *emulator);

/* Asks it to end, and makes it; returns once it is gone. Closes our ends. */
void emulator_end(struct emulator *emulator);

#endif
