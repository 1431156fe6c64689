/* SPDX-License-Identifier: BSD-2-Clause */
/* System calls: numbers and registers as abi/sel4/syscalls.h and messages.h have them. */
#pragma once

#include "kernel/model/thread.h"

/* The current thread's system call. Its restart pc is at the trap, its pc behind it. */
void syscall_handle(struct thread *thread);
