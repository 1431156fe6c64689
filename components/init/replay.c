/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Replays a component's records, table by table, at the first start as at any other. Each kind of
 * record has one function that makes it; what it made goes with its component's untypeds, or is a
 * copy in a slot of its own, which replay_undo() deletes.
 */
#include "components/init/replay.h"
#include "components/init/words.h"
#include "libs/alloc/retype.h"
#include "libs/sel4/text.h"
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

static seL4_Error map_one(seL4_CPtr cap, seL4_CPtr vspace, enum plan_type type, uint64_t address,
                          uint32_t flags)
{
    seL4_Word attributes = flags & PLAN_MAP_DEVICE ? 0 : seL4_ARM_Default_VMAttributes;
    seL4_CapRights_t rights = seL4_CapRights_new(0, 0, (flags & PLAN_MAP_READ) != 0,
                                                 (flags & PLAN_MAP_WRITE) != 0);

    if (type == PLAN_TYPE_PAGE_TABLE)
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
            error = init_mint(cap, init_cap(init, map->object, map->index + i), seL4_AllRights, 0);
        if (error == seL4_NoError)
            error = map_one(cap, vspace, object->type, map->address + i * plan_object_bytes(object),
                            map->flags);
    }
    return error;
}

/* Maps a copy of a page in one half of the window. */
static seL4_Error open_window(const struct init *init, enum init_slot slot, seL4_CPtr page,
                              uint64_t address, uint32_t flags)
{
    seL4_Error error = init_mint(init_own_slot(init, slot), page, seL4_AllRights, 0);

    if (error != seL4_NoError)
        return error;
    return map_one(init_own_slot(init, slot), seL4_CapInitThreadVSpace, PLAN_TYPE_SMALL_PAGE,
                   address, flags);
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
    seL4_CapRights_t rights = {{cap->rights}};

    return seL4_CNode_Mint(init_cap(init, cap->cnode, 0), cap->slot, depth, INIT_CNODE,
                           init_cap(init, cap->object, cap->index), INIT_CNODE_DEPTH, rights,
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
    seL4_Word guard = seL4_WordBits - plan_objects(init->plan)[thread->cnode].size_bits;
    seL4_CPtr buffer = init_cap_or_null(init, thread->buffer) + thread->buffer_index;

    return seL4_TCB_Configure(init_cap(init, thread->tcb, 0), init_cap(init, thread->cnode, 0),
                              guard, init_cap(init, thread->vspace, 0), 0, thread->buffer_address,
                              buffer);
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
 * notification when it has handed over: a signal would end its wait for its first message, and
 * losing its time while it looks at the signal it would never wait again. What is signalled before
 * stays with the notification until the thread has answered the first message.
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
                                    sel4_error_text(error));
        }
    }
    return true;
}

/* One kind of a component's records, each by itself. */
static void for_each(struct init *init, uint32_t component, enum plan_table table,
                     void (*act)(struct init *init, uint32_t record))
{
    struct plan_range range = plan_range(init->plan, component, table);

    for (uint32_t i = range.first; i < range.first + range.count; i++)
        act(init, i);
}

static void start_thread(struct init *init, uint32_t record)
{
    const struct plan_thread *thread = &plan_threads(init->plan)[record];

    if (thread->flags & PLAN_THREAD_START)
        (void)seL4_TCB_Resume(init_cap(init, thread->tcb, 0));
}

void replay_start(struct init *init, uint32_t component)
{
    init->lives[component].state = INIT_STATE_RUNNING;
    init->lives[component].starts++;
    for_each(init, component, PLAN_THREADS, start_thread);
}

static void suspend_thread(struct init *init, uint32_t record)
{
    (void)seL4_TCB_Suspend(init_cap(init, plan_threads(init->plan)[record].tcb, 0));
}

static void undo_thread(struct init *init, uint32_t record)
{
    init_delete(init->slots + plan_threads(init->plan)[record].fault_slot);
}

static void undo_interrupt(struct init *init, uint32_t record)
{
    const struct plan_interrupt *interrupt = &plan_interrupts(init->plan)[record];

    (void)seL4_IRQHandler_Clear(init_cap(init, interrupt->object, 0));
    init_delete(init->slots + interrupt->slot);
}

static void undo_object(struct init *init, uint32_t record)
{
    const struct plan_object *object = &plan_objects(init->plan)[record];

    for (uint32_t i = 0; i < object->count && object->parent == PLAN_NONE; i++)
        (void)seL4_CNode_Revoke(INIT_CNODE, init_cap(init, record, i), INIT_CNODE_DEPTH);
}

static void undo_map(struct init *init, uint32_t record)
{
    const struct plan_map *map = &plan_maps(init->plan)[record];

    for (uint32_t i = 0; i < map->count && !plan_map_is_own(init->plan, map); i++)
        init_delete(init->slots + map->slot + i);
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
static void close_channel(struct init *init, uint32_t record)
{
    const struct plan_cap *cap = &plan_caps(init->plan)[record];

    if (cap->end != PLAN_NONE && close_end(init, cap->end))
        ring(init, cap);
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
    for_each(init, component, PLAN_THREADS, suspend_thread);
    for_each(init, component, PLAN_CAPS, close_channel);
    for_each(init, component, PLAN_INTERRUPTS, undo_interrupt);
    for_each(init, component, PLAN_OBJECTS, undo_object);
    for_each(init, component, PLAN_MAPS, undo_map);
    for_each(init, component, PLAN_THREADS, undo_thread);
    drop_signals(init, component);
    init->lives[component].state = INIT_STATE_OFF;
    init->lives[component].ready = false;
}

static void hand_over(struct init *init, uint32_t record)
{
    const struct plan_thread *thread = &plan_threads(init->plan)[record];
    seL4_CPtr time = init_cap_or_null(init, thread->sched_context);

    if (thread->heir == PLAN_NONE)
        return;
    (void)seL4_SchedContext_UnbindObject(time, init_cap(init, thread->tcb, 0));
    (void)seL4_SchedContext_Bind(time, init_cap(init, thread->heir, 0));
    (void)bind_notification(init, thread);
}

void replay_ready(struct init *init, uint32_t component)
{
    struct life *life = &init->lives[component];

    if (life->state != INIT_STATE_RUNNING || life->ready)
        return;
    life->ready = true;
    for_each(init, component, PLAN_THREADS, hand_over);
}
