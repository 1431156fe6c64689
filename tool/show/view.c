/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Opens a plan: finds its tables and checks each reference once. Stands on abi.
 */
#include "abi/crc32.h"
#include "abi/sel4/objects.h"
#include "tool/show/view.h"

static const uint8_t RECORD_SIZES[PLAN_TABLE_COUNT] = {
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

const char *view_string(const struct view *view, uint32_t string)
{
    return view->strings + string;
}

const char *view_name(const struct view *view, uint32_t component)
{
    if (component == VIEW_INIT)
        return "init";
    return view_string(view, view->components[component].name);
}

uint32_t view_owner(const struct view *view, enum plan_table table, uint32_t index)
{
    for (uint32_t i = 0; i < view->count[PLAN_COMPONENTS]; i++) {
        const struct plan_range *range = &view->components[i].ranges[PLAN_RANGE(table)];

        if (index >= range->first && index - range->first < range->count)
            return i;
    }
    return VIEW_INIT;
}

uint64_t view_unit_size(const struct plan_object *object)
{
    static const uint8_t bits[PLAN_TYPE_COUNT] = {
        [PLAN_TYPE_TCB] = seL4_TCBBits,
        [PLAN_TYPE_ENDPOINT] = seL4_EndpointBits,
        [PLAN_TYPE_NOTIFICATION] = seL4_NotificationBits,
        [PLAN_TYPE_REPLY] = seL4_ReplyBits,
        [PLAN_TYPE_VSPACE] = seL4_VSpaceBits,
        [PLAN_TYPE_PAGE_TABLE] = seL4_PageTableBits,
        [PLAN_TYPE_SMALL_PAGE] = seL4_PageBits,
        [PLAN_TYPE_LARGE_PAGE] = seL4_LargePageBits,
        [PLAN_TYPE_VCPU] = seL4_VCPUBits,
    };

    switch (object->type) {
    case PLAN_TYPE_UNTYPED:
    case PLAN_TYPE_SCHED_CONTEXT:
        return UINT64_C(1) << object->size_bits;
    case PLAN_TYPE_CNODE:
        return UINT64_C(1) << (object->size_bits + seL4_SlotBits);
    case PLAN_TYPE_INTERRUPT:
        return 1; /* no memory: numbers follow each other */
    default:
        return UINT64_C(1) << bits[object->type];
    }
}

const char *view_type_name(uint8_t type)
{
    static const char *const names[PLAN_TYPE_COUNT] = {
        [PLAN_TYPE_UNTYPED] = "untyped memory",
        [PLAN_TYPE_TCB] = "thread",
        [PLAN_TYPE_ENDPOINT] = "endpoint",
        [PLAN_TYPE_NOTIFICATION] = "notification",
        [PLAN_TYPE_CNODE] = "CNode",
        [PLAN_TYPE_SCHED_CONTEXT] = "scheduling context",
        [PLAN_TYPE_REPLY] = "reply object",
        [PLAN_TYPE_VSPACE] = "address space",
        [PLAN_TYPE_PAGE_TABLE] = "page table",
        [PLAN_TYPE_SMALL_PAGE] = "page of 4 KiB",
        [PLAN_TYPE_LARGE_PAGE] = "page of 2 MiB",
        [PLAN_TYPE_VCPU] = "virtual CPU",
        [PLAN_TYPE_INTERRUPT] = "interrupt",
    };

    return names[type];
}

bool view_is_frame(const struct plan_object *object)
{
    return object->type == PLAN_TYPE_SMALL_PAGE || object->type == PLAN_TYPE_LARGE_PAGE;
}

static bool find_tables(struct view *view, size_t size, struct fault *fault)
{
    const void **tables[PLAN_TABLE_COUNT] = {
        [PLAN_COMPONENTS] = (const void **)&view->components,
        [PLAN_OBJECTS] = (const void **)&view->objects,
        [PLAN_MAPS] = (const void **)&view->maps,
        [PLAN_FILLS] = (const void **)&view->fills,
        [PLAN_CAPS] = (const void **)&view->caps,
        [PLAN_BUDGETS] = (const void **)&view->budgets,
        [PLAN_INTERRUPTS] = (const void **)&view->interrupts,
        [PLAN_THREADS] = (const void **)&view->threads,
        [PLAN_STRINGS] = (const void **)&view->strings,
    };

    for (unsigned i = 0; i < PLAN_TABLE_COUNT; i++) {
        struct plan_extent extent = view->header->tables[i];

        if (extent.offset % 8 != 0 || extent.offset > size ||
            extent.count > (size - extent.offset) / RECORD_SIZES[i])
            return fault_set(fault, "plan: table %u lies outside it", i);
        *tables[i] = view->bytes + extent.offset;
        view->count[i] = extent.count;
    }
    return true;
}

static bool is_object(const struct view *view, uint32_t index, bool may_lack)
{
    return index < view->count[PLAN_OBJECTS] || (may_lack && index == PLAN_NONE);
}

static bool is_of_type(const struct view *view, uint32_t index, uint8_t type, bool may_lack)
{
    if (!is_object(view, index, may_lack))
        return false;
    return index == PLAN_NONE || view->objects[index].type == type;
}

/* Units [index, index + count) of an object. */
static bool is_part(const struct view *view, uint32_t object, uint32_t index, uint32_t count)
{
    return is_object(view, object, false) && index <= view->objects[object].count &&
           count <= view->objects[object].count - index;
}

static bool check_components(const struct view *view)
{
    uint32_t next[PLAN_RANGE_COUNT] = {0};

    if (view->count[PLAN_COMPONENTS] == 0 || view->count[PLAN_COMPONENTS] > PLAN_COMPONENT_MAX + 1)
        return false;
    for (uint32_t i = 0; i < view->count[PLAN_COMPONENTS]; i++) {
        const struct plan_component *component = &view->components[i];

        if (component->name >= view->count[PLAN_STRINGS])
            return false;
        for (unsigned j = 0; j < PLAN_RANGE_COUNT; j++) {
            if (component->ranges[j].first != next[j] ||
                component->ranges[j].count > view->count[j + PLAN_OBJECTS] - next[j])
                return false;
            next[j] += component->ranges[j].count;
        }
    }
    for (unsigned j = 0; j < PLAN_RANGE_COUNT; j++) {
        if (next[j] != view->count[j + PLAN_OBJECTS])
            return false;
    }
    return true;
}

static bool check_objects(const struct view *view)
{
    for (uint32_t i = 0; i < view->count[PLAN_OBJECTS]; i++) {
        const struct plan_object *object = &view->objects[i];

        if (object->type == 0 || object->type >= PLAN_TYPE_COUNT || object->size_bits >= 48 ||
            object->name >= view->count[PLAN_STRINGS] || object->count == 0 ||
            object->address >= UINT64_C(1) << 52 || object->count > UINT32_MAX >> 4 ||
            !is_of_type(view, object->parent, PLAN_TYPE_UNTYPED, true))
            return false;
    }
    return true;
}

static bool check_maps(const struct view *view)
{
    for (uint32_t i = 0; i < view->count[PLAN_MAPS]; i++) {
        const struct plan_map *map = &view->maps[i];

        if (map->vspace != PLAN_INIT && !is_of_type(view, map->vspace, PLAN_TYPE_VSPACE, false))
            return false;
        if (!is_part(view, map->object, map->index, map->count))
            return false;
    }
    for (uint32_t i = 0; i < view->count[PLAN_FILLS]; i++) {
        const struct plan_fill *fill = &view->fills[i];

        if (!is_object(view, fill->object, false) || !is_object(view, fill->files, false))
            return false;
    }
    return true;
}

static bool check_caps(const struct view *view)
{
    for (uint32_t i = 0; i < view->count[PLAN_CAPS]; i++) {
        const struct plan_cap *cap = &view->caps[i];

        if (!is_of_type(view, cap->cnode, PLAN_TYPE_CNODE, false) ||
            !is_part(view, cap->object, cap->index, 1))
            return false;
    }
    for (uint32_t i = 0; i < view->count[PLAN_BUDGETS]; i++) {
        if (!is_of_type(view, view->budgets[i].object, PLAN_TYPE_SCHED_CONTEXT, false))
            return false;
    }
    for (uint32_t i = 0; i < view->count[PLAN_INTERRUPTS]; i++) {
        const struct plan_interrupt *interrupt = &view->interrupts[i];

        if (!is_of_type(view, interrupt->object, PLAN_TYPE_INTERRUPT, false) ||
            !is_of_type(view, interrupt->notification, PLAN_TYPE_NOTIFICATION, false))
            return false;
    }
    return true;
}

static bool check_threads(const struct view *view)
{
    for (uint32_t i = 0; i < view->count[PLAN_THREADS]; i++) {
        const struct plan_thread *thread = &view->threads[i];

        if (thread->name >= view->count[PLAN_STRINGS] ||
            !is_of_type(view, thread->tcb, PLAN_TYPE_TCB, false) ||
            !is_of_type(view, thread->cnode, PLAN_TYPE_CNODE, true) ||
            !is_of_type(view, thread->vspace, PLAN_TYPE_VSPACE, false) ||
            !is_of_type(view, thread->fault_endpoint, PLAN_TYPE_ENDPOINT, true) ||
            !is_of_type(view, thread->sched_context, PLAN_TYPE_SCHED_CONTEXT, true) ||
            !is_of_type(view, thread->notification, PLAN_TYPE_NOTIFICATION, true) ||
            !is_of_type(view, thread->lent, PLAN_TYPE_SCHED_CONTEXT, true) ||
            !is_of_type(view, thread->heir, PLAN_TYPE_TCB, true) ||
            !is_of_type(view, thread->vcpu, PLAN_TYPE_VCPU, true))
            return false;
        if (thread->buffer != PLAN_NONE && !is_part(view, thread->buffer, thread->buffer_index, 1))
            return false;
    }
    return true;
}

static bool check_header(const struct view *view)
{
    const struct plan_header *header = view->header;

    return is_of_type(view, header->endpoint, PLAN_TYPE_ENDPOINT, false) &&
           is_of_type(view, header->ready, PLAN_TYPE_NOTIFICATION, false) &&
           header->board < view->count[PLAN_STRINGS] && header->board_off <= PLAN_BOARD_OFF_IDLE &&
           (header->log_own == 0 ||
            is_of_type(view, header->log_doorbell, PLAN_TYPE_NOTIFICATION, false));
}

bool view_open(struct view *view, const void *bytes, size_t size, struct fault *fault)
{
    const struct plan_header *header = bytes;
    const size_t summed = offsetof(struct plan_header, checksum) + sizeof(header->checksum);

    *view = (struct view){.bytes = bytes, .header = header};
    if (size < sizeof(*header) || header->magic != PLAN_MAGIC || header->version != PLAN_VERSION)
        return fault_set(fault, "plan: not one of version %u", PLAN_VERSION);
    if (header->size != size)
        return fault_set(fault, "plan: %zu bytes in place of %zu", size, (size_t)header->size);
    if (header->checksum != crc32_feed(0, (const uint8_t *)bytes + summed, size - summed))
        return fault_set(fault, "plan: its checksum is wrong");
    if (!find_tables(view, size, fault))
        return false;
    if (view->count[PLAN_STRINGS] == 0 || view->strings[view->count[PLAN_STRINGS] - 1] != '\0')
        return fault_set(fault, "plan: its strings have no end");
    if (!check_components(view) || !check_objects(view))
        return fault_set(fault, "plan: its components or objects contradict each other");
    if (!check_header(view) || !check_maps(view) || !check_caps(view) || !check_threads(view))
        return fault_set(fault, "plan: a record refers to what does not exist");
    return true;
}
