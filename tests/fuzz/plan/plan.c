/* SPDX-License-Identifier: BSD-2-Clause */
/* A plan, with a right checksum whatever it holds: judged without looking outside, and if found
 * good, read as init reads it. */
#include <stdlib.h>
#include <string.h>

#include "abi/crc32.h"
#include "libs/plan/check.h"
#include "libs/plan/read.h"
#include "tests/fuzz/fuzz.h"

static volatile uint64_t seen;

static void look(const struct plan_header *plan, const void *first, size_t bytes)
{
    const char *from = (const char *)plan, *at = first;

    if (at < from || bytes > plan->size || (size_t)(at - from) > plan->size - bytes)
        abort();
    for (size_t i = 0; i < bytes; i++)
        seen += (uint8_t)at[i];
}

static void read_object(const struct plan_header *plan, uint32_t object, uint32_t index)
{
    const struct plan_object *record = &plan_objects(plan)[object];

    look(plan, record, sizeof(*record));
    look(plan, plan_string(plan, record->name), strlen(plan_string(plan, record->name)) + 1);
    if (index >= record->count || record->slot + index >= plan->slot_count)
        abort();
    seen += plan_object_bytes(record);
}

static void read_one_or_none(const struct plan_header *plan, uint32_t object)
{
    if (object != PLAN_NONE)
        read_object(plan, object, 0);
}

static void read_thread(const struct plan_header *plan, const struct plan_thread *thread)
{
    read_object(plan, thread->tcb, 0);
    read_object(plan, thread->cnode, 0);
    read_object(plan, thread->vspace, 0);
    read_object(plan, thread->fault_endpoint, 0);
    read_one_or_none(plan, thread->sched_context);
    read_one_or_none(plan, thread->notification);
    read_one_or_none(plan, thread->lent);
    read_one_or_none(plan, thread->heir);
    read_one_or_none(plan, thread->vcpu);
    if (thread->buffer != PLAN_NONE)
        read_object(plan, thread->buffer, thread->buffer_index);
    look(plan, plan_string(plan, thread->name), 1);
}

static void read_component(const struct plan_header *plan, uint32_t component)
{
    struct plan_range maps = plan_range(plan, component, PLAN_MAPS);
    struct plan_range fills = plan_range(plan, component, PLAN_FILLS);
    struct plan_range caps = plan_range(plan, component, PLAN_CAPS);
    struct plan_range threads = plan_range(plan, component, PLAN_THREADS);

    for (uint32_t i = maps.first; i < maps.first + maps.count; i++) {
        read_object(plan, plan_maps(plan)[i].object,
                    plan_maps(plan)[i].index + plan_maps(plan)[i].count - 1);
        seen += plan_map_is_own(plan, &plan_maps(plan)[i]);
        if (plan_owner(plan, PLAN_MAPS, i) != component)
            abort();
    }
    for (uint32_t i = fills.first; i < fills.first + fills.count; i++) {
        uint32_t last = (uint32_t)((plan_fills(plan)[i].size - 1) / 4096);

        read_object(plan, plan_fills(plan)[i].object, plan_fills(plan)[i].index + last);
        read_object(plan, plan_fills(plan)[i].files, plan_fills(plan)[i].files_index + last);
    }
    for (uint32_t i = caps.first; i < caps.first + caps.count; i++) {
        read_object(plan, plan_caps(plan)[i].object, plan_caps(plan)[i].index);
        read_object(plan, plan_caps(plan)[i].cnode, 0);
        if (plan_caps(plan)[i].end != PLAN_NONE)
            read_object(plan, plan_caps(plan)[i].end, 0);
    }
    for (uint32_t i = threads.first; i < threads.first + threads.count; i++)
        read_thread(plan, &plan_threads(plan)[i]);
}

static void read_plan(const struct plan_header *plan)
{
    for (uint32_t i = 0; i < plan_count(plan, PLAN_COMPONENTS); i++)
        read_component(plan, i);
    for (uint32_t i = 0; i < plan_count(plan, PLAN_OBJECTS); i++)
        read_object(plan, i, 0);
    for (uint32_t i = 0; i < plan_count(plan, PLAN_BUDGETS); i++)
        read_object(plan, plan_budgets(plan)[i].object, 0);
    for (uint32_t i = 0; i < plan_count(plan, PLAN_INTERRUPTS); i++) {
        read_object(plan, plan_interrupts(plan)[i].object, 0);
        read_object(plan, plan_interrupts(plan)[i].notification, 0);
    }
    read_object(plan, plan->endpoint, 0);
    read_object(plan, plan->ready, 0);
    read_one_or_none(plan, plan->log_doorbell);
}

static void correct(struct plan_header *plan, size_t size)
{
    const size_t from = offsetof(struct plan_header, size);

    plan->magic = PLAN_MAGIC;
    plan->version = PLAN_VERSION;
    if (plan->size > size || plan->size < sizeof(*plan))
        plan->size = size;
    plan->checksum = crc32_feed(0, (const char *)plan + from, plan->size - from);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct plan_header *plan = malloc(size); /* of exactly its size, and aligned */

    memcpy(plan, data, size);
    if (size >= sizeof(*plan))
        correct(plan, size);
    if (plan_check(plan, size).fault == PLAN_GOOD)
        read_plan(plan);
    free(plan);
    return 0;
}
