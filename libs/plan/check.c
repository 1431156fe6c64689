/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Judges a plan from the outside in: bytes, tables, header, components, then record by record.
 * Stands on read.h, and on each step for the next: what a step reads, the ones before have judged.
 */
#include "libs/plan/check.h"
#include "abi/crc32.h"
#include "abi/sel4/objects.h"
#include "libs/plan/internal.h"

static const uint8_t record_sizes[PLAN_TABLE_COUNT] = {
    [PLAN_COMPONENTS] = sizeof(struct plan_component),
    [PLAN_OBJECTS] = sizeof(struct plan_object),
    [PLAN_MAPS] = sizeof(struct plan_map),
    [PLAN_FILLS] = sizeof(struct plan_fill),
    [PLAN_CAPS] = sizeof(struct plan_cap),
    [PLAN_BUDGETS] = sizeof(struct plan_budget),
    [PLAN_INTERRUPTS] = sizeof(struct plan_interrupt),
    [PLAN_THREADS] = sizeof(struct plan_thread),
    [PLAN_STRINGS] = 1,
};

static enum plan_fault judge_bytes(const struct plan_header *plan, size_t available)
{
    const size_t summed = offsetof(struct plan_header, size);

    if ((uintptr_t)plan % 8 != 0 || available < sizeof(*plan))
        return PLAN_TOO_SHORT;
    if (plan->magic != PLAN_MAGIC)
        return PLAN_UNKNOWN;
    if (plan->version != PLAN_VERSION)
        return PLAN_OTHER_VERSION;
    if (plan->size < sizeof(*plan) || plan->size > available)
        return PLAN_TOO_SHORT;
    if (crc32_feed(0, (const char *)plan + summed, (size_t)plan->size - summed) != plan->checksum)
        return PLAN_DAMAGED;
    return PLAN_GOOD;
}

static enum plan_fault judge_table(const struct plan_header *plan, enum plan_table table,
                                   uint64_t *end)
{
    const struct plan_extent *extent = &plan->tables[table];

    if (extent->offset % 8 != 0 || extent->offset < *end)
        return PLAN_BAD_TABLE;
    *end = extent->offset + (uint64_t)extent->count * record_sizes[table];
    return *end <= plan->size ? PLAN_GOOD : PLAN_BAD_TABLE;
}

/* The string table's last byte ends whatever string an offset starts. */
static enum plan_fault judge_strings(const struct plan_header *plan)
{
    uint32_t size = plan_count(plan, PLAN_STRINGS);

    return size > 0 && *plan_string(plan, size - 1) == '\0' ? PLAN_GOOD : PLAN_BAD_STRING;
}

bool check_string(const struct check *check, uint32_t string)
{
    return string < plan_count(check->plan, PLAN_STRINGS);
}

static bool is_in(struct plan_range range, uint32_t record)
{
    return record >= range.first && record - range.first < range.count;
}

bool check_owned(const struct check *check, uint32_t object)
{
    return is_in(plan_range(check->plan, check->component, PLAN_OBJECTS), object);
}

const struct plan_object *check_object(const struct check *check, uint32_t object)
{
    if (!check_owned(check, object) && !is_in(plan_range(check->plan, 0, PLAN_OBJECTS), object))
        return NULL;
    return &plan_objects(check->plan)[object];
}

bool check_one(const struct check *check, uint32_t object, enum plan_type type)
{
    const struct plan_object *found = check_object(check, object);

    return found != NULL && found->type == type && found->count == 1;
}

bool check_one_or_none(const struct check *check, uint32_t object, enum plan_type type)
{
    return object == PLAN_NONE || check_one(check, object, type);
}

bool check_pages(const struct plan_object *object, uint32_t index, uint64_t count)
{
    return count > 0 && index <= object->count && count <= object->count - index;
}

bool check_slots(struct check *check, uint32_t first, uint32_t count)
{
    if (first > check->plan->slot_count || count > check->plan->slot_count - first)
        return false;
    for (uint32_t slot = first; slot < first + count; slot++) {
        uint8_t bit = (uint8_t)(1u << slot % 8);

        if (check->slots[slot / 8] & bit)
            return false;
        check->slots[slot / 8] |= bit;
    }
    return true;
}

static enum plan_fault judge_component(const struct check *check, struct plan_range *next)
{
    const struct plan_component *component = &plan_components(check->plan)[check->component];
    bool system = component->kind == PLAN_KIND_SYSTEM;

    if (!check_string(check, component->name))
        return PLAN_BAD_STRING;
    if (component->kind > PLAN_KIND_CONSOLE || component->restart > PLAN_RESTART_ALWAYS ||
        system != (check->component == 0))
        return PLAN_BAD_VALUE;
    for (unsigned i = 0; i < PLAN_RANGE_COUNT; i++) {
        if (component->ranges[i].first != next[i].first ||
            component->ranges[i].count > next[i].count)
            return PLAN_BAD_RANGE;
        next[i].first += component->ranges[i].count;
        next[i].count -= component->ranges[i].count;
    }
    if (system && component->ranges[PLAN_RANGE(PLAN_THREADS)].count != 0)
        return PLAN_BAD_OWNER;
    return PLAN_GOOD;
}

/* `next`: what the components have not taken of each table yet. */
static enum plan_fault judge_components(struct check *check)
{
    struct plan_range next[PLAN_RANGE_COUNT] = {{0}};
    uint32_t count = plan_count(check->plan, PLAN_COMPONENTS);

    if (count == 0 || count > PLAN_COMPONENT_MAX)
        return PLAN_BAD_VALUE;
    for (unsigned i = 0; i < PLAN_RANGE_COUNT; i++)
        next[i].count = plan_count(check->plan, PLAN_OBJECTS + (enum plan_table)i);
    for (check->component = 0; check->component < count; check->component++) {
        enum plan_fault fault = judge_component(check, next);

        if (fault != PLAN_GOOD)
            return fault;
    }
    for (unsigned i = 0; i < PLAN_RANGE_COUNT; i++) {
        if (next[i].count != 0)
            return PLAN_BAD_RANGE;
    }
    return PLAN_GOOD;
}

static enum plan_fault judge_log(const struct check *check)
{
    const struct plan_header *plan = check->plan;

    if (plan->log_keep > 1 || plan->log_channel > PLAN_COMPONENT_MAX ||
        (plan->log_own == 0) != (plan->log_peer == 0) ||
        (plan->log_own == 0) != (plan->log_doorbell == PLAN_NONE))
        return PLAN_BAD_VALUE;
    if (plan->log_uart != 0 && !check_string(check, plan->log_compatible))
        return PLAN_BAD_STRING;
    if (!check_one_or_none(check, plan->log_doorbell, PLAN_TYPE_NOTIFICATION))
        return PLAN_BAD_REFERENCE;
    if (plan->log_uart % 8 != 0 || plan->log_own % CHECK_PAGE != 0 ||
        plan->log_peer % CHECK_PAGE != 0)
        return PLAN_BAD_ADDRESS;
    return PLAN_GOOD;
}

/* The slots first of all: judging records marks them. */
static enum plan_fault judge_numbers(const struct plan_header *plan)
{
    if (plan->slot_count > PLAN_SLOT_MAX || plan->core_count == 0 ||
        plan->core_count > PLAN_CORE_MAX || plan->core >= plan->core_count ||
        plan->board_off > PLAN_BOARD_OFF_IDLE || plan->budget_us < CHECK_BUDGET_LEAST ||
        plan->budget_us > plan->period_us)
        return PLAN_BAD_VALUE;
    return PLAN_GOOD;
}

static enum plan_fault judge_header(const struct check *check)
{
    const struct plan_header *plan = check->plan;

    if (!check_string(check, plan->board))
        return PLAN_BAD_STRING;
    if (!check_one(check, plan->endpoint, PLAN_TYPE_ENDPOINT) ||
        !check_one(check, plan->ready, PLAN_TYPE_NOTIFICATION))
        return PLAN_BAD_REFERENCE;
    if (plan->window == 0 || plan->window % (2 * CHECK_PAGE) != 0 || plan->window > seL4_UserTop)
        return PLAN_BAD_ADDRESS;
    return judge_log(check);
}

static enum plan_fault (*const judges[PLAN_TABLE_COUNT])(struct check *, uint32_t) = {
    [PLAN_OBJECTS] = judge_object, [PLAN_MAPS] = judge_map,
    [PLAN_FILLS] = judge_fill,     [PLAN_CAPS] = judge_cap,
    [PLAN_BUDGETS] = judge_budget, [PLAN_INTERRUPTS] = judge_interrupt,
    [PLAN_THREADS] = judge_thread,
};

static struct plan_verdict verdict(enum plan_fault fault, enum plan_table table, uint32_t record)
{
    return (struct plan_verdict){fault, table, record};
}

static struct plan_verdict judge_records(struct check *check, enum plan_table table)
{
    struct plan_range range;

    check->device_end = check->files_end = 0;
    for (check->component = 0; check->component < plan_count(check->plan, PLAN_COMPONENTS);
         check->component++) {
        range = plan_range(check->plan, check->component, table);
        for (uint32_t i = 0; i < range.count; i++) {
            enum plan_fault fault = judges[table](check, range.first + i);

            if (fault != PLAN_GOOD)
                return verdict(fault, table, range.first + i);
        }
    }
    return verdict(PLAN_GOOD, table, 0);
}

/* All objects are judged before what refers to them is. */
static struct plan_verdict judge_all(struct check *check)
{
    struct plan_verdict found = judge_records(check, PLAN_OBJECTS);

    check->component = 0;
    if (found.fault == PLAN_GOOD)
        found = verdict(judge_header(check), PLAN_TABLE_COUNT, 0);
    for (enum plan_table table = PLAN_MAPS; table <= PLAN_THREADS && found.fault == PLAN_GOOD;
         table++)
        found = judge_records(check, table);
    return found;
}

struct plan_verdict plan_check(const void *bytes, size_t available)
{
    struct check check = {.plan = bytes};
    uint64_t end = sizeof(struct plan_header);
    enum plan_fault fault = judge_bytes(check.plan, available);

    if (fault != PLAN_GOOD)
        return verdict(fault, PLAN_TABLE_COUNT, 0);
    for (enum plan_table table = 0; table < PLAN_TABLE_COUNT; table++) {
        fault = judge_table(check.plan, table, &end);
        if (fault != PLAN_GOOD)
            return verdict(fault, table, 0);
    }
    fault = judge_numbers(check.plan);
    if (fault != PLAN_GOOD)
        return verdict(fault, PLAN_TABLE_COUNT, 0);
    fault = judge_strings(check.plan);
    if (fault != PLAN_GOOD)
        return verdict(fault, PLAN_STRINGS, 0);
    fault = judge_components(&check);
    if (fault != PLAN_GOOD)
        return verdict(fault, PLAN_COMPONENTS, check.component);
    return judge_all(&check);
}
