/* SPDX-License-Identifier: BSD-2-Clause */
/* Which Bulkhead this is, and what it agrees with. Stands on the C library. */
#ifndef TOOL_COMMAND_VERSION_H
#define TOOL_COMMAND_VERSION_H

#include <stdio.h>

void version_print(FILE *stream);

#endif
