/* SPDX-License-Identifier: BSD-2-Clause */
/* The last steps of making a plan. Not for others than tool/plan. */
#ifndef TOOL_PLAN_FINISH_H
#define TOOL_PLAN_FINISH_H

#include "tool/plan/builder.h"

/* The objects of a plan in their order. One object of the builder becomes several records where it
 * lies in several untypeds: these follow each other. */
struct packing {
    struct bytes records; /* struct plan_object; parent is an index of this, name is 0 */
    struct bytes names;   /* const char *, one each record */
    struct bytes ranges;  /* struct plan_range, one each component */
};

/* Page tables and maps of an address space, as records. */
void tables_add(struct builder *builder, struct space *space);

/* Places all files; `out` becomes the files part. */
void files_place(struct builder *builder, struct bytes *out);

/* Gives every component its untypeds and every object its record. */
void pack_objects(struct builder *builder, struct packing *packing);
void packing_release(struct packing *packing);

#endif
