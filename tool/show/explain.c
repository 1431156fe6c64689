/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Explains a plan. Stands on tool/show/view and sum.
 */
#include <inttypes.h>
#include <string.h>

#include "tool/show/explain.h"
#include "tool/show/size.h"
#include "tool/show/sum.h"

/* A subject's column of values, by its longest that is no longer than this most. */
enum { VALUE_WIDTH = 40, VALUE_WIDTH_MOST = 64 };

struct facts {
    const struct plan_fact *list;
    size_t count;
};

static bool is_about(const struct plan_fact *fact, const char *subject)
{
    return strcmp(fact->subject, subject) == 0;
}

static int value_width(const struct facts *facts, const char *subject)
{
    size_t width = VALUE_WIDTH;

    for (size_t i = 0; i < facts->count; i++) {
        size_t length = strlen(facts->list[i].value);

        if (is_about(&facts->list[i], subject) && length > width && length <= VALUE_WIDTH_MOST)
            width = length;
    }
    return (int)width;
}

static void print_facts(const struct facts *facts, const char *subject, FILE *stream)
{
    static const char row[] = "  %-36s %-*s  %s\n";
    int width = value_width(facts, subject);
    bool any = false;

    for (size_t i = 0; i < facts->count; i++) {
        const struct plan_fact *fact = &facts->list[i];

        if (!is_about(fact, subject))
            continue;
        if (!any)
            fprintf(stream, row, "WHAT", width, "VALUE", "FROM");
        any = true;
        fprintf(stream, row, fact->what, width, fact->value, fact->source);
    }
}

static bool is_component(const struct view *view, const char *subject)
{
    for (uint32_t i = 1; i < view->count[PLAN_COMPONENTS]; i++) {
        if (strcmp(view_name(view, i), subject) == 0)
            return true;
    }
    return false;
}

/* Subjects that are no component, in the order they first came: the board, the image, init. */
static void print_other_subjects(const struct view *view, const struct facts *facts, FILE *stream)
{
    for (size_t i = 0; i < facts->count; i++) {
        const char *subject = facts->list[i].subject;
        bool before = is_component(view, subject);

        for (size_t j = 0; j < i && !before; j++)
            before = strcmp(facts->list[j].subject, subject) == 0;
        if (before)
            continue;
        fprintf(stream, "\n%s\n", subject);
        print_facts(facts, subject, stream);
    }
}

static void print_objects(const struct sum *sum, FILE *stream)
{
    const char *comma = "";

    fputs("  objects   ", stream);
    for (uint8_t type = 1; type < PLAN_TYPE_COUNT; type++) {
        if (sum->objects[type] == 0)
            continue;
        fprintf(stream, "%s%" PRIu32 " %s", comma, sum->objects[type], view_type_name(type));
        comma = ", ";
    }
    fputs(*comma == '\0' ? "none\n" : "\n", stream);
}

static void print_thread(const struct view *view, const struct plan_thread *thread, FILE *stream)
{
    const struct plan_budget *budget = sum_budget(view, thread->sched_context);
    const struct plan_budget *lent = sum_budget(view, thread->lent);

    fprintf(stream, "    %-22s priority %3u", view_string(view, thread->name), thread->priority);
    if (budget == NULL)
        fputs(", runs on the time of who calls it", stream);
    else if (budget->budget_us == budget->period_us)
        fprintf(stream, ", core %" PRIu32 ", turns of %" PRIu64 " us", budget->core,
                budget->budget_us);
    else
        fprintf(stream, ", core %" PRIu32 ", %" PRIu64 " us of each %" PRIu64 " us", budget->core,
                budget->budget_us, budget->period_us);
    if (lent != NULL)
        fprintf(stream, "; for events %" PRIu64 " us of each %" PRIu64 " us", lent->budget_us,
                lent->period_us);
    fputc('\n', stream);
}

static void print_threads(const struct view *view, uint32_t component, FILE *stream)
{
    struct plan_range range = view->components[component].ranges[PLAN_RANGE(PLAN_THREADS)];

    if (range.count > 0)
        fputs("  threads\n", stream);
    for (uint32_t i = 0; i < range.count; i++)
        print_thread(view, &view->threads[range.first + i], stream);
}

static void print_map(const struct view *view, const struct plan_map *map, FILE *stream)
{
    const struct plan_object *object = &view->objects[map->object];
    char size[SIZE_TEXT_MAX];

    if (!view_is_frame(object))
        return;
    fprintf(stream, "    0x%010" PRIx64 " %10s  %c%c%c  %s", map->address,
            size_text(map->count * view_unit_size(object), size),
            map->flags & PLAN_MAP_READ ? 'r' : '-', map->flags & PLAN_MAP_WRITE ? 'w' : '-',
            map->flags & PLAN_MAP_EXECUTE ? 'x' : '-', view_string(view, object->name));
    if (object->flags & PLAN_AT_ADDRESS)
        fprintf(stream, ", at 0x%" PRIx64 " of the board",
                object->address + map->index * view_unit_size(object));
    fputc('\n', stream);
}

static void print_maps(const struct view *view, uint32_t vspace, const char *title, FILE *stream)
{
    fprintf(stream, "  %s\n", title);
    for (uint32_t i = 0; i < view->count[PLAN_MAPS]; i++) {
        if (view->maps[i].vspace == vspace)
            print_map(view, &view->maps[i], stream);
    }
}

/* Once each address space: a component's threads share theirs. */
static void print_spaces(const struct view *view, uint32_t component, FILE *stream)
{
    struct plan_range range = view->components[component].ranges[PLAN_RANGE(PLAN_THREADS)];

    for (uint32_t i = 0; i < range.count; i++) {
        const struct plan_thread *thread = &view->threads[range.first + i];
        bool before = false;

        for (uint32_t j = 0; j < i; j++)
            before |= view->threads[range.first + j].vspace == thread->vspace;
        if (!before)
            print_maps(view, thread->vspace,
                       thread->flags & PLAN_THREAD_VCPU ? "the guest's physical addresses"
                                                        : "addresses of its process",
                       stream);
    }
}

static bool receives(const struct view *view, uint32_t component, uint32_t notification)
{
    struct plan_range range = view->components[component].ranges[PLAN_RANGE(PLAN_THREADS)];

    for (uint32_t i = 0; i < range.count; i++) {
        if (view->threads[range.first + i].notification == notification)
            return true;
    }
    return false;
}

static void print_interrupts(const struct view *view, uint32_t component, FILE *stream)
{
    bool any = false;

    for (uint32_t i = 0; i < view->count[PLAN_INTERRUPTS]; i++) {
        const struct plan_interrupt *interrupt = &view->interrupts[i];
        const struct plan_object *object = &view->objects[interrupt->object];

        if (!receives(view, component, interrupt->notification))
            continue;
        if (!any)
            fputs("  interrupts\n", stream);
        any = true;
        fprintf(stream, "    %-5" PRIu64 " %-6s %s\n", object->address,
                object->flags & PLAN_EDGE ? "edge" : "level", view_string(view, object->name));
    }
}

static void print_component(const struct view *view, const struct facts *facts, uint32_t component,
                            FILE *stream)
{
    const char *name = view_name(view, component);
    struct sum sum = sum_component(view, component);
    char own[SIZE_TEXT_MAX], guest[SIZE_TEXT_MAX];

    fprintf(stream, "\n%s (%s)\n", name, sum_kind_name(view, component));
    print_facts(facts, name, stream);
    fprintf(stream, "  memory    %s of its own", size_text(sum.own_bytes, own));
    if (sum.guest_bytes > 0)
        fprintf(stream, ", and %s of RAM for its guest", size_text(sum.guest_bytes, guest));
    fputc('\n', stream);
    print_objects(&sum, stream);
    print_threads(view, component, stream);
    print_interrupts(view, component, stream);
    print_spaces(view, component, stream);
}

static void print_totals(const struct view *view, FILE *stream)
{
    struct sum system = sum_component(view, 0);
    uint64_t own = 0, guests = 0;
    char text[2][SIZE_TEXT_MAX];

    for (uint32_t i = 1; i < view->count[PLAN_COMPONENTS]; i++) {
        struct sum sum = sum_component(view, i);

        own += sum.own_bytes;
        guests += sum.guest_bytes;
    }
    fprintf(stream, "\nall\n  memory    %s of RAM for guests, %s for components\n",
            size_text(guests, text[0]), size_text(own, text[1]));
    fprintf(stream, "  what outlives them, init's\n");
    print_objects(&system, stream);
    print_maps(view, PLAN_INIT, "mapped in init", stream);
}

void explain_print(const struct view *view, const struct plan_fact *facts, size_t fact_count,
                   FILE *stream)
{
    struct facts all = {facts, fact_count};

    fprintf(stream, "Board %s, %" PRIu32 " core%s in use\n", view_string(view, view->header->board),
            view->header->core_count, view->header->core_count == 1 ? "" : "s");
    print_other_subjects(view, &all, stream);
    for (uint32_t i = 1; i < view->count[PLAN_COMPONENTS]; i++)
        print_component(view, &all, i, stream);
    print_totals(view, stream);
}
