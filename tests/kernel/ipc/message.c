/* SPDX-License-Identifier: BSD-2-Clause */
/* What of a message arrives: lengths, IPC buffers of either side, and what stays untouched. */
#include "tests/kernel/harness/code.h"
#include "tests/kernel/harness/job.h"

/* Sends `length` words between two jobs; tells how many are said to have arrived. */
static seL4_Word send_words(struct job *sender, struct job *receiver, seL4_Word length)
{
    seL4_CPtr endpoint = new_endpoint();

    *sender = (struct job){.number = seL4_SysSend, .cap = endpoint, .length = length, .fill = true};
    *receiver = (struct job){.number = seL4_SysRecv, .cap = endpoint, .reply = new_reply()};
    job_start(receiver);
    job_start(sender);
    settle();
    EXPECT(receiver->done);
    return receiver->message.length;
}

TEST(messages_of_all_lengths)
{
    static const seL4_Word lengths[] = {0, 1, 3, 4, 5, 6, 64, 119, 120};
    static struct job sender, receiver;

    for (unsigned i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        EXPECT_EQ(send_words(&sender, &receiver, lengths[i]), lengths[i]);
        for (seL4_Word word = 0; word < lengths[i]; word++)
            EXPECT_EQ(receiver.received[word], JOB_WORD(word));
        /* Nothing is written behind the message. */
        if (lengths[i] > 4 && lengths[i] < seL4_MsgMaxLength)
            EXPECT_EQ(receiver.received[lengths[i]], 0);
    }
}

TEST(a_length_beyond_the_buffer_is_cut)
{
    static struct job sender, receiver;

    EXPECT_EQ(send_words(&sender, &receiver, 127), 120);
    EXPECT_EQ(receiver.received[119], JOB_WORD(119));
}

TEST(the_kernel_leaves_the_first_four_words_of_the_buffer_alone)
{
    static struct job sender, receiver;
    seL4_IPCBuffer *buffer;

    send_words(&sender, &receiver, 6);
    buffer = (seL4_IPCBuffer *)receiver.thread->buffer.vaddr;
    for (unsigned i = 0; i < 4; i++)
        EXPECT_EQ(buffer->msg[i], 0);
    EXPECT_EQ(buffer->msg[4], JOB_WORD(4));
    EXPECT_EQ(buffer->tag.words[0], 0);
    EXPECT_EQ(buffer->userData, 0);
}

/* The buffer of one side goes: only registers travel. */
static void without_buffer(bool of_sender)
{
    static struct job sender, receiver;
    seL4_CPtr endpoint = new_endpoint();

    sender = (struct job){.number = seL4_SysSend, .cap = endpoint, .length = 9, .fill = true};
    receiver = (struct job){.number = seL4_SysRecv, .cap = endpoint, .reply = new_reply()};
    job_start(&receiver);
    job_start(&sender);
    EXPECT_OK(seL4_TCB_SetIPCBuffer(of_sender ? sender.thread->tcb : receiver.thread->tcb, 0, 0));
    settle();
    EXPECT_EQ(receiver.message.length, 4);
    EXPECT_EQ(receiver.received[3], JOB_WORD(3));
    EXPECT_EQ(receiver.received[4], 0);
}

TEST(a_sender_without_buffer_sends_registers)
{
    without_buffer(true);
}

TEST(a_receiver_without_buffer_gets_registers)
{
    without_buffer(false);
}

/* A read-only frame is a buffer to send from, not one to receive into. */
static void read_only_buffer(bool of_sender, seL4_Word length)
{
    static struct job sender, receiver;
    seL4_CPtr endpoint = new_endpoint();

    sender = (struct job){.number = seL4_SysSend, .cap = endpoint, .length = 9, .fill = true};
    receiver = (struct job){.number = seL4_SysRecv, .cap = endpoint, .reply = new_reply()};
    job_start(&receiver);
    job_start(&sender);
    const struct alloc_thread *thread = of_sender ? sender.thread : receiver.thread;
    seL4_CPtr frame = new_copy(thread->buffer.first, seL4_CanRead);
    EXPECT_OK(seL4_TCB_SetIPCBuffer(thread->tcb, thread->buffer.vaddr, frame));
    settle();
    EXPECT_EQ(receiver.message.length, length);
}

TEST(a_read_only_buffer_sends)
{
    read_only_buffer(true, 9);
}

TEST(a_read_only_buffer_receives_registers_alone)
{
    read_only_buffer(false, 4);
}

/* A frame larger than a page: the buffer lies at the address's offset in it. */
TEST(a_buffer_inside_a_large_frame)
{
    seL4_CPtr frame = new_object(seL4_ARM_LargePageObject, 0);
    uintptr_t page = new_addresses(0x200000, 0x200000);
    uintptr_t address = page + 0x1f400;
    static struct job receiver;

    receiver = (struct job){.number = seL4_SysRecv, .cap = new_endpoint(), .reply = new_reply()};
    EXPECT_OK(seL4_ARM_Page_Map(frame, seL4_CapInitThreadVSpace, page, seL4_ReadWrite,
                                seL4_ARM_Default_VMAttributes));
    job_start(&receiver);
    EXPECT_OK(seL4_TCB_SetIPCBuffer(receiver.thread->tcb, address, frame));
    settle();
    for (unsigned i = 0; i < 8; i++)
        seL4_SetMR((int)i, JOB_WORD(i));
    seL4_Send(receiver.cap, seL4_MessageInfo_new(0, 0, 0, 8));
    settle();
    EXPECT_EQ(receiver.message.length, 8);
    const seL4_IPCBuffer *buffer = (const void *)(address);
    EXPECT_EQ(buffer->msg[7], JOB_WORD(7));
}

/* ---- registers a system call has no business with ---- */

static void fill_registers(seL4_UserContext *registers)
{
    seL4_Word *words = (seL4_Word *)registers;

    for (unsigned i = 3; i < seL4_UserContext_Length; i++)
        words[i] = 0xabcd0000 + i;
}

TEST(other_registers_are_preserved)
{
    seL4_CPtr handler = new_endpoint(), reply = new_reply(), endpoint = new_endpoint();
    struct alloc_thread *thread = new_bare_thread(80, handler);
    seL4_UserContext before, after;

    fill_registers(&before);
    before.pc = (seL4_Word)code_svc;
    before.sp = 0x123456789abcdef0;
    before.spsr = 0xa0000000;
    before.x0 = endpoint;
    before.x6 = new_reply();
    before.x7 = (seL4_Word)seL4_SysRecv;
    REQUIRE_OK(seL4_TCB_WriteRegisters(thread->tcb, true, 0, seL4_UserContext_Length, &before));
    settle();
    seL4_SetMR(0, 0x55);
    seL4_Send(endpoint, seL4_MessageInfo_new(1, 0, 0, 1));
    fault_take(handler, reply, seL4_Fault_VCPUFault, 1);
    after = thread_registers(thread);
    before.pc = (seL4_Word)code_svc_end;
    before.x0 = 0;
    before.x1 = 0x1001;
    before.x2 = 0x55;
    before.spsr = after.spsr;
    EXPECT_EQ(after.spsr & 0xf0000000, 0xa0000000);
    for (unsigned i = 0; i < seL4_UserContext_Length; i++)
        EXPECT_EQ(((seL4_Word *)&after)[i], ((seL4_Word *)&before)[i]);
}
