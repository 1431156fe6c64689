/* SPDX-License-Identifier: BSD-2-Clause */
/* The order of seL4_UserContext, as a table of register numbers. */
#include "kernel/ipc/endpoint.h"
#include "kernel/ipc/registers.h"

/* A register's place in struct registers, in words; x0 to x30 are the first. */
#define PLACE(name) (offsetof(struct registers, name) / sizeof(uint64_t))
enum { PC = PLACE(restart_pc), SP = PLACE(sp), SPSR = PLACE(spsr) };
enum { ID = PLACE(tpidr_el0), ID_READ_ONLY = PLACE(tpidrro_el0), NEXT = PLACE(pc) };

static const uint8_t places[] = {
    PC, SP, SPSR, 0,  1,  2,  3,  4,  5,  6,  7,  8,  16, 17, 18, 29, 30,           9,   10,
    11, 12, 13,   14, 15, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, ID, ID_READ_ONLY, NEXT};

_Static_assert(sizeof(places) == REGISTER_NEXT_PC + 1, "all of them");

/* The thread may have written them itself since they were loaded. */
static bool ids_are_in_core(const struct thread *thread)
{
    return core_local()->in_core == thread;
}

static uint64_t *place_of(const struct thread *thread, unsigned index)
{
    CHECK(index < sizeof(places));
    return (uint64_t *)&thread->registers + places[index];
}

uint64_t registers_get(const struct thread *thread, unsigned index)
{
    if (index == REGISTER_TPIDR && ids_are_in_core(thread)) {
        return sysreg_read_tpidr_el0();
    }
    if (index == REGISTER_TPIDRRO && ids_are_in_core(thread)) {
        return sysreg_read_tpidrro_el0();
    }
    return *place_of(thread, index);
}

void registers_set(struct thread *thread, unsigned index, uint64_t value)
{
    if (index == REGISTER_SPSR) {
        value = spsr_sanitise(value, thread->vcpu != NULL);
    }
    *place_of(thread, index) = value;
    if (index == REGISTER_PC) {
        endpoint_forget_caller(thread);
        thread->registers.pc = value;
    } else if (index == REGISTER_TPIDR && ids_are_in_core(thread)) {
        sysreg_write_tpidr_el0(value);
    } else if (index == REGISTER_TPIDRRO && ids_are_in_core(thread)) {
        sysreg_write_tpidrro_el0(value);
    }
}
