/* SPDX-License-Identifier: BSD-2-Clause */
/* Mapping frames: sizes, places, rights, attributes, mapping again, and unmapping. */
#include "tests/kernel/vspace/space.h"

#define HERE   0x7000000000UL
#define LAST   0xfffffff000UL /* the last page of an address space */
#define BEYOND 0x10000000000UL

static struct space space, second;

static seL4_Error map(seL4_CPtr frame, seL4_Word address, seL4_CapRights_t rights,
                      seL4_ARM_VMAttributes attributes)
{
    return seL4_ARM_Page_Map(frame, space.vspace->root, address, rights, attributes);
}

/* A small frame that holds `value` in its first word. */
static seL4_CPtr frame_with(seL4_Word value)
{
    struct alloc_area *memory = new_memory(4096);

    *(volatile seL4_Word *)memory->vaddr = value;
    return new_copy(memory->first, seL4_AllRights);
}

static void make_tables(seL4_Word address)
{
    seL4_CPtr frame = new_object(seL4_ARM_SmallPageObject, 0);

    REQUIRE_OK(alloc_map_in(&test_alloc, space.vspace, frame, address, seL4_ReadWrite, DEFAULT));
    REQUIRE_OK(seL4_ARM_Page_Unmap(frame));
}

TEST(missing_tables)
{
    seL4_CPtr frame = new_object(seL4_ARM_SmallPageObject, 0);
    seL4_CPtr tables[2] = {new_object(seL4_ARM_PageTableObject, 0),
                           new_object(seL4_ARM_PageTableObject, 0)};

    space.vspace = new_vspace();
    EXPECT_ERROR(map(frame, HERE, seL4_ReadWrite, DEFAULT), seL4_FailedLookup, 0,
                 seL4_MissingCapability, 30);
    EXPECT_ERROR(map(new_object(seL4_ARM_LargePageObject, 0), HERE, seL4_ReadWrite, DEFAULT),
                 seL4_FailedLookup, 0, seL4_MissingCapability, 30);
    EXPECT_OK(seL4_ARM_PageTable_Map(tables[0], space.vspace->root, HERE + 0x1234567, DEFAULT));
    EXPECT_ERROR(map(frame, HERE, seL4_ReadWrite, DEFAULT), seL4_FailedLookup, 0,
                 seL4_MissingCapability, 21);
    EXPECT_OK(seL4_ARM_PageTable_Map(tables[1], space.vspace->root, HERE + 0x1fffff, DEFAULT));
    EXPECT_OK(map(frame, HERE, seL4_ReadWrite, DEFAULT));
}

TEST(places)
{
    seL4_CPtr frame = frame_with(0x77), large = new_object(seL4_ARM_LargePageObject, 0);

    space_make(&space);
    make_tables(HERE);
    make_tables(LAST);
    EXPECT_ERROR(map(frame, HERE + 8, seL4_ReadWrite, DEFAULT), seL4_AlignmentError);
    EXPECT_ERROR(map(frame, BEYOND, seL4_ReadWrite, DEFAULT), seL4_InvalidArgument, 0);
    EXPECT_ERROR(map(frame, ~0xfffUL, seL4_ReadWrite, DEFAULT), seL4_InvalidArgument, 0);
    EXPECT_ERROR(map(large, HERE + 4096, seL4_ReadWrite, DEFAULT), seL4_AlignmentError);
    EXPECT_OK(map(frame, LAST, seL4_ReadWrite, DEFAULT));
    space_expect(&space, LAST, 0x77);
    EXPECT_OK(seL4_ARM_Page_Unmap(frame));
    space_expect_fault(&space, code_load, LAST);
    EXPECT_OK(map(frame, HERE, seL4_ReadWrite, DEFAULT));
    space_expect(&space, HERE, 0x77);
}

TEST(errors_in_order)
{
    static const seL4_Word words[3];
    seL4_CPtr frame = new_object(seL4_ARM_SmallPageObject, 0);
    seL4_CPtr unassigned = new_object(seL4_ARM_VSpaceObject, 0);

    EXPECT_EQ(call_raw(frame, ARMPageMap, 1, 2, words).label, seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(frame, ARMPageMap, 0, 3, words).label, seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(frame, ARMPageClean_Data, 0, 1, words).label, seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(frame, ARMPageTableMap, 1, 3, words).label, seL4_IllegalOperation);
    EXPECT_EQ(call_raw(frame, 0, 0, 0, words).label, seL4_IllegalOperation);
    EXPECT_ERROR(seL4_ARM_Page_Map(frame, ROOT, 1, seL4_ReadWrite, DEFAULT), seL4_InvalidCapability,
                 1);
    EXPECT_ERROR(seL4_ARM_Page_Map(frame, unassigned, 1, seL4_ReadWrite, DEFAULT),
                 seL4_InvalidCapability, 1);
    EXPECT_ERROR(seL4_ARM_Page_Map(frame, new_slot(), 1, seL4_ReadWrite, DEFAULT),
                 seL4_InvalidCapability, 1);
    EXPECT_ERROR(
        seL4_ARM_Page_Map(frame, seL4_CapInitThreadVSpace, BEYOND + 1, seL4_ReadWrite, DEFAULT),
        seL4_AlignmentError);
}

/* ---- sizes ---- */

TEST(large_pages)
{
    uintptr_t window = new_addresses(0x200000, 0x200000);
    seL4_CPtr large = new_object(seL4_ARM_LargePageObject, 0);
    seL4_CPtr copy = new_copy(large, seL4_AllRights);

    space_make(&space);
    make_tables(HERE + 0x400000); /* the table above */
    REQUIRE_OK(seL4_ARM_Page_Map(copy, seL4_CapInitThreadVSpace, window, seL4_ReadWrite, DEFAULT));
    ((volatile seL4_Word *)window)[0] = 1;
    ((volatile seL4_Word *)window)[0x1ffff8 / 8] = 2;
    EXPECT_OK(map(large, HERE, seL4_ReadWrite, DEFAULT));
    space_expect(&space, HERE, 1);
    space_expect(&space, HERE + 0x1ffff8, 2);
    space_expect_fault(&space, code_load, HERE + 0x200000);
    /* No table fits where a page is, nor a small page below it. */
    EXPECT_ERROR(seL4_ARM_PageTable_Map(new_object(seL4_ARM_PageTableObject, 0), space.vspace->root,
                                        HERE, DEFAULT),
                 seL4_DeleteFirst);
    EXPECT_ERROR(map(new_object(seL4_ARM_SmallPageObject, 0), HERE, seL4_ReadWrite, DEFAULT),
                 seL4_FailedLookup, 0, seL4_MissingCapability, 21);
    EXPECT_OK(seL4_ARM_Page_Unmap(large));
    space_expect_fault(&space, code_load, HERE);
    /* And no page where a table is. */
    EXPECT_ERROR(map(large, HERE + 0x400000, seL4_ReadWrite, DEFAULT), seL4_DeleteFirst);
}

TEST(huge_pages)
{
    seL4_CPtr huge;

    if (alloc_object(&test_alloc, seL4_ARM_HugePageObject, 0, &huge) != ALLOC_OK) {
        printf("no gigabyte of memory in one piece\n");
        return;
    }
    space_make(&space);
    EXPECT_ERROR(map(huge, HERE + 0x200000, seL4_ReadWrite, DEFAULT), seL4_AlignmentError);
    EXPECT_OK(map(huge, HERE, seL4_ReadWrite, DEFAULT));
    space_run(&space, code_store, HERE + 0x3ffffff8, 0x99);
    space_expect(&space, HERE + 0x3ffffff8, 0x99);
    space_expect(&space, HERE, 0);
    EXPECT_ERROR(map(new_object(seL4_ARM_LargePageObject, 0), HERE, seL4_ReadWrite, DEFAULT),
                 seL4_FailedLookup, 0, seL4_MissingCapability, 30);
    EXPECT_OK(alloc_free_object(&test_alloc, huge));
    space_expect_fault(&space, code_load, HERE);
}

/* ---- rights and attributes ---- */

static bool ends_well(const char *code, seL4_Word address)
{
    return space_run(&space, code, address, 5).label == seL4_Fault_VCPUFault;
}

TEST(rights)
{
    static const struct {
        seL4_Word of_cap, asked;
        bool read, write;
    } cases[] = {
        {3, 3, true, true},  {3, 2, true, false},  {3, 1, false, false}, {3, 0, false, false},
        {2, 3, true, false}, {1, 3, false, false}, {0, 3, false, false}, {2, 1, false, false},
        {3, 15, true, true}, {15, 2, true, false},
    };
    seL4_CPtr frame = frame_with(1);

    space_make(&space);
    make_tables(HERE);
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        seL4_CPtr copy = new_copy(frame, (seL4_CapRights_t){{cases[i].of_cap}});

        EXPECT_OK(map(copy, HERE, (seL4_CapRights_t){{cases[i].asked}}, DEFAULT));
        EXPECT_EQ(ends_well(code_load, HERE), cases[i].read);
        EXPECT_EQ(ends_well(code_store, HERE), cases[i].write);
        EXPECT_OK(seL4_ARM_Page_Unmap(copy));
    }
}

TEST(execute_never)
{
    struct alloc_area *memory = new_memory(4096);
    seL4_CPtr frame = new_copy(memory->first, seL4_AllRights);

    *(volatile uint32_t *)memory->vaddr = 0xd4200ee0; /* brk #0x77 */
    REQUIRE_OK(seL4_ARM_Page_Unify_Instruction(memory->first, 0, 4096));
    space_make(&space);
    make_tables(HERE);
    EXPECT_OK(map(frame, HERE, seL4_CanRead, DEFAULT));
    EXPECT_EQ(space_run(&space, code_jump, HERE, 0).words[0], ESR_BRK(CODE_END));
    EXPECT_OK(map(frame, HERE, seL4_CanRead, DEFAULT | seL4_ARM_ExecuteNever));
    EXPECT_EQ(space_run(&space, code_jump, HERE, 0).label, seL4_Fault_VMFault);
    EXPECT(ends_well(code_load, HERE));
}

/* Uncached, the same memory. */
TEST(uncached)
{
    seL4_CPtr frame = frame_with(0x1234);

    space_make(&space);
    make_tables(HERE);
    EXPECT_OK(map(frame, HERE, seL4_ReadWrite, 0));
    EXPECT(ends_well(code_store, HERE));
    space_expect(&space, HERE, 5);
    EXPECT_OK(map(frame, HERE, seL4_ReadWrite, DEFAULT));
    space_expect(&space, HERE, 5);
}

/* ---- mapping again, over, and elsewhere ---- */

TEST(mapped_frames_stay_where_they_are)
{
    seL4_CPtr frame = frame_with(0x55);

    space_make(&space);
    make_tables(HERE);
    EXPECT_OK(map(frame, HERE, seL4_ReadWrite, DEFAULT));
    EXPECT_OK(map(frame, HERE, seL4_CanRead, DEFAULT));
    EXPECT(!ends_well(code_store, HERE));
    EXPECT_ERROR(map(frame, HERE + 4096, seL4_ReadWrite, DEFAULT), seL4_InvalidArgument, 0);
    EXPECT_ERROR(seL4_ARM_Page_Map(frame, seL4_CapInitThreadVSpace, HERE, seL4_ReadWrite, DEFAULT),
                 seL4_InvalidCapability, 1);
    /* A copy is another capability. */
    EXPECT_OK(map(new_copy(frame, seL4_AllRights), HERE + 4096, seL4_ReadWrite, DEFAULT));
    space_expect(&space, HERE + 4096, 0x55);
}

TEST(a_frame_over_a_frame)
{
    seL4_CPtr first = frame_with(1), other = frame_with(2);

    space_make(&space);
    make_tables(HERE);
    EXPECT_OK(map(first, HERE, seL4_ReadWrite, DEFAULT));
    space_expect(&space, HERE, 1);
    EXPECT_OK(map(other, HERE, seL4_ReadWrite, DEFAULT));
    space_expect(&space, HERE, 2);
    /* The first is not there any more: its end changes nothing. */
    EXPECT_OK(seL4_ARM_Page_Unmap(first));
    space_expect(&space, HERE, 2);
    EXPECT_OK(seL4_CNode_Delete(ROOT, other, DEPTH));
    space_expect_fault(&space, code_load, HERE);
}

TEST(unmapping)
{
    seL4_CPtr frame = frame_with(3);

    space_make(&space);
    make_tables(HERE);
    EXPECT_OK(seL4_ARM_Page_Unmap(frame));
    EXPECT_OK(map(frame, HERE, seL4_ReadWrite, DEFAULT));
    seL4_CPtr moved = new_slot();
    EXPECT_OK(seL4_CNode_Move(ROOT, moved, DEPTH, ROOT, frame, DEPTH));
    space_expect(&space, HERE, 3);
    EXPECT_OK(seL4_ARM_Page_Unmap(moved));
    space_expect_fault(&space, code_load, HERE);
    EXPECT_OK(seL4_ARM_Page_Unmap(moved));
    EXPECT_OK(map(moved, HERE + 0x3000, seL4_ReadWrite, DEFAULT));
    space_expect(&space, HERE + 0x3000, 3);
    EXPECT_OK(seL4_CNode_Delete(ROOT, moved, DEPTH));
    space_expect_fault(&space, code_load, HERE + 0x3000);
}

/* The same address in two spaces is two things. */
TEST(spaces_are_apart)
{
    seL4_CPtr here = frame_with(0xa), there = frame_with(0xb);

    space_make(&second);
    REQUIRE_OK(alloc_map_in(&test_alloc, second.vspace, there, HERE, seL4_ReadWrite, DEFAULT));
    space_make(&space);
    REQUIRE_OK(alloc_map_in(&test_alloc, space.vspace, here, HERE, seL4_ReadWrite, DEFAULT));
    for (unsigned i = 0; i < 3; i++) {
        space_expect(&space, HERE, 0xa);
        space_expect(&second, HERE, 0xb);
    }
    EXPECT_OK(seL4_ARM_Page_Unmap(here));
    space_expect_fault(&space, code_load, HERE);
    space_expect(&second, HERE, 0xb);
}
