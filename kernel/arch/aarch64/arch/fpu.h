/* SPDX-License-Identifier: BSD-2-Clause */
/* Moving all FP and SIMD registers; the FPU must not trap at EL2. */
#pragma once

#include "arch/context.h"

void fpu_save(struct fpu_state *state);
void fpu_load(const struct fpu_state *state);
