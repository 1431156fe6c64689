/* SPDX-License-Identifier: BSD-2-Clause */
/* How a program ends: power-off or word to init, panic, failed checks. Stands on console.c. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "abi/component.h"
#include "abi/init.h"
#include "libs/rt/internal.h"

#define PSCI_SYSTEM_OFF 0x84000008UL
#define STATUS_PANIC    134 /* as a shell tells an abort */

extern uintptr_t __stack_chk_guard;
_Noreturn void __stack_chk_fail(void);

static void (*panic_hook)(void);

/* For objects compiled with a stack protector (Debian's libfdt is). There is no randomness this
 * early, so the guard is a word that string functions cannot write: it holds their ends. */
uintptr_t __stack_chk_guard = 0xff0a0d00ff0a0d00;

_Noreturn void rt_poweroff(void)
{
    seL4_ARM_SMCContext arguments = {.x0 = PSCI_SYSTEM_OFF};

    rt_console_rescue();
    rt_console_drain();
    seL4_ARM_SMC_Call(seL4_CapSMC, &arguments, &arguments);
    for (;;)
        seL4_TCB_Suspend(seL4_CapInitThreadTCB);
}

/* Init never answers. Without it there is nothing left but to stop by a fault. */
_Noreturn void rt_component_end(unsigned reason, int status)
{
    rt_console_rescue();
    rt_console_drain();
    seL4_SetMR(0, reason);
    seL4_SetMR(1, (seL4_Word)(seL4_Int64)status);
    seL4_Call(COMPONENT_SLOT_INIT, seL4_MessageInfo_new(INIT_END, 0, 0, 2));
    for (;;)
        __asm__ volatile("brk #0");
}

_Noreturn void _exit(int status)
{
    if (rt_component() != NULL)
        rt_component_end(status == 0 ? INIT_END_POWER_OFF : INIT_END_FAILED, status);
    rt_poweroff();
}

void rt_panic_set_hook(void (*hook)(void))
{
    panic_hook = hook;
}

/* A panic inside the hook must not run the hook again. */
static _Noreturn void end_in_panic(void)
{
    void (*hook)(void) = panic_hook;

    panic_hook = NULL;
    if (hook != NULL)
        hook();
    if (rt_component() != NULL)
        rt_component_end(INIT_END_FAILED, STATUS_PANIC);
    rt_poweroff();
}

_Noreturn void rt_panic(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    printf("panic: ");
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
    end_in_panic();
}

_Noreturn void rt_check_failed(const char *file, int line, const char *condition)
{
    printf("panic: %s:%d: check failed: %s\n", file, line, condition);
    end_in_panic();
}

/* This file is in every program, so that libc's versions of these two, which need signals, are in
 * none. */
_Noreturn void abort(void)
{
    rt_panic("abort");
}

_Noreturn void __stack_chk_fail(void)
{
    rt_panic("a function wrote past its stack frame");
}
