/* SPDX-License-Identifier: BSD-2-Clause */
/* CNode_CancelBadgedSends with many senders, struck at every moment. Whatever happens meanwhile:
 * who waited with the badge when it began waits no more when it ends, and nobody else was
 * disturbed. */
#include "tests/kernel/preempt/strike.h"
#include "tests/kernel/preempt/waiters.h"

#define WAITERS   16
#define MOMENTS   3
#define BADGE     5
#define OTHERS    6
#define DELETE(s) seL4_CNode_Delete(ROOT, s, DEPTH)

static struct waiters *waiters;
static seL4_CPtr endpoint, badged, others, sending, sending_others, reply;

/* Two of three have the badge. */
static bool is_badged(unsigned i)
{
    return i % 3 != 1;
}

static void set_up(void)
{
    waiters = new_waiters(WAITERS);
    endpoint = new_endpoint();
    reply = new_reply();
    badged = new_badged(endpoint, seL4_AllRights, BADGE);
    others = new_badged(endpoint, seL4_AllRights, OTHERS);
    sending = new_slot();
    sending_others = new_badged(endpoint, seL4_AllRights, OTHERS);
}

/* Those who are let go find nothing to send on. */
static void prepare(void)
{
    REQUIRE_OK(seL4_CNode_Copy(ROOT, sending, DEPTH, ROOT, badged, DEPTH, seL4_AllRights));
    for (unsigned i = 0; i < WAITERS; i++) {
        REQUIRE_OK(seL4_TCB_SetPriority(waiters->tcbs + i, SELF, 100));
        waiter_call(waiters, i, seL4_SysSend, is_badged(i) ? sending : sending_others, 0);
    }
    REQUIRE_OK(DELETE(sending));
}

static void cancel(void)
{
    EXPECT_OK(seL4_CNode_CancelBadgedSends(ROOT, badged, DEPTH));
}

static void check_badged(void)
{
    for (unsigned i = 0; i < WAITERS; i++) {
        if (is_badged(i))
            EXPECT(waiter_went_on(waiters, i));
    }
}

static void check(void)
{
    check_badged();
    for (unsigned i = 0; i < WAITERS; i++) {
        if (!is_badged(i))
            EXPECT(!waiter_went_on(waiters, i));
    }
}

static void strike_at(void (*strike)(enum strike_phase), void (*check_after)(void))
{
    set_up();
    unsigned inside = strike_everywhere(&(struct strike){
        .prepare = prepare, .work = cancel, .strike = strike, .check = check_after});
    EXPECT(inside >= MOMENTS);
}

static void nothing(enum strike_phase phase)
{
}

TEST(cancel_only_interrupted)
{
    strike_at(nothing, check);
}

/* The same, and with the other badge: then the first starts again. */
static void cancel_too(enum strike_phase phase)
{
    cancel();
}

TEST(cancelled_twice)
{
    strike_at(cancel_too, check);
}

static void cancel_others(enum strike_phase phase)
{
    EXPECT_OK(seL4_CNode_CancelBadgedSends(ROOT, others, DEPTH));
}

TEST(two_badges_at_once)
{
    strike_at(cancel_others, check);
}

/* The next in turn is received from, that is: taken out. */
static void receive(enum strike_phase phase)
{
    seL4_Word badge;

    seL4_NBRecv(endpoint, &badge, reply);
    seL4_NBRecv(endpoint, &badge, reply);
}

TEST(received_from_meanwhile)
{
    strike_at(receive, check_badged);
}

/* Some get in front of all others: that does not save them. */
static void raise_some(enum strike_phase phase)
{
    for (unsigned i = WAITERS / 2; phase != STRIKE_EARLY && i < WAITERS; i++)
        EXPECT_OK(seL4_TCB_SetPriority(waiters->tcbs + i, SELF, 110 + i));
}

static void lower_some(enum strike_phase phase)
{
    for (unsigned i = 0; i < WAITERS; i += 2)
        EXPECT_OK(seL4_TCB_SetPriority(waiters->tcbs + i, SELF, 90));
}

TEST(priorities_change_meanwhile)
{
    strike_at(raise_some, check);
    strike_at(lower_some, check);
}

static void stop_some(enum strike_phase phase)
{
    for (unsigned i = 0; i < WAITERS; i += 2)
        EXPECT_OK(seL4_TCB_Suspend(waiters->tcbs + i));
}

static void check_stopped(void)
{
    for (unsigned i = 0; i < WAITERS; i++)
        EXPECT_OK(seL4_TCB_Resume(waiters->tcbs + i));
    check();
}

TEST(senders_stop_meanwhile)
{
    strike_at(stop_some, check_stopped);
}

/* The endpoint goes, and comes again in the same place. */
static seL4_CPtr untyped;

static void prepare_own(void)
{
    REQUIRE_OK(seL4_Untyped_Retype(untyped, seL4_EndpointObject, 0, ROOT, 0, 0, endpoint, 1));
    REQUIRE_OK(seL4_CNode_Mint(ROOT, badged, DEPTH, ROOT, endpoint, DEPTH, seL4_AllRights, BADGE));
    prepare();
}

static void replace(enum strike_phase phase)
{
    if (phase == STRIKE_INSIDE) {
        EXPECT_OK(seL4_CNode_Revoke(ROOT, untyped, DEPTH));
        EXPECT_OK(seL4_Untyped_Retype(untyped, seL4_EndpointObject, 0, ROOT, 0, 0, endpoint, 1));
        EXPECT_OK(
            seL4_CNode_Mint(ROOT, badged, DEPTH, ROOT, endpoint, DEPTH, seL4_AllRights, BADGE));
    }
}

static void check_replaced(void)
{
    check_badged();
    EXPECT_OK(seL4_CNode_Revoke(ROOT, untyped, DEPTH));
}

TEST(the_endpoint_is_another)
{
    set_up();
    untyped = new_object(seL4_UntypedObject, 4);
    endpoint = new_slot();
    badged = new_slot();
    unsigned inside = strike_everywhere(&(struct strike){
        .prepare = prepare_own, .work = cancel, .strike = replace, .check = check_replaced});
    EXPECT(inside >= MOMENTS);
}

/* A thread that is made to do something else gives its place up: when it asks again, all of the
 * queue is looked at. */
extern const char waiter_code[];
static struct alloc_thread *canceller;
static volatile seL4_Word cancelled;

static void set_canceller(void)
{
    seL4_UserContext registers = {
        .pc = (seL4_Word)waiter_code,
        .x0 = ROOT,
        .x1 = seL4_MessageInfo_new(CNodeCancelBadgedSends, 0, 0, 2).words[0],
        .x2 = badged,
        .x3 = DEPTH,
        .x7 = (seL4_Word)seL4_SysCall,
        .x19 = (seL4_Word)&cancelled,
        .x20 = waiters->park,
    };

    EXPECT_OK(seL4_TCB_Suspend(canceller->tcb));
    EXPECT_OK(
        seL4_TCB_WriteRegisters(canceller->tcb, false, 0, seL4_UserContext_Length, &registers));
}

static void prepare_canceller(void)
{
    prepare();
    set_canceller();
}

static void run_canceller(void)
{
    EXPECT_OK(seL4_TCB_Resume(canceller->tcb));
    settle();
}

static void stop_canceller(enum strike_phase phase)
{
    EXPECT_OK(seL4_TCB_Suspend(canceller->tcb));
}

/* One comes to wait in front of all others. */
static void check_canceller(void)
{
    REQUIRE_OK(seL4_CNode_Copy(ROOT, sending, DEPTH, ROOT, badged, DEPTH, seL4_AllRights));
    REQUIRE_OK(seL4_TCB_SetPriority(waiters->tcbs, SELF, 120));
    waiter_call(waiters, 0, seL4_SysSend, sending, 0);
    REQUIRE_OK(DELETE(sending));
    set_canceller();
    cancelled = false;
    run_canceller();
    EXPECT(cancelled);
    check();
}

TEST(the_caller_does_something_else)
{
    set_up();
    canceller = new_bare_thread(200, 0);
    unsigned inside = strike_everywhere(&(struct strike){.prepare = prepare_canceller,
                                                         .work = run_canceller,
                                                         .strike = stop_canceller,
                                                         .check = check_canceller});
    EXPECT(inside >= MOMENTS);
}
