/* SPDX-License-Identifier: BSD-2-Clause */
/* The order of seL4_UserContext, as a table of register numbers. */
#include "abi/sel4/faults.h"
#include "kernel/ipc/endpoint.h"
#include "kernel/ipc/registers.h"
#include "kernel/model/core.h"

enum {
    INDEX_PC = 0,
    INDEX_SP = 1,
    INDEX_SPSR = 2,
    INDEX_GENERAL = 3,
    INDEX_TPIDR = 34,
    INDEX_TPIDRRO = 35,
};

/* Indices 3 to 33: which x register. */
static const uint8_t general[] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  16, 17, 18, 29, 30, 9, 10,
                                  11, 12, 13, 14, 15, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28};

_Static_assert(sizeof(general) == INDEX_TPIDR - INDEX_GENERAL, "all of x0 to x30");

/* The thread may have written them itself since they were loaded. */
static bool ids_are_in_core(const struct thread *thread)
{
    return core_local()->in_core == thread;
}

uint64_t registers_get(const struct thread *thread, unsigned index)
{
    const struct registers *registers = &thread->registers;
    CHECK(index < seL4_UserContext_Length);
    switch (index) {
    case INDEX_PC:
        return registers->restart_pc;
    case INDEX_SP:
        return registers->sp;
    case INDEX_SPSR:
        return registers->spsr;
    case INDEX_TPIDR:
        return ids_are_in_core(thread) ? sysreg_read_tpidr_el0() : registers->tpidr_el0;
    case INDEX_TPIDRRO:
        return ids_are_in_core(thread) ? sysreg_read_tpidrro_el0() : registers->tpidrro_el0;
    default:
        return registers->x[general[index - INDEX_GENERAL]];
    }
}

void registers_set(struct thread *thread, unsigned index, uint64_t value)
{
    struct registers *registers = &thread->registers;
    CHECK(index < seL4_UserContext_Length);
    switch (index) {
    case INDEX_PC:
        endpoint_forget_caller(thread);
        registers->restart_pc = value;
        registers->pc = value;
        break;
    case INDEX_SP:
        registers->sp = value;
        break;
    case INDEX_SPSR:
        registers->spsr = spsr_sanitise(value, thread->vcpu != NULL);
        break;
    case INDEX_TPIDR:
        registers->tpidr_el0 = value;
        if (ids_are_in_core(thread)) {
            sysreg_write_tpidr_el0(value);
        }
        break;
    case INDEX_TPIDRRO:
        registers->tpidrro_el0 = value;
        if (ids_are_in_core(thread)) {
            sysreg_write_tpidrro_el0(value);
        }
        break;
    default:
        registers->x[general[index - INDEX_GENERAL]] = value;
        break;
    }
}
