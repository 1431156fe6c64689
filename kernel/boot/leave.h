/* SPDX-License-Identifier: BSD-2-Clause */
/* The end of booting, and what of it stays: the first core and its idle thread. */
#pragma once

#include "kernel/model/core.h"
#include "kernel/model/thread.h"

extern struct core first_core;
extern struct thread first_idle;

/* Drops all that only booting needed, this floor's code included, and runs `first`. */
NO_RETURN void boot_leave(struct thread *first);
