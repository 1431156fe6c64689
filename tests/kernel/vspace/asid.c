/* SPDX-License-Identifier: BSD-2-Clause */
/* Address space ids: pools, assignment, their end; and more spaces than hardware has numbers. */
#include "tests/kernel/vspace/space.h"

#define HERE    0x7000000000UL
#define IN_POOL 512
#define SPACES  300 /* hardware tells 256 apart */

static seL4_Error make_pool(seL4_CPtr untyped, seL4_CPtr slot)
{
    return seL4_ARM_ASIDControl_MakePool(seL4_CapASIDControl, untyped, ROOT, slot, DEPTH);
}

TEST(make_pool_errors)
{
    static const seL4_Word words[2];
    seL4_CPtr untyped = new_object(seL4_UntypedObject, 12), slot = new_slot(), child = new_slot();

    EXPECT_EQ(call_raw(seL4_CapASIDControl, ARMASIDControlMakePool, 2, 1, words).label,
              seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(seL4_CapASIDControl, ARMASIDControlMakePool, 1, 2, words).label,
              seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(seL4_CapASIDControl, ARMASIDPoolAssign, 0, 0, words).label,
              seL4_IllegalOperation);
    EXPECT_ERROR(make_pool(new_object(seL4_UntypedObject, 13), slot), seL4_InvalidCapability, 1);
    EXPECT_ERROR(make_pool(ROOT, slot), seL4_InvalidCapability, 1);
    REQUIRE_OK(seL4_Untyped_Retype(untyped, seL4_EndpointObject, 0, ROOT, 0, 0, child, 1));
    EXPECT_ERROR(make_pool(untyped, slot), seL4_RevokeFirst);
    REQUIRE_OK(seL4_CNode_Delete(ROOT, child, DEPTH));
    EXPECT_ERROR(make_pool(untyped, ROOT), seL4_DeleteFirst);
    EXPECT_ERROR(seL4_ARM_ASIDControl_MakePool(seL4_CapASIDControl, untyped, ROOT, slot, 0),
                 seL4_RangeError, 1, 64);
    EXPECT_ERROR(seL4_ARM_ASIDControl_MakePool(seL4_CapASIDControl, untyped, untyped, slot, 64),
                 seL4_FailedLookup, 0, seL4_InvalidRoot);
    EXPECT_OK(make_pool(untyped, slot));
    EXPECT_KIND(slot, 13);
    /* Its memory is the pool's now. */
    EXPECT_ERROR(seL4_Untyped_Retype(untyped, seL4_EndpointObject, 0, ROOT, 0, 0, child, 1),
                 seL4_NotEnoughMemory, 0);
}

/* 128 pools, one of them there from the start; then no more, until one goes. */
TEST(as_many_pools_as_there_are)
{
    seL4_CPtr untyped = new_object(seL4_UntypedObject, 20), pieces = new_slots(128);
    seL4_CPtr pools = new_slots(128);
    unsigned made = 0;

    REQUIRE_OK(seL4_Untyped_Retype(untyped, seL4_UntypedObject, 12, ROOT, 0, 0, pieces, 128));
    while (made < 128 && make_pool(pieces + made, pools + made) == seL4_NoError)
        made++;
    EXPECT_EQ(made, 127);
    EXPECT_ERROR(make_pool(pieces + 127, pools + 127), seL4_DeleteFirst);
    EXPECT_OK(seL4_CNode_Delete(ROOT, pools + 50, DEPTH));
    EXPECT_OK(make_pool(pieces + 127, pools + 127));
}

TEST(assign_errors)
{
    seL4_CPtr space = new_object(seL4_ARM_VSpaceObject, 0);

    EXPECT_EQ(call_raw(seL4_CapInitThreadASIDPool, ARMASIDPoolAssign, 0, 0, NULL).label,
              seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(seL4_CapInitThreadASIDPool, 0, 0, 0, NULL).label, seL4_IllegalOperation);
    EXPECT_ERROR(seL4_ARM_ASIDPool_Assign(seL4_CapInitThreadASIDPool, ROOT), seL4_InvalidCapability,
                 1);
    EXPECT_OK(seL4_ARM_ASIDPool_Assign(seL4_CapInitThreadASIDPool, space));
    EXPECT_ERROR(seL4_ARM_ASIDPool_Assign(seL4_CapInitThreadASIDPool, space),
                 seL4_InvalidCapability, 1);
    EXPECT_ERROR(seL4_ARM_ASIDPool_Assign(seL4_CapInitThreadASIDPool, seL4_CapInitThreadVSpace),
                 seL4_InvalidCapability, 1);
}

static seL4_CPtr new_pool(void)
{
    seL4_CPtr slot = new_slot();

    REQUIRE_OK(make_pool(new_object(seL4_UntypedObject, 12), slot));
    return slot;
}

/* `count` address spaces in neighbouring slots. */
static seL4_CPtr new_spaces(unsigned count)
{
    seL4_CPtr untyped = new_object(seL4_UntypedObject, 23), first = new_slots(count);

    for (unsigned done = 0; done < count; done += 100) {
        unsigned now = count - done < 100 ? count - done : 100;
        REQUIRE_OK(
            seL4_Untyped_Retype(untyped, seL4_ARM_VSpaceObject, 0, ROOT, 0, 0, first + done, now));
    }
    return first;
}

TEST(a_full_pool)
{
    seL4_CPtr pool = new_pool(), spaces = new_spaces(IN_POOL + 1);

    for (unsigned i = 0; i < IN_POOL; i++)
        EXPECT_OK(seL4_ARM_ASIDPool_Assign(pool, spaces + i));
    EXPECT_ERROR(seL4_ARM_ASIDPool_Assign(pool, spaces + IN_POOL), seL4_DeleteFirst);
    EXPECT_OK(seL4_CNode_Delete(ROOT, spaces + 77, DEPTH));
    EXPECT_OK(seL4_ARM_ASIDPool_Assign(pool, spaces + IN_POOL));
}

/* With the pool go the ids: spaces of it can be neither used nor changed. */
TEST(deleting_a_pool)
{
    seL4_CPtr pool = new_pool(), vspace = new_object(seL4_ARM_VSpaceObject, 0);
    struct alloc_area *memory = new_memory(4096);
    seL4_CPtr frame = new_copy(memory->first, seL4_AllRights);
    struct space space;

    space_make(&space);
    REQUIRE_OK(seL4_ARM_ASIDPool_Assign(pool, vspace));
    REQUIRE_OK(seL4_TCB_SetSpace(space.thread->tcb, space.handler, ROOT, 0, vspace, 0));
    EXPECT_OK(seL4_CNode_Delete(ROOT, pool, DEPTH));
    EXPECT_ERROR(seL4_ARM_Page_Map(frame, vspace, HERE, seL4_ReadWrite, DEFAULT), seL4_FailedLookup,
                 0, seL4_InvalidRoot);
    EXPECT_ERROR(
        seL4_ARM_PageTable_Map(new_object(seL4_ARM_PageTableObject, 0), vspace, HERE, DEFAULT),
        seL4_FailedLookup, 0, seL4_InvalidRoot);
    struct message fault = space_run(&space, code_brk, 0, 0);
    EXPECT_EQ(fault.label, seL4_Fault_VMFault);
    EXPECT_EQ(fault.words[seL4_VMFault_PrefetchFault], 1);
}

/* An id that is used again means the new space: the old one's capability is worth nothing. */
TEST(an_id_used_again)
{
    seL4_CPtr pool = new_pool(), old = new_object(seL4_ARM_VSpaceObject, 0);
    seL4_CPtr next = new_object(seL4_ARM_VSpaceObject, 0);
    seL4_CPtr frame = new_object(seL4_ARM_SmallPageObject, 0);

    REQUIRE_OK(seL4_ARM_ASIDPool_Assign(pool, old));
    REQUIRE_OK(seL4_CNode_Delete(ROOT, pool, DEPTH));
    pool = new_pool();
    REQUIRE_OK(seL4_ARM_ASIDPool_Assign(pool, next));
    seL4_Error error = seL4_ARM_Page_Map(frame, old, HERE, seL4_ReadWrite, DEFAULT);
    EXPECT(error == seL4_InvalidCapability || error == seL4_FailedLookup);
}

/* A thread of the old space sees nothing of the new one, which has its id and is mapped in the very
 * same place; what goes with the old space leaves the new one alone. */
TEST(a_thread_whose_id_is_anothers_now)
{
    seL4_CPtr pool = new_pool(), old = new_object(seL4_ARM_VSpaceObject, 0), again = new_slot();
    struct alloc_area *memory = new_memory(4096);
    struct space space;

    space_make(&space);
    REQUIRE_OK(seL4_ARM_ASIDPool_Assign(pool, old));
    struct alloc_vspace of_old, of_next;
    alloc_vspace_init(&of_old, old);
    seL4_CPtr shared = new_copy(memory->first, seL4_AllRights);
    REQUIRE_OK(alloc_map_in(&test_alloc, &of_old, shared, HERE, seL4_ReadWrite, DEFAULT));
    REQUIRE_OK(seL4_TCB_SetSpace(space.thread->tcb, space.handler, ROOT, 0, old, 0));
    EXPECT_EQ(space_run(&space, code_brk, 0, 0).label, seL4_Fault_VMFault);

    REQUIRE_OK(seL4_CNode_Delete(ROOT, pool, DEPTH));
    REQUIRE_OK(make_pool(new_object(seL4_UntypedObject, 12), again));
    seL4_CPtr next = new_object(seL4_ARM_VSpaceObject, 0);
    REQUIRE_OK(seL4_ARM_ASIDPool_Assign(again, next));
    alloc_vspace_init(&of_next, next);
    seL4_Word page = (seL4_Word)code_svc & ~0xfffUL;
    seL4_CPtr code = new_copy(rt_bootinfo()->userImageFrames.start +
                                  (page - (seL4_Word)__image_start) / 4096,
                              seL4_CanRead);
    REQUIRE_OK(alloc_map_in(&test_alloc, &of_next, code, page, seL4_CanRead, DEFAULT));
    seL4_CPtr frame = new_object(seL4_ARM_SmallPageObject, 0);
    REQUIRE_OK(alloc_map_in(&test_alloc, &of_next, frame, HERE, seL4_ReadWrite, DEFAULT));

    /* Nothing is mapped for who still has the old one: not even code. */
    struct message fault = space_run(&space, code_load, HERE, 0);
    EXPECT_EQ(fault.label, seL4_Fault_VMFault);
    EXPECT_EQ(fault.words[seL4_VMFault_PrefetchFault], 1);
    REQUIRE_OK(seL4_CNode_Delete(ROOT, shared, DEPTH));
    REQUIRE_OK(seL4_TCB_SetSpace(space.thread->tcb, space.handler, ROOT, 0, next, 0));
    REQUIRE_OK(seL4_CNode_Delete(ROOT, old, DEPTH));
    space_expect(&space, HERE, 0);
    REQUIRE_OK(alloc_vspace_clear(&test_alloc, &of_old));
    REQUIRE_OK(alloc_vspace_clear(&test_alloc, &of_next));
}

/* A page table whose memory held what looks like entries maps nothing. */
TEST(new_tables_map_nothing)
{
    struct alloc_area *secret = new_memory(4096);
    seL4_CPtr untyped = new_object(seL4_UntypedObject, 12), frame = new_slot();
    uintptr_t window = new_addresses(4096, 4096);
    uint64_t entry = seL4_ARM_Page_GetAddress(secret->first).paddr | 0x7ff;
    struct space space;

    space_make(&space);
    REQUIRE_OK(seL4_Untyped_Retype(untyped, seL4_ARM_SmallPageObject, 0, ROOT, 0, 0, frame, 1));
    REQUIRE_OK(seL4_ARM_Page_Map(frame, seL4_CapInitThreadVSpace, window, seL4_ReadWrite, DEFAULT));
    for (unsigned i = 0; i < 512; i++)
        ((volatile uint64_t *)window)[i] = entry;
    REQUIRE_OK(seL4_CNode_Delete(ROOT, frame, DEPTH));
    REQUIRE_OK(seL4_Untyped_Retype(untyped, seL4_ARM_PageTableObject, 0, ROOT, 0, 0, frame, 1));
    REQUIRE_OK(seL4_ARM_PageTable_Map(frame, space.vspace->root, HERE, DEFAULT));
    space_expect_fault(&space, code_load, HERE);
    REQUIRE_OK(seL4_CNode_Delete(ROOT, frame, DEPTH));
    /* The same as a pool: no id in it is anybody's. */
    REQUIRE_OK(seL4_Untyped_Retype(untyped, seL4_ARM_SmallPageObject, 0, ROOT, 0, 0, frame, 1));
    REQUIRE_OK(seL4_ARM_Page_Map(frame, seL4_CapInitThreadVSpace, window, seL4_ReadWrite, DEFAULT));
    for (unsigned i = 0; i < 512; i++)
        ((volatile uint64_t *)window)[i] = ~0UL;
    REQUIRE_OK(seL4_CNode_Delete(ROOT, frame, DEPTH));
    REQUIRE_OK(make_pool(untyped, frame));
    EXPECT_OK(seL4_ARM_ASIDPool_Assign(frame, new_object(seL4_ARM_VSpaceObject, 0)));
}

/* One thread goes round more spaces than there are numbers, and sees in each what is mapped there.
 */
TEST(more_spaces_than_hardware_numbers)
{
    seL4_CPtr spaces = new_spaces(SPACES), untyped = new_object(seL4_UntypedObject, 23);
    seL4_CPtr frames = new_slots(SPACES), codes = new_slots(SPACES), tables = new_slots(SPACES * 4);
    seL4_Word code_page = (seL4_Word)code_svc & ~0xfffUL;
    seL4_CPtr code = rt_bootinfo()->userImageFrames.start +
                     (code_page - (seL4_Word)__image_start) / 4096;
    uintptr_t window = new_addresses(4096, 4096);
    seL4_CPtr probe = new_slot();
    struct space space;

    space_make(&space);
    for (unsigned i = 0; i < SPACES; i++) {
        const seL4_Word places[] = {HERE, HERE, code_page, code_page};

        REQUIRE_OK(seL4_ARM_ASIDPool_Assign(seL4_CapInitThreadASIDPool, spaces + i));
        REQUIRE_OK(
            seL4_Untyped_Retype(untyped, seL4_ARM_SmallPageObject, 0, ROOT, 0, 0, frames + i, 1));
        REQUIRE_OK(seL4_Untyped_Retype(untyped, seL4_ARM_PageTableObject, 0, ROOT, 0, 0,
                                       tables + 4 * i, 4));
        for (unsigned j = 0; j < 4; j++)
            REQUIRE_OK(seL4_ARM_PageTable_Map(tables + 4 * i + j, spaces + i, places[j], DEFAULT));
        REQUIRE_OK(seL4_ARM_Page_Map(frames + i, spaces + i, HERE, seL4_ReadWrite, DEFAULT));
        REQUIRE_OK(seL4_CNode_Copy(ROOT, codes + i, DEPTH, ROOT, code, DEPTH, seL4_CanRead));
        REQUIRE_OK(seL4_ARM_Page_Map(codes + i, spaces + i, code_page, seL4_CanRead, DEFAULT));
        REQUIRE_OK(seL4_CNode_Copy(ROOT, probe, DEPTH, ROOT, frames + i, DEPTH, seL4_AllRights));
        REQUIRE_OK(
            seL4_ARM_Page_Map(probe, seL4_CapInitThreadVSpace, window, seL4_ReadWrite, DEFAULT));
        *(volatile seL4_Word *)window = 0x1000 + i;
        REQUIRE_OK(seL4_CNode_Delete(ROOT, probe, DEPTH));
    }
    for (unsigned i = 0; i < 2 * SPACES; i++) {
        unsigned which = i * 7 % SPACES;

        REQUIRE_OK(seL4_TCB_SetSpace(space.thread->tcb, space.handler, ROOT, 0, spaces + which, 0));
        space_expect(&space, HERE, 0x1000 + which);
    }
}
