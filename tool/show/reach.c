/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Collects accesses from a plan's maps, capabilities and threads. Stands on tool/show/view.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/show/reach.h"

/* Who runs in an address space or with a capability space: a bit each component. */
_Static_assert(PLAN_COMPONENT_MAX < 64, "a component is a bit of a word");

struct tenants {
    uint64_t *programs; /* by object: components whose own threads use it */
    uint64_t *guests;   /* by object: VMs whose guest's threads do */
};

static void *allocate(size_t count, size_t size)
{
    void *memory = calloc(count + 1, size);

    if (memory == NULL) {
        fputs("bulkhead: out of memory\n", stderr);
        abort();
    }
    return memory;
}

static void add(struct reaches *reaches, struct reach reach)
{
    if (reaches->count == reaches->capacity) {
        struct reach *list = allocate(reaches->capacity * 2 + 64, sizeof(*list));

        if (reaches->count > 0)
            memcpy(list, reaches->list, reaches->count * sizeof(*list));
        free(reaches->list);
        reaches->list = list;
        reaches->capacity = reaches->capacity * 2 + 64;
    }
    reaches->list[reaches->count++] = reach;
}

/* Adds one for each component of `set`. */
static void add_each(struct reaches *reaches, uint64_t set, struct reach reach)
{
    for (uint32_t component = 0; component < 64; component++) {
        if (set >> component & 1) {
            reach.component = component;
            add(reaches, reach);
        }
    }
}

static struct tenants find_tenants(const struct view *view)
{
    struct tenants tenants = {
        .programs = allocate(view->count[PLAN_OBJECTS], sizeof(uint64_t)),
        .guests = allocate(view->count[PLAN_OBJECTS], sizeof(uint64_t)),
    };

    for (uint32_t i = 0; i < view->count[PLAN_THREADS]; i++) {
        const struct plan_thread *thread = &view->threads[i];
        uint64_t *set = thread->flags & PLAN_THREAD_VCPU ? tenants.guests : tenants.programs;
        uint64_t bit = UINT64_C(1) << view_owner(view, PLAN_THREADS, i);

        set[thread->vspace] |= bit;
        if (thread->cnode != PLAN_NONE)
            set[thread->cnode] |= bit;
    }
    return tenants;
}

/* Who holds a CNode's capability can use what is in that CNode, and so on. */
static void follow_cnodes(const struct view *view, struct tenants *tenants)
{
    bool changed = true;

    while (changed) {
        changed = false;
        for (uint32_t i = 0; i < view->count[PLAN_CAPS]; i++) {
            const struct plan_cap *cap = &view->caps[i];
            uint64_t programs = tenants->programs[cap->cnode] & ~tenants->programs[cap->object];
            uint64_t guests = tenants->guests[cap->cnode] & ~tenants->guests[cap->object];

            if (view->objects[cap->object].type != PLAN_TYPE_CNODE || (programs | guests) == 0)
                continue;
            tenants->programs[cap->object] |= programs;
            tenants->guests[cap->object] |= guests;
            changed = true;
        }
    }
}

static unsigned rights_of_map(uint32_t flags)
{
    return (flags & PLAN_MAP_READ ? REACH_READ : 0) | (flags & PLAN_MAP_WRITE ? REACH_WRITE : 0) |
           (flags & PLAN_MAP_EXECUTE ? REACH_EXECUTE : 0);
}

static void collect_maps(struct reaches *reaches, const struct view *view,
                         const struct tenants *tenants)
{
    for (uint32_t i = 0; i < view->count[PLAN_MAPS]; i++) {
        const struct plan_map *map = &view->maps[i];
        struct reach reach = {
            .object = map->object,
            .index = map->index,
            .count = map->count,
            .rights = rights_of_map(map->flags),
            .how = REACH_BY_MAP,
            .address = map->address,
        };

        /* A page table is the address space's own matter, but for one that two have in theirs. */
        if (!view_is_frame(&view->objects[map->object]))
            reach.rights = REACH_CONTROL;
        if (map->vspace == PLAN_INIT) {
            add_each(reaches, 1, reach);
            continue;
        }
        add_each(reaches, tenants->programs[map->vspace], reach);
        reach.guest = true;
        add_each(reaches, tenants->guests[map->vspace], reach);
    }
}

static unsigned rights_of_cap(const struct plan_object *object, uint32_t rights)
{
    unsigned write = rights & 1, read = rights & 2, grant = rights & 4, reply = rights & 8;

    switch (object->type) {
    case PLAN_TYPE_ENDPOINT:
        return (write ? REACH_SEND : 0) | (read ? REACH_RECEIVE : 0) |
               (write && grant ? REACH_GRANT : 0) | (write && (grant || reply) ? REACH_CALL : 0);
    case PLAN_TYPE_NOTIFICATION:
        return (write ? REACH_SEND : 0) | (read ? REACH_RECEIVE : 0);
    case PLAN_TYPE_SMALL_PAGE:
    case PLAN_TYPE_LARGE_PAGE:
        return (write ? REACH_WRITE : 0) | (read ? REACH_READ | REACH_EXECUTE : 0);
    default:
        return REACH_CONTROL;
    }
}

/* Is `object` made from untyped `ancestor`, directly or not? A ring of parents is no ancestry. */
static bool is_made_from(const struct view *view, uint32_t object, uint32_t ancestor)
{
    uint32_t steps = view->count[PLAN_OBJECTS];

    for (object = view->objects[object].parent; object != PLAN_NONE && steps > 0; steps--) {
        if (object == ancestor)
            return true;
        object = view->objects[object].parent;
    }
    return false;
}

/* Who holds an untyped can revoke what was made from it, and make something else there. */
static void add_descendants(struct reaches *reaches, const struct view *view, uint64_t set,
                            const struct reach *untyped)
{
    for (uint32_t i = 0; set != 0 && i < view->count[PLAN_OBJECTS]; i++) {
        struct reach reach = *untyped;

        if (!is_made_from(view, i, untyped->object))
            continue;
        reach.object = i;
        reach.index = 0;
        reach.count = view->objects[i].count;
        add_each(reaches, set, reach);
    }
}

static void collect_caps(struct reaches *reaches, const struct view *view,
                         const struct tenants *tenants)
{
    for (uint32_t i = 0; i < view->count[PLAN_CAPS]; i++) {
        const struct plan_cap *cap = &view->caps[i];
        struct reach reach = {
            .object = cap->object,
            .index = cap->index,
            .count = 1,
            .rights = rights_of_cap(&view->objects[cap->object], cap->rights),
            .how = REACH_BY_CAP,
            .badge = cap->badge,
        };

        add_each(reaches, tenants->programs[cap->cnode], reach);
        if (view->objects[cap->object].type == PLAN_TYPE_UNTYPED)
            add_descendants(reaches, view,
                            tenants->programs[cap->cnode] | tenants->guests[cap->cnode], &reach);
        reach.guest = true;
        add_each(reaches, tenants->guests[cap->cnode], reach);
    }
}

static void collect_thread(struct reaches *reaches, const struct view *view, uint32_t index)
{
    const struct plan_thread *thread = &view->threads[index];
    const struct {
        uint32_t object, unit;
        unsigned rights;
    } parts[] = {
        {thread->tcb, 0, REACH_CONTROL},
        {thread->cnode, 0, REACH_CONTROL},
        {thread->vspace, 0, REACH_CONTROL},
        {thread->buffer, thread->buffer_index, REACH_READ | REACH_WRITE},
        /* A fault is a message that is answered, and its answer sets registers. */
        {thread->fault_endpoint, 0, REACH_SEND | REACH_CALL},
        {thread->sched_context, 0, REACH_CONTROL},
        {thread->notification, 0, REACH_RECEIVE},
        {thread->lent, 0, REACH_CONTROL},
        {thread->heir, 0, REACH_CONTROL},
        {thread->vcpu, 0, REACH_CONTROL},
    };

    for (unsigned i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (parts[i].object == PLAN_NONE)
            continue;
        add(reaches, (struct reach){
                         .component = view_owner(view, PLAN_THREADS, index),
                         .object = parts[i].object,
                         .index = parts[i].unit,
                         .count = 1,
                         .rights = parts[i].rights,
                         .how = REACH_BY_THREAD,
                         .guest = thread->flags & PLAN_THREAD_VCPU,
                     });
    }
}

/* What the header gives init for its own use; that it also made everything is said elsewhere. */
static void collect_init(struct reaches *reaches, const struct view *view)
{
    const struct plan_header *header = view->header;
    struct reach reach = {.component = VIEW_INIT, .count = 1, .how = REACH_BY_CAP};

    reach.object = header->endpoint;
    reach.rights = REACH_RECEIVE;
    add(reaches, reach);
    reach.object = header->ready;
    add(reaches, reach);
    if (header->log_own != 0) {
        reach.object = header->log_doorbell;
        reach.rights = REACH_SEND;
        add(reaches, reach);
    }
}

void reaches_collect(struct reaches *reaches, const struct view *view)
{
    struct tenants tenants = find_tenants(view);

    *reaches = (struct reaches){0};
    follow_cnodes(view, &tenants);
    collect_init(reaches, view);
    collect_maps(reaches, view, &tenants);
    collect_caps(reaches, view, &tenants);
    for (uint32_t i = 0; i < view->count[PLAN_THREADS]; i++)
        collect_thread(reaches, view, i);
    free(tenants.programs);
    free(tenants.guests);
}

void reaches_release(struct reaches *reaches)
{
    free(reaches->list);
    *reaches = (struct reaches){0};
}

struct reach_extent reach_extent_of(const struct view *view, const struct reach *reach)
{
    const struct plan_object *object = &view->objects[reach->object];
    uint64_t unit = view_unit_size(object);
    struct reach_extent extent = {REACH_SPACE_OBJECT, 0, 0};

    if (object->type == PLAN_TYPE_INTERRUPT)
        extent.space = REACH_SPACE_INTERRUPT;
    else if (object->flags & PLAN_AT_ADDRESS)
        extent.space = REACH_SPACE_ADDRESS;
    else if (object->flags & PLAN_IN_FILES)
        extent.space = REACH_SPACE_FILES;
    if (extent.space != REACH_SPACE_OBJECT)
        extent.start = object->address;
    extent.start += reach->index * unit;
    extent.end = extent.start + reach->count * unit;
    return extent;
}

uint64_t reach_overlap(const struct view *view, const struct reach *one, const struct reach *other)
{
    struct reach_extent a = reach_extent_of(view, one), b = reach_extent_of(view, other);
    uint64_t start = a.start > b.start ? a.start : b.start;
    uint64_t end = a.end < b.end ? a.end : b.end;

    if (a.space != b.space || start >= end)
        return 0;
    if (a.space == REACH_SPACE_OBJECT && one->object != other->object)
        return 0;
    return end - start;
}

const char *reach_rights_text(unsigned rights, char *text, size_t size)
{
    static const struct {
        unsigned right;
        const char *word;
    } words[] = {
        {REACH_READ, "read"},       {REACH_WRITE, "write"}, {REACH_EXECUTE, "execute"},
        {REACH_SEND, "send"},       {REACH_CALL, "call"},   {REACH_GRANT, "grant"},
        {REACH_RECEIVE, "receive"}, {REACH_CONTROL, "use"},
    };
    size_t used = 0;

    snprintf(text, size, "nothing");
    for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]) && used < size; i++) {
        if (rights & words[i].right)
            used += snprintf(text + used, size - used, "%s%s", used ? ", " : "", words[i].word);
    }
    return text;
}
