/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a component's restart policy (abi/plan.h) says about an end (abi/init.h): whether it starts
 * again, and when. Stands on abi/ alone.
 *
 * What ends at once starts again after a pause, twice as long each time, so that nobody's time is
 * spent on it for ever.
 */
#ifndef LIBS_PLAN_RESTART_H
#define LIBS_PLAN_RESTART_H

#include <stdbool.h>

#include "abi/init.h"
#include "abi/plan.h"

#define RESTART_BRIEF_US UINT64_C(100000) /* a life that used less of its time ended at once */
#define RESTART_PAUSE_US UINT64_C(100000) /* after the first such */
#define RESTART_DOUBLED  6u               /* times, most */

/* What was counted so far. All 0: nothing. */
struct restart {
    uint32_t failures; /* restarts that its limit counts */
    unsigned brief;    /* lives in a row that ended at once */
};

/* After a life that used so much of its time. `*pause_us`: how long it stays off then; 0 if the
 * answer is no. */
bool restart_after(const struct plan_component *component, struct restart *restart,
                   enum init_end how, uint64_t used_us, uint64_t *pause_us);

#endif
