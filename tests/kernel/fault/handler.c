/* SPDX-License-Identifier: BSD-2-Clause */
/* Who gets a fault: handlers with too few rights, gone, busy, passive; timeouts. */
#include "tests/kernel/harness/code.h"
#include "tests/kernel/harness/job.h"

static seL4_CPtr handler, reply;
static struct alloc_thread *thread;

static void set_up(void)
{
    handler = new_endpoint();
    reply = new_reply();
    thread = new_bare_thread(50, handler);
}

TEST(without_handler_the_thread_stops)
{
    handler = new_endpoint();
    reply = new_reply();
    thread = new_bare_thread(50, 0);
    bare_start(thread, code_brk, 0, 0);
    settle();
    EXPECT_EQ(thread_registers(thread).pc, (seL4_Word)code_brk);
    /* Given a handler and resumed, it faults to it. */
    REQUIRE_OK(seL4_TCB_SetSpace(thread->tcb, handler, ROOT, 0, seL4_CapInitThreadVSpace, 0));
    REQUIRE_OK(seL4_TCB_Resume(thread->tcb));
    fault_take(handler, reply, seL4_Fault_VCPUFault, 1);
}

TEST(a_revoked_handler_is_none)
{
    seL4_CPtr badged;

    set_up();
    badged = new_badged(handler, seL4_AllRights, 4);
    REQUIRE_OK(seL4_TCB_SetSpace(thread->tcb, badged, ROOT, 0, seL4_CapInitThreadVSpace, 0));
    REQUIRE_OK(seL4_CNode_Revoke(ROOT, handler, DEPTH));
    bare_start(thread, code_brk, 0, 0);
    EXPECT(!message_take(handler, reply).came);
}

TEST(the_badge_and_the_rights_are_the_capabilitys)
{
    seL4_CPtr badged;

    set_up();
    badged = new_badged(handler, seL4_CapRights_new(1, 0, 0, 1), 0x1234);
    REQUIRE_OK(seL4_TCB_SetSpace(thread->tcb, badged, ROOT, 0, seL4_CapInitThreadVSpace, 0));
    bare_start(thread, code_brk, 0, 0);
    struct message fault = fault_take(handler, reply, seL4_Fault_VCPUFault, 1);
    EXPECT_EQ(fault.badge, 0x1234);
    seL4_Send(reply, seL4_MessageInfo_new(0, 0, 0, 0));
    fault_take(handler, reply, seL4_Fault_VCPUFault, 1);
}

/* Received without a reply object nobody can answer: the thread stays stopped. */
TEST(a_fault_taken_by_wait)
{
    set_up();
    bare_start(thread, code_brk, 0, 0);
    settle();
    seL4_MessageInfo_t info = seL4_NBWait(handler, NULL);
    EXPECT_EQ(seL4_MessageInfo_get_label(info), seL4_Fault_VCPUFault);
    EXPECT(!message_take(handler, reply).came);
    REQUIRE_OK(seL4_TCB_Resume(thread->tcb));
    fault_take(handler, reply, seL4_Fault_VCPUFault, 1);
}

TEST(deleting_the_endpoint_stops_who_waits_there)
{
    set_up();
    bare_start(thread, code_brk, 0, 0);
    settle();
    REQUIRE_OK(seL4_CNode_Revoke(ROOT, handler, DEPTH));
    REQUIRE_OK(seL4_CNode_Delete(ROOT, handler, DEPTH));
    settle();
    EXPECT_EQ(thread_registers(thread).pc, (seL4_Word)code_brk);
}

TEST(a_faulted_thread_that_is_resumed_does_it_again)
{
    set_up();
    bare_start(thread, code_brk, 0, 0);
    fault_take(handler, reply, seL4_Fault_VCPUFault, 1);
    REQUIRE_OK(seL4_TCB_Resume(thread->tcb));
    fault_take(handler, reply, seL4_Fault_VCPUFault, 1);
}

/* ---- a fault ends with the life it belongs to ---- */

/* A message that the thread sends now is its own, not the fault it had. */
static void expect_plain_send(seL4_CPtr endpoint)
{
    seL4_UserContext registers = {.pc = (seL4_Word)code_svc,
                                  .x0 = endpoint,
                                  .x1 = seL4_MessageInfo_new(77, 0, 0, 1).words[0],
                                  .x2 = 0x1234,
                                  .x7 = (seL4_Word)seL4_SysSend};

    REQUIRE_OK(seL4_TCB_WriteRegisters(thread->tcb, true, 0, seL4_UserContext_Length, &registers));
    struct message message = message_take(endpoint, new_reply());
    EXPECT_EQ(message.label, 77);
    EXPECT_EQ(message.length, 1);
    EXPECT_EQ(message.words[0], 0x1234);
}

TEST(a_fault_nobody_took)
{
    set_up();
    bare_start(thread, code_brk, 0, 0);
    settle();
    expect_plain_send(new_endpoint());
    EXPECT_EQ(message_take(handler, reply).words[0], ESR_BRK(CODE_END));
}

TEST(a_fault_of_a_suspended_thread)
{
    set_up();
    bare_start(thread, code_brk, 0, 0);
    settle();
    REQUIRE_OK(seL4_TCB_Suspend(thread->tcb));
    EXPECT(!message_take(handler, reply).came);
    expect_plain_send(new_endpoint());
}

/* Its answer comes too late, and reaches nobody. */
TEST(a_fault_that_was_taken)
{
    seL4_CPtr endpoint = new_endpoint();

    set_up();
    bare_start(thread, code_brk, 0, 0);
    fault_take(handler, reply, seL4_Fault_VCPUFault, 1);
    expect_plain_send(endpoint);
    seL4_UserContext before = thread_registers(thread);
    seL4_Send(reply, seL4_MessageInfo_new(0, 0, 0, 0));
    settle();
    EXPECT_EQ(thread_registers(thread).pc, before.pc);
}

TEST(a_fault_whose_reply_is_gone)
{
    set_up();
    bare_start(thread, code_brk, 0, 0);
    fault_take(handler, reply, seL4_Fault_VCPUFault, 1);
    REQUIRE_OK(seL4_CNode_Delete(ROOT, reply, DEPTH));
    expect_plain_send(new_endpoint());
}

TEST(a_fault_whose_endpoint_is_gone)
{
    set_up();
    bare_start(thread, code_brk, 0, 0);
    settle();
    REQUIRE_OK(seL4_CNode_Revoke(ROOT, handler, DEPTH));
    REQUIRE_OK(seL4_CNode_Delete(ROOT, handler, DEPTH));
    expect_plain_send(new_endpoint());
}

/* The handler moves the thread on by its registers, and the reply lets it run from there. */
TEST(registers_written_before_the_reply)
{
    seL4_UserContext registers = {0};

    set_up();
    bare_start(thread, code_brk, 0, 0);
    fault_take(handler, reply, seL4_Fault_VCPUFault, 1);
    REQUIRE_OK(seL4_TCB_ReadRegisters(thread->tcb, false, 0, 1, &registers));
    registers.pc += 4;
    REQUIRE_OK(seL4_TCB_WriteRegisters(thread->tcb, false, 0, 1, &registers));
    seL4_Send(reply, seL4_MessageInfo_new(0, 0, 0, 0));
    struct message fault = fault_take(handler, reply, seL4_Fault_VCPUFault, 1);
    EXPECT_EQ(fault.words[0], ESR_BRK(CODE_END));
}

/* ---- a passive handler runs on the faulting thread's context ---- */

#define FAULTS 10

static volatile unsigned handled;

/* caps: endpoint, reply, notification, and a reply for the end. */
static void handle_passively(void *argument)
{
    seL4_CPtr *caps = argument;

    seL4_NBSendRecv(caps[2], seL4_MessageInfo_new(0, 0, 0, 0), caps[0], NULL, caps[1]);
    while (++handled < FAULTS)
        seL4_ReplyRecv(caps[0], seL4_MessageInfo_new(0, 0, 0, 0), NULL, caps[1]);
    seL4_Recv(caps[0], NULL, caps[3]);
}

TEST(a_passive_handler)
{
    static seL4_CPtr caps[4];

    set_up();
    caps[0] = handler;
    caps[1] = reply;
    caps[2] = new_notification();
    caps[3] = new_reply();
    handled = 0;
    struct alloc_thread *server = new_thread(handle_passively, caps, 60);
    settle();
    REQUIRE_OK(seL4_SchedContext_Unbind(server->sched_context));
    bare_start(thread, code_brk, 0, 0);
    settle();
    EXPECT_EQ(handled, FAULTS);
    /* The last one was not answered: the context stayed with the handler. */
    EXPECT_OK(seL4_SchedContext_UnbindObject(thread->sched_context, server->tcb));
}
