/* SPDX-License-Identifier: BSD-2-Clause */
/* The last sentence of an init that cannot go on, wherever it stopped. */
#pragma once

#include <sel4/sel4.h>

/* Sets up the board's UART if there is no log yet, and unmakes everything else for it. If that fails,
 * nothing is said. */
void rescue_log(const seL4_BootInfo *bootinfo);
