/* SPDX-License-Identifier: BSD-2-Clause */
/* A plan's tables, as init sees them, and the properties that every plan has. */
#ifndef TESTS_UNIT_PLAN_VIEW_H
#define TESTS_UNIT_PLAN_VIEW_H

#include "tests/unit/plan/support.h"

struct view {
    const struct plan_header *header;
    const struct plan_component *components;
    const struct plan_object *objects;
    const struct plan_map *maps;
    const struct plan_fill *fills;
    const struct plan_cap *caps;
    const struct plan_budget *budgets;
    const struct plan_interrupt *interrupts;
    const struct plan_thread *threads;
    const char *strings;
    const struct bytes *files;
};

/* Checks the header, the tables' places and the components' ranges, too. */
struct view view_of(const struct plan_test *test);
uint32_t view_count(const struct view *view, enum plan_table table);
const char *view_string(const struct view *view, uint32_t offset);
unsigned view_bits(const struct plan_object *object);
/* The one of that name; fails if there is none. */
uint32_t view_component(const struct view *view, const char *name);
/* The component that a record belongs to. */
uint32_t view_owner(const struct view *view, enum plan_table table, uint32_t index);
/* The map of `address` in a VSpace, or NULL. */
const struct plan_map *view_map(const struct view *view, uint32_t vspace, uint64_t address);
/* A component's configuration blob. */
const void *view_config(const struct view *view, uint32_t component);

/* Fails the test where a plan is not as every plan must be. */
void view_check(const struct view *view);

#endif
