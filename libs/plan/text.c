/* SPDX-License-Identifier: BSD-2-Clause */
/* Words for what plan_check() found. */
#include "libs/plan/check.h"

const char *plan_fault_text(enum plan_fault fault)
{
    static const char *const texts[PLAN_FAULT_COUNT] = {
        [PLAN_GOOD] = "good",
        [PLAN_TOO_SHORT] = "cut short",
        [PLAN_UNKNOWN] = "no plan",
        [PLAN_OTHER_VERSION] = "of another version",
        [PLAN_DAMAGED] = "damaged: its checksum is wrong",
        [PLAN_BAD_TABLE] = "a table is not where it belongs",
        [PLAN_BAD_RANGE] = "the components' records have gaps or overlap",
        [PLAN_BAD_STRING] = "a string that is not there",
        [PLAN_BAD_VALUE] = "a value that means nothing",
        [PLAN_BAD_REFERENCE] = "an object that is not there, of another kind, or of others",
        [PLAN_BAD_OWNER] = "what its owner may not have",
        [PLAN_BAD_SLOT] = "a slot that is taken, or not there",
        [PLAN_BAD_ADDRESS] = "an address that is taken, or cannot be",
        [PLAN_BAD_RIGHTS] = "rights or a badge that its owner may not have",
    };

    return texts[fault];
}

const char *plan_table_name(enum plan_table table)
{
    static const char *const names[PLAN_TABLE_COUNT + 1] = {
        "components", "objects",    "maps",    "fills",   "caps",
        "budgets",    "interrupts", "threads", "strings", "header",
    };

    return names[table];
}
