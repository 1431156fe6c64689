/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel's floors below boot, for this machine: panics are caught, devices are made up. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "kernel/boot/board.h"

/* Runs `statement`; `panicked` says whether it ended in panic(), with the words in `message`. */
extern jmp_buf panic_return;
extern char panic_message[256];

#define CATCH_PANIC(panicked, statement) \
    do {                                 \
        panic_message[0] = '\0';         \
        if (setjmp(panic_return) == 0) { \
            statement;                   \
            (panicked) = false;          \
        } else {                         \
            (panicked) = true;           \
        }                                \
    } while (0)

#define ASSERT_PANICS(words, statement)                \
    do {                                               \
        bool caught;                                   \
        CATCH_PANIC(caught, statement);                \
        assert_true(caught);                           \
        assert_non_null(strstr(panic_message, words)); \
    } while (0)
