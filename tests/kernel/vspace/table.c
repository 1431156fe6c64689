/* SPDX-License-Identifier: BSD-2-Clause */
/* Page tables: where they go, what their end means to what is mapped through them. */
#include "tests/kernel/vspace/space.h"

#define HERE 0x7000000000UL
#define TOP  0xffffffffffUL

static struct space space;
static seL4_CPtr upper, lower, frame;

static seL4_Error map_table(seL4_CPtr table, seL4_Word address)
{
    return seL4_ARM_PageTable_Map(table, space.vspace->root, address, DEFAULT);
}

static seL4_Error map_frame(seL4_CPtr which, seL4_Word address)
{
    return seL4_ARM_Page_Map(which, space.vspace->root, address, seL4_ReadWrite, DEFAULT);
}

/* Two tables and a frame that holds 0x42. */
static void set_up(void)
{
    struct alloc_area *memory = new_memory(4096);

    space_make(&space);
    upper = new_object(seL4_ARM_PageTableObject, 0);
    lower = new_object(seL4_ARM_PageTableObject, 0);
    frame = new_copy(memory->first, seL4_AllRights);
    *(volatile seL4_Word *)memory->vaddr = 0x42;
    EXPECT_OK(map_table(upper, HERE));
    EXPECT_OK(map_table(lower, HERE));
    EXPECT_OK(map_frame(frame, HERE + 0x5000));
    space_expect(&space, HERE + 0x5000, 0x42);
}

TEST(errors_in_order)
{
    static const seL4_Word words[2];
    seL4_CPtr table = new_object(seL4_ARM_PageTableObject, 0);

    set_up();
    EXPECT_EQ(call_raw(table, ARMPageTableMap, 1, 1, words).label, seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(table, ARMPageTableMap, 0, 2, words).label, seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(table, ARMPageMap, 0, 0, words).label, seL4_IllegalOperation);
    EXPECT_ERROR(seL4_ARM_PageTable_Map(lower, ROOT, TOP + 1, DEFAULT), seL4_InvalidCapability, 0);
    EXPECT_ERROR(seL4_ARM_PageTable_Map(table, ROOT, TOP + 1, DEFAULT), seL4_InvalidCapability, 1);
    EXPECT_ERROR(
        seL4_ARM_PageTable_Map(table, new_object(seL4_ARM_VSpaceObject, 0), TOP + 1, DEFAULT),
        seL4_InvalidCapability, 1);
    EXPECT_ERROR(map_table(table, TOP + 1), seL4_InvalidArgument, 0);
    EXPECT_ERROR(map_table(table, ~0UL), seL4_InvalidArgument, 0);
    EXPECT_ERROR(map_table(table, HERE), seL4_DeleteFirst);
    EXPECT_ERROR(map_table(table, HERE + 0x1fffff), seL4_DeleteFirst);
    EXPECT_OK(map_table(table, TOP));
}

TEST(unmapping_the_lower_table)
{
    set_up();
    EXPECT_OK(seL4_ARM_PageTable_Unmap(lower));
    space_expect_fault(&space, code_load, HERE + 0x5000);
    /* Mapped again it is empty. */
    EXPECT_OK(map_table(lower, HERE));
    space_expect_fault(&space, code_load, HERE + 0x5000);
    /* The frame's capability still says where it was: it may go there again only. */
    EXPECT_ERROR(map_frame(frame, HERE + 0x6000), seL4_InvalidArgument, 0);
    EXPECT_OK(map_frame(frame, HERE + 0x5000));
    space_expect(&space, HERE + 0x5000, 0x42);
}

TEST(unmapping_the_upper_table)
{
    set_up();
    EXPECT_OK(seL4_ARM_PageTable_Unmap(upper));
    space_expect_fault(&space, code_load, HERE + 0x5000);
    EXPECT_ERROR(map_frame(frame, HERE + 0x5000), seL4_FailedLookup, 0, seL4_MissingCapability, 30);
    /* The lower one thinks it is mapped; its unmapping must not touch what is there now. */
    seL4_CPtr other_upper = new_object(seL4_ARM_PageTableObject, 0);
    seL4_CPtr other_lower = new_object(seL4_ARM_PageTableObject, 0);
    EXPECT_OK(map_table(other_upper, HERE));
    EXPECT_OK(map_table(other_lower, HERE));
    EXPECT_OK(map_frame(frame, HERE + 0x5000));
    EXPECT_OK(seL4_ARM_PageTable_Unmap(lower));
    space_expect(&space, HERE + 0x5000, 0x42);
}

TEST(deleting_a_table_unmaps_it)
{
    set_up();
    EXPECT_OK(seL4_CNode_Delete(ROOT, lower, DEPTH));
    space_expect_fault(&space, code_load, HERE + 0x5000);
    EXPECT_ERROR(map_frame(frame, HERE + 0x5000), seL4_FailedLookup, 0, seL4_MissingCapability, 21);
}

TEST(copies_of_a_mapped_table)
{
    set_up();
    seL4_CPtr copy = new_copy(lower, seL4_AllRights);
    EXPECT_ERROR(seL4_ARM_PageTable_Unmap(lower), seL4_RevokeFirst);
    EXPECT_ERROR(seL4_ARM_PageTable_Unmap(copy), seL4_RevokeFirst);
    EXPECT_ERROR(map_table(copy, HERE + 0x200000), seL4_InvalidCapability, 0);
    EXPECT_OK(seL4_CNode_Delete(ROOT, lower, DEPTH));
    space_expect(&space, HERE + 0x5000, 0x42);
    EXPECT_OK(seL4_ARM_PageTable_Unmap(copy));
    space_expect_fault(&space, code_load, HERE + 0x5000);
}

TEST(unmapping_what_is_not_mapped)
{
    set_up();
    EXPECT_OK(seL4_ARM_PageTable_Unmap(new_object(seL4_ARM_PageTableObject, 0)));
    EXPECT_OK(seL4_ARM_PageTable_Unmap(lower));
    EXPECT_OK(seL4_ARM_PageTable_Unmap(lower));
}

/* Tables outlive the space they were in. */
TEST(deleting_the_space)
{
    set_up();
    EXPECT_OK(seL4_CNode_Revoke(ROOT, space.vspace->root, DEPTH));
    /* The thread holds a copy, which is revoked; it has no space now. */
    struct message fault = space_run(&space, code_load, HERE + 0x5000, 0);
    EXPECT_EQ(fault.label, seL4_Fault_VMFault);
    EXPECT_EQ(fault.words[seL4_VMFault_PrefetchFault], 1);
    EXPECT_OK(seL4_CNode_Delete(ROOT, space.vspace->root, DEPTH));
    EXPECT_OK(seL4_ARM_PageTable_Unmap(lower));
    EXPECT_OK(seL4_ARM_PageTable_Unmap(upper));
    EXPECT_OK(seL4_ARM_Page_Unmap(frame));
    struct alloc_vspace *next = new_vspace();
    EXPECT_OK(seL4_ARM_PageTable_Map(upper, next->root, HERE, DEFAULT));
    EXPECT_OK(seL4_ARM_PageTable_Map(lower, next->root, HERE, DEFAULT));
    EXPECT_OK(seL4_ARM_Page_Map(frame, next->root, HERE, seL4_ReadWrite, DEFAULT));
}
