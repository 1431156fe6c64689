/* SPDX-License-Identifier: BSD-2-Clause */
/* Debug system calls of kernel/entry/debug.h. */
#include "kernel/entry/debug.h"
#include "abi/sel4/syscalls.h"
#include "kernel/invariant/invariant.h"
#include "kernel/ipc/message.h"
#include "kernel/lib/print.h"

#define REG_NUMBER 7

static struct cap cap_named(struct thread *thread)
{
    struct lookup_failure failure;
    struct slot *slot;
    if (!lookup_pointer(thread, thread->registers.x[0], &slot, &failure)) {
        return cap_null();
    }
    return slot->cap;
}

/* The name stands in the IPC buffer; a mistake halts, as the interface has it. */
static void name_thread(struct thread *thread)
{
    struct cap cap = cap_named(thread);
    const seL4_IPCBuffer *buffer = message_buffer(thread, false);
    if (cap_type(cap) != CAP_THREAD || buffer == NULL) {
        panic("DebugNameThread: no thread, or no IPC buffer");
    }
    const char *name = (const char *)buffer->msg;
    struct thread *target = cap_object(cap);
    unsigned i = 0;
    for (; i < sizeof(target->name) - 1 && name[i] != '\0'; i++) {
        target->name[i] = name[i];
    }
    target->name[i] = '\0';
}

bool debug_syscall(struct thread *thread)
{
    if (!BUILD_DEBUG) {
        return false;
    }
    switch ((int64_t)thread->registers.x[REG_NUMBER]) {
    case seL4_SysDebugPutChar:
        print_char((char)thread->registers.x[0]);
        return true;
    case seL4_SysDebugSnapshot:
        invariant_check_all();
        print("kernel: all invariants hold\n");
        return true;
    case seL4_SysDebugHalt:
        panic("halted by DebugHalt");
    case seL4_SysDebugCapIdentify:
        thread->registers.x[0] = cap_type(cap_named(thread));
        return true;
    case seL4_SysDebugNameThread:
        name_thread(thread);
        return true;
    case seL4_SysDebugGetThreadAffinity:
        thread->registers.x[0] = cap_type(cap_named(thread)) == CAP_THREAD
                                     ? ((struct thread *)cap_object(cap_named(thread)))->core
                                     : 0;
        return true;
    case seL4_SysDebugDumpScheduler:
    case seL4_SysBenchmarkNullSyscall:
        return true;
    default:
        return false;
    }
}
