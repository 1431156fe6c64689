/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What init knows: the plan, where its capabilities lie, and how every component is. Stands on
 * libs/plan, libs/rt and the seL4 interface; not for other programs.
 *
 * Slots of init's CNode from the first free one on: the plan's, then a few of its own.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sel4/sel4.h>

#include "abi/init.h"
#include "libs/alloc/supply.h"
#include "libs/plan/check.h"
#include "libs/plan/read.h"
#include "libs/plan/restart.h"

#define INIT_CNODE       seL4_CapInitThreadCNode
#define INIT_CNODE_DEPTH 64
#define INIT_SYSTEM      0u /* the component that outlives the others */

/* Init's own slots, behind the plan's. */
enum init_slot {
    INIT_SLOT_REPLY,    /* to whom init owes an answer */
    INIT_SLOT_DOORBELL, /* the console's, badged as init's log */
    INIT_SLOT_WINDOW,   /* two pages that are mapped for a moment */
    INIT_SLOT_SOURCE,
    INIT_SLOT_PADDING, /* while objects are made from the machine's memory */
    INIT_SLOT_COUNT = INIT_SLOT_PADDING + SUPPLY_PADDING,
};

struct life {
    enum init_state state;
    enum init_end end; /* of its last life */
    uint64_t starts;   /* so far */
    struct restart restart;
    uint64_t pause_us; /* off for this long before it starts again by itself; 0: it does not */
    bool ready;        /* its heirs have their scheduling contexts */
};

struct init {
    const struct plan_header *plan;
    uint64_t files_start; /* physical */
    seL4_CPtr slots;      /* the plan's first */
    seL4_CPtr sched_control;
    uint64_t signals; /* taken from the ready notification, not looked at yet */
    struct life lives[PLAN_COMPONENT_MAX];
};

static inline seL4_CPtr init_own_slot(const struct init *init, unsigned slot)
{
    return init->slots + init->plan->slot_count + slot;
}

/* The capability of one of a record's objects. */
static inline seL4_CPtr init_cap(const struct init *init, uint32_t object, uint32_t index)
{
    return init->slots + plan_objects(init->plan)[object].slot + index;
}

static inline seL4_CPtr init_cap_or_null(const struct init *init, uint32_t object)
{
    return object == PLAN_NONE ? seL4_CapNull : init_cap(init, object, 0);
}

static inline const struct plan_component *init_component(const struct init *init,
                                                          uint32_t component)
{
    return &plan_components(init->plan)[component];
}

static inline const char *init_name(const struct init *init, uint32_t component)
{
    return plan_string(init->plan, init_component(init, component)->name);
}

/* Within init's CNode. Badge 0: a plain copy. */
static inline seL4_Error init_mint(seL4_CPtr to, seL4_CPtr from, seL4_CapRights_t rights,
                                   uint64_t badge)
{
    return seL4_CNode_Mint(INIT_CNODE, to, INIT_CNODE_DEPTH, INIT_CNODE, from, INIT_CNODE_DEPTH,
                           rights, badge);
}

static inline void init_delete(seL4_CPtr slot)
{
    (void)seL4_CNode_Delete(INIT_CNODE, slot, INIT_CNODE_DEPTH);
}
