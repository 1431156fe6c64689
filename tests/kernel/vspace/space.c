/* SPDX-License-Identifier: BSD-2-Clause */
/* The observer of tests/kernel/vspace/space.h. */
#include "tests/kernel/vspace/space.h"

static void map_own_code(struct space *space)
{
    const seL4_BootInfo *info = rt_bootinfo();
    seL4_Word page = (seL4_Word)code_svc & ~0xfffUL;
    seL4_Word index = (page - (seL4_Word)__image_start) / 4096;
    seL4_CPtr copy = new_copy(info->userImageFrames.start + index, seL4_CanRead);

    REQUIRE_OK(alloc_map_in(&test_alloc, space->vspace, copy, page, seL4_CanRead, DEFAULT));
    REQUIRE(((seL4_Word)code_svc_end & ~0xfffUL) == page);
}

void space_make(struct space *space)
{
    space->vspace = new_vspace();
    space->handler = new_endpoint();
    space->reply = new_reply();
    space->thread = new_bare_thread(50, 0);
    REQUIRE_OK(
        seL4_TCB_SetSpace(space->thread->tcb, space->handler, ROOT, 0, space->vspace->root, 0));
    map_own_code(space);
}

struct message space_run(struct space *space, const char *code, seL4_Word x0, seL4_Word x1)
{
    bare_start(space->thread, code, x0, x1);
    return message_take(space->handler, space->reply);
}

void space_expect(struct space *space, seL4_Word address, seL4_Word value)
{
    struct message message = space_run(space, code_load, address, 0);

    EXPECT_EQ(message.label, seL4_Fault_VCPUFault);
    EXPECT_EQ(message.words[0], ESR_BRK(CODE_END));
    EXPECT_EQ(thread_registers(space->thread).x2, value);
}

void space_expect_fault(struct space *space, const char *code, seL4_Word address)
{
    struct message message = space_run(space, code, address, 0);

    EXPECT_EQ(message.label, seL4_Fault_VMFault);
    EXPECT_EQ(message.words[seL4_VMFault_Addr], address);
}
