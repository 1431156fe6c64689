/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Adds up a plan's records. Stands on tool/show/view.
 */
#include <stdio.h>

#include "tool/show/sum.h"

const struct plan_budget *sum_budget(const struct view *view, uint32_t sched_context)
{
    for (uint32_t i = 0; i < view->count[PLAN_BUDGETS]; i++) {
        if (view->budgets[i].object == sched_context)
            return &view->budgets[i];
    }
    return NULL;
}

static struct plan_range range_of(const struct view *view, uint32_t component,
                                  enum plan_table table)
{
    return view->components[component].ranges[PLAN_RANGE(table)];
}

static void add_objects(struct sum *sum, const struct view *view, uint32_t component)
{
    struct plan_range range = range_of(view, component, PLAN_OBJECTS);

    for (uint32_t i = 0; i < range.count; i++) {
        const struct plan_object *object = &view->objects[range.first + i];

        sum->objects[object->type] += object->count;
        if (object->type == PLAN_TYPE_UNTYPED)
            sum->own_bytes += object->count * view_unit_size(object);
    }
}

/* Whether another component has it mapped, too: then it is no guest's RAM. */
static bool is_shared(const struct view *view, uint32_t object, struct plan_range own)
{
    for (uint32_t i = 0; i < view->count[PLAN_MAPS]; i++) {
        if (view->maps[i].object == object && i - own.first >= own.count)
            return true;
    }
    return false;
}

static void add_guest(struct sum *sum, const struct view *view, uint32_t component, uint32_t vspace)
{
    struct plan_range own = range_of(view, component, PLAN_MAPS);

    for (uint32_t i = 0; i < own.count; i++) {
        const struct plan_map *map = &view->maps[own.first + i];
        const struct plan_object *object = &view->objects[map->object];

        if (map->vspace == vspace && map->flags & PLAN_MAP_WRITE && view_is_frame(object) &&
            !(object->flags & (PLAN_AT_ADDRESS | PLAN_IN_FILES)) &&
            !is_shared(view, map->object, own))
            sum->guest_bytes += map->count * view_unit_size(object);
    }
}

static void add_core(struct sum *sum, const struct view *view, const struct plan_thread *thread)
{
    const struct plan_budget *budget = sum_budget(view, thread->sched_context);

    if (budget == NULL || budget->core >= 64)
        return;
    if (sum->cores == 0)
        sum->first_core = budget->core;
    sum->cores |= UINT64_C(1) << budget->core;
}

struct sum sum_component(const struct view *view, uint32_t component)
{
    struct plan_range range = range_of(view, component, PLAN_THREADS);
    struct sum sum = {.first_core = SUM_CORE_NONE};
    uint32_t guest = PLAN_NONE;

    add_objects(&sum, view, component);
    for (uint32_t i = 0; i < range.count; i++) {
        const struct plan_thread *thread = &view->threads[range.first + i];

        add_core(&sum, view, thread);
        if (!(thread->flags & PLAN_THREAD_VCPU))
            continue;
        sum.vcpus++;
        if (thread->vspace != guest) /* all vCPUs of a guest have the same */
            add_guest(&sum, view, component, thread->vspace);
        guest = thread->vspace;
    }
    return sum;
}

const char *sum_cores_text(uint64_t cores, char *text, size_t size)
{
    size_t used = snprintf(text, size, "%s",
                           cores == 0                   ? "no core of its own"
                           : (cores & (cores - 1)) != 0 ? "cores "
                                                        : "core ");
    const char *comma = "";

    for (unsigned i = 0; i < 64 && used < size; i++) {
        if (!(cores >> i & 1))
            continue;
        used += snprintf(text + used, size - used, "%s%u", comma, i);
        comma = ", ";
    }
    return text;
}

const char *sum_kind_name(const struct view *view, uint32_t component)
{
    switch (view->components[component].kind) {
    case PLAN_KIND_VM:
        return "VM";
    case PLAN_KIND_NATIVE:
        return "native component";
    case PLAN_KIND_CONSOLE:
        return "console";
    default:
        return "system";
    }
}
