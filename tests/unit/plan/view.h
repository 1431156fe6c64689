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

/* A component's first thread: of a VM its monitor's, its first vCPU's behind it. */
const struct plan_thread *view_thread(const struct view *view, uint32_t component);
/* The capability in that slot of a CNode, of a component's first CNode; or NULL. */
const struct plan_cap *view_cap(const struct view *view, uint32_t cnode, uint32_t slot);
const struct plan_cap *view_cap_in(const struct view *view, uint32_t component, uint32_t slot);
/* How what a configuration's `address` names is mapped, and which object that is. */
uint32_t view_map_flags(const struct view *view, uint32_t vspace, const void *blob, int node,
                        const char *address, uint32_t *object);

/* A number of a configuration's property; fails if there is none. */
uint64_t config_number(const void *blob, int node, const char *name, unsigned index);
uint32_t config_word(const void *blob, int node, const char *name, unsigned index);

/* The plan of a manifest that has no fault. */
struct view view_good(struct plan_test *test, const char *text);

/* Fails the test where a plan is not as every plan must be. (sound.c) */
void view_check(const struct view *view);

#endif
