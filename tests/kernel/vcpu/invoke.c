/* SPDX-License-Identifier: BSD-2-Clause */
/* VCPU invocations: errors in their order, registers while no core holds them, and binding. */
#include "tests/kernel/vcpu/guest.h"

#define COUNT seL4_VCPUReg_Num

TEST(truncated)
{
    static const seL4_Word words[2];
    seL4_CPtr vcpu = new_object(seL4_ARM_VCPUObject, 0);

    EXPECT_EQ(call_raw(vcpu, ARMVCPUSetTCB, 0, 0, words).label, seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(vcpu, ARMVCPUInjectIRQ, 0, 0, words).label, seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(vcpu, ARMVCPUReadReg, 0, 0, words).label, seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(vcpu, ARMVCPUWriteReg, 0, 1, words).label, seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(vcpu, ARMVCPUAckVPPI, 0, 0, words).label, seL4_TruncatedMessage);
    EXPECT_EQ(call_raw(vcpu, TCBResume, 0, 0, words).label, seL4_IllegalOperation);
    EXPECT_EQ(call_raw(vcpu, 0, 0, 0, words).label, seL4_IllegalOperation);
}

TEST(a_new_vcpu)
{
    seL4_CPtr vcpu = new_object(seL4_ARM_VCPUObject, 0);

    for (seL4_Word i = 0; i < COUNT; i++) {
        seL4_ARM_VCPU_ReadRegs_t answer = seL4_ARM_VCPU_ReadRegs(vcpu, i);

        EXPECT_OK(answer.error);
        EXPECT_EQ(answer.value, i == seL4_VCPUReg_SCTLR ? 0x34d58820 : 0);
    }
}

TEST(registers_keep_64_bits)
{
    seL4_CPtr vcpu = new_object(seL4_ARM_VCPUObject, 0);

    for (seL4_Word i = 0; i < COUNT; i++)
        EXPECT_OK(seL4_ARM_VCPU_WriteRegs(vcpu, i, 0xfedcba9800000000 + i));
    for (seL4_Word i = 0; i < COUNT; i++) {
        seL4_Word wanted = i == seL4_VCPUReg_CIDR ? i : 0xfedcba9800000000 + i;

        EXPECT_EQ(seL4_ARM_VCPU_ReadRegs(vcpu, i).value, wanted);
    }
    EXPECT_ERROR(seL4_ARM_VCPU_ReadRegs(vcpu, VCPU_REG_LIMIT).error, seL4_InvalidArgument, 1);
    EXPECT_ERROR(seL4_ARM_VCPU_WriteRegs(vcpu, VCPU_REG_LIMIT, 0), seL4_InvalidArgument, 1);
    EXPECT_ERROR(seL4_ARM_VCPU_ReadRegs(vcpu, ~0UL).error, seL4_InvalidArgument, 1);
    EXPECT_ERROR(seL4_ARM_VCPU_WriteRegs(vcpu, 1UL << 32, 0), seL4_InvalidArgument, 1);
}

static seL4_Error inject(seL4_CPtr vcpu, seL4_Word virq, seL4_Word priority, seL4_Word group,
                         seL4_Word index)
{
    return sel4_invoke1(vcpu, ARMVCPUInjectIRQ, virq | priority << 16 | group << 24 | index << 32);
}

/* How many list registers there are: the error says it. */
static seL4_Word list_registers(seL4_CPtr vcpu)
{
    EXPECT_ERROR(inject(vcpu, 0, 0, 0, 255), seL4_RangeError, 0);
    return seL4_GetMR(1) + 1;
}

TEST(inject_ranges)
{
    seL4_CPtr vcpu = new_object(seL4_ARM_VCPUObject, 0);
    seL4_Word count = list_registers(vcpu);

    EXPECT(count >= 4 && count <= 16);
    EXPECT_ERROR(inject(vcpu, 1024, 32, 2, 99), seL4_RangeError, 0, 1023);
    EXPECT_ERROR(inject(vcpu, 0xffff, 0, 0, 0), seL4_RangeError, 0, 1023);
    EXPECT_ERROR(inject(vcpu, 1023, 32, 2, 99), seL4_RangeError, 0, 31);
    EXPECT_ERROR(inject(vcpu, 1023, 31, 2, 99), seL4_RangeError, 0, 1);
    EXPECT_ERROR(inject(vcpu, 1023, 31, 1, count), seL4_RangeError, 0, count - 1);
    /* No thread is needed; a pending one may be replaced. */
    EXPECT_OK(inject(vcpu, 1019, 31, 1, count - 1));
    EXPECT_OK(inject(vcpu, 32, 0, 0, count - 1));
}

TEST(acknowledge_ranges)
{
    seL4_CPtr vcpu = new_object(seL4_ARM_VCPUObject, 0);

    EXPECT_ERROR(seL4_ARM_VCPU_AckVPPI(vcpu, 1020), seL4_RangeError, 0);
    seL4_Word most = seL4_GetMR(1);
    EXPECT_ERROR(seL4_ARM_VCPU_AckVPPI(vcpu, most + 1), seL4_RangeError, 0, most);
    EXPECT_ERROR(seL4_ARM_VCPU_AckVPPI(vcpu, ~0UL), seL4_RangeError, 0, most);
    EXPECT_ERROR(seL4_ARM_VCPU_AckVPPI(vcpu, most), seL4_InvalidArgument, 0);
    EXPECT_ERROR(seL4_ARM_VCPU_AckVPPI(vcpu, 26), seL4_InvalidArgument, 0);
    EXPECT_OK(seL4_ARM_VCPU_AckVPPI(vcpu, 27));
}

/* ---- binding ---- */

static seL4_Word spsr_of(seL4_CPtr tcb, seL4_Word spsr)
{
    seL4_UserContext registers = {.spsr = spsr};

    EXPECT_OK(seL4_TCB_WriteRegisters(tcb, false, 0, 3, &registers));
    EXPECT_OK(seL4_TCB_ReadRegisters(tcb, false, 0, 3, &registers));
    return registers.spsr;
}

#define NATIVE(spsr) (((spsr) & 0xf0000000) | (BUILD_DEBUG ? 0x40UL : 0x140UL))

TEST(modes_a_guest_may_have)
{
    seL4_CPtr tcb = new_object(seL4_TCBObject, 0), vcpu = new_object(seL4_ARM_VCPUObject, 0);
    static const seL4_Word allowed[] = {0x3c5, 0x3c4, 0, 0x600003c5, 5, 0x1c0};
    static const seL4_Word refused[] = {0x3c9, 0x3c8, 0x3cd, 0x10, 0x13, 0x1d3, 0xf0000001};

    EXPECT_OK(seL4_ARM_VCPU_SetTCB(vcpu, tcb));
    for (unsigned i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
        EXPECT_EQ(spsr_of(tcb, allowed[i]), allowed[i]);
    for (unsigned i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
        EXPECT_EQ(spsr_of(tcb, refused[i]), NATIVE(refused[i]));
}

static seL4_Word current_spsr(seL4_CPtr tcb)
{
    seL4_UserContext registers = {0};

    EXPECT_OK(seL4_TCB_ReadRegisters(tcb, false, 0, 3, &registers));
    return registers.spsr;
}

/* A thread that loses its vCPU is a native one at once. */
TEST(losing_the_vcpu)
{
    seL4_CPtr one = new_object(seL4_TCBObject, 0), two = new_object(seL4_TCBObject, 0);
    seL4_CPtr a = new_object(seL4_ARM_VCPUObject, 0), b = new_object(seL4_ARM_VCPUObject, 0);

    EXPECT_OK(seL4_ARM_VCPU_SetTCB(a, one));
    EXPECT_EQ(spsr_of(one, 0x800003c5), 0x800003c5);
    EXPECT_OK(seL4_ARM_VCPU_SetTCB(a, two));
    EXPECT_EQ(current_spsr(one), NATIVE(0x800003c5));
    EXPECT_EQ(spsr_of(two, 0x3c5), 0x3c5);
    /* The thread gets another: the first is free. */
    EXPECT_OK(seL4_ARM_VCPU_SetTCB(b, two));
    EXPECT_OK(seL4_ARM_VCPU_SetTCB(a, one));
    EXPECT_EQ(spsr_of(one, 0x3c5), 0x3c5);
    EXPECT_EQ(spsr_of(two, 0x3c5), 0x3c5);
    EXPECT_OK(seL4_CNode_Delete(ROOT, a, DEPTH));
    EXPECT_EQ(current_spsr(one), NATIVE(0x3c5));
    EXPECT_OK(seL4_CNode_Delete(ROOT, two, DEPTH));
    EXPECT_OK(seL4_ARM_VCPU_SetTCB(b, one));
    EXPECT_EQ(spsr_of(one, 0x3c5), 0x3c5);
    EXPECT_ERROR(seL4_ARM_VCPU_SetTCB(b, new_endpoint()), seL4_IllegalOperation);
    EXPECT_ERROR(seL4_ARM_VCPU_SetTCB(b, new_slot()), seL4_IllegalOperation);
}
