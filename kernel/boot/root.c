/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes the first thread (kernel/boot/root.h). Runs while booting only. */
#include "kernel/boot/root.h"
#include "kernel/lib/memory.h"
#include "arch/barrier.h"
#include "arch/cache.h"
#include "kernel/cap/derive.h"
#include "kernel/cap/tree.h"
#include "kernel/dev/timer.h"
#include "kernel/mem/asid.h"
#include "kernel/sched/refill.h"

#define PAGE_SIZE  4096UL
#define BUDGET_US  5000
#define PRIORITY   255
#define SLOTS_KEPT 1024 /* for what is not the user image: tables, untyped, device tree */

/* Where things lie in the first thread's address space; all page aligned. */
struct layout {
    uint64_t image;
    uint64_t buffer; /* behind the image */
    uint64_t info;
    uint64_t extra;
    uint64_t end;
};

static struct slot *put_at(struct root *root, uint64_t index, struct cap cap)
{
    struct slot *slot = &root->slots[index];
    CHECK(index < BIT(ROOT_CNODE_RADIX) && cap_is_null(slot->cap));
    slot->cap = cap_set_original(cap, true);
    tree_add_child(tree_anchor(), slot);
    return slot;
}

struct slot *root_put(struct root *root, struct cap cap)
{
    return put_at(root, root->next_slot++, cap);
}

static struct layout layout_decide(const struct boot_handover *handover, uint64_t extra_size)
{
    uint64_t size = handover->user_end - handover->user_start;
    struct layout layout = {.image = handover->user_start - handover->user_offset};
    layout.buffer = layout.image + align_up(size, seL4_PageBits);
    layout.info = layout.buffer + PAGE_SIZE;
    layout.extra = layout.info + PAGE_SIZE;
    layout.end = layout.extra + align_up(extra_size, seL4_PageBits);
    if (!is_aligned(handover->user_start | layout.image, seL4_PageBits)) {
        panic("the first program does not begin on a page: 0x%lx, at 0x%lx in RAM", layout.image,
              handover->user_start);
    }
    if (layout.image > seL4_UserTop || layout.end > seL4_UserTop) {
        panic("the first program's addresses, 0x%lx to 0x%lx, are not below 2^40", layout.image,
              layout.end);
    }
    if (size / PAGE_SIZE > BIT(ROOT_CNODE_RADIX) - SLOTS_KEPT) {
        panic("the first program and its payload have %lu KiB, and %lu KiB are the most",
              size / 1024, (BIT(ROOT_CNODE_RADIX) - SLOTS_KEPT) * PAGE_SIZE / 1024);
    }
    return layout;
}

/* ---- address space ---- */

static void create_vspace(struct root *root)
{
    struct asid_pool *pool = phys_to_virt(memory_take(root->memory, seL4_ASIDPoolBits));
    asid_pool_install(0, pool);
    put_at(root, seL4_CapInitThreadASIDPool, cap_make(CAP_ASID_POOL, virt_to_phys(pool), 0, 0));
    paddr_t vspace = memory_take(root->memory, seL4_VSpaceBits);
    root->vspace = phys_to_virt(vspace);
    unsigned asid = asid_assign(pool, 0, vspace);
    CHECK(asid == ROOT_ASID);
    struct cap cap = cap_make(CAP_VSPACE, vspace, 0, 0);
    put_at(root, seL4_CapInitThreadVSpace, cap_set_mapping(cap, ROOT_ASID, ipa(0)));
}

/* Tables whose entries are of `level`, wherever the layout needs one. */
static void create_tables(struct root *root, struct layout layout, enum stage2_level level)
{
    unsigned covers = stage2_level_bits(level + 1);
    uint64_t address = align_down(layout.image, covers);
    for (; address < layout.end; address += BIT(covers)) {
        paddr_t table = memory_take(root->memory, seL4_PageTableBits);
        *stage2_walk(root->vspace, ipa(address), level + 1).entry = stage2_table(table);
        struct cap cap = cap_make(CAP_PAGE_TABLE, table, 0, 0);
        root_put(root, cap_set_mapping(cap, ROOT_ASID, ipa(address)));
    }
}

/* Maps a page and returns the capability to it. */
static struct cap map_page(struct root *root, uint64_t address, paddr_t page, bool executable)
{
    struct stage2_attributes attributes = {
        .readable = true, .writable = true, .executable = executable, .cacheable = true};
    *stage2_walk(root->vspace, ipa(address), STAGE2_4K).entry = stage2_leaf(page, STAGE2_4K,
                                                                            attributes);
    struct cap cap = cap_frame(page, STAGE2_4K, false, RIGHTS_RW);
    return cap_set_mapping(cap, ROOT_ASID, ipa(address));
}

static void create_image(struct root *root, struct layout layout,
                         const struct boot_handover *handover)
{
    uint64_t size = layout.buffer - layout.image;
    const void *image = phys_to_virt(paddr(handover->user_start));
    root->info->userImageFrames.start = root->next_slot;
    for (uint64_t at = 0; at < size; at += PAGE_SIZE) {
        paddr_t page = paddr(handover->user_start + at);
        root_put(root, map_page(root, layout.image + at, page, true));
    }
    root->info->userImageFrames.end = root->next_slot;
    cache_clean_to_unification(image, size); /* whoever wrote it, wrote data; it is code */
    cache_invalidate_instructions(image, size);
}

/* ---- what the thread reads ---- */

/* One chunk, the device tree. Its pages need not lie side by side: it is copied page by page. */
static void create_extra(struct root *root, struct layout layout)
{
    seL4_BootInfoHeader header = {SEL4_BOOTINFO_HEADER_FDT, sizeof(header) + root->tree_size};
    const uint8_t *from = root->tree;
    uint64_t left = root->tree_size;
    uint64_t offset = sizeof(header); /* in the first page */
    root->info->extraLen = header.len;
    root->info->extraBIPages.start = root->next_slot;
    for (uint64_t address = layout.extra; address < layout.end; address += PAGE_SIZE) {
        paddr_t page = memory_take(root->memory, seL4_PageBits);
        uint64_t size = min_u64(left, PAGE_SIZE - offset);
        memcpy((uint8_t *)phys_to_virt(page) + offset, from, size);
        if (offset != 0) {
            *(seL4_BootInfoHeader *)phys_to_virt(page) = header;
        }
        root_put(root, map_page(root, address, page, false));
        from += size;
        left -= size;
        offset = 0;
    }
    root->info->extraBIPages.end = root->next_slot;
}

static void create_info(struct root *root, struct layout layout)
{
    paddr_t page = memory_take(root->memory, seL4_BootInfoFrameBits);
    root->info = phys_to_virt(page);
    root->info->numNodes = root->core_count;
    root->info->ipcBuffer = (seL4_IPCBuffer *)layout.buffer;
    root->info->initThreadCNodeSizeBits = ROOT_CNODE_RADIX;
}

static void create_pages(struct root *root, struct layout layout)
{
    paddr_t info = virt_to_phys(root->info);
    put_at(root, seL4_CapBootInfoFrame, map_page(root, layout.info, info, false));
    paddr_t buffer = memory_take(root->memory, seL4_PageBits);
    put_at(root, seL4_CapInitThreadIPCBuffer, map_page(root, layout.buffer, buffer, false));
}

/* ---- the thread ---- */

static void fill_slot(struct root *root, enum thread_slot which, uint64_t source_index)
{
    struct slot *source = &root->slots[source_index];
    struct cap cap;
    seL4_Error status = cap_derive(source, source->cap, &cap);
    CHECK(status == seL4_NoError);
    cap_insert(source, &root->thread->slots[which], cap);
}

static void create_sched_context(struct root *root)
{
    paddr_t place = memory_take(root->memory, seL4_MinSchedContextBits);
    struct sched_context *context = phys_to_virt(place);
    context->size_bits = seL4_MinSchedContextBits;
    context->thread = root->thread;
    root->thread->sched_context = context;
    refill_start(context, REFILL_MINIMUM, timer_us_to_ticks(BUDGET_US), 0, timer_now());
    put_at(root, seL4_CapInitThreadSC, cap_sched_context(place, seL4_MinSchedContextBits));
}

static void create_thread(struct root *root, struct layout layout, uint64_t entry)
{
    paddr_t place = memory_take(root->memory, seL4_TCBBits);
    struct thread *thread = phys_to_virt(place);
    root->thread = thread;
    put_at(root, seL4_CapInitThreadTCB, cap_make(CAP_THREAD, place, 0, 0));
    fill_slot(root, THREAD_SLOT_CSPACE, seL4_CapInitThreadCNode);
    fill_slot(root, THREAD_SLOT_VSPACE, seL4_CapInitThreadVSpace);
    fill_slot(root, THREAD_SLOT_BUFFER, seL4_CapInitThreadIPCBuffer);
    thread->buffer_address = layout.buffer;
    thread->registers.pc = entry;
    thread->registers.restart_pc = entry;
    thread->registers.x[0] = layout.info;
    thread->registers.spsr = spsr_sanitise(0, false);
    thread->priority = PRIORITY;
    thread->max_priority = PRIORITY;
    thread->state = THREAD_RUNNING;
    memcpy(thread->name, "init", sizeof("init"));
}

static void create_cnode(struct root *root)
{
    paddr_t place = memory_take(root->memory, ROOT_CNODE_RADIX + seL4_SlotBits);
    root->slots = phys_to_virt(place);
    root->next_slot = seL4_NumInitialCaps;
    put_at(root, seL4_CapInitThreadCNode,
           cap_cnode(place, ROOT_CNODE_RADIX, 0, seL4_WordBits - ROOT_CNODE_RADIX));
}

/* Rights that no object stands behind. */
static void create_controls(struct root *root)
{
    put_at(root, seL4_CapIRQControl, cap_make(CAP_IRQ_CONTROL, paddr(0), 0, 0));
    put_at(root, seL4_CapASIDControl, cap_make(CAP_ASID_CONTROL, paddr(0), 0, 0));
    put_at(root, seL4_CapDomain, cap_make(CAP_DOMAIN, paddr(0), 0, 0));
    put_at(root, seL4_CapSMC, cap_make(CAP_SMC, paddr(0), 0, 0));
    root->info->schedcontrol.start = root->next_slot;
    for (uint64_t core = 0; core < root->info->numNodes; core++) {
        root_put(root, cap_make(CAP_SCHED_CONTROL, paddr(0), 0, core));
    }
    root->info->schedcontrol.end = root->next_slot;
}

void root_create(struct root *root, struct memory *memory, const struct boot_handover *handover)
{
    struct layout layout = layout_decide(handover, sizeof(seL4_BootInfoHeader) + root->tree_size);
    root->memory = memory;
    create_cnode(root);
    create_vspace(root);
    create_info(root, layout);
    root->info->userImagePaging.start = root->next_slot;
    create_tables(root, layout, STAGE2_2M);
    create_tables(root, layout, STAGE2_4K);
    root->info->userImagePaging.end = root->next_slot;
    create_extra(root, layout);
    create_controls(root);
    create_image(root, layout, handover);
    create_pages(root, layout);
    create_thread(root, layout, handover->user_entry);
    create_sched_context(root);
    barrier_sync_stores();
}
