/* SPDX-License-Identifier: BSD-2-Clause */
/* What deleting a capability means to its object: declared here, because objects stand above. */
#pragma once

#include "kernel/model/cap.h"

/*
 * Undoes what this one capability did (a frame's mapping), and, if it is the last one, what the
 * object does (a thread runs, an endpoint has waiters). The capability is still in its slot.
 *
 * False: an interrupt came in between. Something was done, the object is consistent, and the
 * capability stays: call again. Cannot fail otherwise. Implemented in invoke/finalise.c.
 */
MUST_USE bool object_finalise(struct cap cap, bool last);
