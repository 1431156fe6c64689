/* SPDX-License-Identifier: BSD-2-Clause */
/* Restarts: the policy, its limit, and the pause before. */
#include "libs/plan/restart.h"

/* Counts what its limit counts. */
static bool is_wanted(const struct plan_component *component, struct restart *restart,
                      enum init_end how)
{
    if (component->restart != PLAN_RESTART_ON_FAILURE)
        return component->restart == PLAN_RESTART_ALWAYS;
    if (how == INIT_END_POWER_OFF ||
        (component->restart_limit != 0 && restart->failures == component->restart_limit))
        return false;
    restart->failures++;
    return true;
}

static uint64_t choose_pause(struct restart *restart, uint64_t used_us)
{
    if (used_us >= RESTART_BRIEF_US) {
        restart->brief = 0;
        return 0;
    }
    if (restart->brief <= RESTART_DOUBLED)
        restart->brief++;
    return RESTART_PAUSE_US << (restart->brief - 1);
}

bool restart_after(const struct plan_component *component, struct restart *restart,
                   enum init_end how, uint64_t used_us, uint64_t *pause_us)
{
    bool wanted = is_wanted(component, restart, how);

    *pause_us = wanted ? choose_pause(restart, used_us) : 0;
    return wanted;
}
