/* SPDX-License-Identifier: BSD-2-Clause */
/* Debug system calls: in debug builds only, and never for a thread with a vCPU. */
#pragma once

#include "kernel/model/thread.h"

/* False if x7 names no debug system call, or the kernel was built without them. */
MUST_USE bool debug_syscall(struct thread *thread);
