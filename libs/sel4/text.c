/* SPDX-License-Identifier: BSD-2-Clause */
/* Errors and faults in words. */
#include "libs/sel4/text.h"

#include <stdio.h>

#define ESR_WRITE (1u << 6) /* Arm ARM D17.2.37, ISS of a data abort: WnR */

const char *sel4_error_text(seL4_Error error)
{
    static const char *const texts[] = {
        "done",
        "an invalid argument",
        "an invalid capability",
        "not allowed",
        "out of range",
        "not aligned",
        "not found",
        "cut short",
        "taken already",
        "given out already",
        "out of memory",
    };

    return (unsigned)error < sizeof(texts) / sizeof(texts[0]) ? texts[error] : "unknown error";
}

/* Faults of which one word of the message tells the most, and what stands around it. */
static const struct {
    const char *before, *behind;
    unsigned word;
} faults[] = {
    [seL4_Fault_CapFault] = {"used capability ", ", which it does not have", seL4_CapFault_Addr},
    [seL4_Fault_UnknownSyscall] = {"made system call ", ", which there is not",
                                   seL4_UnknownSyscall_Syscall},
    [seL4_Fault_UserException] = {"ran an instruction that does not exist (syndrome ", ")",
                                  seL4_UserException_Number},
    [seL4_Fault_VCPUFault] = {"ran an instruction that it may not (syndrome ", ")",
                              seL4_VCPUFault_HSR},
};

void sel4_fault_text(char *text, size_t size, seL4_MessageInfo_t info)
{
    seL4_Word kind = seL4_MessageInfo_get_label(info);
    seL4_Word syndrome = seL4_GetMR(seL4_VMFault_FSR);

    if (kind == seL4_Fault_VMFault)
        snprintf(text, size, "%s 0x%lx, which is not its own to do so (syndrome 0x%lx)",
                 seL4_GetMR(seL4_VMFault_PrefetchFault) ? "ran at"
                 : syndrome & ESR_WRITE                 ? "wrote to"
                                                        : "read from",
                 seL4_GetMR(seL4_VMFault_Addr), syndrome);
    else if (kind < sizeof(faults) / sizeof(faults[0]) && faults[kind].before != NULL)
        snprintf(text, size, "%s0x%lx%s", faults[kind].before, seL4_GetMR((int)faults[kind].word),
                 faults[kind].behind);
    else
        snprintf(text, size, "raised fault %lu", kind);
}
