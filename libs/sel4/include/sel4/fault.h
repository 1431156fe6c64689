/* SPDX-License-Identifier: BSD-2-Clause */
/* Faults as values: seL4_getFault() copies a fault message out of the IPC buffer of its receiver
 * (after seL4_Recv, which puts MR0 to MR3 there), and named getters read the copy. */
#pragma once

#include <sel4/buffer.h>

typedef struct seL4_Fault {
    seL4_Word type; /* the message's label: seL4_FaultType */
    seL4_Word words[seL4_UnknownSyscall_Length];
} seL4_Fault_t;

LIBSEL4_INLINE seL4_Fault_t seL4_getFault(seL4_MessageInfo_t tag)
{
    seL4_Fault_t fault = {.type = seL4_MessageInfo_get_label(tag)};
    seL4_Word length = seL4_MessageInfo_get_length(tag);

    for (seL4_Word i = 0; i < length && i < seL4_UnknownSyscall_Length; i++)
        fault.words[i] = seL4_GetMR((int)i);
    return fault;
}

SEL4_INLINE seL4_Word seL4_Fault_get_seL4_FaultType(seL4_Fault_t fault)
{
    return fault.type;
}

SEL4_INLINE bool seL4_isVMFault_tag(seL4_MessageInfo_t tag)
{
    return seL4_MessageInfo_get_label(tag) == seL4_Fault_VMFault;
}

SEL4_INLINE bool seL4_isUnknownSyscall_tag(seL4_MessageInfo_t tag)
{
    return seL4_MessageInfo_get_label(tag) == seL4_Fault_UnknownSyscall;
}

SEL4_INLINE bool seL4_isUserException_tag(seL4_MessageInfo_t tag)
{
    return seL4_MessageInfo_get_label(tag) == seL4_Fault_UserException;
}

SEL4_INLINE bool seL4_isCapFault_tag(seL4_MessageInfo_t tag)
{
    return seL4_MessageInfo_get_label(tag) == seL4_Fault_CapFault;
}

SEL4_INLINE bool seL4_isTimeoutFault_tag(seL4_MessageInfo_t tag)
{
    return seL4_MessageInfo_get_label(tag) == seL4_Fault_Timeout;
}

#define SEL4_FAULT_FIELD(kind, field, index)                                  \
    SEL4_INLINE seL4_Word seL4_Fault_##kind##_get_##field(seL4_Fault_t fault) \
    {                                                                         \
        return fault.words[index];                                            \
    }

SEL4_FAULT_FIELD(VMFault, IP, seL4_VMFault_IP)
SEL4_FAULT_FIELD(VMFault, Addr, seL4_VMFault_Addr)
SEL4_FAULT_FIELD(VMFault, PrefetchFault, seL4_VMFault_PrefetchFault)
SEL4_FAULT_FIELD(VMFault, FSR, seL4_VMFault_FSR)
SEL4_FAULT_FIELD(CapFault, IP, seL4_CapFault_IP)
SEL4_FAULT_FIELD(CapFault, Addr, seL4_CapFault_Addr)
SEL4_FAULT_FIELD(CapFault, InRecvPhase, seL4_CapFault_InRecvPhase)
SEL4_FAULT_FIELD(CapFault, LookupFailureType, seL4_CapFault_LookupFailureType)
SEL4_FAULT_FIELD(UnknownSyscall, FaultIP, seL4_UnknownSyscall_FaultIP)
SEL4_FAULT_FIELD(UnknownSyscall, SP, seL4_UnknownSyscall_SP)
SEL4_FAULT_FIELD(UnknownSyscall, LR, seL4_UnknownSyscall_LR)
SEL4_FAULT_FIELD(UnknownSyscall, SPSR, seL4_UnknownSyscall_SPSR)
SEL4_FAULT_FIELD(UnknownSyscall, Syscall, seL4_UnknownSyscall_Syscall)
SEL4_FAULT_FIELD(UserException, FaultIP, seL4_UserException_FaultIP)
SEL4_FAULT_FIELD(UserException, SP, seL4_UserException_SP)
SEL4_FAULT_FIELD(UserException, SPSR, seL4_UserException_SPSR)
SEL4_FAULT_FIELD(UserException, Number, seL4_UserException_Number)
SEL4_FAULT_FIELD(UserException, Code, seL4_UserException_Code)
SEL4_FAULT_FIELD(Timeout, Data, seL4_Timeout_Data)
SEL4_FAULT_FIELD(Timeout, Consumed, seL4_Timeout_Consumed)
SEL4_FAULT_FIELD(VGICMaintenance, IDX, seL4_VGICMaintenance_IDX)
SEL4_FAULT_FIELD(VCPUFault, HSR, seL4_VCPUFault_HSR)
SEL4_FAULT_FIELD(VPPIEvent, IRQ, seL4_VPPIEvent_IRQ)

#undef SEL4_FAULT_FIELD

/* The reply to a timeout fault: the first `length` registers of `regs`, without the thread ids. */
LIBSEL4_INLINE seL4_MessageInfo_t seL4_TimeoutReply_new(seL4_Bool resume, seL4_UserContext regs,
                                                        seL4_Word length)
{
    const seL4_Word *words = (const seL4_Word *)&regs;

    if (length > seL4_TimeoutReply_Length)
        length = seL4_TimeoutReply_Length;
    for (seL4_Word i = 0; i < length; i++)
        seL4_SetMR((int)i, words[i]);
    return seL4_MessageInfo_new(!resume, 0, 0, length);
}
