/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Deleting capabilities: one, or all that were derived from one. Both stop when an interrupt is
 * pending and go on where they were when called again; what is half deleted is a zombie, a
 * capability nobody can invoke, but anybody who may delete or move its slot can.
 */
#pragma once

#include "kernel/cap/cap.h"

/* Empties the slot. False if interrupted: call again. */
MUST_USE bool cap_delete(struct slot *slot);

/* Deletes everything derived from the slot's capability. False if interrupted: call again. */
MUST_USE bool cap_revoke(struct slot *slot);
