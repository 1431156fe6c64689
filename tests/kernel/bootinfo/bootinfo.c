/* SPDX-License-Identifier: BSD-2-Clause */
/* What the first thread finds: bootinfo, capabilities, addresses, memory. */
#include "libs/fdt/devtree.h"
#include "tests/kernel/harness/harness.h"

#define INFO         rt_bootinfo()
#define PAGE         4096UL
#define PHYSICAL_TOP (1UL << 40)

static bool follows(seL4_SlotRegion a, seL4_SlotRegion b)
{
    return a.end <= b.start || b.end <= a.start;
}

static seL4_Word count(seL4_SlotRegion region)
{
    return region.end - region.start;
}

seL4_Word entry_registers[31]; /* entry.S */

TEST(registers_at_entry)
{
    EXPECT_EQ(entry_registers[0], (seL4_Word)INFO);
    for (unsigned i = 1; i < 31; i++)
        EXPECT_EQ(entry_registers[i], 0);
}

TEST(layout)
{
    seL4_Word image_end = (seL4_Word)INFO->ipcBuffer;

    EXPECT_EQ((seL4_Word)__image_start, 0x400000);
    EXPECT_EQ(image_end % PAGE, 0);
    EXPECT(image_end >= (seL4_Word)__payload_start);
    EXPECT_EQ((seL4_Word)INFO, image_end + PAGE);
    EXPECT_EQ(count(INFO->userImageFrames), (image_end - (seL4_Word)__image_start) / PAGE);
    EXPECT_EQ(count(INFO->extraBIPages), (INFO->extraLen + PAGE - 1) / PAGE);
}

TEST(numbers)
{
    EXPECT_EQ(INFO->nodeID, 0);
    EXPECT(INFO->numNodes >= 1);
    EXPECT_EQ(count(INFO->schedcontrol), INFO->numNodes);
    EXPECT_EQ(INFO->numIOPTLevels, 0);
    EXPECT_EQ(INFO->initThreadDomain, 0);
    EXPECT(INFO->initThreadCNodeSizeBits >= 12);
    EXPECT_EQ(count(INFO->sharedFrames), 0);
    EXPECT_EQ(count(INFO->ioSpaceCaps), 0);
    EXPECT_EQ(INFO->empty.end, 1UL << INFO->initThreadCNodeSizeBits);
    EXPECT(count(INFO->untyped) <= CONFIG_MAX_NUM_BOOTINFO_UNTYPED_CAPS);
}

TEST(slot_regions_do_not_overlap)
{
    const seL4_SlotRegion regions[] = {
        {0, seL4_NumInitialCaps}, INFO->empty,        INFO->userImageFrames, INFO->userImagePaging,
        INFO->extraBIPages,       INFO->schedcontrol, INFO->untyped};
    const unsigned regions_count = sizeof(regions) / sizeof(regions[0]);

    for (unsigned i = 0; i < regions_count; i++) {
        EXPECT(regions[i].start <= regions[i].end);
        for (unsigned j = i + 1; j < regions_count; j++)
            EXPECT(follows(regions[i], regions[j]));
    }
}

TEST(every_region_holds_what_it_says)
{
    static const int fixed[seL4_NumInitialCaps] = {0, 12, 10, 9,  14, 11, 13, 0,
                                                   0, 1,  1,  20, 0,  0,  22, 25};

    for (seL4_CPtr slot = 0; slot < seL4_NumInitialCaps; slot++)
        EXPECT_KIND(slot, fixed[slot]);
    for (seL4_CPtr slot = INFO->userImageFrames.start; slot < INFO->userImageFrames.end; slot++)
        EXPECT_KIND(slot, 1);
    for (seL4_CPtr slot = INFO->userImagePaging.start; slot < INFO->userImagePaging.end; slot++)
        EXPECT_KIND(slot, 3);
    for (seL4_CPtr slot = INFO->extraBIPages.start; slot < INFO->extraBIPages.end; slot++)
        EXPECT_KIND(slot, 1);
    for (seL4_CPtr slot = INFO->schedcontrol.start; slot < INFO->schedcontrol.end; slot++)
        EXPECT_KIND(slot, 24);
    for (seL4_CPtr slot = INFO->untyped.start; slot < INFO->untyped.end; slot++)
        EXPECT_KIND(slot, 2);
    EXPECT(slot_is_empty(INFO->empty.end - 1));
    EXPECT(slot_is_empty(seL4_CapNull));
    EXPECT(slot_is_empty(seL4_CapIOPortControl));
    EXPECT(slot_is_empty(seL4_CapSMMUSIDControl));
}

/* The n-th frame is the image's n-th page: written here, read through a second mapping. */
TEST(image_frames_ascend)
{
    static volatile seL4_Word marks[2 * 4096 / 8] __attribute__((aligned(4096)));
    uintptr_t window = new_addresses(4096, 4096);
    seL4_CPtr copy = new_slot();

    for (unsigned i = 0; i < 2; i++) {
        seL4_Word address = (seL4_Word)marks + i * PAGE;
        seL4_CPtr frame = INFO->userImageFrames.start + (address - (seL4_Word)__image_start) / PAGE;

        marks[i * 512] = 0xfee0 + i;
        REQUIRE_OK(seL4_CNode_Copy(ROOT, copy, DEPTH, ROOT, frame, DEPTH, seL4_AllRights));
        REQUIRE_OK(seL4_ARM_Page_Map(copy, seL4_CapInitThreadVSpace, window, seL4_CanRead, 3));
        EXPECT_EQ(*(volatile seL4_Word *)window, 0xfee0 + i);
        REQUIRE_OK(seL4_CNode_Delete(ROOT, copy, DEPTH));
    }
}

/* ---- the device tree ---- */

TEST(device_tree_chunk)
{
    const seL4_BootInfoHeader *header = (const void *)((const char *)INFO + PAGE);
    size_t size = 0;
    const void *fdt = rt_bootinfo_fdt(INFO, &size);

    EXPECT_EQ(header->id, SEL4_BOOTINFO_HEADER_FDT);
    EXPECT(header->len <= INFO->extraLen);
    EXPECT(header->len > sizeof(*header));
    EXPECT_EQ((seL4_Word)fdt, (seL4_Word)(header + 1));
    EXPECT_EQ(devtree_check(fdt, size), DEVTREE_OK);
    EXPECT_EQ(__builtin_bswap32(*(const uint32_t *)fdt), 0xd00dfeed);
}

static void expect_zeros(const void *start, const void *end)
{
    unsigned dirty = 0;

    for (const char *at = start; at < (const char *)end; at++)
        dirty += *at != 0;
    EXPECT_EQ(dirty, 0);
}

/* Padding, and what is left of pages, holds nothing of whoever had the memory before. */
TEST(nothing_else_is_told)
{
    const char *page = (const char *)INFO;
    const char *last = (const char *)&INFO->untypedList[count(INFO->untyped)];

    for (seL4_Word i = 0; i < count(INFO->untyped); i++)
        expect_zeros(INFO->untypedList[i].padding,
                     INFO->untypedList[i].padding + sizeof(INFO->untypedList[i].padding));
    expect_zeros(last, page + PAGE);
    expect_zeros(page + PAGE + INFO->extraLen, page + PAGE + count(INFO->extraBIPages) * PAGE);
    expect_zeros(INFO->ipcBuffer + 1, (const char *)INFO->ipcBuffer + PAGE);
}

/* ---- memory ---- */

static const seL4_UntypedDesc *untyped(seL4_Word index)
{
    return &INFO->untypedList[index];
}

static uint64_t end_of(const seL4_UntypedDesc *desc)
{
    return desc->paddr + (1UL << desc->sizeBits);
}

TEST(untypeds_are_aligned_and_apart)
{
    seL4_Word total = count(INFO->untyped);

    EXPECT(total > 0);
    for (seL4_Word i = 0; i < total; i++) {
        const seL4_UntypedDesc *desc = untyped(i);

        EXPECT(desc->sizeBits >= seL4_MinUntypedBits && desc->sizeBits <= seL4_MaxUntypedBits);
        EXPECT_EQ(desc->paddr % (1UL << desc->sizeBits), 0);
        EXPECT(end_of(desc) <= PHYSICAL_TOP);
        EXPECT(desc->isDevice <= 1);
        for (seL4_Word j = i + 1; j < total; j++)
            EXPECT(end_of(desc) <= untyped(j)->paddr || end_of(untyped(j)) <= desc->paddr);
    }
}

/* Device untypeds come first, ascending. */
TEST(device_untypeds_first)
{
    seL4_Word last = 0;
    bool ram = false;

    for (seL4_Word i = 0; i < count(INFO->untyped); i++) {
        const seL4_UntypedDesc *desc = untyped(i);

        ram = ram || !desc->isDevice;
        EXPECT(!ram || !desc->isDevice);
        if (desc->isDevice) {
            EXPECT(desc->paddr >= last);
            last = end_of(desc);
        }
    }
    EXPECT(ram);
}

static bool in_untyped(uint64_t paddr, bool *device)
{
    for (seL4_Word i = 0; i < count(INFO->untyped); i++) {
        const seL4_UntypedDesc *desc = untyped(i);

        if (paddr >= desc->paddr && paddr < end_of(desc)) {
            *device = desc->isDevice;
            return true;
        }
    }
    return false;
}

/* Nothing that is in use is handed out twice: not the image, not what bootinfo stands on. */
TEST(what_is_in_use_is_no_untyped)
{
    const seL4_SlotRegion regions[] = {
        INFO->userImageFrames,
        INFO->extraBIPages,
        {seL4_CapBootInfoFrame, seL4_CapBootInfoFrame + 1},
        {seL4_CapInitThreadIPCBuffer, seL4_CapInitThreadIPCBuffer + 1}};
    bool device;

    for (unsigned i = 0; i < 4; i++) {
        for (seL4_CPtr slot = regions[i].start; slot < regions[i].end; slot++) {
            seL4_ARM_Page_GetAddress_t answer = seL4_ARM_Page_GetAddress(slot);

            EXPECT_OK(answer.error);
            EXPECT(!in_untyped(answer.paddr, &device));
        }
    }
}

TEST(physical_page_0_is_nobodys_memory)
{
    bool device;
    struct devtree_range range;
    size_t size;
    const void *fdt = rt_bootinfo_fdt(INFO, &size);
    bool is_ram = false;

    for (unsigned i = 0; devtree_memory(fdt, i, &range) == DEVTREE_OK; i++)
        is_ram = is_ram || range.base == 0;
    if (is_ram)
        EXPECT(!in_untyped(0, &device));
}

/* RAM untyped lies in RAM, and devices do not; nearly all RAM is there. */
TEST(ram_is_ram)
{
    struct devtree_range range;
    size_t size;
    const void *fdt = rt_bootinfo_fdt(INFO, &size);
    uint64_t ram = 0, given = 0;

    for (unsigned i = 0; devtree_memory(fdt, i, &range) == DEVTREE_OK; i++)
        ram += range.size;
    for (seL4_Word i = 0; i < count(INFO->untyped); i++) {
        bool inside = false;

        for (unsigned j = 0; devtree_memory(fdt, j, &range) == DEVTREE_OK; j++)
            inside = inside || (untyped(i)->paddr < range.base + range.size &&
                                end_of(untyped(i)) > range.base);
        EXPECT_EQ(inside, !untyped(i)->isDevice);
        if (!untyped(i)->isDevice)
            given += 1UL << untyped(i)->sizeBits;
    }
    EXPECT(given <= ram && ram - given < 8UL << 20);
}

static void expect_not_given(const void *fdt, const char *compatible, unsigned first,
                             unsigned registers)
{
    int node = -1;
    struct devtree_range range;
    bool device;

    if (devtree_next_compatible(fdt, compatible, &node) != DEVTREE_OK)
        return;
    for (unsigned i = first; i < registers; i++) {
        if (devtree_reg(fdt, node, i, &range) == DEVTREE_OK)
            EXPECT(!in_untyped(range.base, &device));
    }
}

/* The interrupt controller is the kernel's, but for the guests' interface; the UART is not. */
TEST(devices_the_kernel_keeps)
{
    size_t size;
    bool device = false;
    const void *fdt = rt_bootinfo_fdt(INFO, &size);

    expect_not_given(fdt, "arm,gic-400", 0, 3);
    expect_not_given(fdt, "arm,cortex-a15-gic", 0, 3);
    EXPECT(in_untyped(seL4_ARM_Page_GetAddress(test_console.registers.first).paddr, &device));
    EXPECT(device);
}

/* ---- what the first thread may do ---- */

TEST(the_first_threads_rights)
{
    seL4_CPtr context = seL4_CapInitThreadSC, node = new_slot();
    struct alloc_thread *thread = new_bare_thread(1, 0);

    /* MCP 255. */
    EXPECT_OK(seL4_TCB_SetPriority(thread->tcb, SELF, 255));
    EXPECT_OK(seL4_TCB_SetMCPriority(thread->tcb, SELF, 255));
    EXPECT(seL4_SchedContext_Consumed(context).error == seL4_NoError);
    /* The root CNode's guard makes slot number and pointer the same. */
    EXPECT_OK(seL4_CNode_Copy(ROOT, node, INFO->initThreadCNodeSizeBits == 64 ? 64 : DEPTH, ROOT,
                              ROOT, DEPTH, seL4_AllRights));
    EXPECT_OK(seL4_CNode_Delete(node, node, DEPTH));
}

TEST(the_page_at_0_is_not_mapped)
{
    struct message fault;
    seL4_CPtr handler = new_endpoint();
    struct alloc_thread *thread = new_bare_thread(10, handler);

    bare_start(thread, NULL, 0, 0);
    fault = fault_take(handler, new_reply(), seL4_Fault_VMFault, 4);
    EXPECT_EQ(fault.words[seL4_VMFault_Addr], 0);
    EXPECT_EQ(fault.words[seL4_VMFault_PrefetchFault], 1);
}
