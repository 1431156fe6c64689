/* SPDX-License-Identifier: BSD-2-Clause */
/* The last sentence of an init whose plan cannot be used. */
#pragma once

#include "components/init/init.h"

/* Where the log is not open yet: opens it on the UART that the board's device tree names. Whatever
 * is missing for that leaves init silent. */
void rescue_log(struct init *init, const seL4_BootInfo *bootinfo);
