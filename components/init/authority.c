/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Gives authority up by deleting capabilities: nobody else has them. What remains is what README.md
 * lists.
 */
#include "components/init/authority.h"
#include "components/init/words.h"
#include "libs/sel4/text.h"

static void delete_region(seL4_SlotRegion region)
{
    for (seL4_CPtr slot = region.start; slot < region.end; slot++)
        init_delete(slot);
}

/* Kept: of each core that has a component's time, or init's own, which is not set yet. */
static void delete_controls(const struct init *init, seL4_SlotRegion controls)
{
    const struct plan_budget *budgets = plan_budgets(init->plan);
    uint64_t used = UINT64_C(1) << init->plan->core;

    for (uint32_t i = 0; i < plan_count(init->plan, PLAN_BUDGETS); i++)
        used |= UINT64_C(1) << budgets[i].core;
    for (seL4_Word core = 0; core < controls.end - controls.start; core++) {
        if (core >= PLAN_CORE_MAX || !(used >> core & 1))
            init_delete(controls.start + core);
    }
}

/* The regions are copied first: the last to go is the page that tells them. */
void authority_give_up(const struct init *init, const seL4_BootInfo *bootinfo)
{
    seL4_SlotRegion untyped = bootinfo->untyped, tree = bootinfo->extraBIPages;
    seL4_SlotRegion controls = bootinfo->schedcontrol;

    init_delete(seL4_CapIRQControl);
    init_delete(seL4_CapASIDControl);
    init_delete(seL4_CapDomain);
    init_delete(seL4_CapSMMUSIDControl);
    init_delete(seL4_CapSMMUCBControl);
    if (init->plan->board_off == PLAN_BOARD_OFF_NEVER)
        init_delete(seL4_CapSMC);
    delete_region(untyped);
    delete_region(tree);
    delete_controls(init, controls);
    init_delete(seL4_CapBootInfoFrame);
}

bool authority_settle(const struct init *init)
{
    const struct plan_header *plan = init->plan;
    seL4_Error error = seL4_TCB_BindNotification(seL4_CapInitThreadTCB,
                                                 init_cap(init, plan->ready, 0));

    if (error == seL4_NoError)
        error = seL4_SchedControl_ConfigureFlags(init->sched_control + plan->core,
                                                 seL4_CapInitThreadSC, plan->budget_us,
                                                 plan->period_us, 0, 0, seL4_SchedContext_NoFlag);
    if (error == seL4_NoError)
        error = seL4_TCB_SetPriority(seL4_CapInitThreadTCB, seL4_CapInitThreadTCB, plan->priority);
    return error == seL4_NoError ||
           words_refuse("init's own time or priority cannot be set: %s", sel4_error_text(error));
}
