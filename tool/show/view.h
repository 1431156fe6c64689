/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A plan (abi/plan.h) opened for reading: its tables as arrays, every index in it checked, so that
 * reports need not. Stands on abi; changes nothing. The bytes are those that go into the image.
 */
#ifndef TOOL_SHOW_VIEW_H
#define TOOL_SHOW_VIEW_H

#include <stdbool.h>

#include "abi/plan.h"
#include "tool/image/bytes.h"

/* Init in the place of a component: record 0 is the system, which init keeps. */
#define VIEW_INIT 0u

struct view {
    const uint8_t *bytes;
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
    uint32_t count[PLAN_TABLE_COUNT]; /* of records, by enum plan_table */
};

/* `bytes`, on an 8-byte boundary, must outlive the view. On false `fault` says what is wrong. */
bool view_open(struct view *view, const void *bytes, size_t size, struct fault *fault);

const char *view_string(const struct view *view, uint32_t string);

/* A component's name; "init" for the system's record. */
const char *view_name(const struct view *view, uint32_t component);

/* The component that record `index` of `table` belongs to. */
uint32_t view_owner(const struct view *view, enum plan_table table, uint32_t index);

/* Bytes of one of an object's units: what it takes of its untyped. */
uint64_t view_unit_size(const struct plan_object *object);

/* "notification", and the like. */
const char *view_type_name(uint8_t type);

/* Frames: what can be mapped and read. */
bool view_is_frame(const struct plan_object *object);

#endif
