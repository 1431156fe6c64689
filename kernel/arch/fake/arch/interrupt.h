/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupts on the host: they wait when the test says so. */
#pragma once

#include <stdbool.h>

bool interrupt_pending(void);
void interrupt_wait(void);
