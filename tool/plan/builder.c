/* SPDX-License-Identifier: BSD-2-Clause */
/* Adds records to a plan in the making. */
#include "tool/plan/builder.h"

#include <stdarg.h>
#include <stdio.h>

#include "abi/sel4/objects.h"

handle_t build_object(struct builder *builder, struct build_object object)
{
    handle_t handle = (handle_t)(builder->objects.size / sizeof(object));

    object.slot = build_slots(builder, object.count);
    object.mapped = false;
    bytes_add(&builder->objects, &object, sizeof(object));
    return handle;
}

struct build_object *object_of(const struct builder *builder, handle_t handle)
{
    return (struct build_object *)builder->objects.data + handle;
}

unsigned object_bits(const struct build_object *object)
{
    static const uint8_t bits[PLAN_TYPE_COUNT] = {
        [PLAN_TYPE_TCB] = seL4_TCBBits,
        [PLAN_TYPE_ENDPOINT] = seL4_EndpointBits,
        [PLAN_TYPE_NOTIFICATION] = seL4_NotificationBits,
        [PLAN_TYPE_CNODE] = seL4_SlotBits,
        [PLAN_TYPE_REPLY] = seL4_ReplyBits,
        [PLAN_TYPE_VSPACE] = seL4_VSpaceBits,
        [PLAN_TYPE_PAGE_TABLE] = seL4_PageTableBits,
        [PLAN_TYPE_SMALL_PAGE] = seL4_PageBits,
        [PLAN_TYPE_LARGE_PAGE] = seL4_LargePageBits,
        [PLAN_TYPE_VCPU] = seL4_VCPUBits,
    };

    return bits[object->type] + object->size_bits;
}

uint32_t build_slots(struct builder *builder, uint32_t count)
{
    uint32_t first = builder->slot_count;

    builder->slot_count += count;
    return first;
}

uint32_t build_component(struct builder *builder, struct build_component component)
{
    bytes_add(&builder->components, &component, sizeof(component));
    return (uint32_t)(builder->components.size / sizeof(component)) - 1;
}

void build_cap(struct builder *builder, uint32_t component, struct plan_cap cap)
{
    struct build_cap record = {component, cap};

    bytes_add(&builder->caps, &record, sizeof(record));
}

void build_fill(struct builder *builder, uint32_t component, struct plan_fill fill)
{
    struct build_fill record = {component, fill};

    bytes_add(&builder->fills, &record, sizeof(record));
}

void build_budget(struct builder *builder, uint32_t component, struct plan_budget budget,
                  struct place place)
{
    struct build_budget record = {component, budget, place};

    if (budget.core >= builder->core_count)
        builder->core_count = budget.core + 1;
    bytes_add(&builder->budgets, &record, sizeof(record));
}

void build_interrupt(struct builder *builder, uint32_t component, struct plan_interrupt interrupt)
{
    struct build_interrupt record = {component, interrupt};

    record.record.slot = build_slots(builder, 1);
    bytes_add(&builder->interrupts, &record, sizeof(record));
}

void build_thread(struct builder *builder, uint32_t component, const char *name,
                  struct plan_thread thread)
{
    struct build_thread record = {component, name, thread};

    record.record.fault_slot = build_slots(builder, 1);
    bytes_add(&builder->threads, &record, sizeof(record));
}

static char *print(struct builder *builder, const char *format, va_list list)
{
    char text[512];

    vsnprintf(text, sizeof(text), format, list);
    return storage_print(builder->storage, "%s", text);
}

char *build_text(struct builder *builder, const char *format, ...)
{
    va_list list;
    char *text;

    va_start(list, format);
    text = print(builder, format, list);
    va_end(list);
    return text;
}

void build_fact(struct builder *builder, const char *subject, const char *what, const char *source,
                const char *format, ...)
{
    struct plan_fact fact = {.subject = subject, .what = what, .source = source};
    va_list list;

    va_start(list, format);
    fact.value = print(builder, format, list);
    va_end(list);
    bytes_add(&builder->facts, &fact, sizeof(fact));
}

const char *source_of(struct builder *builder, struct place place)
{
    return place.line == 0 ? "default" : build_text(builder, "line %u", place.line);
}
