/* SPDX-License-Identifier: BSD-2-Clause */
/* A core's EL2 registers at boot: what traps, what runs below, and nothing left of earlier use. */
#pragma once

#include "kernel/lib/types.h"

/* Panics if the machine lacks what the kernel is built on. Exceptions go to `vectors`. FP and SIMD
 * are left usable until cpu_end_boot(): libraries that only booting uses were built with them. */
void cpu_init(const void *vectors);

/* From here on floating point traps, so that it can be switched lazily. */
void cpu_end_boot(void);
