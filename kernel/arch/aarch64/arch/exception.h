/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel's own exceptions: EL2 never takes one on purpose, so each is a bug of ours. */
#pragma once

#include "kernel/lib/types.h"

/* Says what happened and halts the core. May be called on any stack with 1 KiB to spare. */
NO_RETURN void panic_exception(uint64_t esr, uint64_t elr, uint64_t far);
