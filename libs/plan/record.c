/* SPDX-License-Identifier: BSD-2-Clause */
/* Judges the records of a plan, one by one. Stands on what check.c judged before. */
#include "abi/sel4/objects.h"
#include "libs/plan/internal.h"

#define RIGHT_WRITE    1u
#define RIGHT_READ     2u
#define RIGHTS_ALL     15u
#define INTERRUPT_MOST 1019u
#define PHYSICAL_END   (UINT64_C(1) << 48)
#define TABLE_BYTES    (UINT64_C(1) << seL4_LargePageBits) /* what the lowest page table spans */

static bool is_frame(const struct plan_object *object)
{
    return object->type == PLAN_TYPE_SMALL_PAGE || object->type == PLAN_TYPE_LARGE_PAGE;
}

static bool is_sized_well(const struct plan_object *object)
{
    switch (object->type) {
    case PLAN_TYPE_UNTYPED:
        return object->size_bits >= seL4_MinUntypedBits && object->size_bits <= seL4_MaxUntypedBits;
    case PLAN_TYPE_CNODE:
        return object->size_bits >= 1 && object->size_bits <= 16;
    case PLAN_TYPE_SCHED_CONTEXT:
        return object->size_bits >= seL4_MinSchedContextBits && object->size_bits <= 12;
    default:
        return object->size_bits == 0;
    }
}

static bool has_known_values(const struct plan_object *object)
{
    unsigned flags = object->type == PLAN_TYPE_INTERRUPT ? PLAN_EDGE
                                                         : PLAN_AT_ADDRESS | PLAN_IN_FILES;

    return object->type >= PLAN_TYPE_UNTYPED && object->type < PLAN_TYPE_COUNT &&
           is_sized_well(object) && (object->flags & ~flags) == 0 &&
           object->flags != (PLAN_AT_ADDRESS | PLAN_IN_FILES) && object->count > 0 &&
           object->reserved == 0;
}

/* Where memory has a place of its own: ascending, so that init steps through it once. */
static bool is_placed_well(struct check *check, const struct plan_object *object)
{
    uint64_t *end = object->flags & PLAN_IN_FILES ? &check->files_end : &check->device_end;
    uint64_t bytes = plan_object_bytes(object);

    if (object->address % bytes != 0 || object->address < *end || object->address >= PHYSICAL_END ||
        object->count > (PHYSICAL_END - object->address) / bytes)
        return false;
    *end = object->address + object->count * bytes;
    return true;
}

/* A life's objects come from untypeds of the component, so that revoking these ends all of it. */
static enum plan_fault judge_origin(const struct check *check, const struct plan_object *object,
                                    uint32_t record)
{
    bool placed = object->flags & (PLAN_AT_ADDRESS | PLAN_IN_FILES);

    if (object->parent != PLAN_NONE) {
        if (!check_owned(check, object->parent) || object->parent >= record ||
            !check_one(check, object->parent, PLAN_TYPE_UNTYPED))
            return PLAN_BAD_REFERENCE;
        return placed || object->type == PLAN_TYPE_INTERRUPT ? PLAN_BAD_VALUE : PLAN_GOOD;
    }
    if (check->component != 0 && (placed || object->type != PLAN_TYPE_UNTYPED))
        return PLAN_BAD_OWNER;
    if (placed && !is_frame(object))
        return PLAN_BAD_VALUE;
    return PLAN_GOOD;
}

enum plan_fault judge_object(struct check *check, uint32_t record)
{
    const struct plan_object *object = &plan_objects(check->plan)[record];
    enum plan_fault fault;

    if (!check_string(check, object->name))
        return PLAN_BAD_STRING;
    if (!has_known_values(object))
        return PLAN_BAD_VALUE;
    fault = judge_origin(check, object, record);
    if (fault != PLAN_GOOD)
        return fault;
    if (object->type == PLAN_TYPE_INTERRUPT &&
        (object->count != 1 || object->address > INTERRUPT_MOST))
        return PLAN_BAD_VALUE;
    if (object->flags & (PLAN_AT_ADDRESS | PLAN_IN_FILES) && !is_placed_well(check, object))
        return PLAN_BAD_ADDRESS;
    return check_slots(check, object->slot, object->count) ? PLAN_GOOD : PLAN_BAD_SLOT;
}

static enum plan_fault judge_map_address(const struct check *check, const struct plan_map *map,
                                         const struct plan_object *object)
{
    bool table = object->type == PLAN_TYPE_PAGE_TABLE;
    uint64_t bytes = table ? TABLE_BYTES : plan_object_bytes(object);
    uint64_t window = check->plan->window;

    if (map->address % bytes != 0 || map->address > seL4_UserTop ||
        map->count > (seL4_UserTop + 1 - map->address) / bytes)
        return PLAN_BAD_ADDRESS;
    if (map->vspace == PLAN_INIT && !table && map->address < window + 2 * CHECK_PAGE &&
        window < map->address + map->count * bytes)
        return PLAN_BAD_ADDRESS;
    return PLAN_GOOD;
}

enum plan_fault judge_map(struct check *check, uint32_t record)
{
    const struct plan_map *map = &plan_maps(check->plan)[record];
    const struct plan_object *object = check_object(check, map->object);
    bool table = object != NULL && object->type == PLAN_TYPE_PAGE_TABLE;
    bool own;

    if (object == NULL || !(is_frame(object) || table) ||
        !check_pages(object, map->index, map->count))
        return PLAN_BAD_REFERENCE;
    if (map->vspace == PLAN_INIT ? check->component != 0
                                 : !check_one(check, map->vspace, PLAN_TYPE_VSPACE))
        return PLAN_BAD_REFERENCE;
    if (map->flags & ~(PLAN_MAP_READ | PLAN_MAP_WRITE | PLAN_MAP_EXECUTE | PLAN_MAP_DEVICE) ||
        (table && map->count != 1))
        return PLAN_BAD_VALUE;
    if (object->flags & PLAN_IN_FILES && map->flags & PLAN_MAP_WRITE)
        return PLAN_BAD_RIGHTS;
    own = plan_map_is_own(check->plan, map);
    if (own ? !check_owned(check, map->object)
            : table || !check_slots(check, map->slot, map->count))
        return PLAN_BAD_SLOT;
    return judge_map_address(check, map, object);
}

enum plan_fault judge_fill(struct check *check, uint32_t record)
{
    const struct plan_fill *fill = &plan_fills(check->plan)[record];
    const struct plan_object *object = check_object(check, fill->object);
    const struct plan_object *files = check_object(check, fill->files);
    uint64_t pages = fill->size / CHECK_PAGE + (fill->size % CHECK_PAGE != 0);

    if (object == NULL || object->type != PLAN_TYPE_SMALL_PAGE || object->flags != 0 ||
        !check_owned(check, fill->object) || !check_pages(object, fill->index, pages))
        return PLAN_BAD_REFERENCE;
    if (files == NULL || files->type != PLAN_TYPE_SMALL_PAGE || files->flags != PLAN_IN_FILES ||
        !check_pages(files, fill->files_index, pages))
        return PLAN_BAD_REFERENCE;
    return PLAN_GOOD;
}

/* Init alone receives at its endpoint, and believes the badges there. */
static bool is_honest(const struct check *check, const struct plan_cap *cap)
{
    bool console = plan_components(check->plan)[check->component].kind == PLAN_KIND_CONSOLE;

    if (cap->object == check->plan->endpoint)
        return cap->badge == PLAN_BADGE_CALL_FROM(check->component) && !(cap->rights & RIGHT_READ);
    if (cap->object == check->plan->ready)
        return cap->rights == RIGHT_WRITE && (cap->badge == PLAN_BADGE_READY(check->component) ||
                                              (console && cap->badge == PLAN_BADGE_READY(0)));
    return !(plan_objects(check->plan)[cap->object].flags & PLAN_IN_FILES &&
             cap->rights & RIGHT_WRITE);
}

/* Whether it is one that its owner may write, so that init writes nothing there that the owner
 * could not have written. */
static bool is_own_end(const struct check *check, uint32_t end)
{
    struct plan_range range = plan_range(check->plan, check->component, PLAN_MAPS);
    const struct plan_map *maps = plan_maps(check->plan) + range.first;
    bool own = false;

    for (uint32_t i = 0; i < range.count && !own; i++)
        own = maps[i].object == end && maps[i].index == 0 && maps[i].flags & PLAN_MAP_WRITE;
    return own;
}

static enum plan_fault judge_bell(const struct check *check, const struct plan_cap *cap)
{
    const struct plan_object *end = check_object(check, cap->end);

    if (end == NULL || check_owned(check, cap->end) || end->type != PLAN_TYPE_SMALL_PAGE ||
        end->flags != 0)
        return PLAN_BAD_REFERENCE;
    if (plan_objects(check->plan)[cap->object].type != PLAN_TYPE_NOTIFICATION)
        return PLAN_BAD_VALUE;
    return cap->rights == RIGHT_WRITE && is_own_end(check, cap->end) ? PLAN_GOOD : PLAN_BAD_RIGHTS;
}

enum plan_fault judge_cap(struct check *check, uint32_t record)
{
    const struct plan_cap *cap = &plan_caps(check->plan)[record];
    const struct plan_object *object = check_object(check, cap->object);

    if (object == NULL || cap->index >= object->count ||
        !check_one(check, cap->cnode, PLAN_TYPE_CNODE) || !check_owned(check, cap->cnode))
        return PLAN_BAD_REFERENCE;
    if (object->type == PLAN_TYPE_UNTYPED || object->type == PLAN_TYPE_PAGE_TABLE ||
        cap->rights > RIGHTS_ALL ||
        (cap->badge != 0 && object->type != PLAN_TYPE_ENDPOINT &&
         object->type != PLAN_TYPE_NOTIFICATION))
        return PLAN_BAD_VALUE;
    if (cap->slot >> plan_objects(check->plan)[cap->cnode].size_bits != 0)
        return PLAN_BAD_SLOT;
    if (!is_honest(check, cap))
        return PLAN_BAD_RIGHTS;
    return cap->end == PLAN_NONE ? PLAN_GOOD : judge_bell(check, cap);
}

enum plan_fault judge_budget(struct check *check, uint32_t record)
{
    const struct plan_budget *budget = &plan_budgets(check->plan)[record];
    const uint32_t extra_none = 2; /* refills that every scheduling context has */
    uint64_t refills;

    if (!check_one(check, budget->object, PLAN_TYPE_SCHED_CONTEXT) ||
        !check_owned(check, budget->object))
        return PLAN_BAD_REFERENCE;
    refills = (plan_object_bytes(&plan_objects(check->plan)[budget->object]) -
               seL4_CoreSchedContextBytes) /
              seL4_RefillSizeBytes;
    if (budget->core >= check->plan->core_count || budget->budget_us < CHECK_BUDGET_LEAST ||
        budget->budget_us > budget->period_us || budget->extra_refills > refills - extra_none)
        return PLAN_BAD_VALUE;
    return PLAN_GOOD;
}

enum plan_fault judge_interrupt(struct check *check, uint32_t record)
{
    const struct plan_interrupt *interrupt = &plan_interrupts(check->plan)[record];

    if (!check_one(check, interrupt->object, PLAN_TYPE_INTERRUPT) ||
        !check_one(check, interrupt->notification, PLAN_TYPE_NOTIFICATION) ||
        interrupt->notification == check->plan->ready)
        return PLAN_BAD_REFERENCE;
    return check_slots(check, interrupt->slot, 1) ? PLAN_GOOD : PLAN_BAD_SLOT;
}

static bool has_known_objects(const struct check *check, const struct plan_thread *thread)
{
    const struct plan_object *buffer = check_object(check, thread->buffer);

    if (thread->buffer == PLAN_NONE
            ? thread->buffer_index != 0
            : buffer == NULL || buffer->type != PLAN_TYPE_SMALL_PAGE || buffer->flags != 0 ||
                  thread->buffer_index >= buffer->count)
        return false;
    return check_owned(check, thread->tcb) && check_one(check, thread->tcb, PLAN_TYPE_TCB) &&
           check_one(check, thread->cnode, PLAN_TYPE_CNODE) &&
           check_one(check, thread->vspace, PLAN_TYPE_VSPACE) &&
           check_one(check, thread->fault_endpoint, PLAN_TYPE_ENDPOINT) &&
           check_one_or_none(check, thread->sched_context, PLAN_TYPE_SCHED_CONTEXT) &&
           check_one_or_none(check, thread->notification, PLAN_TYPE_NOTIFICATION) &&
           check_one_or_none(check, thread->lent, PLAN_TYPE_SCHED_CONTEXT) &&
           check_one_or_none(check, thread->heir, PLAN_TYPE_TCB) &&
           check_one_or_none(check, thread->vcpu, PLAN_TYPE_VCPU) &&
           thread->notification != check->plan->ready;
}

/* A notification has room for one thread. */
static bool is_bound_once(const struct check *check, uint32_t record)
{
    const struct plan_thread *threads = plan_threads(check->plan);

    for (uint32_t i = 0; i < record && threads[record].notification != PLAN_NONE; i++) {
        if (threads[i].notification == threads[record].notification)
            return false;
    }
    return true;
}

enum plan_fault judge_thread(struct check *check, uint32_t record)
{
    const struct plan_thread *thread = &plan_threads(check->plan)[record];
    uint32_t first = plan_range(check->plan, check->component, PLAN_THREADS).first;

    if (!check_string(check, thread->name))
        return PLAN_BAD_STRING;
    if (record >= PLAN_THREAD_MAX || !has_known_objects(check, thread) ||
        !is_bound_once(check, record))
        return PLAN_BAD_REFERENCE;
    if (thread->flags & ~(PLAN_THREAD_START | PLAN_THREAD_VCPU) ||
        !(thread->flags & PLAN_THREAD_VCPU) != (thread->vcpu == PLAN_NONE) ||
        (thread->lent != PLAN_NONE && thread->notification == PLAN_NONE) ||
        (thread->heir != PLAN_NONE && thread->sched_context == PLAN_NONE))
        return PLAN_BAD_VALUE;
    if ((thread->buffer == PLAN_NONE) != (thread->buffer_address == 0) ||
        thread->buffer_address % CHECK_PAGE != 0)
        return PLAN_BAD_ADDRESS;
    if (thread->fault_endpoint == check->plan->endpoint &&
        thread->fault_badge != PLAN_BADGE_FAULT_OF(check->component, record - first))
        return PLAN_BAD_RIGHTS;
    return check_slots(check, thread->fault_slot, 1) ? PLAN_GOOD : PLAN_BAD_SLOT;
}
