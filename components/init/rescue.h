/* SPDX-License-Identifier: BSD-2-Clause */
/* The last sentence of an init that cannot go on, wherever it stopped. */
#pragma once

#include <stdbool.h>
#include <sel4/sel4.h>

/* Sets up the board's UART if there is no log, and unmakes everything else for it. False: it
 * cannot, and nothing will be said. */
bool rescue_log(const seL4_BootInfo *bootinfo);
