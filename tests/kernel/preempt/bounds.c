/* SPDX-License-Identifier: BSD-2-Clause */
/* How long interrupts wait for the kernel at most, for work of all kinds and much of it. */
#include "tests/kernel/preempt/strike.h"
#include "tests/kernel/preempt/waiters.h"

#define HERE      0x7000000000UL
#define DEFAULT   seL4_ARM_Default_VMAttributes
#define DELETE(s) seL4_CNode_Delete(ROOT, s, DEPTH)
#define NODE_BITS 12
#define COUNT     256 /* of objects a Retype makes at most */

static seL4_CPtr untyped, node, slot, other;

static void nothing(enum strike_phase phase)
{
}

/* Says what was found: the figures stand in docs/kernel/README.md. */
static void measure(const char *what, void (*prepare)(void), void (*work)(void),
                    void (*check)(void), unsigned step, unsigned limit)
{
    strike_everywhere(&(struct strike){.prepare = prepare,
                                       .work = work,
                                       .strike = nothing,
                                       .check = check,
                                       .step = step,
                                       .limit = limit,
                                       .period = 900});
    printf("  %-28s %6u instructions\n", what, strike_latest());
}

static void do_nothing(void)
{
}

static void set_up(void)
{
    untyped = new_object(seL4_UntypedObject, 22);
    node = new_object(seL4_CapTableObject, NODE_BITS);
    slot = new_slot();
    other = new_slot();
}

static void revoke(void)
{
    EXPECT_OK(seL4_CNode_Revoke(ROOT, untyped, DEPTH));
}

static void make(seL4_Word type, seL4_Word bits, seL4_Word first, seL4_Word count)
{
    EXPECT_OK(seL4_Untyped_Retype(untyped, type, bits, node, 0, 0, first, count));
}

/* ---- making ---- */

static seL4_Word type, type_bits;

static void retype(void)
{
    make(type, type_bits, 0, COUNT);
}

static void retypes(const char *what, seL4_Word of_type, seL4_Word bits, unsigned step)
{
    type = of_type;
    type_bits = bits;
    measure(what, do_nothing, retype, revoke, step, 15000);
}

TEST(retype_of_256)
{
    set_up();
    retypes("Retype of 256 endpoints", seL4_EndpointObject, 0, 700);
    retypes("Retype of 256 threads", seL4_TCBObject, 0, 11000);
    retypes("Retype of 256 vCPUs", seL4_ARM_VCPUObject, 0, 11000);
    retypes("Retype of 256 untypeds", seL4_UntypedObject, 12, 700);
}

/* ---- taking away ---- */

static void prepare_children(void)
{
    for (seL4_Word i = 0; i < 4; i++)
        make(seL4_EndpointObject, 0, i * COUNT, COUNT);
}

static void prepare_copies(void)
{
    make(seL4_CapTableObject, 9, 0, 1);
    EXPECT_OK(seL4_CNode_Copy(ROOT, slot, DEPTH, node, 0, NODE_BITS, seL4_AllRights));
    EXPECT_OK(seL4_CNode_Delete(node, 0, NODE_BITS));
    for (seL4_Word i = 0; i < 512; i++)
        EXPECT_OK(seL4_CNode_Copy(slot, i, 9, ROOT, other, DEPTH, seL4_AllRights));
}

static void prepare_empty_node(void)
{
    EXPECT_OK(seL4_Untyped_Retype(untyped, seL4_CapTableObject, 16, ROOT, 0, 0, slot, 1));
}

static void delete(void)
{
    EXPECT_OK(DELETE(slot));
}

static void prepare_threads(void)
{
    make(seL4_TCBObject, 0, 0, 100);
}

TEST(deletion)
{
    set_up();
    measure("Revoke of 1024 endpoints", prepare_children, revoke, do_nothing, 29000, 0);
    measure("Revoke of 100 threads", prepare_threads, revoke, do_nothing, 9000, 0);
    measure("Delete of an empty CNode", prepare_empty_node, delete, revoke, 29000, 0);
    seL4_CPtr endpoint = new_endpoint();
    EXPECT_OK(seL4_CNode_Copy(ROOT, other, DEPTH, ROOT, endpoint, DEPTH, seL4_AllRights));
    measure("Delete of a CNode of 512", prepare_copies, delete, revoke, 29000, 0);
}

/* ---- waiters ---- */

#define WAITERS 100

static struct waiters *waiters;
static seL4_CPtr badged;

static void prepare_waiters(void)
{
    make(seL4_EndpointObject, 0, 0, 1);
    EXPECT_OK(seL4_CNode_Move(ROOT, slot, DEPTH, node, 0, NODE_BITS));
    EXPECT_OK(seL4_CNode_Mint(ROOT, badged, DEPTH, ROOT, slot, DEPTH, seL4_AllRights, 7));
    EXPECT_OK(seL4_CNode_Copy(ROOT, other, DEPTH, ROOT, badged, DEPTH, seL4_AllRights));
    for (unsigned i = 0; i < WAITERS; i++)
        waiter_call(waiters, i, seL4_SysSend, other, 0);
    EXPECT_OK(DELETE(other));
}

static void cancel(void)
{
    EXPECT_OK(seL4_CNode_CancelBadgedSends(ROOT, badged, DEPTH));
}

static void delete_badged_too(void)
{
    EXPECT_OK(DELETE(badged));
    delete ();
}

TEST(many_waiters)
{
    set_up();
    badged = new_slot();
    waiters = new_waiters(WAITERS);
    measure("CancelBadgedSends of 100", prepare_waiters, cancel, revoke, 4000, 0);
    measure("Delete, 100 senders", prepare_waiters, delete_badged_too, revoke, 4000, 0);
}

/* ---- memory and address spaces ---- */

static uintptr_t window;

static void prepare_frame(void)
{
    EXPECT_OK(seL4_Untyped_Retype(untyped, seL4_ARM_LargePageObject, 0, ROOT, 0, 0, slot, 1));
    EXPECT_OK(seL4_ARM_Page_Map(slot, seL4_CapInitThreadVSpace, window, seL4_ReadWrite, DEFAULT));
}

static void maintain(void)
{
    EXPECT_OK(seL4_ARM_Page_CleanInvalidate_Data(slot, 0, 1UL << 21));
}

static void clear(void)
{
    EXPECT_OK(seL4_Untyped_Retype(untyped, seL4_ARM_LargePageObject, 0, ROOT, 0, 0, slot, 1));
}

static void prepare_space(void)
{
    EXPECT_OK(seL4_Untyped_Retype(untyped, seL4_ARM_VSpaceObject, 0, ROOT, 0, 0, slot, 1));
    EXPECT_OK(seL4_ARM_ASIDPool_Assign(seL4_CapInitThreadASIDPool, slot));
    EXPECT_OK(seL4_Untyped_Retype(untyped, seL4_ARM_PageTableObject, 0, ROOT, 0, 0, other, 1));
    EXPECT_OK(seL4_ARM_PageTable_Map(other, slot, HERE, DEFAULT));
}

static void unmap_table(void)
{
    EXPECT_OK(seL4_ARM_PageTable_Unmap(other));
}

static void delete_space(void)
{
    EXPECT_OK(DELETE(slot));
}

#define SPACES 200

static void prepare_pool(void)
{
    make(seL4_UntypedObject, 12, 0, 1);
    EXPECT_OK(seL4_CNode_Move(ROOT, other, DEPTH, node, 0, NODE_BITS));
    EXPECT_OK(seL4_ARM_ASIDControl_MakePool(seL4_CapASIDControl, other, ROOT, slot, DEPTH));
    make(seL4_ARM_VSpaceObject, 0, 0, SPACES);
    for (seL4_Word i = 0; i < SPACES; i++) {
        EXPECT_OK(seL4_CNode_Move(ROOT, other + 1, DEPTH, node, i, NODE_BITS));
        EXPECT_OK(seL4_ARM_ASIDPool_Assign(slot, other + 1));
        EXPECT_OK(seL4_CNode_Move(node, i, NODE_BITS, ROOT, other + 1, DEPTH));
    }
}

TEST(memory_and_spaces)
{
    set_up();
    other = new_slots(2);
    window = new_addresses(1UL << 21, 1UL << 21);
    measure("clearing 2 MiB", do_nothing, clear, revoke, 29000, 0);
    measure("cleaning 2 MiB", prepare_frame, maintain, revoke, 29000, 0);
    measure("PageTable_Unmap", prepare_space, unmap_table, revoke, 400, 0);
    measure("Delete of a VSpace", prepare_space, delete_space, revoke, 400, 0);
    measure("Delete of an ASID pool", prepare_pool, delete, revoke, 400, 0);
}
