/* SPDX-License-Identifier: BSD-2-Clause */
/* The TCB invocations that hand a thread its spaces, buffer, handlers, priorities and time. */
#pragma once

#include "kernel/invoke/request.h"

/* Configure, SetSpace, SetIPCBuffer. */
enum outcome thread_configure(struct request *request);

/* SetPriority, SetMCPriority, SetSchedParams, SetTimeoutEndpoint. */
enum outcome thread_schedule(struct request *request);
