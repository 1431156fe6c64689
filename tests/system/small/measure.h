/* SPDX-License-Identifier: BSD-2-Clause */
/* A guest's own share of its core's time, and that of the native program it may read the rounds
 * of. */
#ifndef TESTS_SYSTEM_SMALL_MEASURE_H
#define TESTS_SYSTEM_SMALL_MEASURE_H

#include "tests/system/small/share.h"
#include "tests/system/small/small.h"

/* Finds out how long a round takes that nothing interrupts. */
void measure_begin(void);
/* Spins through a window of the board's time, in milliseconds, and prints both shares in
 * millionths. */
void measure_window(const char *name, uint64_t from, uint64_t to);

#endif
