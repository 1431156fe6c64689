/* SPDX-License-Identifier: BSD-2-Clause */
/* Invocations of threads. Contract: seL4 manual 10.2. */
#pragma once

#include <string.h>
#include <sel4/invoke.h>

/* Fills the first `count` registers (1 to 36) of `regs`, in the order of seL4_UserContext. */
SEL4_INLINE seL4_Error seL4_TCB_ReadRegisters(seL4_TCB _service, seL4_Bool suspend_source,
                                              seL4_Uint8 arch_flags, seL4_Word count,
                                              seL4_UserContext *regs)
{
    seL4_Word *words = (seL4_Word *)regs;
    struct sel4_result result = sel4_invoke_result(
        _service, TCBReadRegisters, 0, 2, (suspend_source & 1UL) | ((seL4_Word)arch_flags << 8),
        count, 0, 0);

    if (result.error != seL4_NoError)
        return result.error;
    if (count > 0)
        words[0] = result.mr0;
    if (count > 1)
        words[1] = result.mr1;
    if (count > 2)
        words[2] = result.mr2;
    if (count > 3)
        words[3] = result.mr3;
    if (count > seL4_FastMessageRegisters)
        memcpy(&words[seL4_FastMessageRegisters],
               &seL4_GetIPCBuffer()->msg[seL4_FastMessageRegisters],
               (count - seL4_FastMessageRegisters) * sizeof(seL4_Word));
    return seL4_NoError;
}

SEL4_INLINE seL4_Error seL4_TCB_WriteRegisters(seL4_TCB _service, seL4_Bool resume_target,
                                               seL4_Uint8 arch_flags, seL4_Word count,
                                               seL4_UserContext *regs)
{
    const seL4_Word *words = (const seL4_Word *)regs;
    seL4_Word sent = count < seL4_UserContext_Length ? count : seL4_UserContext_Length;

    /* Two message registers go before the registers, so the buffer's part starts with the third. */
    if (sent > 2)
        memcpy(&seL4_GetIPCBuffer()->msg[seL4_FastMessageRegisters], &words[2],
               (sent - 2) * sizeof(seL4_Word));
    return sel4_invoke(_service, TCBWriteRegisters, 0, (unsigned)sent + 2,
                       (resume_target & 1UL) | ((seL4_Word)arch_flags << 8), count, words[0],
                       words[1]);
}

SEL4_INLINE seL4_Error seL4_TCB_CopyRegisters(seL4_TCB _service, seL4_TCB source,
                                              seL4_Bool suspend_source, seL4_Bool resume_target,
                                              seL4_Bool transfer_frame, seL4_Bool transfer_integer,
                                              seL4_Uint8 arch_flags)
{
    seL4_Word flags = (suspend_source & 1UL) | ((resume_target & 1UL) << 1) |
                      ((transfer_frame & 1UL) << 2) | ((transfer_integer & 1UL) << 3) |
                      ((seL4_Word)arch_flags << 8);

    return sel4_invoke_cap(_service, TCBCopyRegisters, source, 1, flags, 0, 0, 0);
}

SEL4_INLINE seL4_Error seL4_TCB_Configure(seL4_TCB _service, seL4_CNode cspace_root,
                                          seL4_Word cspace_root_data, seL4_CPtr vspace_root,
                                          seL4_Word vspace_root_data, seL4_Word buffer,
                                          seL4_CPtr bufferFrame)
{
    seL4_SetCap(0, cspace_root);
    seL4_SetCap(1, vspace_root);
    seL4_SetCap(2, bufferFrame);
    return sel4_invoke(_service, TCBConfigure, 3, 3, cspace_root_data, vspace_root_data, buffer, 0);
}

SEL4_INLINE seL4_Error seL4_TCB_SetPriority(seL4_TCB _service, seL4_CPtr authority,
                                            seL4_Word priority)
{
    return sel4_invoke_cap(_service, TCBSetPriority, authority, 1, priority, 0, 0, 0);
}

SEL4_INLINE seL4_Error seL4_TCB_SetMCPriority(seL4_TCB _service, seL4_CPtr authority, seL4_Word mcp)
{
    return sel4_invoke_cap(_service, TCBSetMCPriority, authority, 1, mcp, 0, 0, 0);
}

SEL4_INLINE seL4_Error seL4_TCB_SetSchedParams(seL4_TCB _service, seL4_CPtr authority,
                                               seL4_Word mcp, seL4_Word priority,
                                               seL4_CPtr sched_context, seL4_CPtr fault_ep)
{
    seL4_SetCap(0, authority);
    seL4_SetCap(1, sched_context);
    seL4_SetCap(2, fault_ep);
    return sel4_invoke(_service, TCBSetSchedParams, 3, 2, mcp, priority, 0, 0);
}

SEL4_INLINE seL4_Error seL4_TCB_SetTimeoutEndpoint(seL4_TCB _service, seL4_CPtr timeout_fault_ep)
{
    return sel4_invoke_cap(_service, TCBSetTimeoutEndpoint, timeout_fault_ep, 0, 0, 0, 0, 0);
}

SEL4_INLINE seL4_Error seL4_TCB_SetIPCBuffer(seL4_TCB _service, seL4_Word buffer,
                                             seL4_CPtr bufferFrame)
{
    return sel4_invoke_cap(_service, TCBSetIPCBuffer, bufferFrame, 1, buffer, 0, 0, 0);
}

SEL4_INLINE seL4_Error seL4_TCB_SetSpace(seL4_TCB _service, seL4_CPtr fault_ep,
                                         seL4_CNode cspace_root, seL4_Word cspace_root_data,
                                         seL4_CPtr vspace_root, seL4_Word vspace_root_data)
{
    seL4_SetCap(0, fault_ep);
    seL4_SetCap(1, cspace_root);
    seL4_SetCap(2, vspace_root);
    return sel4_invoke(_service, TCBSetSpace, 3, 2, cspace_root_data, vspace_root_data, 0, 0);
}

SEL4_INLINE seL4_Error seL4_TCB_Suspend(seL4_TCB _service)
{
    return sel4_invoke0(_service, TCBSuspend);
}

SEL4_INLINE seL4_Error seL4_TCB_Resume(seL4_TCB _service)
{
    return sel4_invoke0(_service, TCBResume);
}

SEL4_INLINE seL4_Error seL4_TCB_BindNotification(seL4_TCB _service, seL4_CPtr notification)
{
    return sel4_invoke_cap(_service, TCBBindNotification, notification, 0, 0, 0, 0, 0);
}

SEL4_INLINE seL4_Error seL4_TCB_UnbindNotification(seL4_TCB _service)
{
    return sel4_invoke0(_service, TCBUnbindNotification);
}

SEL4_INLINE seL4_Error seL4_TCB_SetTLSBase(seL4_TCB _service, seL4_Word tls_base)
{
    return sel4_invoke1(_service, TCBSetTLSBase, tls_base);
}

SEL4_INLINE seL4_TCB_SetFlags_t seL4_TCB_SetFlags(seL4_TCB _service, seL4_Word clear, seL4_Word set)
{
    struct sel4_result result = sel4_invoke_result(_service, TCBSetFlags, 0, 2, clear, set, 0, 0);

    return (seL4_TCB_SetFlags_t){.error = result.error, .flags = result.mr0};
}
