/* SPDX-License-Identifier: BSD-2-Clause */
/* Deleting an endpoint with many senders, struck at every moment: half of them are sent away, and
 * somebody does something to the endpoint, its capability, its memory or those who still wait. */
#include "tests/kernel/preempt/strike.h"
#include "tests/kernel/preempt/waiters.h"

#define WAITERS   16
#define MOMENTS   3 /* strikes inside that there must be at least */
#define DELETE(s) seL4_CNode_Delete(ROOT, s, DEPTH)

static struct waiters *waiters;
static seL4_CPtr untyped, endpoint, other, copy;

static void set_up(void)
{
    waiters = new_waiters(WAITERS);
    untyped = new_object(seL4_UntypedObject, 4);
    endpoint = new_slot();
    other = new_slot();
    copy = new_slot();
}

static void prepare(void)
{
    REQUIRE_OK(seL4_Untyped_Retype(untyped, seL4_EndpointObject, 0, ROOT, 0, 0, endpoint, 1));
    for (unsigned i = 0; i < WAITERS; i++)
        waiter_call(waiters, i, seL4_SysSend, endpoint, 0);
}

static void delete(void)
{
    EXPECT_OK(DELETE(endpoint));
}

static void revoke(void)
{
    EXPECT_OK(seL4_CNode_Revoke(ROOT, untyped, DEPTH));
}

/* All capabilities are gone, the memory is free, and everybody was let go. */
static void check(void)
{
    EXPECT(slot_is_empty(endpoint));
    EXPECT_OK(seL4_CNode_Copy(ROOT, copy, DEPTH, ROOT, untyped, DEPTH, seL4_AllRights));
    EXPECT_OK(DELETE(copy));
    EXPECT_EQ(waiters_went_on(waiters), WAITERS);
}

static void strike_at(void (*work)(void), void (*strike)(enum strike_phase),
                      void (*check_after)(void))
{
    set_up();
    unsigned inside = strike_everywhere(
        &(struct strike){.prepare = prepare, .work = work, .strike = strike, .check = check_after});
    EXPECT(inside >= MOMENTS);
}

static void nothing(enum strike_phase phase)
{
}

TEST(only_interrupted)
{
    strike_at(delete, nothing, check);
    strike_at(revoke, nothing, check);
}

static void send(enum strike_phase phase)
{
    if (phase != STRIKE_EARLY)
        seL4_NBSend(endpoint, seL4_MessageInfo_new(1, 0, 0, 0));
}

TEST(the_endpoint_is_sent_to)
{
    strike_at(delete, send, check);
}

static void delete_too(enum strike_phase phase)
{
    if (phase != STRIKE_EARLY)
        delete ();
}

TEST(deleted_twice)
{
    strike_at(delete, delete_too, check);
    strike_at(revoke, delete_too, check);
}

static void revoke_too(enum strike_phase phase)
{
    if (phase != STRIKE_EARLY)
        revoke();
}

TEST(its_memory_is_revoked)
{
    strike_at(delete, revoke_too, check);
    strike_at(revoke, revoke_too, check);
}

/* What remains of it stands elsewhere. */
static void move(enum strike_phase phase)
{
    if (phase == STRIKE_INSIDE)
        (void)!seL4_CNode_Move(ROOT, other, DEPTH, ROOT, endpoint, DEPTH);
}

static void check_other(void)
{
    EXPECT(slot_is_empty(endpoint));
    EXPECT_OK(DELETE(other));
    check();
}

static void check_revoked(void)
{
    EXPECT(slot_is_empty(other));
    check();
}

TEST(its_capability_is_moved)
{
    strike_at(delete, move, check_other);
    strike_at(revoke, move, check_revoked);
}

/* A copy is no longer the last capability when the first goes; nobody can be reached by it. */
static void make_copy(enum strike_phase phase)
{
    if (phase == STRIKE_INSIDE)
        (void)!seL4_CNode_Copy(ROOT, other, DEPTH, ROOT, endpoint, DEPTH, seL4_AllRights);
}

TEST(its_capability_is_copied)
{
    strike_at(delete, make_copy, check_other);
    strike_at(revoke, make_copy, check_revoked);
}

/* Memory that a deletion works in is nobody's yet. */
static void take_memory(enum strike_phase phase)
{
    if (phase == STRIKE_EARLY)
        return;
    seL4_Error wanted = slot_is_empty(endpoint) ? seL4_NoError : seL4_RevokeFirst;

    EXPECT_EQ(seL4_CNode_Copy(ROOT, copy, DEPTH, ROOT, untyped, DEPTH, seL4_AllRights), wanted);
    EXPECT_OK(DELETE(copy));
    if (wanted != seL4_NoError)
        EXPECT_EQ(seL4_Untyped_Retype(untyped, seL4_EndpointObject, 0, ROOT, 0, 0, copy, 1),
                  seL4_NotEnoughMemory);
}

TEST(its_memory_is_wanted)
{
    strike_at(delete, take_memory, check);
    strike_at(revoke, take_memory, check);
}

/* Those who wait are stopped, started and moved in the queue. */
static void disturb(enum strike_phase phase)
{
    for (unsigned i = 0; phase == STRIKE_INSIDE && i < WAITERS; i++) {
        seL4_CPtr tcb = waiters->tcbs + i;

        switch (i % 4) {
        case 0:
            EXPECT_OK(seL4_TCB_Suspend(tcb));
            break;
        case 1:
            EXPECT_OK(seL4_TCB_SetPriority(tcb, SELF, 101));
            break;
        case 2:
            EXPECT_OK(seL4_TCB_Resume(tcb));
            break;
        }
    }
}

static void check_disturbed(void)
{
    for (unsigned i = 0; i < WAITERS; i++)
        EXPECT_OK(seL4_TCB_Resume(waiters->tcbs + i));
    check();
}

TEST(those_who_wait_are_disturbed)
{
    strike_at(delete, disturb, check_disturbed);
    strike_at(revoke, disturb, check_disturbed);
}

/* Some who wait are deleted, the foremost and the last among them. */
static seL4_CPtr memory;
static const unsigned victims[] = {0, 1, WAITERS / 2, WAITERS - 1};
#define VICTIMS (sizeof(victims) / sizeof(victims[0]))

static void prepare_victims(void)
{
    EXPECT_OK(seL4_CNode_Revoke(ROOT, memory, DEPTH));
    for (unsigned i = 0; i < VICTIMS; i++)
        waiter_remake(waiters, victims[i], memory);
    prepare();
}

static void delete_victims(enum strike_phase phase)
{
    for (unsigned i = 0; phase == STRIKE_INSIDE && i < VICTIMS; i++)
        EXPECT_OK(DELETE(waiters->tcbs + victims[i]));
}

static void check_without_victims(void)
{
    unsigned left = 0, came = 0;

    for (unsigned i = 0; i < WAITERS; i++) {
        if (!slot_is_empty(waiters->tcbs + i)) {
            left++;
            came += waiter_went_on(waiters, i);
        }
    }
    EXPECT_EQ(came, left);
    EXPECT(slot_is_empty(endpoint));
    EXPECT_OK(seL4_CNode_Revoke(ROOT, untyped, DEPTH));
}

TEST(those_who_wait_are_deleted)
{
    set_up();
    memory = new_object(seL4_UntypedObject, seL4_TCBBits + 2);
    unsigned inside = strike_everywhere(&(struct strike){.prepare = prepare_victims,
                                                         .work = delete,
                                                         .strike = delete_victims,
                                                         .check = check_without_victims});
    EXPECT(inside >= MOMENTS);
}
