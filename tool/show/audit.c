/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Computes the isolation report. Stands on tool/show/reach and device; prints nothing.
 *
 * What counts as a flow from A to B: A may write memory that B may read; A may signal or send where
 * B may receive (a signal is one bit, and bits add up); B answers A's call, or merely takes A's
 * message, which A notices; both wait at one place, so that each sees what the other took; both
 * hold one kernel object whose state they can change and see; both reach a device's registers; or
 * one of them holds a device that can write all memory. Caches, buses and timing are not counted.
 */
#include <stdlib.h>
#include <string.h>

#include "tool/show/audit.h"

#define NEVER  (1u << PLAN_BOARD_OFF_NEVER)
#define IDLE   (1u << PLAN_BOARD_OFF_IDLE)
#define ALWAYS (NEVER | IDLE)

/* As components/init/authority.c gives them up; see "What init keeps" in its README. */
const struct audit_control AUDIT_CONTROLS[] = {
    {"IRQControl", "nobody", "deleted once every interrupt handler is made", ALWAYS},
    {"ASIDControl", "nobody", "deleted at boot", ALWAYS},
    {"DomainSet", "nobody", "deleted at boot", ALWAYS},
    {"SMMU controls", "nobody", "deleted at boot", ALWAYS},
    {"untyped memory not in the plan", "nobody", "deleted at boot", ALWAYS},
    {"SMC", "nobody", "deleted at boot: nobody switches this board off", NEVER},
    {"SMC", "init", "calls to the firmware: it switches the board off when all VMs are", IDLE},
    {"ASID pool", "init", "a component's new address space needs an ASID when it starts anew",
     ALWAYS},
    {"SchedControl", "init", "a component's budgets are set when it starts anew", ALWAYS},
    {NULL, NULL, NULL, 0},
};

bool audit_has_control(const struct audit *audit, const struct audit_control *control)
{
    return control->board_off >> audit->view.header->board_off & 1;
}

static void *grow(void *list, size_t count, size_t size)
{
    /* Doubles at powers of two. */
    if ((count & (count - 1)) != 0 || (count < 16 && count != 0))
        return list;
    list = realloc(list, (count < 16 ? 16 : count * 2) * size);
    if (list == NULL) {
        fputs("bulkhead: out of memory\n", stderr);
        abort();
    }
    return list;
}

static bool is_readable(unsigned rights)
{
    return rights & (REACH_READ | REACH_EXECUTE);
}

static enum audit_kind judge_kind(const struct audit *audit, uint32_t index, uint64_t address)
{
    const struct plan_object *object = &audit->view.objects[index];
    struct device device;

    if (object->type == PLAN_TYPE_ENDPOINT)
        return AUDIT_ENDPOINT;
    if (object->type == PLAN_TYPE_NOTIFICATION)
        return AUDIT_NOTIFICATION;
    if (!view_is_frame(object))
        return AUDIT_OBJECT;
    if (object->flags & PLAN_IN_FILES)
        return AUDIT_FILE;
    if (!(object->flags & PLAN_AT_ADDRESS))
        return AUDIT_MEMORY;
    device_find(&audit->device_map, address, &device);
    return device.cpu_interface ? AUDIT_CPU_INTERFACE : AUDIT_DEVICE;
}

static void judge_flow(struct audit_share *share)
{
    unsigned one = share->rights_one, other = share->rights_other;
    /* A call is answered, and a message is taken or not: the way back. */
    bool messages = share->kind == AUDIT_ENDPOINT;

    switch (share->kind) {
    case AUDIT_MEMORY:
    case AUDIT_FILE:
        share->forth = (one & REACH_WRITE && is_readable(other)) || (one | other) & REACH_CONTROL;
        share->back = (other & REACH_WRITE && is_readable(one)) || (one | other) & REACH_CONTROL;
        break;
    case AUDIT_ENDPOINT:
    case AUDIT_NOTIFICATION:
        share->forth = one & REACH_SEND && other & REACH_RECEIVE;
        share->back = other & REACH_SEND && one & REACH_RECEIVE;
        if (((one | other) & REACH_CONTROL) || (one & other & REACH_RECEIVE) ||
            (messages && (share->forth || share->back)))
            share->forth = share->back = true;
        break;
    case AUDIT_CPU_INTERFACE:
        break;
    default:
        share->forth = share->back = true;
    }
}

static struct audit_share *find_share(struct audit *audit, const struct reach *one,
                                      const struct reach *other, uint64_t address)
{
    for (size_t i = 0; i < audit->share_count; i++) {
        struct audit_share *share = &audit->shares[i];

        if (share->one == one->component && share->other == other->component &&
            share->object == one->object && share->address == address)
            return share;
    }
    audit->shares = grow(audit->shares, audit->share_count, sizeof(*audit->shares));
    audit->shares[audit->share_count] = (struct audit_share){
        .one = one->component,
        .other = other->component,
        .object = one->object,
        .address = address,
    };
    return &audit->shares[audit->share_count++];
}

static void add_share(struct audit *audit, const struct reach *one, const struct reach *other,
                      uint64_t overlap)
{
    struct reach_extent a = reach_extent_of(&audit->view, one);
    struct reach_extent b = reach_extent_of(&audit->view, other);
    uint64_t start = a.start > b.start ? a.start : b.start;
    struct audit_share *share = find_share(audit, one, other, start);

    share->rights_one |= one->rights;
    share->rights_other |= other->rights;
    if (view_is_frame(&audit->view.objects[one->object]) && overlap > share->size)
        share->size = overlap;
    share->kind = judge_kind(audit, one->object, start);
}

static uint64_t find_writers(const struct audit *audit, const struct audit_share *share)
{
    const struct plan_object *object = &audit->view.objects[share->object];
    uint64_t unit = view_unit_size(object), base = 0, writers = 0;
    struct reach region = {.object = share->object};

    if (object->flags & (PLAN_AT_ADDRESS | PLAN_IN_FILES))
        base = object->address;
    region.index = (share->address - base) / unit;
    region.count = (share->size + unit - 1) / unit;
    for (size_t i = 0; i < audit->reaches.count; i++) {
        const struct reach *reach = &audit->reaches.list[i];

        if (reach->rights & (REACH_WRITE | REACH_CONTROL) &&
            reach_overlap(&audit->view, reach, &region) > 0)
            writers |= UINT64_C(1) << reach->component;
    }
    return writers;
}

static void find_shares(struct audit *audit)
{
    const struct reaches *reaches = &audit->reaches;

    for (size_t i = 0; i < reaches->count; i++) {
        for (size_t j = 0; j < reaches->count; j++) {
            const struct reach *one = &reaches->list[i], *other = &reaches->list[j];
            uint64_t overlap;

            if (one->component >= other->component || one->rights == 0 || other->rights == 0)
                continue;
            overlap = reach_overlap(&audit->view, one, other);
            if (overlap > 0)
                add_share(audit, one, other, overlap);
        }
    }
    for (size_t i = 0; i < audit->share_count; i++) {
        struct audit_share *share = &audit->shares[i];

        judge_flow(share);
        if (share->kind == AUDIT_MEMORY || share->kind == AUDIT_FILE)
            share->writers = find_writers(audit, share);
    }
}

static int compare_shares(const void *left, const void *right)
{
    const struct audit_share *a = left, *b = right;

    if (a->one != b->one)
        return a->one < b->one ? -1 : 1;
    if (a->other != b->other)
        return a->other < b->other ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (a->object != b->object)
        return a->object < b->object ? -1 : 1;
    return a->address < b->address ? -1 : a->address > b->address;
}

/* Does `next` go on where `share` ends, and is it alike? */
static bool continues(const struct audit_share *share, const struct audit_share *next)
{
    return share->one == next->one && share->other == next->other &&
           share->object == next->object && share->kind == next->kind && share->size != 0 &&
           share->address + share->size == next->address && share->rights_one == next->rights_one &&
           share->rights_other == next->rights_other && share->writers == next->writers;
}

/* Sorts, and makes one of pieces that were mapped one by one. */
static void join_shares(struct audit *audit)
{
    size_t kept = 0;

    if (audit->share_count == 0)
        return;
    qsort(audit->shares, audit->share_count, sizeof(*audit->shares), compare_shares);
    for (size_t i = 1; i < audit->share_count; i++) {
        if (continues(&audit->shares[kept], &audit->shares[i]))
            audit->shares[kept].size += audit->shares[i].size;
        else
            audit->shares[++kept] = audit->shares[i];
    }
    audit->share_count = kept + 1;
}

static bool is_power(const struct audit *audit, const struct reach *reach, enum audit_power *power)
{
    switch (audit->view.objects[reach->object].type) {
    case PLAN_TYPE_UNTYPED:
        *power = AUDIT_POWER_UNTYPED;
        return true;
    case PLAN_TYPE_CNODE:
        *power = AUDIT_POWER_CNODE;
        return true;
    case PLAN_TYPE_VSPACE:
    case PLAN_TYPE_PAGE_TABLE:
        *power = AUDIT_POWER_SPACE;
        return true;
    case PLAN_TYPE_TCB:
        *power = AUDIT_POWER_THREAD;
        return true;
    case PLAN_TYPE_SCHED_CONTEXT:
        *power = AUDIT_POWER_TIME;
        return true;
    case PLAN_TYPE_ENDPOINT:
        *power = AUDIT_POWER_GRANT;
        return reach->rights & REACH_GRANT;
    default:
        return false;
    }
}

/* Whom an object is part of: the component whose thread uses it, or whose record it is. */
static uint32_t find_victim(const struct audit *audit, uint32_t object)
{
    for (size_t i = 0; i < audit->reaches.count; i++) {
        const struct reach *reach = &audit->reaches.list[i];

        if (reach->object == object && reach->how == REACH_BY_THREAD)
            return reach->component;
    }
    return view_owner(&audit->view, PLAN_OBJECTS, object);
}

static void add_authority(struct audit *audit, struct audit_authority authority)
{
    audit->authorities = grow(audit->authorities, audit->authority_count,
                              sizeof(*audit->authorities));
    audit->authorities[audit->authority_count++] = authority;
}

static void find_authorities(struct audit *audit)
{
    const struct view *view = &audit->view;

    for (size_t i = 0; i < audit->reaches.count; i++) {
        const struct reach *reach = &audit->reaches.list[i];
        struct audit_authority authority = {
            .holder = reach->component,
            .object = reach->object,
            .guest = reach->guest,
        };

        if (reach->how != REACH_BY_CAP || !is_power(audit, reach, &authority.power))
            continue;
        authority.victim = find_victim(audit, reach->object);
        /* An endpoint's owner is who receives there; the system's endpoint is init's. */
        if (authority.power == AUDIT_POWER_GRANT)
            authority.victim = view_owner(view, PLAN_OBJECTS, reach->object);
        add_authority(audit, authority);
    }
    for (uint32_t i = 0; i < view->count[PLAN_OBJECTS]; i++) {
        if (view->objects[i].type == PLAN_TYPE_UNTYPED)
            add_authority(audit, (struct audit_authority){
                                     .power = AUDIT_POWER_UNTYPED,
                                     .holder = VIEW_INIT,
                                     .object = i,
                                     .victim = view_owner(view, PLAN_OBJECTS, i),
                                 });
    }
}

static struct audit_device *find_device(struct audit *audit, uint64_t address, uint64_t size,
                                        const struct device *device)
{
    for (size_t i = 0; i < audit->device_count; i++) {
        struct audit_device *known = &audit->devices[i];

        if (device->path[0] != '\0' ? strcmp(known->device.path, device->path) == 0 &&
                                          known->device.region == device->region
                                    : known->address == address)
            return known;
    }
    audit->devices = grow(audit->devices, audit->device_count, sizeof(*audit->devices));
    audit->devices[audit->device_count] = (struct audit_device){
        .address = address,
        .size = size,
        .device = *device,
    };
    return &audit->devices[audit->device_count++];
}

static void find_devices(struct audit *audit)
{
    for (size_t i = 0; i < audit->reaches.count; i++) {
        const struct reach *reach = &audit->reaches.list[i];
        const struct plan_object *object = &audit->view.objects[reach->object];
        struct reach_extent extent = reach_extent_of(&audit->view, reach);
        uint64_t unit = view_unit_size(object);

        if (!view_is_frame(object) || extent.space != REACH_SPACE_ADDRESS)
            continue;
        for (uint64_t at = extent.start; at < extent.end; at += unit) {
            struct device device;
            struct audit_device *known;

            device_find(&audit->device_map, at, &device);
            known = find_device(audit, at, unit, &device);
            known->holders |= UINT64_C(1) << reach->component;
            if (at < known->address) {
                known->size += known->address - at;
                known->address = at;
            }
            if (at + unit > known->address + known->size)
                known->size = at + unit - known->address;
        }
    }
}

bool audit_make(struct audit *audit, const void *plan, size_t size, const void *tree,
                struct fault *fault)
{
    *audit = (struct audit){0};
    if (!view_open(&audit->view, plan, size, fault))
        return false;
    audit->trusted = UINT64_C(1) << VIEW_INIT;
    for (uint32_t i = 1; i < audit->view.count[PLAN_COMPONENTS]; i++) {
        if (audit->view.components[i].kind == PLAN_KIND_CONSOLE)
            audit->trusted |= UINT64_C(1) << i;
    }
    device_map_make(&audit->device_map, tree);
    reaches_collect(&audit->reaches, &audit->view);
    find_shares(audit);
    join_shares(audit);
    find_authorities(audit);
    find_devices(audit);
    return true;
}

void audit_release(struct audit *audit)
{
    reaches_release(&audit->reaches);
    device_map_release(&audit->device_map);
    free(audit->shares);
    free(audit->authorities);
    free(audit->devices);
    *audit = (struct audit){0};
}

bool audit_find(const struct audit *audit, const char *name, uint32_t *component)
{
    for (*component = 0; *component < audit->view.count[PLAN_COMPONENTS]; ++*component) {
        if (strcmp(view_name(&audit->view, *component), name) == 0)
            return true;
    }
    return false;
}

bool audit_is_dma_threat(const struct audit_device *device)
{
    return device->device.dma != DEVICE_DMA_NO && !device->device.cpu_interface;
}

/* By what could information get from one to the other at once? */
static bool find_step(const struct audit *audit, uint32_t from, uint32_t to,
                      const struct audit_share **by, const struct audit_device **device)
{
    uint64_t both = UINT64_C(1) << from | UINT64_C(1) << to;

    *by = NULL;
    *device = NULL;
    for (size_t i = 0; i < audit->share_count; i++) {
        const struct audit_share *share = &audit->shares[i];

        if ((share->one == from && share->other == to && share->forth) ||
            (share->one == to && share->other == from && share->back)) {
            *by = share;
            return true;
        }
    }
    for (size_t i = 0; i < audit->device_count; i++) {
        if (audit_is_dma_threat(&audit->devices[i]) && audit->devices[i].holders & both) {
            *device = &audit->devices[i];
            return true;
        }
    }
    return from == VIEW_INIT || to == VIEW_INIT; /* init holds everybody's capabilities */
}

static struct audit_path follow(const struct audit *audit, const uint32_t *before, uint32_t from,
                                uint32_t to)
{
    struct audit_path path = {.length = 1};

    for (uint32_t at = to; at != from; at = before[at])
        path.length++;
    for (unsigned i = path.length; i-- > 0; to = before[to])
        path.hops[i] = to;
    for (unsigned i = 0; i + 1 < path.length; i++)
        find_step(audit, path.hops[i], path.hops[i + 1], &path.shares[i], &path.devices[i]);
    return path;
}

struct audit_path audit_find_path(const struct audit *audit, uint32_t from, uint32_t to,
                                  bool strict)
{
    uint32_t count = audit->view.count[PLAN_COMPONENTS], queue[64], head = 0, tail = 0;
    uint32_t before[64] = {0};
    uint64_t seen = UINT64_C(1) << from;

    queue[tail++] = from;
    before[from] = from;
    while (head < tail) {
        uint32_t at = queue[head++];
        const struct audit_share *share;
        const struct audit_device *device;

        if (at == to)
            return follow(audit, before, from, to);
        if (at != from && !strict && audit->trusted >> at & 1)
            continue;
        for (uint32_t next = 0; next < count; next++) {
            if (seen >> next & 1 || !find_step(audit, at, next, &share, &device))
                continue;
            seen |= UINT64_C(1) << next;
            before[next] = at;
            queue[tail++] = next;
        }
    }
    return (struct audit_path){0};
}
