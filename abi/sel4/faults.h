/* SPDX-License-Identifier: BSD-2-Clause */
/* Fault messages: their labels (MCS numbering) and what each message register holds.
 * Source: seL4 manual 6.2 and appendix D. */
#pragma once

#include "abi/sel4/types.h"

#ifndef __ASSEMBLER__
typedef enum {
    seL4_Fault_NullFault = 0,
    seL4_Fault_CapFault = 1,
    seL4_Fault_UnknownSyscall = 2,
    seL4_Fault_UserException = 3,
    seL4_Fault_Timeout = 5,
    seL4_Fault_VMFault = 6,
    seL4_Fault_VGICMaintenance = 7,
    seL4_Fault_VCPUFault = 8,
    seL4_Fault_VPPIEvent = 9,
} seL4_FaultType;

typedef enum {
    seL4_CapFault_IP,
    seL4_CapFault_Addr,
    seL4_CapFault_InRecvPhase,
    seL4_CapFault_LookupFailureType,
    seL4_CapFault_BitsLeft,
    seL4_CapFault_DepthMismatch_BitsFound,
    seL4_CapFault_GuardMismatch_GuardFound = seL4_CapFault_DepthMismatch_BitsFound,
    seL4_CapFault_GuardMismatch_BitsFound,
} seL4_CapFault_Msg;

typedef enum {
    seL4_UnknownSyscall_X0,
    seL4_UnknownSyscall_X1,
    seL4_UnknownSyscall_X2,
    seL4_UnknownSyscall_X3,
    seL4_UnknownSyscall_X4,
    seL4_UnknownSyscall_X5,
    seL4_UnknownSyscall_X6,
    seL4_UnknownSyscall_X7,
    seL4_UnknownSyscall_FaultIP,
    seL4_UnknownSyscall_SP,
    seL4_UnknownSyscall_LR, /* the next program counter, not x30 */
    seL4_UnknownSyscall_SPSR,
    seL4_UnknownSyscall_Syscall,
    seL4_UnknownSyscall_Length,
} seL4_UnknownSyscall_Msg;

typedef enum {
    seL4_UserException_FaultIP,
    seL4_UserException_SP,
    seL4_UserException_SPSR,
    seL4_UserException_Number,
    seL4_UserException_Code,
    seL4_UserException_Length,
} seL4_UserException_Msg;

typedef enum {
    seL4_Timeout_Data,
    seL4_Timeout_Consumed,
    seL4_Timeout_Length,
} seL4_Timeout_Msg;

/* A timeout fault's reply: the registers in the order of seL4_UserContext, thread ids left out. */
#define seL4_TimeoutReply_Length 34

typedef enum {
    seL4_VMFault_IP,
    seL4_VMFault_Addr,
    seL4_VMFault_PrefetchFault,
    seL4_VMFault_FSR,
    seL4_VMFault_Length,
} seL4_VMFault_Msg;

typedef enum {
    seL4_VGICMaintenance_IDX, /* list register that ended, or all ones */
    seL4_VGICMaintenance_Length,
} seL4_VGICMaintenance_Msg;

typedef enum {
    seL4_VCPUFault_HSR, /* ESR_EL2 */
    seL4_VCPUFault_Length,
} seL4_VCPUFault_Msg;

typedef enum {
    seL4_VPPIEvent_IRQ,
    seL4_VPPIEvent_Length,
} seL4_VPPIEvent_Msg;

/* Rich exits, an extension of ours (docs/kernel/extensions.md): what their messages and answers
 * hold instead, for a thread with TCB_FLAG_RICH_EXITS and a vCPU. */
enum {
    RICH_VM_FAULT_VALUE = seL4_VMFault_PrefetchFault, /* of the register the syndrome names */

    RICH_VCPU_FAULT_IP = 1,
    RICH_VCPU_FAULT_VALUE,  /* x0 of a call; the register a system register access names */
    RICH_VCPU_FAULT_SECOND, /* x1 of a call */
    RICH_VCPU_FAULT_LENGTH,

    RICH_REPLY_IP = 0, /* where to go on */
    RICH_REPLY_VALUE,  /* for x0 of a call, the register a load or an mrs names */
    RICH_REPLY_LENGTH,
};

/* Registers of a thread in the order of ReadRegisters and WriteRegisters. */
typedef struct seL4_UserContext_ {
    seL4_Word pc, sp, spsr, x0, x1, x2, x3, x4, x5, x6, x7, x8, x16, x17, x18, x29, x30;
    seL4_Word x9, x10, x11, x12, x13, x14, x15, x19, x20, x21, x22, x23, x24, x25, x26, x27, x28;
    seL4_Word tpidr_el0, tpidrro_el0;
} seL4_UserContext;

#define seL4_UserContext_Length      36
#define seL4_UserContext_TPIDR       34 /* index of tpidr_el0 */
#define seL4_UserContext_FrameLength 17 /* pc to x30: what CopyRegisters calls the frame */

_Static_assert(sizeof(seL4_UserContext) == 8 * seL4_UserContext_Length, "36 words");
#endif
