/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Clearing memory: a block at a time by DC ZVA where the machine allows it.
 *
 * Start and size are multiples of 16. Only for ordinary memory in the kernel's window.
 */
#pragma once

#include "kernel/lib/types.h"

/* Before the others, once. */
void zero_init(void);

void zero_memory(void *start, uint64_t size);

/* The same, and the zeros reach memory: who reads it with caches off sees them. */
void zero_and_clean(void *start, uint64_t size);
