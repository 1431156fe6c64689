/* SPDX-License-Identifier: BSD-2-Clause */
/* A guest's registers: they reach it, they come back, and no other guest or thread sees them. */
#include "tests/kernel/harness/code.h"
#include "tests/kernel/vcpu/guest.h"

#define COUNT seL4_VCPUReg_Num

static struct guest guests[2];

/* What all of a register's bits that exist allow; 0: the guest's view is no copy. */
static const seL4_Word masks[COUNT] = {
    [seL4_VCPUReg_TTBR0] = 0xffff7ffffffff000,
    [seL4_VCPUReg_TTBR1] = 0xffff7ffffffff000,
    [seL4_VCPUReg_MAIR] = ~0UL,
    [seL4_VCPUReg_CIDR] = 0xffffffff,
    [seL4_VCPUReg_ESR] = 0xffffffff,
    [seL4_VCPUReg_FAR] = ~0UL,
    [seL4_VCPUReg_VBAR] = 0x7ffffff800,
    [seL4_VCPUReg_TPIDR_EL1] = ~0UL,
    [seL4_VCPUReg_VMPIDR_EL2] = 0xff,
    [seL4_VCPUReg_SP_EL1] = 0x7ffffffff0,
    [seL4_VCPUReg_ELR_EL1] = ~0UL,
    [seL4_VCPUReg_SPSR_EL1] = 0xf00003c5,
    [seL4_VCPUReg_CNTV_CVAL] = ~0UL,
    [seL4_VCPUReg_CNTKCTL_EL1] = 3,
    [seL4_VCPUReg_PAR] = 0xfffff000,
};

static seL4_Word value_of(unsigned who, seL4_Word field)
{
    seL4_Word seed = (who == 0 ? 0x5a5a5a5a5a5a5a5a : 0xc3c3c3c3c3c3c3c3) ^
                     field * 0x0101010101010100;

    return seed & masks[field];
}

static void write_registers(unsigned who)
{
    for (seL4_Word i = 0; i < COUNT; i++) {
        if (masks[i] != 0)
            EXPECT_OK(seL4_ARM_VCPU_WriteRegs(guests[who].vcpu, i, value_of(who, i)));
    }
}

static void expect_saved(unsigned who)
{
    const volatile seL4_Word *saved = guest_words(&guests[who], GUEST_DATA);

    for (seL4_Word i = 0; i < COUNT; i++) {
        if (masks[i] != 0)
            EXPECT_EQ(saved[i] & masks[i], value_of(who, i));
    }
    EXPECT_EQ(saved[seL4_VCPUReg_SCTLR], 0x34d58820);
    EXPECT_EQ(saved[seL4_VCPUReg_CPACR], 0);
    EXPECT_EQ(saved[seL4_VCPUReg_CNTV_CTL], 0);
}

TEST(what_the_vmm_writes_the_guest_reads)
{
    guest_make(&guests[0]);
    write_registers(0);
    guest_start(&guests[0], guest_save_registers, 0, 0);
    guest_call(&guests[0], GUEST_END);
    expect_saved(0);
}

/* With the guest's registers still in the core, and written again. */
TEST(written_again_while_loaded)
{
    guest_make(&guests[0]);
    guest_start(&guests[0], guest_save_registers, 0, 0);
    guest_call(&guests[0], GUEST_END);
    write_registers(0);
    guest_start(&guests[0], guest_save_registers, 0, 0);
    guest_call(&guests[0], GUEST_END);
    expect_saved(0);
}

TEST(what_the_guest_writes_the_vmm_reads)
{
    guest_make(&guests[0]);
    volatile seL4_Word *words = guest_words(&guests[0], GUEST_DATA);
    for (seL4_Word i = 0; i < COUNT; i++)
        words[i] = value_of(1, i);
    words[seL4_VCPUReg_SCTLR] = 0x34d58820 | 1UL << 19;
    words[seL4_VCPUReg_CPACR] = 1UL << 20;
    guest_start(&guests[0], guest_load_registers, 0, 0);
    guest_call(&guests[0], GUEST_END);
    for (seL4_Word i = 0; i < COUNT; i++) {
        if (masks[i] != 0 && i != seL4_VCPUReg_VMPIDR_EL2)
            EXPECT_EQ(guest_register(&guests[0], i) & masks[i], value_of(1, i));
    }
    EXPECT_EQ(guest_register(&guests[0], seL4_VCPUReg_SCTLR), 0x34d58820 | 1UL << 19);
    EXPECT_EQ(guest_register(&guests[0], seL4_VCPUReg_CPACR), 1UL << 20);
}

TEST(two_guests_see_their_own_registers)
{
    for (unsigned i = 0; i < 2; i++) {
        guest_make(&guests[i]);
        write_registers(i);
    }
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < 2; i++) {
            guest_start(&guests[i], guest_save_registers, 0, 0);
            guest_call(&guests[i], GUEST_END);
            expect_saved(i);
        }
    }
    for (unsigned i = 0; i < 2; i++) {
        for (seL4_Word field = 0; field < COUNT; field++) {
            if (masks[field] != 0)
                EXPECT_EQ(guest_register(&guests[i], field) & masks[field], value_of(i, field));
        }
    }
}

static seL4_Word counter_of(struct guest *guest)
{
    guest_start(guest, guest_save_registers, 0, 0);
    guest_call(guest, GUEST_END);
    return guest_words(guest, GUEST_DATA)[seL4_VCPUReg_CNTVOFF];
}

TEST(the_counters_offset_is_the_guests)
{
    const seL4_Word offset = 0x123456789000, second = 100000000;

    guest_make(&guests[0]);
    seL4_Word before = counter_of(&guests[0]);
    EXPECT_OK(seL4_ARM_VCPU_WriteRegs(guests[0].vcpu, seL4_VCPUReg_CNTVOFF, offset));
    seL4_Word passed = counter_of(&guests[0]) + offset - before;
    EXPECT(passed < second);
    EXPECT_OK(seL4_ARM_VCPU_WriteRegs(guests[0].vcpu, seL4_VCPUReg_CNTVOFF, 0));
}

TEST(two_guests_have_counters_of_their_own)
{
    const seL4_Word offsets[2] = {0x123456789000, 0x3456789a000}, second = 100000000;
    seL4_Word before[2];

    for (unsigned i = 0; i < 2; i++) {
        guest_make(&guests[i]);
        before[i] = counter_of(&guests[i]);
        EXPECT_OK(seL4_ARM_VCPU_WriteRegs(guests[i].vcpu, seL4_VCPUReg_CNTVOFF, offsets[i]));
    }
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < 2; i++)
            EXPECT(counter_of(&guests[i]) + offsets[i] - before[i] < second);
    }
}

/* ---- floating point ---- */

TEST(vector_registers_of_guests_and_threads_are_apart)
{
    seL4_CPtr handler = new_endpoint();
    struct alloc_thread *thread = new_bare_thread(60, handler);
    struct message calls[2];

    for (unsigned i = 0; i < 2; i++) {
        guest_make(&guests[i]);
        guest_start(&guests[i], guest_fp, 0x1111 + i, 0x2222 + i);
        calls[i] = guest_call(&guests[i], GUEST_READY);
    }
    bare_start(thread, code_fp, 0, 0x3333);
    fault_take(handler, new_reply(), seL4_Fault_VCPUFault, 1);
    EXPECT_EQ(thread_registers(thread).x2, 0x3333);
    for (unsigned i = 0; i < 2; i++) {
        guest_return(&guests[i], &calls[i]);
        struct message call = guest_call(&guests[i], GUEST_END);
        EXPECT_EQ(call.words[0], 0x1111 + i);
        EXPECT_EQ(call.words[1], 0x1111 + i);
        EXPECT_EQ(call.words[2], 0x2222 + i);
    }
}

/* The registers' owner goes, its values stay in the core: the next one sees none of them. */
TEST(vector_registers_do_not_outlive_their_thread)
{
    for (unsigned round = 0; round < 2; round++) {
        guest_make(&guests[0]);
        guest_start(&guests[0], guest_fp, 0x1111, 0x2222);
        guest_call(&guests[0], GUEST_READY);
        if (round == 0)
            EXPECT_OK(seL4_CNode_Delete(ROOT, guests[0].tcb, DEPTH));
        else
            EXPECT_OK(seL4_CNode_Delete(ROOT, guests[0].vcpu, DEPTH));
        guest_make(&guests[1]);
        guest_start(&guests[1], guest_fp_look, 0, 0);
        struct message call = guest_call(&guests[1], GUEST_END);
        for (unsigned i = 0; i < 4; i++)
            EXPECT_EQ(call.words[i], 0);
    }
}

/* A guest that may not use them gets at nobody's. */
TEST(a_guest_without_vector_registers)
{
    guest_make(&guests[0]);
    guest_start(&guests[0], guest_fp, 0x1111, 0x2222);
    guest_call(&guests[0], GUEST_READY);
    guest_make(&guests[1]);
    EXPECT_EQ(seL4_TCB_SetFlags(guests[1].tcb, 0, seL4_TCBFlag_fpuDisabled).flags & 1, 1);
    guest_start(&guests[1], guest_fp_look, 0, 0);
    struct message fault = guest_fault(&guests[1], seL4_Fault_VCPUFault, 1);
    EXPECT_EQ(fault.words[0] >> 26, 0x07);
    /* Taken away from the one that has them in the core, too; given back, they are as they were. */
    EXPECT_EQ(seL4_TCB_SetFlags(guests[0].tcb, 0, seL4_TCBFlag_fpuDisabled).flags & 1, 1);
    guest_start(&guests[0], guest_fp_look, 0, 0);
    fault = guest_fault(&guests[0], seL4_Fault_VCPUFault, 1);
    EXPECT_EQ(fault.words[0] >> 26, 0x07);
    EXPECT_EQ(seL4_TCB_SetFlags(guests[0].tcb, seL4_TCBFlag_fpuDisabled, 0).flags & 1, 0);
    guest_retry(&guests[0]);
    EXPECT_EQ(guest_call(&guests[0], GUEST_END).words[0], 0x1111);
}

/* ---- the end of guests ---- */

TEST(deleting_the_vcpu_of_a_running_guest)
{
    guest_make(&guests[0]);
    guest_start(&guests[0], guest_spin, 0, 0);
    REQUIRE_OK(seL4_TCB_SetPriority(guests[0].tcb, SELF, 255));
    seL4_Yield();
    EXPECT(guest_words(&guests[0], GUEST_DATA)[0] > 0);
    EXPECT_OK(seL4_CNode_Delete(ROOT, guests[0].vcpu, DEPTH));
    /* Native now, in the same address space: it counts on. */
    seL4_Word before = guest_words(&guests[0], GUEST_DATA)[0];
    seL4_Yield();
    EXPECT(guest_words(&guests[0], GUEST_DATA)[0] > before);
    EXPECT_OK(seL4_TCB_Suspend(guests[0].tcb));
}

TEST(deleting_the_thread_of_a_running_guest)
{
    guest_make(&guests[0]);
    guest_start(&guests[0], guest_spin, 0, 0);
    REQUIRE_OK(seL4_TCB_SetPriority(guests[0].tcb, SELF, 255));
    seL4_Yield();
    EXPECT_OK(seL4_CNode_Delete(ROOT, guests[0].tcb, DEPTH));
    /* The vCPU can be used by another thread. */
    seL4_CPtr tcb = new_object(seL4_TCBObject, 0);
    EXPECT_OK(seL4_ARM_VCPU_SetTCB(guests[0].vcpu, tcb));
    EXPECT_EQ(guest_register(&guests[0], seL4_VCPUReg_SCTLR), 0x34d58820);
}

TEST(deleting_the_memory_of_a_running_guest)
{
    guest_make(&guests[0]);
    guest_start(&guests[0], guest_spin, 0, 0);
    REQUIRE_OK(seL4_TCB_SetPriority(guests[0].tcb, SELF, 255));
    seL4_Yield();
    EXPECT_OK(seL4_TCB_SetPriority(guests[0].tcb, SELF, 50));
    for (seL4_Word i = 0; i < GUEST_BYTES / 4096; i++)
        EXPECT_OK(seL4_CNode_Revoke(ROOT, guests[0].memory->first + i, DEPTH));
    struct message fault = guest_fault(&guests[0], seL4_Fault_VMFault, 4);
    EXPECT_EQ(fault.words[seL4_VMFault_Addr] & ~0xffffUL, GUEST_RAM);
}
