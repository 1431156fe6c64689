/* SPDX-License-Identifier: BSD-2-Clause */
/* What happens at every exit goes to the kernel from here: registers, list registers, the timer.
 * The kernel refuses none of these for reasons a guest could cause; if it does, it is our bug. */
#include <sel4/sel4.h>

#include "hw/sysreg.h"
#include "libs/rt/rt.h"
#include "vmm/alone/objects.h"

/* MR0 to MR3 travel in registers, so loops over the rest are all there is to do. */
static void read_context(void *owner, unsigned count, seL4_Word *words)
{
    const struct objects *objects = owner;
    struct sel4_result result = sel4_invoke_result(objects->tcb, TCBReadRegisters, 0, 2, 0, count,
                                                   0, 0);
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
    const struct objects *objects = owner;
    seL4_Word *buffer = seL4_GetIPCBuffer()->msg;

    /* Flags and count go first, so the third register is the first in the buffer. */
    for (unsigned i = 2; i < count; i++)
        buffer[i + 2] = words[i];
    CHECK(sel4_invoke(objects->tcb, TCBWriteRegisters, 0, count + 2, 0, count, words[0],
                      count > 1 ? words[1] : 0) == seL4_NoError);
}

static uint64_t read_system(void *owner, seL4_VCPUReg reg)
{
    const struct objects *objects = owner;
    seL4_ARM_VCPU_ReadRegs_t result = seL4_ARM_VCPU_ReadRegs(objects->vcpu, reg);

    CHECK(result.error == seL4_NoError);
    return result.value;
}

static void write_system(void *owner, seL4_VCPUReg reg, uint64_t value)
{
    const struct objects *objects = owner;

    CHECK(seL4_ARM_VCPU_WriteRegs(objects->vcpu, reg, value) == seL4_NoError);
}

const struct vcpu_ops objects_vcpu_ops = {
    .read_context = read_context,
    .write_context = write_context,
    .read_system = read_system,
    .write_system = write_system,
};

enum gic_inject_result objects_inject(struct objects *objects, unsigned list, unsigned intid,
                                      unsigned priority, unsigned group)
{
    switch (seL4_ARM_VCPU_InjectIRQ(objects->vcpu, (seL4_Uint16)intid, (seL4_Uint8)priority,
                                    (seL4_Uint8)group, (seL4_Uint8)list)) {
    case seL4_NoError:
        return GIC_INJECTED;
    case seL4_DeleteFirst:
        return GIC_LIST_ACTIVE;
    default: /* RangeError: the number, priority and group are in range, so it is the index */
        return GIC_LIST_MISSING;
    }
}

bool objects_deliver_timer(struct objects *objects, const struct gic_timer *timer)
{
    seL4_Word word = GIC_PPI_VIRTUAL_TIMER | (seL4_Word)GIC_TIMER_LIST << VTIMER_LIST_SHIFT |
                     (seL4_Word)timer->priority << VTIMER_PRIORITY_SHIFT |
                     (seL4_Word)timer->group << VTIMER_GROUP_SHIFT |
                     (timer->enabled ? VTIMER_ENABLED : 0);

    if (seL4_ARM_VCPU_WriteRegs(objects->vcpu, VCPU_REG_VTIMER, word) != seL4_NoError)
        return false;
    /* What was reported while it was off would stay masked. */
    if (timer->enabled)
        objects_timer_acknowledge(objects);
    return true;
}

struct gic_timer_state objects_timer_state(struct objects *objects)
{
    uint64_t word = read_system(objects, (seL4_VCPUReg)VCPU_REG_VTIMER);

    return (struct gic_timer_state){.pending = (word & VTIMER_PENDING) != 0,
                                    .active = (word & VTIMER_ACTIVE) != 0};
}

bool objects_timer_is_due(struct objects *objects)
{
    uint64_t control = read_system(objects, seL4_VCPUReg_CNTV_CTL);

    return (control & (CNT_CTL_ENABLE | CNT_CTL_IMASK | CNT_CTL_ISTATUS)) ==
           (CNT_CTL_ENABLE | CNT_CTL_ISTATUS);
}

void objects_timer_acknowledge(struct objects *objects)
{
    CHECK(seL4_ARM_VCPU_AckVPPI(objects->vcpu, GIC_PPI_VIRTUAL_TIMER) == seL4_NoError);
}

uint64_t objects_counter_offset(struct objects *objects)
{
    return read_system(objects, seL4_VCPUReg_CNTVOFF);
}
