/* SPDX-License-Identifier: BSD-2-Clause */
/* Deleting a CNode that holds a bit of everything, and revoking the memory of it all, struck at
 * every moment: whoever comes in between finds what is half deleted of use for nothing but to go
 * on. */
#include "tests/kernel/preempt/strike.h"

#define MOMENTS   5
#define BITS      17 /* of the memory it all is made of */
#define RADIX     4
#define HERE      0x7000000000UL
#define DELETE(s) seL4_CNode_Delete(ROOT, s, DEPTH)

static seL4_CPtr untyped, outer, piece, other, copy, notification, badged, context, tcb_copy;
static bool thread_outside; /* a capability to the thread stays in a slot of the root CNode */

static void set_up(bool outside)
{
    untyped = new_object(seL4_UntypedObject, BITS);
    outer = new_slot();
    piece = new_slot();
    other = new_slot();
    copy = new_slot();
    tcb_copy = new_slot();
    notification = new_notification();
    badged = new_badged(notification, seL4_AllRights, 4);
    context = new_sched_context(1000, 1000, 0, 0);
    thread_outside = outside;
}

static void make(seL4_Word type, seL4_Word bits, seL4_CPtr slot)
{
    REQUIRE_OK(seL4_Untyped_Retype(untyped, type, bits, ROOT, 0, 0, slot, 1));
}

static void put(seL4_Word index)
{
    REQUIRE_OK(seL4_CNode_Move(outer, index, RADIX, ROOT, piece, DEPTH));
}

/* A CNode in `piece`, full of copies. */
static void make_full_node(void)
{
    make(seL4_CapTableObject, RADIX, piece);
    for (unsigned i = 0; i < 1 << RADIX; i++)
        REQUIRE_OK(seL4_CNode_Copy(piece, i, RADIX, ROOT, notification, DEPTH, seL4_AllRights));
}

/* A thread that is ready, and is all that holds its CSpace. */
static void make_thread(void)
{
    make_full_node();
    make(seL4_TCBObject, 0, other);
    REQUIRE_OK(seL4_TCB_Configure(other, piece, 0, seL4_CapInitThreadVSpace, 0, 0, ROOT));
    REQUIRE_OK(seL4_TCB_SetPriority(other, SELF, 1));
    REQUIRE_OK(DELETE(piece));
    REQUIRE_OK(seL4_SchedContext_Bind(context, other));
    REQUIRE_OK(seL4_CNode_Move(ROOT, piece, DEPTH, ROOT, other, DEPTH));
    if (thread_outside)
        REQUIRE_OK(seL4_CNode_Copy(ROOT, tcb_copy, DEPTH, ROOT, piece, DEPTH, seL4_AllRights));
}

/* An address space with a page in it, at outer[index] and the following two. */
static void make_space(seL4_Word index)
{
    make(seL4_ARM_VSpaceObject, 0, other);
    REQUIRE_OK(seL4_ARM_ASIDPool_Assign(seL4_CapInitThreadASIDPool, other));
    for (unsigned i = 0; i < 2; i++) {
        make(seL4_ARM_PageTableObject, 0, piece);
        REQUIRE_OK(seL4_ARM_PageTable_Map(piece, other, HERE, seL4_ARM_Default_VMAttributes));
        put(index + i);
    }
    make(seL4_ARM_SmallPageObject, 0, piece);
    REQUIRE_OK(
        seL4_ARM_Page_Map(piece, other, HERE, seL4_ReadWrite, seL4_ARM_Default_VMAttributes));
    put(index + 2);
    REQUIRE_OK(seL4_CNode_Move(outer, index + 3, RADIX, ROOT, other, DEPTH));
}

static void prepare(void)
{
    make(seL4_CapTableObject, RADIX, outer);
    make_full_node();
    put(15);
    make_thread();
    put(0);
    make_space(5);
    make(seL4_EndpointObject, 0, piece);
    put(12);
    REQUIRE_OK(seL4_CNode_Copy(outer, 14, RADIX, ROOT, notification, DEPTH, seL4_AllRights));
}

static void delete(void)
{
    EXPECT_OK(DELETE(outer));
}

static void revoke(void)
{
    EXPECT_OK(seL4_CNode_Revoke(ROOT, untyped, DEPTH));
}

static void check_memory(void)
{
    EXPECT(slot_is_empty(outer));
    EXPECT_OK(seL4_CNode_Copy(ROOT, copy, DEPTH, ROOT, untyped, DEPTH, seL4_AllRights));
    EXPECT_OK(DELETE(copy));
}

/* All is gone, and what was not deleted is as it was. */
static void check(void)
{
    if (thread_outside)
        EXPECT_OK(DELETE(tcb_copy));
    check_memory();
    EXPECT_EQ(seL4_SchedContext_UnbindObject(context, SELF), seL4_IllegalOperation);
    seL4_Signal(badged);
    EXPECT_EQ(poll(notification), 4);
}

static void strike_at(void (*work)(void), void (*strike)(enum strike_phase),
                      void (*check_after)(void))
{
    unsigned inside = strike_everywhere(&(struct strike){
        .prepare = prepare, .work = work, .strike = strike, .check = check_after, .step = 970});
    EXPECT(inside >= MOMENTS);
}

static void delete_too(enum strike_phase phase)
{
    if (phase != STRIKE_EARLY)
        delete ();
}

static void revoke_too(enum strike_phase phase)
{
    if (phase != STRIKE_EARLY)
        revoke();
}

TEST(a_container_deleted_twice)
{
    set_up(false);
    strike_at(delete, delete_too, check);
    strike_at(revoke, delete_too, check);
}

TEST(a_container_whose_memory_is_revoked)
{
    set_up(false);
    strike_at(delete, revoke_too, check);
    strike_at(revoke, revoke_too, check);
}

/* ---- what is half deleted ---- */

static bool is_half_deleted(seL4_CPtr slot)
{
    return !slot_is_empty(slot) && seL4_CNode_Copy(ROOT, copy, DEPTH, ROOT, slot, DEPTH,
                                                   seL4_AllRights) == seL4_IllegalOperation;
}

static unsigned half_deleted;

/* It is no CNode any more: it can be neither invoked, nor looked through, nor copied. */
static void use(enum strike_phase phase)
{
    if (phase != STRIKE_INSIDE)
        return;
    if (!is_half_deleted(outer)) {
        EXPECT_OK(DELETE(copy));
        return;
    }
    half_deleted++;
    EXPECT_KIND(outer, 18);
    EXPECT_ERROR(seL4_CNode_Delete(outer, 15, RADIX), seL4_InvalidCapability, 0);
    EXPECT_ERROR(seL4_CNode_Move(ROOT, copy, DEPTH, outer, 15, RADIX), seL4_FailedLookup, 1,
                 seL4_InvalidRoot);
    EXPECT_ERROR(seL4_CNode_Mint(ROOT, copy, DEPTH, ROOT, outer, DEPTH, seL4_AllRights, 0),
                 seL4_IllegalOperation);
    EXPECT_ERROR(seL4_Untyped_Retype(untyped, seL4_EndpointObject, 0, ROOT, outer, DEPTH, 0, 1),
                 seL4_FailedLookup, 0, seL4_MissingCapability, 64);
    EXPECT_ERROR(seL4_TCB_SetSpace(SELF, 0, outer, 0, seL4_CapInitThreadVSpace, 0),
                 seL4_IllegalOperation);
    EXPECT_OK(seL4_CNode_Revoke(ROOT, outer, DEPTH));
}

TEST(a_container_in_use_while_it_goes)
{
    set_up(false);
    half_deleted = 0;
    strike_at(delete, use, check);
    strike_at(revoke, use, check);
    EXPECT(half_deleted > MOMENTS);
}

static void move(enum strike_phase phase)
{
    if (phase == STRIKE_INSIDE)
        (void)!seL4_CNode_Move(ROOT, other, DEPTH, ROOT, outer, DEPTH);
}

static void check_moved(void)
{
    EXPECT_OK(DELETE(other));
    check();
}

TEST(a_container_that_is_moved)
{
    set_up(false);
    strike_at(delete, move, check_moved);
    strike_at(revoke, move, check_moved);
}

/* Its memory is nobody else's until it is gone. */
static void take_memory(enum strike_phase phase)
{
    if (phase == STRIKE_EARLY)
        return;
    bool gone = slot_is_empty(outer);
    seL4_Error error = seL4_CNode_Copy(ROOT, copy, DEPTH, ROOT, untyped, DEPTH, seL4_AllRights);

    EXPECT(error == seL4_RevokeFirst || (gone && error == seL4_NoError));
    EXPECT_OK(DELETE(copy));
    if (!gone)
        EXPECT_EQ(seL4_Untyped_Retype(untyped, seL4_UntypedObject, BITS, ROOT, 0, 0, copy, 1),
                  seL4_NotEnoughMemory);
}

TEST(a_container_whose_memory_is_wanted)
{
    set_up(false);
    strike_at(delete, take_memory, check);
    strike_at(revoke, take_memory, check);
}

/* ---- a thread in it, which somebody outside can name ---- */

static void drive(enum strike_phase phase)
{
    seL4_UserContext registers = {.pc = HERE};

    if (phase == STRIKE_EARLY)
        return;
    /* While it is a thread it obeys; then it is none. */
    seL4_Error error = seL4_TCB_Resume(tcb_copy);
    EXPECT(error == seL4_NoError || error == seL4_InvalidCapability);
    EXPECT_EQ(seL4_TCB_Suspend(tcb_copy), error);
    EXPECT_EQ(seL4_TCB_SetPriority(tcb_copy, SELF, 2), error);
    EXPECT_EQ(seL4_TCB_WriteRegisters(tcb_copy, false, 0, 1, &registers), error);
    EXPECT_EQ(seL4_TCB_BindNotification(tcb_copy, notification), error);
    EXPECT_EQ(seL4_TCB_UnbindNotification(tcb_copy), error);
    EXPECT_EQ(seL4_TCB_Resume(tcb_copy), error);
    EXPECT_EQ(seL4_TCB_Suspend(tcb_copy), error);
}

TEST(a_thread_that_is_driven_while_it_goes)
{
    set_up(true);
    strike_at(revoke, drive, check);
    strike_at(delete, drive, check);
}

static void delete_thread(enum strike_phase phase)
{
    if (phase == STRIKE_INSIDE)
        EXPECT_OK(DELETE(tcb_copy));
}

TEST(a_thread_that_is_deleted_twice)
{
    set_up(true);
    strike_at(revoke, delete_thread, check);
    strike_at(delete, delete_thread, check);
}
