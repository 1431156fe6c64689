/* SPDX-License-Identifier: BSD-2-Clause */
/* Invocations of what AArch64 adds: address spaces, frames, ASIDs, virtual CPUs, the secure
 * monitor. Contract: seL4 manual 10.5. */
#pragma once

#include <sel4/invoke.h>

/* Cache maintenance by virtual range; `end` is exclusive. */
SEL4_INLINE seL4_Error seL4_ARM_VSpace_Clean_Data(seL4_ARM_VSpace _service, seL4_Word start,
                                                  seL4_Word end)
{
    return sel4_invoke2(_service, ARMVSpaceClean_Data, start, end);
}

SEL4_INLINE seL4_Error seL4_ARM_VSpace_Invalidate_Data(seL4_ARM_VSpace _service, seL4_Word start,
                                                       seL4_Word end)
{
    return sel4_invoke2(_service, ARMVSpaceInvalidate_Data, start, end);
}

SEL4_INLINE seL4_Error seL4_ARM_VSpace_CleanInvalidate_Data(seL4_ARM_VSpace _service,
                                                            seL4_Word start, seL4_Word end)
{
    return sel4_invoke2(_service, ARMVSpaceCleanInvalidate_Data, start, end);
}

SEL4_INLINE seL4_Error seL4_ARM_VSpace_Unify_Instruction(seL4_ARM_VSpace _service, seL4_Word start,
                                                         seL4_Word end)
{
    return sel4_invoke2(_service, ARMVSpaceUnify_Instruction, start, end);
}

SEL4_INLINE seL4_Error seL4_ARM_PageTable_Map(seL4_ARM_PageTable _service, seL4_CPtr vspace,
                                              seL4_Word vaddr, seL4_ARM_VMAttributes attr)
{
    return sel4_invoke_cap(_service, ARMPageTableMap, vspace, 2, vaddr, attr, 0, 0);
}

SEL4_INLINE seL4_Error seL4_ARM_PageTable_Unmap(seL4_ARM_PageTable _service)
{
    return sel4_invoke0(_service, ARMPageTableUnmap);
}

SEL4_INLINE seL4_Error seL4_ARM_Page_Map(seL4_ARM_Page _service, seL4_CPtr vspace, seL4_Word vaddr,
                                         seL4_CapRights_t rights, seL4_ARM_VMAttributes attr)
{
    return sel4_invoke_cap(_service, ARMPageMap, vspace, 3, vaddr, rights.words[0], attr, 0);
}

SEL4_INLINE seL4_Error seL4_ARM_Page_Unmap(seL4_ARM_Page _service)
{
    return sel4_invoke0(_service, ARMPageUnmap);
}

/* Cache maintenance by offset within the frame. */
SEL4_INLINE seL4_Error seL4_ARM_Page_Clean_Data(seL4_ARM_Page _service, seL4_Word start_offset,
                                                seL4_Word end_offset)
{
    return sel4_invoke2(_service, ARMPageClean_Data, start_offset, end_offset);
}

SEL4_INLINE seL4_Error seL4_ARM_Page_Invalidate_Data(seL4_ARM_Page _service, seL4_Word start_offset,
                                                     seL4_Word end_offset)
{
    return sel4_invoke2(_service, ARMPageInvalidate_Data, start_offset, end_offset);
}

SEL4_INLINE seL4_Error seL4_ARM_Page_CleanInvalidate_Data(seL4_ARM_Page _service,
                                                          seL4_Word start_offset,
                                                          seL4_Word end_offset)
{
    return sel4_invoke2(_service, ARMPageCleanInvalidate_Data, start_offset, end_offset);
}

SEL4_INLINE seL4_Error seL4_ARM_Page_Unify_Instruction(seL4_ARM_Page _service,
                                                       seL4_Word start_offset, seL4_Word end_offset)
{
    return sel4_invoke2(_service, ARMPageUnify_Instruction, start_offset, end_offset);
}

SEL4_INLINE seL4_ARM_Page_GetAddress_t seL4_ARM_Page_GetAddress(seL4_ARM_Page _service)
{
    struct sel4_result result = sel4_invoke_result(_service, ARMPageGetAddress, 0, 0, 0, 0, 0, 0);

    return (seL4_ARM_Page_GetAddress_t){.error = result.error, .paddr = result.mr0};
}

SEL4_INLINE seL4_Error seL4_ARM_ASIDControl_MakePool(seL4_ARM_ASIDControl _service,
                                                     seL4_Untyped untyped, seL4_CNode root,
                                                     seL4_Word index, seL4_Uint8 depth)
{
    seL4_SetCap(0, untyped);
    seL4_SetCap(1, root);
    return sel4_invoke(_service, ARMASIDControlMakePool, 2, 2, index, depth, 0, 0);
}

SEL4_INLINE seL4_Error seL4_ARM_ASIDPool_Assign(seL4_ARM_ASIDPool _service, seL4_CPtr vspace)
{
    return sel4_invoke_cap(_service, ARMASIDPoolAssign, vspace, 0, 0, 0, 0, 0);
}

SEL4_INLINE seL4_Error seL4_ARM_VCPU_SetTCB(seL4_ARM_VCPU _service, seL4_TCB tcb)
{
    return sel4_invoke_cap(_service, ARMVCPUSetTCB, tcb, 0, 0, 0, 0, 0);
}

SEL4_INLINE seL4_Error seL4_ARM_VCPU_InjectIRQ(seL4_ARM_VCPU _service, seL4_Uint16 virq,
                                               seL4_Uint8 priority, seL4_Uint8 group,
                                               seL4_Uint8 index)
{
    seL4_Word word = virq | ((seL4_Word)priority << 16) | ((seL4_Word)group << 24) |
                     ((seL4_Word)index << 32);

    return sel4_invoke1(_service, ARMVCPUInjectIRQ, word);
}

SEL4_INLINE seL4_ARM_VCPU_ReadRegs_t seL4_ARM_VCPU_ReadRegs(seL4_ARM_VCPU _service, seL4_Word field)
{
    struct sel4_result result = sel4_invoke_result(_service, ARMVCPUReadReg, 0, 1, field, 0, 0, 0);

    return (seL4_ARM_VCPU_ReadRegs_t){.error = result.error, .value = result.mr0};
}

SEL4_INLINE seL4_Error seL4_ARM_VCPU_WriteRegs(seL4_ARM_VCPU _service, seL4_Word field,
                                               seL4_Word value)
{
    return sel4_invoke2(_service, ARMVCPUWriteReg, field, value);
}

SEL4_INLINE seL4_Error seL4_ARM_VCPU_AckVPPI(seL4_ARM_VCPU _service, seL4_Word irq)
{
    return sel4_invoke1(_service, ARMVCPUAckVPPI, irq);
}

SEL4_INLINE seL4_Error seL4_ARM_SMC_Call(seL4_ARM_SMC _service, seL4_ARM_SMCContext *smc_args,
                                         seL4_ARM_SMCContext *smc_response)
{
    seL4_SetMR(4, smc_args->x4);
    seL4_SetMR(5, smc_args->x5);
    seL4_SetMR(6, smc_args->x6);
    seL4_SetMR(7, smc_args->x7);
    struct sel4_result result = sel4_invoke_result(_service, ARMSMCCall, 0, 8, smc_args->x0,
                                                   smc_args->x1, smc_args->x2, smc_args->x3);
    if (result.error == seL4_NoError)
        *smc_response = (seL4_ARM_SMCContext){result.mr0,    result.mr1,    result.mr2,
                                              result.mr3,    seL4_GetMR(4), seL4_GetMR(5),
                                              seL4_GetMR(6), seL4_GetMR(7)};
    return result.error;
}
