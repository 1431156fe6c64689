/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every value of a system that its manifest does not spell out, and where it came from: what the
 * planner says of its choices, and what the plan's records add up to. Stands on tool/show/view,
 * sum.
 */
#ifndef TOOL_SHOW_EXPLAIN_H
#define TOOL_SHOW_EXPLAIN_H

#include <stdio.h>

#include "tool/plan/plan.h"
#include "tool/show/view.h"

/* `facts` may be none: then what the records tell is all there is. */
void explain_print(const struct view *view, const struct plan_fact *facts, size_t fact_count,
                   FILE *stream);

#endif
