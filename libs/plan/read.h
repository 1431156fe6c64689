/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading a plan (abi/plan.h): its tables by type. Stands on abi/ alone, on target and host. Only
 * for a plan that plan_check() (check.h) found good: then no index in it leads outside.
 */
#ifndef LIBS_PLAN_READ_H
#define LIBS_PLAN_READ_H

#include <stdbool.h>

#include "abi/plan.h"

static inline const void *plan_table(const struct plan_header *plan, enum plan_table table)
{
    return (const char *)plan + plan->tables[table].offset;
}

static inline uint32_t plan_count(const struct plan_header *plan, enum plan_table table)
{
    return plan->tables[table].count;
}

/* plan_components(), plan_objects() and so on: a table's first record. */
#define PLAN_TABLE_OF(name, table, type)                                         \
    static inline const struct type *plan_##name(const struct plan_header *plan) \
    {                                                                            \
        return (const struct type *)plan_table(plan, table);                     \
    }

PLAN_TABLE_OF(components, PLAN_COMPONENTS, plan_component)
PLAN_TABLE_OF(objects, PLAN_OBJECTS, plan_object)
PLAN_TABLE_OF(maps, PLAN_MAPS, plan_map)
PLAN_TABLE_OF(fills, PLAN_FILLS, plan_fill)
PLAN_TABLE_OF(caps, PLAN_CAPS, plan_cap)
PLAN_TABLE_OF(budgets, PLAN_BUDGETS, plan_budget)
PLAN_TABLE_OF(interrupts, PLAN_INTERRUPTS, plan_interrupt)
PLAN_TABLE_OF(threads, PLAN_THREADS, plan_thread)

#undef PLAN_TABLE_OF

static inline const char *plan_string(const struct plan_header *plan, uint32_t string)
{
    return (const char *)plan_table(plan, PLAN_STRINGS) + string;
}

static inline struct plan_range plan_range(const struct plan_header *plan, uint32_t component,
                                           enum plan_table table)
{
    return plan_components(plan)[component].ranges[PLAN_RANGE(table)];
}

/* A map's slots are its objects' own; otherwise they take copies. */
static inline bool plan_map_is_own(const struct plan_header *plan, const struct plan_map *map)
{
    return map->slot == plan_objects(plan)[map->object].slot + map->index;
}

/* One object takes 2^bits bytes, and lies at a multiple of that. 0 for an interrupt. */
unsigned plan_object_bits(const struct plan_object *object);
static inline uint64_t plan_object_bytes(const struct plan_object *object)
{
    return UINT64_C(1) << plan_object_bits(object);
}

/* What Untyped_Retype calls it; of use for all but an interrupt, which is not made from memory. */
unsigned plan_kernel_type(const struct plan_object *object);

/* The component that has the record, in a table of those with ranges. */
uint32_t plan_owner(const struct plan_header *plan, enum plan_table table, uint32_t record);

/* Whether any component is of that kind. */
bool plan_has_kind(const struct plan_header *plan, enum plan_kind kind);

#endif
