/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What must hold of the kernel's objects whenever it is left: checked by debug builds, and by the
 * host's tests after every step. A violation stops the kernel and names what does not hold.
 *
 * Every object is found from the derivation tree (cap/tree.h): a child of the kernel's own anchor
 * is what the first thread was given, and all else was derived from that.
 *
 * All functions need the kernel lock. Nothing here is part of a release build.
 */
#pragma once

#include "kernel/lib/check.h"
#include "kernel/model/cap.h"
#include "kernel/model/core.h"
#include "kernel/model/sched_context.h"
#include "kernel/model/vcpu.h"

#define HOLDS(condition, what)                      \
    do {                                            \
        if (UNLIKELY(!(condition))) {               \
            check_failed(what, __FILE__, __LINE__); \
        }                                           \
    } while (0)

/* After each entry, in a time that the number of refills bounds: the current thread, its
 * scheduling context, the ready queues' bitmaps. */
void invariant_check_core(struct core *core);

/* Everything. Takes as long as there are capabilities. */
void invariant_check_all(void);

/* ---- the parts of invariant_check_all() ---- */

/* How many there are, as seen from both sides. */
struct census {
    uint64_t slots_in_tree, slots_in_containers;
    uint64_t threads_queued, threads_in_ready;
    uint64_t threads_delayed, threads_in_release;
    uint64_t threads_waiting, threads_in_waits; /* on endpoints and notifications */
    uint64_t pools, pools_in_table;
};

/* Links, order, places in memory, rights and badges; the slots of every CNode and thread. */
void invariant_check_tree(struct census *census);

/* The one behind `slot` among its parent's children; NULL if it is the last. */
struct slot *invariant_next_sibling(const struct slot *slot);

/* The next slot of the whole tree, or the first behind the anchor: each in front of its children.
 * NULL behind the last. */
struct slot *invariant_next_slot(const struct slot *slot);

/* One object, once, by any capability to it. */
void invariant_check_object(struct cap cap, struct census *census);

/* Ready and release queues, and what each core holds. */
void invariant_check_cores(struct census *census);

/* Translation tables: every entry stands for a capability. */
void invariant_check_spaces(struct census *census);

/* The refills add up and follow each other in time. */
void invariant_check_refills(struct sched_context *context);
