/* SPDX-License-Identifier: BSD-2-Clause */
/* Capabilities in messages: copied into the receive slot, unwrapped to a badge, or left behind. */
#include "tests/kernel/harness/job.h"

static struct job sender, receiver;
static seL4_CPtr endpoint, receive_slot;

static void start_receiver(void)
{
    endpoint = new_endpoint();
    receive_slot = new_slot();
    receiver = (struct job){.number = seL4_SysRecv,
                            .cap = endpoint,
                            .reply = new_reply(),
                            .receive_slot = receive_slot};
}

/* Sends up to three capabilities by way of `rights` on the endpoint. */
static void send_caps(seL4_CapRights_t rights, seL4_Word count, seL4_CPtr a, seL4_CPtr b,
                      seL4_CPtr c)
{
    job_start(&receiver);
    sender = (struct job){.number = seL4_SysSend,
                          .cap = new_badged(endpoint, rights, 0x99),
                          .label = 1,
                          .extra_caps = count,
                          .caps = {a, b, c}};
    job_start(&sender);
    settle();
    EXPECT(sender.done);
    EXPECT(receiver.done);
}

TEST(one_capability_travels)
{
    seL4_CPtr notification = new_notification();

    start_receiver();
    send_caps(seL4_AllRights, 1, new_badged(notification, seL4_CanWrite, 0x80), 0, 0);
    EXPECT_EQ(receiver.message.extra_caps, 1);
    EXPECT_EQ(receiver.message.unwrapped, 0);
    EXPECT_EQ(receiver.message.badge, 0x99);
    seL4_Signal(receive_slot);
    EXPECT_EQ(poll(notification), 0x80);
    /* It is a copy with the sender's rights: no reading. */
    EXPECT_ERROR(seL4_TCB_BindNotification(sender.thread->tcb, receive_slot),
                 seL4_IllegalOperation);
}

TEST(without_grant_nothing_travels)
{
    start_receiver();
    send_caps(seL4_CanWrite, 1, new_notification(), 0, 0);
    EXPECT_EQ(receiver.message.extra_caps, 0);
    EXPECT(slot_is_empty(receive_slot));
}

TEST(without_a_receive_slot_nothing_travels)
{
    start_receiver();
    receiver.receive_slot = 0;
    send_caps(seL4_AllRights, 1, new_notification(), 0, 0);
    EXPECT_EQ(receiver.message.label, 1);
    EXPECT_EQ(receiver.message.extra_caps, 0);
    EXPECT(slot_is_empty(receive_slot));
}

TEST(an_occupied_receive_slot_stops_the_transfer)
{
    start_receiver();
    REQUIRE_OK(seL4_CNode_Copy(ROOT, receive_slot, DEPTH, ROOT, endpoint, DEPTH, seL4_AllRights));
    send_caps(seL4_AllRights, 1, new_notification(), 0, 0);
    EXPECT_EQ(receiver.message.extra_caps, 0);
}

TEST(a_second_capability_stays_behind)
{
    start_receiver();
    send_caps(seL4_AllRights, 2, new_notification(), new_notification(), 0);
    EXPECT_EQ(receiver.message.extra_caps, 1);
    EXPECT(!slot_is_empty(receive_slot));
}

TEST(a_capability_to_the_endpoint_is_unwrapped)
{
    start_receiver();
    send_caps(seL4_AllRights, 1, new_badged(endpoint, seL4_CanRead, 0x4242), 0, 0);
    EXPECT_EQ(receiver.message.extra_caps, 1);
    EXPECT_EQ(receiver.message.unwrapped, 1);
    EXPECT_EQ(receiver.badges[0], 0x4242);
    EXPECT(slot_is_empty(receive_slot));
}

TEST(unwrapped_and_copied_mix)
{
    start_receiver();
    send_caps(seL4_AllRights, 3, new_badged(endpoint, seL4_AllRights, 1), new_notification(),
              new_badged(endpoint, seL4_AllRights, 3));
    EXPECT_EQ(receiver.message.extra_caps, 3);
    EXPECT_EQ(receiver.message.unwrapped, 5);
    EXPECT_EQ(receiver.badges[0], 1);
    EXPECT_EQ(receiver.badges[2], 3);
    EXPECT(!slot_is_empty(receive_slot));
}

TEST(three_unwrapped)
{
    start_receiver();
    receiver.receive_slot = 0;
    send_caps(seL4_AllRights, 3, new_badged(endpoint, seL4_AllRights, 1),
              new_badged(endpoint, seL4_AllRights, 2), new_badged(endpoint, seL4_AllRights, 3));
    EXPECT_EQ(receiver.message.extra_caps, 3);
    EXPECT_EQ(receiver.message.unwrapped, 7);
    EXPECT_EQ(receiver.badges[1], 2);
}

TEST(an_empty_slot_as_capability_stops_the_transfer)
{
    start_receiver();
    send_caps(seL4_AllRights, 2, new_slot(), new_notification(), 0);
    EXPECT_EQ(receiver.message.extra_caps, 0);
    EXPECT(slot_is_empty(receive_slot));
}

TEST(a_frame_arrives_unmapped)
{
    seL4_CPtr frame = new_object(seL4_ARM_SmallPageObject, 0);
    uintptr_t address = new_addresses(0x2000, 4096);

    EXPECT_OK(seL4_ARM_Page_Map(frame, seL4_CapInitThreadVSpace, address, seL4_ReadWrite, 3));
    start_receiver();
    send_caps(seL4_AllRights, 1, frame, 0, 0);
    EXPECT_EQ(receiver.message.extra_caps, 1);
    EXPECT_OK(seL4_ARM_Page_Map(receive_slot, seL4_CapInitThreadVSpace, address + 4096,
                                seL4_ReadWrite, 3));
    *(volatile seL4_Word *)address = 0x1234;
    EXPECT_EQ(*(volatile seL4_Word *)(address + 4096), 0x1234);
    EXPECT_EQ(seL4_ARM_Page_GetAddress(receive_slot).paddr, seL4_ARM_Page_GetAddress(frame).paddr);
}

/* An answer carries capabilities where the reply capability has grant. */
static void answer_with_cap(seL4_CapRights_t reply_rights, seL4_Word arrived)
{
    seL4_CPtr reply = new_reply(), slot = new_slot();

    endpoint = new_endpoint();
    sender = (struct job){
        .number = seL4_SysCall, .cap = endpoint, .label = 1, .receive_slot = slot};
    job_start(&sender);
    EXPECT(message_take(endpoint, reply).came);
    seL4_SetCap(0, new_notification());
    seL4_Send(new_copy(reply, reply_rights), seL4_MessageInfo_new(0, 0, 1, 0));
    settle();
    EXPECT(sender.done);
    EXPECT_EQ(sender.message.extra_caps, arrived);
    EXPECT_EQ(slot_is_empty(slot), arrived == 0);
}

TEST(an_answer_carries_a_capability)
{
    answer_with_cap(seL4_AllRights, 1);
}

TEST(an_answer_without_grant_carries_none)
{
    answer_with_cap(seL4_NoRights, 0);
}

/* ---- capabilities that are not there ---- */

TEST(a_missing_extra_capability_is_a_fault)
{
    seL4_CPtr handler = new_endpoint(), reply = new_reply();
    seL4_Word nowhere = 1UL << 40;

    endpoint = new_endpoint();
    sender = (struct job){.number = seL4_SysSend,
                          .cap = endpoint,
                          .extra_caps = 2,
                          .caps = {endpoint, nowhere, 0},
                          .fault_ep = handler};
    job_start(&sender);
    struct message fault = fault_take(handler, reply, seL4_Fault_CapFault, 7);
    EXPECT_EQ(fault.words[seL4_CapFault_Addr], nowhere);
    EXPECT_EQ(fault.words[seL4_CapFault_InRecvPhase], 0);
    EXPECT_EQ(fault.words[seL4_CapFault_LookupFailureType], seL4_GuardMismatch);
    EXPECT(!message_take(endpoint, new_reply()).came);
}

TEST(a_missing_extra_capability_drops_a_nonblocking_send)
{
    start_receiver();
    job_start(&receiver);
    settle();
    seL4_SetCap(0, 1UL << 40);
    seL4_NBSend(endpoint, seL4_MessageInfo_new(1, 0, 1, 0));
    settle();
    EXPECT(!receiver.done);
}

/* The receive slot may lie in another CNode, at any depth. */
TEST(a_receive_slot_elsewhere)
{
    seL4_CPtr node = new_object(seL4_CapTableObject, 4);

    start_receiver();
    receiver.receive_slot = 0;
    job_start(&receiver);
    settle();
    seL4_IPCBuffer *buffer = (seL4_IPCBuffer *)receiver.thread->buffer.vaddr;
    buffer->receiveCNode = node;
    buffer->receiveIndex = 9;
    buffer->receiveDepth = 4;
    seL4_SetCap(0, new_notification());
    seL4_Send(endpoint, seL4_MessageInfo_new(1, 0, 1, 0));
    settle();
    EXPECT_EQ(receiver.message.extra_caps, 1);
    EXPECT_OK(seL4_CNode_Delete(node, 9, 4));
}

static void useless_receive_path(seL4_CPtr root, seL4_Word index, seL4_Word depth)
{
    start_receiver();
    receiver.receive_slot = 0;
    job_start(&receiver);
    settle();
    seL4_IPCBuffer *buffer = (seL4_IPCBuffer *)receiver.thread->buffer.vaddr;
    buffer->receiveCNode = root;
    buffer->receiveIndex = index;
    buffer->receiveDepth = depth;
    seL4_SetCap(0, new_notification());
    seL4_Send(endpoint, seL4_MessageInfo_new(1, 0, 1, 0));
    settle();
    EXPECT_EQ(receiver.message.label, 1);
    EXPECT_EQ(receiver.message.extra_caps, 0);
}

TEST(useless_receive_paths)
{
    seL4_CPtr node = new_object(seL4_CapTableObject, 4);

    useless_receive_path(node, 0, 0);
    useless_receive_path(node, 0, 65);
    useless_receive_path(node, 0, ~0UL);
    useless_receive_path(node, 0, 3);
    useless_receive_path(node, 0, 5);
    useless_receive_path(new_notification(), 0, 64);
    useless_receive_path(1UL << 50, 0, 64);
    useless_receive_path(new_slot(), 0, 64);
}
