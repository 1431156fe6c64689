/* SPDX-License-Identifier: BSD-2-Clause */
/* A small plan with one record of every kind that means something, to be spoiled by tests. */
#pragma once

#include "libs/plan/check.h"
#include "libs/plan/read.h"

enum small_object {
    SMALL_ENDPOINT,
    SMALL_READY,
    SMALL_NOTIFICATION,
    SMALL_OTHER, /* another notification */
    SMALL_TABLE, /* a page table of init's */
    SMALL_INTERRUPT,
    SMALL_DEVICE,
    SMALL_FILE,
    SMALL_END, /* region of a channel */
    SMALL_SYSTEM_COUNT,
    SMALL_UNTYPED = SMALL_SYSTEM_COUNT,
    SMALL_VSPACE,
    SMALL_TABLES,
    SMALL_PAGES,
    SMALL_LARGE,
    SMALL_CNODE,
    SMALL_TCB,
    SMALL_HEIR,
    SMALL_TIME,
    SMALL_LENT,
    SMALL_VCPU,
    SMALL_OBJECT_COUNT,
    SMALL_SECOND = SMALL_OBJECT_COUNT, /* untyped of component 2 */
    SMALL_CONSOLE_CNODE,
    SMALL_ALL_COUNT,
};

enum small_map {
    SMALL_MAP_INIT_TABLE,
    SMALL_MAP_INIT_DEVICE,
    SMALL_MAP_TABLE,
    SMALL_MAP_FILE,
    SMALL_MAP_PAGES,
    SMALL_MAP_LARGE,
    SMALL_MAP_END,
    SMALL_MAP_COUNT,
};

enum small_cap {
    SMALL_CAP_INIT,
    SMALL_CAP_READY,
    SMALL_CAP_NOTIFICATION,
    SMALL_CAP_BELL,
    SMALL_CAP_CONSOLE,
    SMALL_CAP_COUNT,
};

struct small {
    struct plan_header header;
    struct plan_component components[3]; /* system, a VM, a console */
    struct plan_object objects[SMALL_ALL_COUNT];
    struct plan_map maps[SMALL_MAP_COUNT];
    struct plan_fill fills[1];
    struct plan_cap caps[SMALL_CAP_COUNT];
    struct plan_budget budgets[2];
    struct plan_interrupt interrupts[1];
    struct plan_thread threads[2];
    char strings[16];
};

/* A good one. */
void small_make(struct small *small);
/* Corrects the checksum after a change. */
void small_sum(struct small *small);
