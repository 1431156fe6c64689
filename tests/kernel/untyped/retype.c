/* SPDX-License-Identifier: BSD-2-Clause */
/* Untyped_Retype: what objects come out, where they lie, and what the watermark does. */
#include "tests/kernel/harness/harness.h"

struct type {
    seL4_Word type, size_bits;
    unsigned object_bits;
    int kind; /* DebugCapIdentify */
};

static const struct type types[] = {
    {seL4_UntypedObject, 4, 4, 2},
    {seL4_UntypedObject, 15, 15, 2},
    {seL4_TCBObject, 0, 11, 12},
    {seL4_TCBObject, 63, 11, 12}, /* the size does not matter */
    {seL4_EndpointObject, 0, 4, 4},
    {seL4_NotificationObject, 0, 6, 6},
    {seL4_CapTableObject, 1, 6, 10},
    {seL4_CapTableObject, 8, 13, 10},
    {seL4_SchedContextObject, 7, 7, 22},
    {seL4_SchedContextObject, 12, 12, 22},
    {seL4_ReplyObject, 0, 5, 8},
    {seL4_ARM_VSpaceObject, 0, 13, 9},
    {seL4_ARM_SmallPageObject, 0, 12, 1},
    {seL4_ARM_LargePageObject, 0, 21, 1},
    {seL4_ARM_PageTableObject, 0, 12, 3},
    {seL4_ARM_VCPUObject, 0, 12, 15},
};

#define TYPES (sizeof(types) / sizeof(types[0]))

static seL4_Error retype(seL4_CPtr untyped, seL4_Word type, seL4_Word size_bits, seL4_CPtr first,
                         seL4_Word count)
{
    return seL4_Untyped_Retype(untyped, type, size_bits, ROOT, 0, 0, first, count);
}

/* As many as there is room for, and not one more. */
static void fill(const struct type *type)
{
    unsigned bits = type->object_bits + 2;
    seL4_CPtr untyped = new_object(seL4_UntypedObject, bits), slots = new_slots(5);

    EXPECT_ERROR(retype(untyped, type->type, type->size_bits, slots, 5), seL4_NotEnoughMemory,
                 1UL << bits);
    EXPECT_OK(retype(untyped, type->type, type->size_bits, slots, 4));
    for (unsigned i = 0; i < 4; i++)
        EXPECT_KIND(slots + i, type->kind);
    EXPECT_ERROR(retype(untyped, type->type, type->size_bits, slots + 4, 1), seL4_NotEnoughMemory,
                 0);
    EXPECT(slot_is_empty(slots + 4));
}

TEST(every_type_has_its_size)
{
    for (unsigned i = 0; i < TYPES; i++)
        fill(&types[i]);
}

/* One more, below the others: the size is exact from both sides. */
TEST(half_the_memory_is_not_enough)
{
    for (unsigned i = 0; i < TYPES; i++) {
        if (types[i].object_bits == 4)
            continue;
        seL4_CPtr untyped = new_object(seL4_UntypedObject, types[i].object_bits - 1);

        EXPECT_ERROR(retype(untyped, types[i].type, types[i].size_bits, new_slot(), 1),
                     seL4_NotEnoughMemory, 1UL << (types[i].object_bits - 1));
    }
}

TEST(huge_pages)
{
    const seL4_BootInfo *info = rt_bootinfo();
    seL4_CPtr frame, second = new_slot();

    if (alloc_object(&test_alloc, seL4_ARM_HugePageObject, 0, &frame) != ALLOC_OK) {
        printf("no gigabyte of memory in one piece: %lu untypeds\n",
               info->untyped.end - info->untyped.start);
        return;
    }
    EXPECT_EQ(seL4_ARM_Page_GetAddress(frame).paddr % (1UL << 30), 0);
    EXPECT_OK(seL4_CNode_Copy(ROOT, second, DEPTH, ROOT, frame, DEPTH, seL4_AllRights));
    EXPECT_OK(alloc_free_object(&test_alloc, frame));
}

static seL4_Word address_of(seL4_CPtr frame)
{
    seL4_ARM_Page_GetAddress_t answer = seL4_ARM_Page_GetAddress(frame);

    EXPECT_OK(answer.error);
    return answer.paddr;
}

/* Objects follow each other, each aligned to its size; what alignment skips is lost. */
TEST(objects_are_aligned)
{
    seL4_CPtr untyped = new_object(seL4_UntypedObject, 15), slots = new_slots(6);

    EXPECT_OK(retype(untyped, seL4_ARM_SmallPageObject, 0, slots, 1));
    EXPECT_OK(retype(untyped, seL4_EndpointObject, 0, slots + 1, 1));
    EXPECT_OK(retype(untyped, seL4_ARM_SmallPageObject, 0, slots + 2, 2));
    seL4_Word base = address_of(slots);
    EXPECT_EQ(base % (1 << 15), 0);
    EXPECT_EQ(address_of(slots + 2), base + 0x2000);
    EXPECT_EQ(address_of(slots + 3), base + 0x3000);
    EXPECT_OK(retype(untyped, seL4_EndpointObject, 0, slots + 4, 1));
    /* 0x4010 of 0x8000 are gone; the next aligned 0x4000 would end behind. */
    EXPECT_ERROR(retype(untyped, seL4_UntypedObject, 14, slots + 5, 1), seL4_NotEnoughMemory,
                 0x8000 - 0x4010);
}

TEST(the_watermark_resets_when_all_children_are_gone)
{
    seL4_CPtr untyped = new_object(seL4_UntypedObject, 14), slots = new_slots(5);

    EXPECT_OK(retype(untyped, seL4_ARM_SmallPageObject, 0, slots, 4));
    seL4_Word base = address_of(slots);
    for (unsigned i = 0; i < 4; i++) {
        EXPECT_ERROR(retype(untyped, seL4_EndpointObject, 0, slots + 4, 1), seL4_NotEnoughMemory,
                     0);
        EXPECT_OK(seL4_CNode_Delete(ROOT, slots + i, DEPTH));
    }
    EXPECT_OK(retype(untyped, seL4_ARM_SmallPageObject, 0, slots, 4));
    EXPECT_EQ(address_of(slots), base);
}

TEST(the_watermark_stays_while_one_child_lives)
{
    seL4_CPtr untyped = new_object(seL4_UntypedObject, 13), slots = new_slots(2);

    EXPECT_OK(retype(untyped, seL4_ARM_SmallPageObject, 0, slots, 2));
    EXPECT_OK(seL4_CNode_Delete(ROOT, slots, DEPTH));
    EXPECT_ERROR(retype(untyped, seL4_EndpointObject, 0, slots, 1), seL4_NotEnoughMemory, 0);
    EXPECT_OK(seL4_CNode_Delete(ROOT, slots + 1, DEPTH));
    EXPECT_OK(retype(untyped, seL4_EndpointObject, 0, slots, 1));
}

/* ---- memory is zero ---- */

static volatile seL4_Word *map_at(seL4_CPtr frame, uintptr_t address, seL4_ARM_VMAttributes how)
{
    REQUIRE_OK(seL4_ARM_Page_Map(frame, seL4_CapInitThreadVSpace, address, seL4_ReadWrite, how));
    return (volatile seL4_Word *)address;
}

static bool is_zero(const volatile seL4_Word *words, size_t bytes)
{
    for (size_t i = 0; i < bytes / sizeof(*words); i++) {
        if (words[i] != 0)
            return false;
    }
    return true;
}

static void zero_again(seL4_ARM_VMAttributes how)
{
    seL4_CPtr untyped = new_object(seL4_UntypedObject, 13), slots = new_slots(2);
    uintptr_t address = new_addresses(0x2000, 4096);

    for (unsigned round = 0; round < 3; round++) {
        REQUIRE_OK(retype(untyped, seL4_ARM_SmallPageObject, 0, slots, 2));
        volatile seL4_Word *words = map_at(slots, address, how);
        map_at(slots + 1, address + 0x1000, how);
        EXPECT(is_zero(words, 0x2000));
        for (unsigned i = 0; i < 0x2000 / sizeof(*words); i++)
            words[i] = ~0UL;
        REQUIRE_OK(seL4_CNode_Revoke(ROOT, untyped, DEPTH));
    }
}

TEST(recycled_memory_is_zero)
{
    zero_again(seL4_ARM_Default_VMAttributes);
    zero_again(seL4_ARM_ExecuteNever);
}

/* A CNode made of memory that was full of ones has empty slots; a thread has zero registers. */
TEST(recycled_objects_are_empty)
{
    seL4_CPtr untyped = new_object(seL4_UntypedObject, 12), slot = new_slot();
    uintptr_t address = new_addresses(0x1000, 4096);

    REQUIRE_OK(retype(untyped, seL4_ARM_SmallPageObject, 0, slot, 1));
    volatile seL4_Word *words = map_at(slot, address, seL4_ARM_Default_VMAttributes);
    for (unsigned i = 0; i < 0x1000 / sizeof(*words); i++)
        words[i] = ~0UL;
    REQUIRE_OK(seL4_CNode_Delete(ROOT, slot, DEPTH));
    REQUIRE_OK(retype(untyped, seL4_CapTableObject, 7, slot, 1));
    for (seL4_Word i = 0; i < 128; i++)
        EXPECT_OK(seL4_CNode_Copy(slot, i, 7, ROOT, ROOT, DEPTH, seL4_AllRights));
}

TEST(a_large_page_is_zero)
{
    uintptr_t address = new_addresses(0x200000, 0x200000);
    seL4_CPtr untyped = new_object(seL4_UntypedObject, 21), slot = new_slot();

    for (unsigned round = 0; round < 2; round++) {
        REQUIRE_OK(retype(untyped, seL4_ARM_LargePageObject, 0, slot, 1));
        volatile seL4_Word *words = map_at(slot, address, seL4_ARM_Default_VMAttributes);
        EXPECT(is_zero(words, 0x200000));
        words[0] = 1;
        words[0x1ffff8 / 8] = 1;
        words[0x123450 / 8] = 1;
        REQUIRE_OK(seL4_CNode_Delete(ROOT, slot, DEPTH));
    }
}

static volatile seL4_Word churned;

static void churn(void *argument)
{
    for (;;)
        churned++;
}

/* Clearing much memory is interrupted by a thread of higher priority, and comes to its end. */
TEST(clearing_is_preemptible)
{
    seL4_CPtr untyped = new_object(seL4_UntypedObject, 26), slots = new_slots(32);
    struct alloc_thread *other = new_thread_with(&(struct alloc_thread_options){
        .entry = churn, .priority = 255, .budget = 50, .period = 250});
    uintptr_t address = new_addresses(0x200000, 0x200000);

    REQUIRE_OK(seL4_TCB_SetPriority(SELF, SELF, 254));
    churned = 0;
    EXPECT_OK(retype(untyped, seL4_ARM_LargePageObject, 0, slots, 32));
    EXPECT(churned > 0);
    EXPECT_OK(seL4_TCB_Suspend(other->tcb));
    REQUIRE_OK(seL4_TCB_SetPriority(SELF, SELF, 255));
    for (unsigned i = 0; i < 32; i += 31) {
        EXPECT(is_zero(map_at(slots + i, address, seL4_ARM_Default_VMAttributes), 0x200000));
        EXPECT_OK(seL4_ARM_Page_Unmap(slots + i));
    }
}

/* ---- untyped in untyped, and device memory ---- */

TEST(untyped_from_untyped)
{
    seL4_CPtr untyped = new_object(seL4_UntypedObject, 14), inner = new_slots(2);
    seL4_CPtr frame = new_slot(), beside = new_slot();

    EXPECT_OK(retype(untyped, seL4_UntypedObject, 13, inner, 2));
    EXPECT_OK(retype(inner, seL4_ARM_SmallPageObject, 0, beside, 1));
    EXPECT_OK(retype(inner + 1, seL4_ARM_SmallPageObject, 0, frame, 1));
    EXPECT_EQ(address_of(frame), address_of(beside) + 0x2000);
    EXPECT_ERROR(retype(inner, seL4_UntypedObject, 13, new_slot(), 1), seL4_NotEnoughMemory,
                 0x1000);
}

static seL4_CPtr device_untyped(seL4_Word *paddr)
{
    const seL4_BootInfo *info = rt_bootinfo();
    seL4_CPtr probe = new_slot();

    for (seL4_Word i = 0; i < info->untyped.end - info->untyped.start; i++) {
        const seL4_UntypedDesc *desc = &info->untypedList[i];
        seL4_CPtr slot = info->untyped.start + i;

        /* One that nobody took anything from: the console's is split by the allocator. */
        if (desc->isDevice && desc->sizeBits >= 21 &&
            seL4_CNode_Copy(ROOT, probe, DEPTH, ROOT, slot, DEPTH, seL4_AllRights) ==
                seL4_NoError) {
            REQUIRE_OK(seL4_CNode_Delete(ROOT, probe, DEPTH));
            *paddr = desc->paddr;
            return slot;
        }
    }
    REQUIRE(!"a device untyped");
    return 0;
}

TEST(device_memory_makes_frames_and_untyped_alone)
{
    seL4_Word paddr;
    seL4_CPtr device = device_untyped(&paddr), slot = new_slot(), inner = new_slot();

    for (seL4_Word type = seL4_TCBObject; type < seL4_ObjectTypeCount; type++) {
        if (type >= seL4_ARM_HugePageObject && type != seL4_ARM_VSpaceObject &&
            type != seL4_ARM_PageTableObject && type != seL4_ARM_VCPUObject)
            continue;
        EXPECT_ERROR(retype(device, type, 8, slot, 1), seL4_InvalidArgument, 1);
    }
    EXPECT_OK(retype(device, seL4_ARM_SmallPageObject, 0, slot, 1));
    EXPECT_EQ(address_of(slot), paddr);
    EXPECT_OK(seL4_CNode_Delete(ROOT, slot, DEPTH));
    EXPECT_OK(retype(device, seL4_UntypedObject, 13, inner, 1));
    EXPECT_ERROR(retype(inner, seL4_EndpointObject, 0, slot, 1), seL4_InvalidArgument, 1);
    EXPECT_OK(retype(inner, seL4_ARM_SmallPageObject, 0, slot, 1));
    EXPECT_EQ(address_of(slot), paddr);
    /* No IPC buffer of device memory. */
    EXPECT_ERROR(seL4_TCB_SetIPCBuffer(new_bare_thread(1, 0)->tcb, 0x10000, slot),
                 seL4_IllegalOperation);
    EXPECT_OK(seL4_CNode_Revoke(ROOT, device, DEPTH));
}
