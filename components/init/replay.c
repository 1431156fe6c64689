/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Replays a component's records, table by table, at the first start as at any other. Each kind of
 * record has one function that makes it; what it made goes with its component's untypeds, or is a
 * copy in a slot of its own, which replay_undo() deletes.
 */
#include "components/init/replay.h"
#include "components/init/words.h"
#include "libs/alloc/retype.h"
#include "libs/vchan/vchan.h"

#include <string.h>

#define PAGE         4096u
#define FAULT_RIGHTS seL4_CapRights_new(0, 1, 0, 1)

typedef seL4_Error make_record(struct init *init, uint32_t record);

static seL4_Error make_object(struct init *init, uint32_t record)
{
    const struct plan_object *object = &plan_objects(init->plan)[record];
    seL4_Error error = seL4_NoError;

    if (object->parent != PLAN_NONE)
        error = alloc_retype(init_cap(init, object->parent, 0), plan_kernel_type(object),
                             object->size_bits, init->slots + object->slot, object->count);
    for (uint32_t i = 0;
         i < object->count && error == seL4_NoError && object->type == PLAN_TYPE_VSPACE; i++)
        error = seL4_ARM_ASIDPool_Assign(seL4_CapInitThreadASIDPool, init_cap(init, record, i));
    return error;
}

static seL4_Error map_one(seL4_CPtr cap, seL4_CPtr vspace, const struct plan_object *object,
                          uint64_t address, uint32_t flags)
{
    seL4_Word attributes = flags & PLAN_MAP_DEVICE ? 0 : seL4_ARM_Default_VMAttributes;
    seL4_CapRights_t rights = seL4_CapRights_new(0, 0, (flags & PLAN_MAP_READ) != 0,
                                                 (flags & PLAN_MAP_WRITE) != 0);

    if (object->type == PLAN_TYPE_PAGE_TABLE)
        return seL4_ARM_PageTable_Map(cap, vspace, address, seL4_ARM_Default_VMAttributes);
    if (!(flags & PLAN_MAP_EXECUTE))
        attributes |= seL4_ARM_ExecuteNever;
    return seL4_ARM_Page_Map(cap, vspace, address, rights, (seL4_ARM_VMAttributes)attributes);
}

static seL4_Error make_map(struct init *init, uint32_t record)
{
    const struct plan_map *map = &plan_maps(init->plan)[record];
    const struct plan_object *object = &plan_objects(init->plan)[map->object];
    seL4_CPtr vspace = map->vspace == PLAN_INIT ? seL4_CapInitThreadVSpace
                                                : init_cap(init, map->vspace, 0);
    bool own = plan_map_is_own(init->plan, map);
    seL4_Error error = seL4_NoError;

    for (uint32_t i = 0; i < map->count && error == seL4_NoError; i++) {
        seL4_CPtr cap = init->slots + map->slot + i;

        if (!own)
            error = init_copy(cap, init_cap(init, map->object, map->index + i));
        if (error == seL4_NoError)
            error = map_one(cap, vspace, object, map->address + i * plan_object_bytes(object),
                            map->flags);
    }
    return error;
}

/* Maps a copy of a page in one half of the window. */
static seL4_Error open_window(const struct init *init, enum init_slot slot, seL4_CPtr page,
                              uint64_t address, uint32_t flags)
{
    static const struct plan_object small = {.type = PLAN_TYPE_SMALL_PAGE};
    seL4_Error error = init_copy(init_own_slot(init, slot), page);

    if (error != seL4_NoError)
        return error;
    return map_one(init_own_slot(init, slot), seL4_CapInitThreadVSpace, &small, address, flags);
}

static seL4_Error fill_page(const struct init *init, seL4_CPtr to, seL4_CPtr from, size_t size)
{
    uint64_t window = init->plan->window;
    seL4_CPtr own = init_own_slot(init, INIT_SLOT_WINDOW);
    seL4_Error error = open_window(init, INIT_SLOT_WINDOW, to, window,
                                   PLAN_MAP_READ | PLAN_MAP_WRITE);

    if (error == seL4_NoError)
        error = open_window(init, INIT_SLOT_SOURCE, from, window + PAGE, PLAN_MAP_READ);
    if (error == seL4_NoError) {
        memcpy((void *)window, (const void *)(window + PAGE), size);
        /* It may hold code. */
        error = seL4_ARM_Page_Unify_Instruction(own, 0, PAGE);
    }
    init_delete(own);
    init_delete(init_own_slot(init, INIT_SLOT_SOURCE));
    return error;
}

static seL4_Error make_fill(struct init *init, uint32_t record)
{
    const struct plan_fill *fill = &plan_fills(init->plan)[record];
    seL4_Error error = seL4_NoError;

    for (uint64_t done = 0; done < fill->size && error == seL4_NoError; done += PAGE) {
        uint32_t page = (uint32_t)(done / PAGE);
        uint64_t left = fill->size - done;

        error = fill_page(init, init_cap(init, fill->object, fill->index + page),
                          init_cap(init, fill->files, fill->files_index + page),
                          left < PAGE ? left : PAGE);
    }
    return error;
}

static seL4_Error make_cap(struct init *init, uint32_t record)
{
    const struct plan_cap *cap = &plan_caps(init->plan)[record];
    seL4_Uint8 depth = plan_objects(init->plan)[cap->cnode].size_bits;
    seL4_CPtr cnode = init_cap(init, cap->cnode, 0);
    seL4_CPtr source = init_cap(init, cap->object, cap->index);
    seL4_CapRights_t rights = {{cap->rights}};

    if (cap->badge == 0)
        return seL4_CNode_Copy(cnode, cap->slot, depth, INIT_CNODE, source, INIT_CNODE_DEPTH,
                               rights);
    return seL4_CNode_Mint(cnode, cap->slot, depth, INIT_CNODE, source, INIT_CNODE_DEPTH, rights,
                           cap->badge);
}

static seL4_Error make_budget(struct init *init, uint32_t record)
{
    const struct plan_budget *budget = &plan_budgets(init->plan)[record];

    return seL4_SchedControl_ConfigureFlags(
        init->sched_control + budget->core, init_cap(init, budget->object, 0), budget->budget_us,
        budget->period_us, budget->extra_refills, 0, seL4_SchedContext_NoFlag);
}

/* The acknowledgement lets the interrupt in again that the life before may have left masked. */
static seL4_Error make_interrupt(struct init *init, uint32_t record)
{
    const struct plan_interrupt *interrupt = &plan_interrupts(init->plan)[record];
    seL4_CPtr handler = init_cap(init, interrupt->object, 0);
    seL4_CPtr badged = init->slots + interrupt->slot;
    seL4_Error error = init_mint(badged, init_cap(init, interrupt->notification, 0), seL4_AllRights,
                                 interrupt->badge);

    if (error == seL4_NoError)
        error = seL4_IRQHandler_SetNotification(handler, badged);
    return error == seL4_NoError ? seL4_IRQHandler_Ack(handler) : error;
}

static seL4_Error configure_thread(const struct init *init, const struct plan_thread *thread)
{
    const seL4_Word most = 64;
    seL4_CPtr buffer = thread->buffer == PLAN_NONE
                           ? seL4_CapNull
                           : init_cap(init, thread->buffer, thread->buffer_index);
    seL4_Word guard = most - plan_objects(init->plan)[thread->cnode].size_bits;

    return seL4_TCB_Configure(init_cap(init, thread->tcb, 0), init_cap(init, thread->cnode, 0),
                              guard, init_cap(init, thread->vspace, 0), 0,
                              buffer == seL4_CapNull ? 0 : thread->buffer_address, buffer);
}

static seL4_Error give_time(const struct init *init, const struct plan_thread *thread)
{
    seL4_CPtr fault = init->slots + thread->fault_slot;
    seL4_Error error = init_mint(fault, init_cap(init, thread->fault_endpoint, 0), FAULT_RIGHTS,
                                 thread->fault_badge);

    if (error != seL4_NoError)
        return error;
    return seL4_TCB_SetSchedParams(init_cap(init, thread->tcb, 0), seL4_CapInitThreadTCB, 0,
                                   thread->priority, init_cap_or_null(init, thread->sched_context),
                                   fault);
}

/* The time that a signal lends comes first: a thread that a signal wakes without any never runs. */
static seL4_Error bind_notification(const struct init *init, const struct plan_thread *thread)
{
    seL4_CPtr notification = init_cap_or_null(init, thread->notification);
    seL4_Error error = seL4_NoError;

    if (notification == seL4_CapNull)
        return seL4_NoError;
    if (thread->lent != PLAN_NONE)
        error = seL4_SchedContext_Bind(init_cap(init, thread->lent, 0), notification);
    if (error != seL4_NoError)
        return error;
    return seL4_TCB_BindNotification(init_cap(init, thread->tcb, 0), notification);
}

/*
 * Signals that were meant for the life before are not for this one. A thread with an heir gets its
 * notification when it has handed over: a signal would end its wait for its first message, and losing
 * its time while it looks at the signal it would never wait again. What is signalled before stays
 * with the notification until the thread has answered the first message.
 */
static seL4_Error prepare_notification(const struct init *init, const struct plan_thread *thread)
{
    seL4_CPtr notification = init_cap_or_null(init, thread->notification);
    seL4_Word badge;

    if (notification == seL4_CapNull)
        return seL4_NoError;
    seL4_NBWait(notification, &badge);
    return thread->heir == PLAN_NONE ? bind_notification(init, thread) : seL4_NoError;
}

static seL4_Error set_entry(const struct init *init, const struct plan_thread *thread,
                            uint64_t starts)
{
    seL4_CPtr tcb = init_cap(init, thread->tcb, 0);
    seL4_UserContext registers = {
        .pc = thread->entry,
        .x0 = thread->arguments[0],
        .x1 = thread->arguments[1],
        .x2 = thread->arguments[2],
        .x3 = thread->arguments[3],
        .x4 = thread->arguments[4] + starts,
    };

    if (thread->flags & PLAN_THREAD_VCPU)
        return seL4_ARM_VCPU_SetTCB(init_cap(init, thread->vcpu, 0), tcb);
    return seL4_TCB_WriteRegisters(tcb, false, 0, seL4_UserContext_Length, &registers);
}

static seL4_Error make_thread(struct init *init, uint32_t record)
{
    const struct plan_thread *thread = &plan_threads(init->plan)[record];
    uint32_t owner = plan_owner(init->plan, PLAN_THREADS, record);
    seL4_Error error = configure_thread(init, thread);

    if (error == seL4_NoError)
        error = give_time(init, thread);
    if (error == seL4_NoError)
        error = prepare_notification(init, thread);
    return error == seL4_NoError ? set_entry(init, thread, init->lives[owner].starts) : error;
}

static make_record *const makers[PLAN_TABLE_COUNT] = {
    [PLAN_OBJECTS] = make_object, [PLAN_MAPS] = make_map,       [PLAN_FILLS] = make_fill,
    [PLAN_CAPS] = make_cap,       [PLAN_BUDGETS] = make_budget, [PLAN_INTERRUPTS] = make_interrupt,
    [PLAN_THREADS] = make_thread,
};

bool replay_make(struct init *init, uint32_t component)
{
    for (enum plan_table table = PLAN_OBJECTS; table <= PLAN_THREADS; table++) {
        struct plan_range range = plan_range(init->plan, component, table);

        for (uint32_t i = range.first; i < range.first + range.count; i++) {
            seL4_Error error = makers[table](init, i);

            if (error != seL4_NoError)
                return words_refuse("%s: %s[%u] of the plan cannot be made: %s",
                                    init_name(init, component), plan_table_name(table), i,
                                    words_error(error));
        }
    }
    return true;
}

void replay_start(struct init *init, uint32_t component)
{
    struct plan_range range = plan_range(init->plan, component, PLAN_THREADS);
    const struct plan_thread *threads = plan_threads(init->plan) + range.first;

    init->lives[component].state = INIT_STATE_RUNNING;
    init->lives[component].starts++;
    for (uint32_t i = 0; i < range.count; i++) {
        if (threads[i].flags & PLAN_THREAD_START)
            (void)seL4_TCB_Resume(init_cap(init, threads[i].tcb, 0));
    }
}

static void undo_threads(const struct init *init, uint32_t component, bool copies)
{
    struct plan_range range = plan_range(init->plan, component, PLAN_THREADS);
    const struct plan_thread *threads = plan_threads(init->plan) + range.first;

    for (uint32_t i = 0; i < range.count; i++) {
        if (copies)
            init_delete(init->slots + threads[i].fault_slot);
        else
            (void)seL4_TCB_Suspend(init_cap(init, threads[i].tcb, 0));
    }
}

static void undo_interrupts(const struct init *init, uint32_t component)
{
    struct plan_range range = plan_range(init->plan, component, PLAN_INTERRUPTS);
    const struct plan_interrupt *interrupts = plan_interrupts(init->plan) + range.first;

    for (uint32_t i = 0; i < range.count; i++) {
        (void)seL4_IRQHandler_Clear(init_cap(init, interrupts[i].object, 0));
        init_delete(init->slots + interrupts[i].slot);
    }
}

static void undo_objects(const struct init *init, uint32_t component)
{
    struct plan_range range = plan_range(init->plan, component, PLAN_OBJECTS);
    const struct plan_object *objects = plan_objects(init->plan) + range.first;

    for (uint32_t i = 0; i < range.count; i++) {
        for (uint32_t j = 0; j < objects[i].count && objects[i].parent == PLAN_NONE; j++)
            (void)seL4_CNode_Revoke(INIT_CNODE, init->slots + objects[i].slot + j,
                                    INIT_CNODE_DEPTH);
    }
}

static void undo_maps(const struct init *init, uint32_t component)
{
    struct plan_range range = plan_range(init->plan, component, PLAN_MAPS);
    const struct plan_map *maps = plan_maps(init->plan) + range.first;

    for (uint32_t i = 0; i < range.count; i++) {
        for (uint32_t j = 0; j < maps[i].count && !plan_map_is_own(init->plan, &maps[i]); j++)
            init_delete(init->slots + maps[i].slot + j);
    }
}

/* True: it was open. What was written before is still there to be read. */
static bool close_end(const struct init *init, uint32_t end)
{
    uint64_t window = init->plan->window;
    bool closed = open_window(init, INIT_SLOT_WINDOW, init_cap(init, end, 0), window,
                              PLAN_MAP_READ | PLAN_MAP_WRITE) == seL4_NoError &&
                  vchan_bury((struct vchan_header *)window);

    init_delete(init_own_slot(init, INIT_SLOT_WINDOW));
    return closed;
}

static void ring(const struct init *init, const struct plan_cap *bell)
{
    seL4_CPtr badged = init_own_slot(init, INIT_SLOT_SOURCE);

    if (init_mint(badged, init_cap(init, bell->object, bell->index), seL4_AllRights, bell->badge) ==
        seL4_NoError)
        seL4_Signal(badged);
    init_delete(badged);
}

/* For a component whose threads run no more: whatever it died of, its peers hear of it at once. */
static void close_channels(const struct init *init, uint32_t component)
{
    struct plan_range range = plan_range(init->plan, component, PLAN_CAPS);
    const struct plan_cap *caps = plan_caps(init->plan) + range.first;

    for (uint32_t i = 0; i < range.count; i++) {
        if (caps[i].end != PLAN_NONE && close_end(init, caps[i].end))
            ring(init, &caps[i]);
    }
}

/* What it signalled in its last moments is not its next life's. */
static void drop_signals(struct init *init, uint32_t component)
{
    seL4_Word badge = 0;

    seL4_NBWait(init_cap(init, init->plan->ready, 0), &badge);
    init->signals |= badge;
    init->signals &= ~PLAN_BADGE_READY(component);
}

void replay_undo(struct init *init, uint32_t component)
{
    undo_threads(init, component, false);
    close_channels(init, component);
    undo_interrupts(init, component);
    undo_objects(init, component);
    undo_maps(init, component);
    undo_threads(init, component, true);
    drop_signals(init, component);
    init->lives[component].state = INIT_STATE_OFF;
    init->lives[component].ready = false;
}

void replay_ready(struct init *init, uint32_t component)
{
    struct plan_range range = plan_range(init->plan, component, PLAN_THREADS);
    const struct plan_thread *threads = plan_threads(init->plan) + range.first;
    struct life *life = &init->lives[component];

    if (life->state != INIT_STATE_RUNNING || life->ready)
        return;
    life->ready = true;
    for (uint32_t i = 0; i < range.count; i++) {
        if (threads[i].heir == PLAN_NONE)
            continue;
        (void)seL4_SchedContext_UnbindObject(init_cap(init, threads[i].sched_context, 0),
                                             init_cap(init, threads[i].tcb, 0));
        (void)seL4_SchedContext_Bind(init_cap(init, threads[i].sched_context, 0),
                                     init_cap(init, threads[i].heir, 0));
        (void)bind_notification(init, &threads[i]);
    }
}
