/* SPDX-License-Identifier: BSD-2-Clause */
/* An interrupt line to pull: the console's UART, whose transmitter is empty whenever asked. */
#pragma once

#include "tests/kernel/harness/job.h"

/* The line is up, and down. It stays where it is put. */
void line_raise(void);
void line_lower(void);

seL4_Word line_irq(void);
/* A handler for the line in a new slot, its interrupt signalling `notification` (0: nothing). The
 * line is down. */
seL4_CPtr line_handler(seL4_CPtr notification);
