/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Judges a plan: whether init may replay it and a tool may read it. Stands on abi/ alone, on target
 * and host; allocates nothing. The bytes are outside input: damaged, or made by someone hostile.
 */
#ifndef LIBS_PLAN_CHECK_H
#define LIBS_PLAN_CHECK_H

#include <stdbool.h>

#include "abi/plan.h"

/* Slots and threads that a plan may have at most. */
#define PLAN_SLOT_MAX   65536
#define PLAN_THREAD_MAX 1024

enum plan_fault {
    PLAN_GOOD = 0,
    PLAN_TOO_SHORT,     /* fewer bytes than it says, or not at a multiple of 8 */
    PLAN_UNKNOWN,       /* no plan at all */
    PLAN_OTHER_VERSION, /* made by another version of the tool */
    PLAN_DAMAGED,       /* the checksum is wrong */
    PLAN_BAD_TABLE,     /* a table is not where it belongs */
    PLAN_BAD_RANGE,     /* ranges of components have gaps, overlap or leave the table */
    PLAN_BAD_STRING,    /* not in the table of strings, or without an end */
    PLAN_BAD_VALUE,     /* a number or a flag that means nothing */
    PLAN_BAD_REFERENCE, /* no such object, of another kind, or of another component */
    PLAN_BAD_OWNER,     /* what only the system or only a component may have */
    PLAN_BAD_SLOT,      /* out of range, or used twice */
    PLAN_BAD_ADDRESS,   /* not aligned, out of range, not ascending, or already taken */
    PLAN_BAD_RIGHTS,    /* a badge or rights by which one component could pass for another */
    PLAN_FAULT_COUNT,
};

struct plan_verdict {
    enum plan_fault fault;
    enum plan_table table; /* where: PLAN_TABLE_COUNT for the header */
    uint32_t record;
};

/*
 * PLAN_GOOD: the plan is whole, every reference in it leads to a record of the right kind that its
 * owner may use, and no slot is given twice. Nobody but init can then receive at init's endpoint,
 * and every badge there tells the truth. Otherwise the first fault found.
 */
struct plan_verdict plan_check(const void *plan, size_t available);

/* "objects[3]: no such object, ..." in two parts. */
const char *plan_fault_text(enum plan_fault fault);
const char *plan_table_name(enum plan_table table);

#endif
