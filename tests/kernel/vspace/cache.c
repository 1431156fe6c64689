/* SPDX-License-Identifier: BSD-2-Clause */
/* Cache maintenance by frame and by address: which ranges are allowed. */
#include "tests/kernel/vspace/space.h"

#define VSPACE seL4_CapInitThreadVSpace
#define TOP    0xffffffffffUL

static const seL4_Word page_labels[] = {ARMPageClean_Data, ARMPageInvalidate_Data,
                                        ARMPageCleanInvalidate_Data, ARMPageUnify_Instruction};
static const seL4_Word space_labels[] = {ARMVSpaceClean_Data, ARMVSpaceInvalidate_Data,
                                         ARMVSpaceCleanInvalidate_Data, ARMVSpaceUnify_Instruction};

TEST(of_frames)
{
    struct alloc_area *memory = new_memory(4096);
    seL4_CPtr frame = memory->first, unmapped = new_copy(frame, seL4_AllRights);

    *(volatile seL4_Word *)memory->vaddr = 0x77;
    for (unsigned i = 0; i < 4; i++) {
        seL4_Word label = page_labels[i];

        EXPECT_ERROR(sel4_invoke2(unmapped, label, 0, 0), seL4_IllegalOperation);
        EXPECT_ERROR(sel4_invoke2(frame, label, 0, 0), seL4_InvalidArgument, 1);
        EXPECT_ERROR(sel4_invoke2(frame, label, 9, 8), seL4_InvalidArgument, 1);
        /* In this order: the message, mapped, the range, the frame's end. */
        EXPECT_EQ(call_raw(unmapped, label, 0, 1, &(seL4_Word){0}).label, seL4_TruncatedMessage);
        EXPECT_ERROR(sel4_invoke2(unmapped, label, 9, 8), seL4_IllegalOperation);
        EXPECT_ERROR(sel4_invoke2(frame, label, 9999, 9998), seL4_InvalidArgument, 1);
        EXPECT_ERROR(sel4_invoke2(frame, label, 4096, 4097), seL4_InvalidArgument, 0);
        EXPECT_ERROR(sel4_invoke2(frame, label, 0, 4097), seL4_InvalidArgument, 0);
        EXPECT_ERROR(sel4_invoke2(frame, label, ~0UL - 1, ~0UL), seL4_InvalidArgument, 0);
        EXPECT_OK(sel4_invoke2(frame, label, 0, 4096));
        EXPECT_OK(sel4_invoke2(frame, label, 4095, 4096));
        EXPECT_OK(sel4_invoke2(frame, label, 3, 5));
    }
    EXPECT_EQ(*(volatile seL4_Word *)memory->vaddr, 0x77);
    /* Not of device memory. */
    EXPECT_ERROR(seL4_ARM_Page_Clean_Data(test_console.registers.first, 0, 64),
                 seL4_IllegalOperation);
}

TEST(of_large_frames)
{
    uintptr_t window = new_addresses(0x200000, 0x200000);
    seL4_CPtr large = new_object(seL4_ARM_LargePageObject, 0);

    REQUIRE_OK(seL4_ARM_Page_Map(large, VSPACE, window, seL4_ReadWrite, DEFAULT));
    for (unsigned i = 0; i < 4; i++) {
        EXPECT_OK(sel4_invoke2(large, page_labels[i], 0, 0x200000));
        EXPECT_ERROR(sel4_invoke2(large, page_labels[i], 0, 0x200001), seL4_InvalidArgument, 0);
        EXPECT_OK(sel4_invoke2(VSPACE, space_labels[i], window + 5, window + 0x200000));
        EXPECT_ERROR(sel4_invoke2(VSPACE, space_labels[i], window + 5, window + 0x200001),
                     seL4_RangeError, window + 5, window + 0x1fffff);
    }
}

TEST(of_address_spaces)
{
    struct alloc_area *memory = new_memory(0x2000);
    seL4_Word start = memory->vaddr;

    EXPECT_EQ(call_raw(VSPACE, ARMVSpaceClean_Data, 0, 1, &start).label, seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(VSPACE, ARMPageClean_Data, 0, 2, (const seL4_Word[]){0, 1}).label,
              seL4_IllegalOperation);
    for (unsigned i = 0; i < 4; i++) {
        seL4_Word label = space_labels[i];

        EXPECT_ERROR(sel4_invoke2(VSPACE, label, start, start), seL4_InvalidArgument, 1);
        EXPECT_ERROR(sel4_invoke2(VSPACE, label, TOP + 2, TOP + 1), seL4_InvalidArgument, 1);
        EXPECT_ERROR(sel4_invoke2(VSPACE, label, TOP - 1, TOP + 2), seL4_IllegalOperation);
        EXPECT_OK(sel4_invoke2(VSPACE, label, start, start + 4096));
        EXPECT_ERROR(sel4_invoke2(VSPACE, label, start + 8, start + 4097), seL4_RangeError,
                     start + 8, start + 4095);
        EXPECT_OK(sel4_invoke2(VSPACE, label, start + 4095, start + 4096));
        /* Where nothing is mapped nothing is done. */
        EXPECT_OK(sel4_invoke2(VSPACE, label, 0x6000000000, 0x6000000040));
        EXPECT_OK(sel4_invoke2(VSPACE, label, TOP - 1, TOP));
        EXPECT_ERROR(sel4_invoke2(VSPACE, label, TOP, TOP + 1), seL4_IllegalOperation);
    }
}

static volatile seL4_Word churned;

static void churn(void *argument)
{
    for (;;)
        churned++;
}

TEST(long_ranges_are_preemptible)
{
    uintptr_t window = new_addresses(0x200000, 0x200000);
    seL4_CPtr large = new_object(seL4_ARM_LargePageObject, 0);
    struct alloc_thread *other = new_thread_with(&(struct alloc_thread_options){
        .entry = churn, .priority = 255, .budget = 50, .period = 250});

    REQUIRE_OK(seL4_ARM_Page_Map(large, VSPACE, window, seL4_ReadWrite, DEFAULT));
    REQUIRE_OK(seL4_TCB_SetPriority(SELF, SELF, 254));
    churned = 0;
    for (unsigned i = 0; i < 20; i++)
        EXPECT_OK(seL4_ARM_Page_CleanInvalidate_Data(large, 0, 0x200000));
    EXPECT(churned > 0);
    EXPECT_OK(seL4_TCB_Suspend(other->tcb));
    REQUIRE_OK(seL4_TCB_SetPriority(SELF, SELF, 255));
}

/* EL0 may maintain caches by address itself. */
TEST(maintenance_by_programs)
{
    static char line[128];
    seL4_Word type;

    __asm__ volatile("mrs %0, ctr_el0" : "=r"(type));
    EXPECT(type != 0);
    __asm__ volatile("dc cvau, %0\n"
                     "dc civac, %0\n"
                     "dc cvac, %0\n"
                     "ic ivau, %0\n"
                     "dsb ish\n"
                     "isb" ::"r"(line)
                     : "memory");
}

TEST(of_address_spaces_without_an_id)
{
    seL4_CPtr space = new_object(seL4_ARM_VSpaceObject, 0);
    seL4_CPtr pool = new_slot();

    EXPECT_ERROR(sel4_invoke2(space, ARMVSpaceClean_Data, 8, 8), seL4_InvalidArgument, 1);
    EXPECT_ERROR(sel4_invoke2(space, ARMVSpaceClean_Data, 0, TOP + 1), seL4_IllegalOperation);
    EXPECT_ERROR(sel4_invoke2(space, ARMVSpaceClean_Data, 0, 8), seL4_InvalidCapability, 0);
    REQUIRE_OK(seL4_ARM_ASIDControl_MakePool(
        seL4_CapASIDControl, new_object(seL4_UntypedObject, 12), ROOT, pool, DEPTH));
    REQUIRE_OK(seL4_ARM_ASIDPool_Assign(pool, space));
    EXPECT_OK(sel4_invoke2(space, ARMVSpaceClean_Data, 0, 8));
    REQUIRE_OK(seL4_CNode_Delete(ROOT, pool, DEPTH));
    EXPECT_ERROR(sel4_invoke2(space, ARMVSpaceClean_Data, 0, 8), seL4_FailedLookup, 0,
                 seL4_InvalidRoot);
}
