/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Starts the other cores, by PSCI.
 * Stands on the machine and struct handover.
 */
#ifndef LOADER_CORES_H
#define LOADER_CORES_H

#include "loader/machine.h"

/* How many of `wanted` cores there will be: no more than the device tree has. */
unsigned cores_available(const struct machine *machine, unsigned wanted);

/*
 * Starts cores until `count` run, this one included, and waits until all others are about to
 * enter the kernel. The hand-over is complete. Stops with a sentence if a core does not come.
 */
void cores_start(const struct machine *machine, unsigned count);

#endif
