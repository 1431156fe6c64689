/* SPDX-License-Identifier: BSD-2-Clause */
/* The order of seL4_UserContext, as a table of register numbers. */
#include "kernel/ipc/endpoint.h"
#include "kernel/ipc/registers.h"

enum { INDEX_PC = 0, INDEX_SP = 1, INDEX_SPSR = 2, INDEX_GENERAL = 3 };
enum { INDEX_TPIDR = 34, INDEX_TPIDRRO = 35 };

/* Indices 3 to 33: which x register. */
static const uint8_t general[] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  16, 17, 18, 29, 30, 9, 10,
                                  11, 12, 13, 14, 15, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28};

_Static_assert(sizeof(general) == INDEX_TPIDR - INDEX_GENERAL, "all of x0 to x30");

/* The thread may have written them itself since they were loaded. */
static bool ids_are_in_core(const struct thread *thread)
{
    return core_local()->in_core == thread;
}

/* Where the saved register is. */
static uint64_t *place_of(struct registers *registers, unsigned index)
{
    switch (index) {
    case INDEX_PC:
        return &registers->restart_pc;
    case INDEX_SP:
        return &registers->sp;
    case INDEX_SPSR:
        return &registers->spsr;
    case INDEX_TPIDR:
        return &registers->tpidr_el0;
    case INDEX_TPIDRRO:
        return &registers->tpidrro_el0;
    default:
        return &registers->x[general[index - INDEX_GENERAL]];
    }
}

uint64_t registers_get(struct thread *thread, unsigned index)
{
    CHECK(index < seL4_UserContext_Length);
    if (ids_are_in_core(thread)) {
        thread->registers.tpidr_el0 = sysreg_read_tpidr_el0();
        thread->registers.tpidrro_el0 = sysreg_read_tpidrro_el0();
    }
    return *place_of(&thread->registers, index);
}

void registers_set(struct thread *thread, unsigned index, uint64_t value)
{
    CHECK(index < seL4_UserContext_Length);
    if (index == INDEX_SPSR) {
        value = spsr_sanitise(value, thread->vcpu != NULL);
    }
    *place_of(&thread->registers, index) = value;
    if (index == INDEX_PC) {
        endpoint_forget_caller(thread);
        thread->registers.pc = value;
    } else if (index == INDEX_TPIDR && ids_are_in_core(thread)) {
        sysreg_write_tpidr_el0(value);
    } else if (index == INDEX_TPIDRRO && ids_are_in_core(thread)) {
        sysreg_write_tpidrro_el0(value);
    }
}
