/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Figures of a component, added up from its plan's records. Stands on tool/show/view.
 */
#ifndef TOOL_SHOW_SUM_H
#define TOOL_SHOW_SUM_H

#include "tool/show/view.h"

#define SUM_CORE_NONE UINT32_MAX

struct sum {
    uint64_t own_bytes;   /* its untypeds: what one life of it is made of */
    uint64_t guest_bytes; /* RAM that a guest has mapped writable, and nobody else */
    uint32_t first_core;  /* of its first thread that has time; SUM_CORE_NONE: none has */
    uint64_t cores;       /* a bit each core its threads run on */
    uint32_t vcpus;
    uint32_t objects[PLAN_TYPE_COUNT]; /* how many, by enum plan_type */
};

struct sum sum_component(const struct view *view, uint32_t component);

/* "core 0", "cores 1, 3"; "no core of its own" for 0. Returns `text`. */
const char *sum_cores_text(uint64_t cores, char *text, size_t size);

/* "VM", "native component", "console". */
const char *sum_kind_name(const struct view *view, uint32_t component);

/* The budget of a scheduling context, or NULL. */
const struct plan_budget *sum_budget(const struct view *view, uint32_t sched_context);

#endif
