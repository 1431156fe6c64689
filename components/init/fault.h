/* SPDX-License-Identifier: BSD-2-Clause */
/* Tells a component's fault: what happened, where, and the thread's registers. */
#pragma once

#include "components/init/init.h"

/* `info` is the fault message, whose words are in the IPC buffer. The thread stays stopped. */
void fault_report(const struct init *init, uint32_t component, uint32_t thread,
                  seL4_MessageInfo_t info);
