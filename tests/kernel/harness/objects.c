/* SPDX-License-Identifier: BSD-2-Clause */
/* What cases make, and its return at their end. Stands on libs/alloc. */
#include "tests/kernel/harness/harness.h"
#include "tests/kernel/harness/internal.h"

#define RECORDS           512
#define THREADS           40
#define AREAS             32
#define VSPACES           4
#define STACK_TOP(thread) ((thread)->stack.vaddr + (thread)->stack.size)

enum record_kind {
    RECORD_SLOTS,
    RECORD_OBJECT,
    RECORD_THREAD,
    RECORD_AREA,
    RECORD_RANGE,
    RECORD_VSPACE,
};

struct record {
    enum record_kind kind;
    seL4_Word name; /* slot, index or address */
    size_t count;
};

static struct record records[RECORDS];
static size_t record_count;
static struct alloc_thread threads[THREADS];
static size_t thread_count;
static struct alloc_area areas[AREAS];
static size_t area_count;
static struct alloc_vspace vspaces[VSPACES];
static size_t vspace_count;

static void remember(enum record_kind kind, seL4_Word name, size_t count)
{
    REQUIRE(record_count < RECORDS);
    records[record_count++] = (struct record){kind, name, count};
}

static void forget(const struct record *record)
{
    switch (record->kind) {
    case RECORD_SLOTS:
        for (size_t i = 0; i < record->count; i++)
            REQUIRE_OK(seL4_CNode_Delete(ROOT, record->name + i, DEPTH));
        alloc_free_slots(&test_alloc, record->name, record->count);
        return;
    case RECORD_OBJECT:
        REQUIRE_OK(alloc_free_object(&test_alloc, record->name));
        return;
    case RECORD_THREAD:
        REQUIRE_OK(alloc_thread_free(&test_alloc, &threads[record->name]));
        return;
    case RECORD_AREA:
        REQUIRE_OK(alloc_area_free(&test_alloc, &areas[record->name]));
        return;
    case RECORD_RANGE:
        REQUIRE_OK(alloc_release(&test_alloc, record->name));
        return;
    case RECORD_VSPACE:
        REQUIRE_OK(alloc_vspace_clear(&test_alloc, &vspaces[record->name]));
        return;
    }
}

void objects_free_all(void)
{
    while (record_count > 0)
        forget(&records[--record_count]);
    thread_count = 0;
    area_count = 0;
    vspace_count = 0;
}

seL4_CPtr new_slots(size_t count)
{
    seL4_CPtr first;

    REQUIRE_OK(alloc_slots(&test_alloc, count, &first));
    remember(RECORD_SLOTS, first, count);
    return first;
}

seL4_CPtr new_slot(void)
{
    return new_slots(1);
}

seL4_CPtr new_object(seL4_Word type, seL4_Word size_bits)
{
    seL4_CPtr slot;

    REQUIRE_OK(alloc_object(&test_alloc, type, size_bits, &slot));
    remember(RECORD_OBJECT, slot, 1);
    return slot;
}

seL4_CPtr new_object_at(seL4_Word type, seL4_Word size_bits, uint64_t paddr)
{
    seL4_CPtr slot;

    REQUIRE_OK(alloc_object_at_paddr(&test_alloc, type, size_bits, paddr, &slot));
    remember(RECORD_OBJECT, slot, 1);
    return slot;
}

seL4_CPtr new_copy(seL4_CPtr source, seL4_CapRights_t rights)
{
    seL4_CPtr slot = new_slot();

    REQUIRE_OK(seL4_CNode_Copy(ROOT, slot, DEPTH, ROOT, source, DEPTH, rights));
    return slot;
}

seL4_CPtr new_badged(seL4_CPtr source, seL4_CapRights_t rights, seL4_Word badge)
{
    seL4_CPtr slot = new_slot();

    REQUIRE_OK(seL4_CNode_Mint(ROOT, slot, DEPTH, ROOT, source, DEPTH, rights, badge));
    return slot;
}

seL4_CPtr new_endpoint(void)
{
    return new_object(seL4_EndpointObject, 0);
}

seL4_CPtr new_notification(void)
{
    return new_object(seL4_NotificationObject, 0);
}

seL4_CPtr new_reply(void)
{
    return new_object(seL4_ReplyObject, 0);
}

seL4_CPtr new_sched_context(seL4_Time budget, seL4_Time period, seL4_Word extra_refills,
                            seL4_Word badge)
{
    seL4_CPtr context = new_object(seL4_SchedContextObject, 8);

    REQUIRE_OK(seL4_SchedControl_Configure(rt_bootinfo()->schedcontrol.start, context, budget,
                                           period, extra_refills, badge));
    return context;
}

struct alloc_vspace *new_vspace(void)
{
    seL4_CPtr root = new_object(seL4_ARM_VSpaceObject, 0);

    REQUIRE_OK(seL4_ARM_ASIDPool_Assign(seL4_CapInitThreadASIDPool, root));
    REQUIRE(vspace_count < VSPACES);
    alloc_vspace_init(&vspaces[vspace_count], root);
    remember(RECORD_VSPACE, vspace_count, 1);
    return &vspaces[vspace_count++];
}

struct alloc_area *new_memory(size_t size)
{
    REQUIRE(area_count < AREAS);
    REQUIRE_OK(alloc_area_ram(&test_alloc, size, false, &areas[area_count]));
    remember(RECORD_AREA, area_count, 1);
    return &areas[area_count++];
}

uintptr_t new_addresses(size_t size, size_t align)
{
    uintptr_t address;

    REQUIRE_OK(alloc_reserve(&test_alloc, size, align, &address));
    remember(RECORD_RANGE, address, 1);
    return address;
}

struct alloc_thread *new_thread_with(const struct alloc_thread_options *options)
{
    REQUIRE(thread_count < THREADS);
    REQUIRE_OK(alloc_thread_start(&test_alloc, rt_bootinfo(), options, &threads[thread_count]));
    remember(RECORD_THREAD, thread_count, 1);
    return &threads[thread_count++];
}

struct alloc_thread *new_thread(rt_thread_entry *entry, void *argument, seL4_Word priority)
{
    return new_thread_with(&(struct alloc_thread_options){
        .entry = entry, .argument = argument, .priority = priority, .mcp = priority});
}

static void nothing(void *argument)
{
}

struct alloc_thread *new_bare_thread(seL4_Word priority, seL4_CPtr fault_ep)
{
    return new_thread_with(&(struct alloc_thread_options){.entry = nothing,
                                                          .priority = priority,
                                                          .mcp = priority,
                                                          .fault_ep = fault_ep,
                                                          .suspended = true});
}

void bare_start(const struct alloc_thread *thread, const void *code, seL4_Word x0, seL4_Word x1)
{
    seL4_UserContext registers = {
        .pc = (seL4_Word)code, .sp = STACK_TOP(thread) - 1024, .x0 = x0, .x1 = x1};

    REQUIRE_OK(seL4_TCB_WriteRegisters(thread->tcb, true, 0, seL4_UserContext_Length, &registers));
}

seL4_UserContext thread_registers(const struct alloc_thread *thread)
{
    seL4_UserContext registers = {0};

    REQUIRE_OK(seL4_TCB_ReadRegisters(thread->tcb, true, 0, seL4_UserContext_Length, &registers));
    return registers;
}
