/* SPDX-License-Identifier: BSD-2-Clause */
/* Saved registers: the board's own layout, which is plain C. */
#pragma once

#include "kernel/arch/aarch64/arch/context.h"
