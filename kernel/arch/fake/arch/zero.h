/* SPDX-License-Identifier: BSD-2-Clause */
/* Clearing memory on the host. Start and size are multiples of 16, as on the board. */
#pragma once

#include "kernel/lib/types.h"

void zero_memory(void *start, uint64_t size);
void zero_and_clean(void *start, uint64_t size);
