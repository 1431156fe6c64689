/* SPDX-License-Identifier: BSD-2-Clause */
/* What check.c and record.c share; not for others. */
#ifndef LIBS_PLAN_INTERNAL_H
#define LIBS_PLAN_INTERNAL_H

#include "libs/plan/check.h"
#include "libs/plan/read.h"

#define CHECK_PAGE         4096u
#define CHECK_BUDGET_LEAST 20u /* microseconds, of the kernel */

struct check {
    const struct plan_header *plan;
    uint32_t component;               /* whose records are being judged */
    uint64_t device_end, files_end;   /* behind the objects at an address, and in files, so far */
    uint8_t slots[PLAN_SLOT_MAX / 8]; /* a bit each: given out */
};

/* Judges of one record each (record.c). */
enum plan_fault judge_object(struct check *check, uint32_t record);
enum plan_fault judge_map(struct check *check, uint32_t record);
enum plan_fault judge_fill(struct check *check, uint32_t record);
enum plan_fault judge_cap(struct check *check, uint32_t record);
enum plan_fault judge_budget(struct check *check, uint32_t record);
enum plan_fault judge_interrupt(struct check *check, uint32_t record);
enum plan_fault judge_thread(struct check *check, uint32_t record);

/* What they ask (check.c). An object is one of the component's own or of the system's. */
bool check_string(const struct check *check, uint32_t string);
bool check_owned(const struct check *check, uint32_t object);
const struct plan_object *check_object(const struct check *check, uint32_t object);
/* A single object of that type. */
bool check_one(const struct check *check, uint32_t object, enum plan_type type);
bool check_one_or_none(const struct check *check, uint32_t object, enum plan_type type);
/* `count` of its objects from `index` on. */
bool check_pages(const struct plan_object *object, uint32_t index, uint64_t count);
/* Gives out slots; false if one is given out already, or there is none. */
bool check_slots(struct check *check, uint32_t first, uint32_t count);

#endif
