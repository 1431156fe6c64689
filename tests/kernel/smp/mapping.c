/* SPDX-License-Identifier: BSD-2-Clause */
/* A page is unmapped, exchanged or made read-only under a thread that uses it on another core: when
 * the call returns, that core has forgotten what it knew (TLB). */
#include "tests/kernel/smp/cores.h"

#define PATIENCE 1000000
#define FIRST    0x1111
#define SECOND   0x2222

struct user {
    volatile seL4_Word *page;
    shared_word rounds, seen;
};

static struct user user;

static void read_often(void *argument)
{
    for (;;) {
        user.seen = *user.page;
        if (++user.rounds % PAUSE_EVERY == 0)
            test_pause();
    }
}

static void write_often(void *argument)
{
    for (;;) {
        *user.page = user.rounds;
        if (++user.rounds % PAUSE_EVERY == 0)
            test_pause();
    }
}

/* Two pages side by side; the thread uses the first. */
static struct alloc_area *start(seL4_Word core, rt_thread_entry *entry, seL4_CPtr handler)
{
    struct alloc_area *area = new_memory(2 * 4096);

    user = (struct user){.page = (volatile seL4_Word *)area->vaddr};
    user.page[0] = FIRST;
    user.page[4096 / sizeof(seL4_Word)] = SECOND;
    thread_on(core, entry, NULL, handler);
    EXPECT(wait_for(&user.rounds, 1000));
    return area;
}

/* The access that was under way may have been its last; the round after it faults. */
static void expect_fault(seL4_CPtr handler, seL4_CPtr reply)
{
    seL4_Word rounds = user.rounds;

    test_patience = PATIENCE;
    struct message fault = fault_take(handler, reply, seL4_Fault_VMFault, 4);
    EXPECT_EQ(fault.words[seL4_VMFault_Addr], (seL4_Word)user.page);
    EXPECT(user.rounds <= rounds + 1);
}

static void go_on(seL4_CPtr reply)
{
    seL4_Word rounds = user.rounds;

    seL4_Send(reply, seL4_MessageInfo_new(0, 0, 0, 0));
    EXPECT(wait_for(&user.rounds, rounds + 100));
}

TEST(a_page_is_unmapped_and_another_one_mapped)
{
    for (unsigned core = 1; core < core_count(); core++) {
        seL4_CPtr handler = new_badged(new_endpoint(), seL4_AllRights, 1), reply = new_reply();
        struct alloc_area *area = start(core, read_often, handler);

        EXPECT_EQ(user.seen, FIRST);
        EXPECT_OK(seL4_ARM_Page_Unmap(area->first));
        expect_fault(handler, reply);
        seL4_CPtr second = new_copy(area->first + 1, seL4_AllRights);
        EXPECT_OK(seL4_ARM_Page_Map(second, seL4_CapInitThreadVSpace, area->vaddr, seL4_ReadWrite,
                                    seL4_ARM_Default_VMAttributes));
        go_on(reply);
        EXPECT_EQ(user.seen, SECOND);
    }
}

/* Mapped over without having been unmapped. */
TEST(a_page_is_mapped_over_another)
{
    for (unsigned core = 1; core < core_count(); core++) {
        struct alloc_area *area = start(core, read_often, 0);
        seL4_CPtr second = new_copy(area->first + 1, seL4_AllRights);

        EXPECT_OK(seL4_ARM_Page_Map(second, seL4_CapInitThreadVSpace, area->vaddr, seL4_ReadWrite,
                                    seL4_ARM_Default_VMAttributes));
        seL4_Word rounds = user.rounds;
        EXPECT(wait_for(&user.rounds, rounds + 2));
        EXPECT_EQ(user.seen, SECOND);
    }
}

TEST(a_page_becomes_read_only)
{
    for (unsigned core = 1; core < core_count(); core++) {
        seL4_CPtr handler = new_badged(new_endpoint(), seL4_AllRights, 1), reply = new_reply();
        struct alloc_area *area = start(core, write_often, handler);

        EXPECT_OK(seL4_ARM_Page_Map(area->first, seL4_CapInitThreadVSpace, area->vaddr,
                                    seL4_CanRead, seL4_ARM_Default_VMAttributes));
        expect_fault(handler, reply);
        EXPECT_OK(seL4_ARM_Page_Map(area->first, seL4_CapInitThreadVSpace, area->vaddr,
                                    seL4_ReadWrite, seL4_ARM_Default_VMAttributes));
        go_on(reply);
    }
}
