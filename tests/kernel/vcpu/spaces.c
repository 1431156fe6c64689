/* SPDX-License-Identifier: BSD-2-Clause */
/* More guests than hardware has numbers for address spaces: each sees its own memory, always. */
#include "tests/kernel/vcpu/guest.h"

#define SPACES  300 /* hardware tells 256 apart */
#define STAMP   0x7700
#define PAGE    4096UL
#define AT_ONCE 100 /* most objects a retype makes */

static struct guest guest; /* lends its code and its way to fault */

/* The neighbouring slots of each kind, one a machine. */
static struct {
    seL4_CPtr space, upper, lower, code, data, tcb, vcpu;
} first;

static seL4_CPtr many(seL4_Word type, seL4_Word bits)
{
    seL4_CPtr untyped = new_object(seL4_UntypedObject, bits + 9), slots = new_slots(SPACES);

    for (unsigned done = 0; done < SPACES; done += AT_ONCE)
        REQUIRE_OK(seL4_Untyped_Retype(untyped, type, 0, ROOT, 0, 0, slots + done, AT_ONCE));
    return slots;
}

/* The page that holds the routine they all run. */
static seL4_Word code_page(void)
{
    return (seL4_Word)(guest_load - guest_code) / PAGE;
}

static void write_stamp(seL4_CPtr frame, seL4_Word stamp)
{
    static uintptr_t window;
    static unsigned made_in;

    if (made_in != test_number)
        window = new_addresses(PAGE, PAGE);
    made_in = test_number;
    REQUIRE_OK(
        alloc_map_frame(&test_alloc, frame, window, seL4_ReadWrite, seL4_ARM_Default_VMAttributes));
    *(volatile seL4_Word *)window = stamp;
    REQUIRE_OK(seL4_ARM_Page_Unmap(frame));
}

static void make(unsigned i, seL4_CPtr node, seL4_CPtr handler)
{
    seL4_CPtr space = first.space + i;

    REQUIRE_OK(seL4_ARM_ASIDPool_Assign(seL4_CapInitThreadASIDPool, space));
    REQUIRE_OK(
        seL4_ARM_PageTable_Map(first.upper + i, space, GUEST_RAM, seL4_ARM_Default_VMAttributes));
    REQUIRE_OK(
        seL4_ARM_PageTable_Map(first.lower + i, space, GUEST_RAM, seL4_ARM_Default_VMAttributes));
    REQUIRE_OK(seL4_CNode_Copy(ROOT, first.code + i, DEPTH, ROOT, guest.memory->first + code_page(),
                               DEPTH, seL4_AllRights));
    REQUIRE_OK(seL4_ARM_Page_Map(first.code + i, space, GUEST_RAM + code_page() * PAGE,
                                 seL4_CanRead, seL4_ARM_Default_VMAttributes));
    write_stamp(first.data + i, STAMP + i);
    REQUIRE_OK(seL4_ARM_Page_Map(first.data + i, space, GUEST_DATA, seL4_ReadWrite,
                                 seL4_ARM_Default_VMAttributes));
    REQUIRE_OK(seL4_TCB_SetSpace(first.tcb + i, handler, node, 0, space, 0));
    REQUIRE_OK(seL4_TCB_SetPriority(first.tcb + i, SELF, 50));
    REQUIRE_OK(seL4_ARM_VCPU_SetTCB(first.vcpu + i, first.tcb + i));
}

/* It reads its own page, with a scheduling context that goes round. */
static void run(unsigned i, seL4_CPtr context)
{
    guest.tcb = first.tcb + i;
    REQUIRE_OK(seL4_SchedContext_Bind(context, guest.tcb));
    guest_start(&guest, guest_load, GUEST_DATA, 0);
    struct message call = guest_call(&guest, GUEST_END);
    EXPECT_EQ(call.words[2], STAMP + i);
    REQUIRE_OK(seL4_TCB_Suspend(guest.tcb));
    REQUIRE_OK(seL4_SchedContext_UnbindObject(context, guest.tcb));
}

TEST(three_hundred_guests)
{
    guest_make(&guest);
    seL4_CPtr node = new_object(seL4_CapTableObject, 1);
    seL4_CPtr handler = new_badged(guest.handler, seL4_AllRights, 0x99);
    seL4_CPtr context = new_sched_context(10000, 10000, 0, 0);

    first.space = many(seL4_ARM_VSpaceObject, seL4_VSpaceBits);
    first.upper = many(seL4_ARM_PageTableObject, seL4_PageTableBits);
    first.lower = many(seL4_ARM_PageTableObject, seL4_PageTableBits);
    first.code = new_slots(SPACES);
    first.data = many(seL4_ARM_SmallPageObject, seL4_PageBits);
    first.tcb = many(seL4_TCBObject, seL4_TCBBits);
    first.vcpu = many(seL4_ARM_VCPUObject, seL4_PageBits);
    for (unsigned i = 0; i < SPACES; i++)
        make(i, node, handler);
    for (unsigned round = 0; round < 2; round++) {
        for (unsigned i = 0; i < SPACES; i++)
            run(i, context);
    }
    /* Out of turn: the numbers are given anew in another order. */
    for (unsigned i = 0; i < SPACES; i++)
        run(i * 7 % SPACES, context);
}
