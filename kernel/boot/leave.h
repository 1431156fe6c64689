/* SPDX-License-Identifier: BSD-2-Clause */
/* The end of booting, and what of it stays: the cores and their idle threads. */
#pragma once

#include "kernel/model/core.h"

extern struct core boot_cores[CORE_MAX];
extern struct thread boot_idle[CORE_MAX];

/* Drops all that only booting needed, this floor's code included, once `core_count` - 1 others have
 * left it; then runs `first`. */
NO_RETURN void boot_leave(struct thread *first, unsigned core_count);

/* Any other core: waits for work. */
NO_RETURN void boot_leave_idle(struct core *core);
