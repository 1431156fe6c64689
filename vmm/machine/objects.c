/* SPDX-License-Identifier: BSD-2-Clause */
/* Starts a vCPU, and what happens at every exit: registers, list registers, the timer. The kernel
 * refuses none of the latter for reasons a guest could cause; if it does, it is our bug. */
#include "vmm/machine/objects.h"

#include <sel4/sel4.h>

#include "hw/sysreg.h"
#include "libs/rt/rt.h"
#include "libs/sel4/text.h"
#include "vmm/arch/esr.h"

/* Masked, at EL1 with its own stack (Linux booting.rst: all of DAIF masked, EL1). */
#define GUEST_PSTATE        (SPSR_DAIF | SPSR_MODE_EL1H)

/* A new vCPU's SCTLR (docs/kernel/vcpu.md): MMU and caches are off. */
#define GUEST_SCTLR         UINT64_C(0x34d58820)

/* VMPIDR_EL2: bit 31 is one; all in cluster 0. */
#define GUEST_AFFINITY(cpu) (UINT64_C(0x80000000) | (cpu))

/* What is not unknown after reset (Arm ARM D1.9.1). */
static seL4_Error reset(unsigned cpu)
{
    const struct {
        seL4_VCPUReg reg;
        uint64_t value;
    } values[] = {
        {seL4_VCPUReg_VMPIDR_EL2, GUEST_AFFINITY(cpu)},
        {seL4_VCPUReg_SCTLR, GUEST_SCTLR},
        {seL4_VCPUReg_CNTV_CTL, 0},
    };
    seL4_Error error = seL4_NoError;

    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]) && error == seL4_NoError; i++)
        error = seL4_ARM_VCPU_WriteRegs(VMM_SLOT_VCPU + cpu, values[i].reg, values[i].value);
    return error;
}

bool objects_start(unsigned cpu, const struct objects_start *start, struct complaint *complaint)
{
    seL4_UserContext context = {.pc = start->pc.value, .spsr = GUEST_PSTATE, .x0 = start->x0};
    seL4_Error error = reset(cpu);

    if (error == seL4_NoError)
        error = seL4_TCB_WriteRegisters(VMM_SLOT_TCB + cpu, true, 0, seL4_UserContext_Length,
                                        &context);
    if (error != seL4_NoError)
        return complain(complaint, "vCPU %u: the kernel refused: %s", cpu, sel4_error_text(error));
    return true;
}

void objects_stop(unsigned cpu)
{
    CHECK(seL4_TCB_Suspend(VMM_SLOT_TCB + cpu) == seL4_NoError);
}

bool objects_ask_for_rich_exits(unsigned cpu)
{
    seL4_TCB_SetFlags_t result = seL4_TCB_SetFlags(VMM_SLOT_TCB + cpu, 0, TCB_FLAG_RICH_EXITS);

    return result.error == seL4_NoError && (result.flags & TCB_FLAG_RICH_EXITS) != 0;
}

static unsigned number_of(const void *owner)
{
    return (unsigned)(uintptr_t)owner;
}

/* MR0 to MR3 travel in registers, so loops over the rest are all there is to do. */
static void read_context(void *owner, unsigned count, seL4_Word *words)
{
    unsigned cpu = number_of(owner);
    struct sel4_result result = sel4_invoke_result(VMM_SLOT_TCB + cpu, TCBReadRegisters, 0, 2, 0,
                                                   count, 0, 0);
    const seL4_Word *buffer = seL4_GetIPCBuffer()->msg;

    CHECK(result.error == seL4_NoError);
    words[0] = result.mr0;
    if (count > 1)
        words[1] = result.mr1;
    if (count > 2)
        words[2] = result.mr2;
    if (count > 3)
        words[3] = result.mr3;
    for (unsigned i = 4; i < count; i++)
        words[i] = buffer[i];
}

static void write_context(void *owner, unsigned count, const seL4_Word *words)
{
    unsigned cpu = number_of(owner);
    seL4_Word *buffer = seL4_GetIPCBuffer()->msg;

    /* Flags and count go first, so the third register is the first in the buffer. */
    for (unsigned i = 2; i < count; i++)
        buffer[i + 2] = words[i];
    CHECK(sel4_invoke(VMM_SLOT_TCB + cpu, TCBWriteRegisters, 0, count + 2, 0, count, words[0],
                      count > 1 ? words[1] : 0) == seL4_NoError);
}

static uint64_t read_system(void *owner, seL4_VCPUReg reg)
{
    unsigned cpu = number_of(owner);
    seL4_ARM_VCPU_ReadRegs_t result = seL4_ARM_VCPU_ReadRegs(VMM_SLOT_VCPU + cpu, reg);

    CHECK(result.error == seL4_NoError);
    return result.value;
}

static void write_system(void *owner, seL4_VCPUReg reg, uint64_t value)
{
    unsigned cpu = number_of(owner);

    CHECK(seL4_ARM_VCPU_WriteRegs(VMM_SLOT_VCPU + cpu, reg, value) == seL4_NoError);
}

const struct vcpu_ops objects_vcpu_ops = {
    .read_context = read_context,
    .write_context = write_context,
    .read_system = read_system,
    .write_system = write_system,
};

enum gic_inject_result objects_inject(unsigned cpu, unsigned list, unsigned intid,
                                      unsigned priority, unsigned group)
{
    switch (seL4_ARM_VCPU_InjectIRQ(VMM_SLOT_VCPU + cpu, (seL4_Uint16)intid, (seL4_Uint8)priority,
                                    (seL4_Uint8)group, (seL4_Uint8)list)) {
    case seL4_NoError:
        return GIC_INJECTED;
    case seL4_DeleteFirst:
        return GIC_LIST_ACTIVE;
    default: /* RangeError: the number, priority and group are in range, so it is the index */
        return GIC_LIST_MISSING;
    }
}

bool objects_deliver_timer(unsigned cpu, const struct gic_timer *timer)
{
    seL4_Word word = GIC_PPI_VIRTUAL_TIMER | (seL4_Word)GIC_TIMER_LIST << VTIMER_LIST_SHIFT |
                     (seL4_Word)timer->priority << VTIMER_PRIORITY_SHIFT |
                     (seL4_Word)timer->group << VTIMER_GROUP_SHIFT |
                     (timer->enabled ? VTIMER_ENABLED : 0);

    if (seL4_ARM_VCPU_WriteRegs(VMM_SLOT_VCPU + cpu, VCPU_REG_VTIMER, word) != seL4_NoError)
        return false;
    /* What was reported while it was off would stay masked. */
    if (timer->enabled)
        objects_timer_acknowledge(cpu);
    return true;
}

struct gic_timer_state objects_timer_state(unsigned cpu)
{
    uint64_t word = read_system(objects_vcpu_owner(cpu), (seL4_VCPUReg)VCPU_REG_VTIMER);

    return (struct gic_timer_state){.pending = (word & VTIMER_PENDING) != 0,
                                    .active = (word & VTIMER_ACTIVE) != 0};
}

bool objects_timer_is_due(unsigned cpu)
{
    uint64_t control = read_system(objects_vcpu_owner(cpu), seL4_VCPUReg_CNTV_CTL);

    return (control & (CNT_CTL_ENABLE | CNT_CTL_IMASK | CNT_CTL_ISTATUS)) ==
           (CNT_CTL_ENABLE | CNT_CTL_ISTATUS);
}

void objects_timer_acknowledge(unsigned cpu)
{
    CHECK(seL4_ARM_VCPU_AckVPPI(VMM_SLOT_VCPU + cpu, GIC_PPI_VIRTUAL_TIMER) == seL4_NoError);
}

uint64_t objects_counter_offset(unsigned cpu)
{
    return read_system(objects_vcpu_owner(cpu), seL4_VCPUReg_CNTVOFF);
}
