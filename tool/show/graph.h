/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A planned system as a drawing, in graphviz's language. Stands on tool/show/audit.
 */
#ifndef TOOL_SHOW_GRAPH_H
#define TOOL_SHOW_GRAPH_H

#include "tool/show/audit.h"

void graph_print(const struct audit *audit, FILE *stream);

#endif
