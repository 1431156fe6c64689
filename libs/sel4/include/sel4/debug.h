/* SPDX-License-Identifier: BSD-2-Clause */
/* Debug system calls. A release kernel has none of them: there each is an unknown system call,
 * which faults. Portable programs print through libs/rt instead. */
#pragma once

#include <string.h>
#include <sel4/syscalls.h>

/* The five below give and take x0 (and x1) alone. */
SEL4_INLINE seL4_Word sel4_trap_debug(long number, seL4_Word argument0, seL4_Word argument1)
{
    register seL4_Word x0 __asm__("x0") = argument0;
    register seL4_Word x1 __asm__("x1") = argument1;
    register seL4_Word x7 __asm__("x7") = (seL4_Word)number;

    __asm__ volatile("svc #0" : "+r"(x0), "+r"(x1) : "r"(x7) : "memory");
    return x0;
}

SEL4_INLINE void seL4_DebugPutChar(char c)
{
    sel4_trap_debug(seL4_SysDebugPutChar, (seL4_Uint8)c, 0);
}

LIBSEL4_INLINE void seL4_DebugPutString(const char *text)
{
    while (*text != '\0')
        seL4_DebugPutChar(*text++);
}

SEL4_INLINE void seL4_DebugDumpScheduler(void)
{
    sel4_trap_debug(seL4_SysDebugDumpScheduler, 0, 0);
}

SEL4_INLINE void seL4_DebugHalt(void)
{
    sel4_trap_debug(seL4_SysDebugHalt, 0, 0);
}

SEL4_INLINE void seL4_DebugSnapshot(void)
{
    sel4_trap_debug(seL4_SysDebugSnapshot, 0, 0);
}

SEL4_INLINE seL4_Uint32 seL4_DebugCapIdentify(seL4_CPtr cap)
{
    return (seL4_Uint32)sel4_trap_debug(seL4_SysDebugCapIdentify, cap, 0);
}

/* The name, with its NUL, must be shorter than 960 bytes: longer ones halt the kernel. */
LIBSEL4_INLINE void seL4_DebugNameThread(seL4_CPtr tcb, const char *name)
{
    strcpy((char *)seL4_GetIPCBuffer()->msg, name);
    sel4_trap_debug(seL4_SysDebugNameThread, tcb, 0);
}

SEL4_INLINE void seL4_DebugSendIPI(seL4_Uint8 target, unsigned irq)
{
    sel4_trap_debug(seL4_SysDebugSendIPI, target, irq);
}

SEL4_INLINE seL4_Word seL4_DebugGetThreadAffinity(seL4_CPtr tcb)
{
    return sel4_trap_debug(seL4_SysDebugGetThreadAffinity, tcb, 0);
}

SEL4_INLINE void seL4_BenchmarkNullSyscall(void)
{
    sel4_trap_debug(seL4_SysBenchmarkNullSyscall, 0, 0);
}
