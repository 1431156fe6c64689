/* SPDX-License-Identifier: BSD-2-Clause */
/* Where init's sentences go: a UART of its own, then, where the plan says so, a channel to the
 * console component. Before there is either, they wait in libs/rt. */
#pragma once

#include "components/init/init.h"

/* The UART as the system's maps put it into init's address space. False after a sentence. */
bool log_open(const struct init *init);

/* Whether there is a UART that shows at once what is said. */
bool log_is_open(void);

/* Components start: gives up the UART unless it stays init's, and opens the channel. */
bool log_hand_over(const struct init *init);

/* The console rang: sends what waits. */
void log_pump(void);

/* Returns when everything was taken by the console, or does not seem to be wanted. */
void log_drain(void);
