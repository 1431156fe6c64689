/* SPDX-License-Identifier: BSD-2-Clause */
/* The last capability to what many wait on is where nobody can name it: with an interrupt's handler
 * or in a thread. What replaces it or takes it away is interrupted like any deletion. */
#include "tests/kernel/preempt/strike.h"
#include "tests/kernel/preempt/waiters.h"

#define WAITERS   16
#define MOMENTS   3
#define IRQ       90 /* nobody's */
#define DELETE(s) seL4_CNode_Delete(ROOT, s, DEPTH)

static struct waiters *waiters;
static seL4_CPtr untyped, object, handler, next, copy, tcb;

static void set_up(void)
{
    waiters = new_waiters(WAITERS);
    untyped = new_object(seL4_UntypedObject, 6);
    object = new_slot();
    copy = new_slot();
}

static void strike_at(void (*prepare)(void), void (*work)(void), void (*strike)(enum strike_phase),
                      void (*check)(void))
{
    unsigned inside = strike_everywhere(
        &(struct strike){.prepare = prepare, .work = work, .strike = strike, .check = check});
    EXPECT(inside >= MOMENTS);
}

static void nothing(enum strike_phase phase)
{
}

static void check_memory(void)
{
    EXPECT_OK(seL4_CNode_Copy(ROOT, copy, DEPTH, ROOT, untyped, DEPTH, seL4_AllRights));
    EXPECT_OK(DELETE(copy));
}

/* ---- notifications ---- */

static void prepare_notification(void)
{
    REQUIRE_OK(seL4_Untyped_Retype(untyped, seL4_NotificationObject, 0, ROOT, 0, 0, object, 1));
    for (unsigned i = 0; i < WAITERS; i++)
        waiter_call(waiters, i, seL4_SysWait, object, 0);
}

/* Those let go wait again, on what is there now. */
static void check_notification(void)
{
    check_memory();
    REQUIRE_OK(seL4_Untyped_Retype(untyped, seL4_NotificationObject, 0, ROOT, 0, 0, object, 1));
    for (unsigned i = 0; i < WAITERS; i++) {
        seL4_Signal(object);
        EXPECT(waiter_went_on(waiters, i));
    }
    EXPECT_OK(DELETE(object));
}

static void delete_object(void)
{
    EXPECT_OK(DELETE(object));
}

static void revoke_memory(void)
{
    EXPECT_OK(seL4_CNode_Revoke(ROOT, untyped, DEPTH));
}

static void delete_too(enum strike_phase phase)
{
    if (phase != STRIKE_EARLY)
        delete_object();
}

TEST(a_notification)
{
    set_up();
    strike_at(prepare_notification, delete_object, nothing, check_notification);
    strike_at(prepare_notification, revoke_memory, nothing, check_notification);
    strike_at(prepare_notification, delete_object, delete_too, check_notification);
}

/* ---- an interrupt's notification ---- */

static void prepare_handler(void)
{
    prepare_notification();
    if (slot_is_empty(handler))
        REQUIRE_OK(seL4_IRQControl_Get(seL4_CapIRQControl, IRQ, ROOT, handler, DEPTH));
    REQUIRE_OK(seL4_IRQHandler_SetNotification(handler, object));
    REQUIRE_OK(DELETE(object));
}

static void clear(void)
{
    EXPECT_OK(seL4_IRQHandler_Clear(handler));
}

static void replace(void)
{
    EXPECT_OK(seL4_IRQHandler_SetNotification(handler, next));
}

static void delete_handler(void)
{
    EXPECT_OK(DELETE(handler));
}

static void clear_too(enum strike_phase phase)
{
    if (phase == STRIKE_INSIDE && !slot_is_empty(handler))
        clear();
}

/* The interrupt is somebody's until the handler is gone altogether. */
static void take_irq(enum strike_phase phase)
{
    seL4_Error error = seL4_IRQControl_Get(seL4_CapIRQControl, IRQ, ROOT, copy, DEPTH);

    if (phase != STRIKE_EARLY)
        EXPECT_EQ(error, slot_is_empty(handler) ? seL4_NoError : seL4_RevokeFirst);
    EXPECT_OK(DELETE(copy));
}

TEST(the_notification_of_an_interrupt)
{
    set_up();
    handler = new_slot();
    next = new_notification();
    strike_at(prepare_handler, clear, clear_too, check_notification);
    strike_at(prepare_handler, replace, clear_too, check_notification);
    strike_at(prepare_handler, delete_handler, clear_too, check_notification);
    strike_at(prepare_handler, delete_handler, take_irq, check_notification);
}

/* ---- a thread's handlers ---- */

static void prepare_thread(void)
{
    REQUIRE_OK(seL4_Untyped_Retype(untyped, seL4_EndpointObject, 0, ROOT, 0, 0, object, 1));
    for (unsigned i = 0; i < WAITERS; i++)
        waiter_call(waiters, i, seL4_SysSend, object, 0);
    REQUIRE_OK(seL4_TCB_SetTimeoutEndpoint(tcb, object));
    REQUIRE_OK(seL4_TCB_SetSpace(tcb, object, ROOT, 0, seL4_CapInitThreadVSpace, 0));
    REQUIRE_OK(DELETE(object));
}

static void check_thread(void)
{
    check_memory();
    EXPECT_EQ(waiters_went_on(waiters), WAITERS);
}

static void prepare_timeout_handler(void)
{
    prepare_thread();
    REQUIRE_OK(seL4_TCB_SetSpace(tcb, 0, ROOT, 0, seL4_CapInitThreadVSpace, 0));
}

static void prepare_fault_handler(void)
{
    prepare_thread();
    REQUIRE_OK(seL4_TCB_SetTimeoutEndpoint(tcb, 0));
}

static void set_timeout_handler(void)
{
    EXPECT_OK(seL4_TCB_SetTimeoutEndpoint(tcb, next));
}

static void set_fault_handler(void)
{
    EXPECT_OK(seL4_TCB_SetSpace(tcb, next, ROOT, 0, seL4_CapInitThreadVSpace, 0));
}

static void set_sched_params(void)
{
    EXPECT_OK(seL4_TCB_SetSchedParams(tcb, SELF, 20, 10, 0, next));
}

static void set_both(enum strike_phase phase)
{
    EXPECT_OK(seL4_TCB_SetTimeoutEndpoint(tcb, next));
    EXPECT_OK(seL4_TCB_SetSpace(tcb, next, ROOT, 0, seL4_CapInitThreadVSpace, 0));
}

TEST(the_handlers_of_a_thread)
{
    set_up();
    next = new_endpoint();
    tcb = new_object(seL4_TCBObject, 0);
    strike_at(prepare_timeout_handler, set_timeout_handler, set_both, check_thread);
    strike_at(prepare_fault_handler, set_fault_handler, set_both, check_thread);
    strike_at(prepare_fault_handler, set_sched_params, set_both, check_thread);
}
