/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How the kernel stops: CHECK for our own bugs, panic for a machine it cannot boot on.
 *
 * Neither ever judges what a user, a guest or an image hands over. A CHECK is compiled into every
 * build and has no side effect; ASSERT_DEBUG costs too much for release builds.
 */
#pragma once

#include "kernel/lib/types.h"

NO_RETURN void panic(const char *format, ...) __attribute__((format(printf, 1, 2)));
NO_RETURN void check_failed(const char *what, const char *file, int line);

/* Stops this core for good, all interrupts masked. The arch floor's part in this. */
NO_RETURN void halt(void);

#define CHECK(condition)                                  \
    do {                                                  \
        if (UNLIKELY(!(condition))) {                     \
            check_failed(#condition, __FILE__, __LINE__); \
        }                                                 \
    } while (0)

#define ASSERT_DEBUG(condition) \
    do {                        \
        if (BUILD_DEBUG) {      \
            CHECK(condition);   \
        }                       \
    } while (0)
