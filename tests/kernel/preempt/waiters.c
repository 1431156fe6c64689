/* SPDX-License-Identifier: BSD-2-Clause */
/* Waiters of tests/kernel/preempt/waiters.h. */
#include "tests/kernel/preempt/waiters.h"

#define PRIORITY 100
#define A_CALL   256 /* objects a Retype makes */

extern const char waiter_code[];

static struct waiters waiters;

static void configure(seL4_CPtr tcb)
{
    REQUIRE_OK(seL4_TCB_Configure(tcb, ROOT, 0, seL4_CapInitThreadVSpace, 0, 0, ROOT));
    REQUIRE_OK(seL4_TCB_SetPriority(tcb, SELF, PRIORITY));
}

struct waiters *new_waiters(unsigned count)
{
    unsigned bits = seL4_TCBBits;

    while (1U << (bits - seL4_TCBBits) < count)
        bits++;
    REQUIRE(count * sizeof(seL4_Word) <= 0x10000);
    waiters = (struct waiters){.untyped = new_object(seL4_UntypedObject, bits),
                               .tcbs = new_slots(count),
                               .count = count,
                               .context = new_sched_context(5000, 5000, 0, 0),
                               .park = new_notification(),
                               .went_on = (seL4_Word *)new_memory(0x10000)->vaddr};
    for (unsigned done = 0; done < count; done += A_CALL)
        REQUIRE_OK(seL4_Untyped_Retype(waiters.untyped, seL4_TCBObject, 0, ROOT, 0, 0,
                                       waiters.tcbs + done,
                                       count - done < A_CALL ? count - done : A_CALL));
    for (unsigned i = 0; i < count; i++)
        configure(waiters.tcbs + i);
    return &waiters;
}

void waiter_remake(const struct waiters *these, unsigned i, seL4_CPtr untyped)
{
    REQUIRE_OK(seL4_CNode_Delete(ROOT, these->tcbs + i, DEPTH));
    REQUIRE_OK(seL4_Untyped_Retype(untyped, seL4_TCBObject, 0, ROOT, 0, 0, these->tcbs + i, 1));
    configure(these->tcbs + i);
}

/* Lets it run until it cannot. */
static void run(const struct waiters *these, unsigned i)
{
    REQUIRE_OK(seL4_SchedContext_Bind(these->context, these->tcbs + i));
    settle();
    REQUIRE_OK(seL4_SchedContext_Unbind(these->context));
}

void waiter_call(const struct waiters *these, unsigned i, long number, seL4_CPtr cap,
                 seL4_Word info)
{
    seL4_UserContext registers = {.pc = (seL4_Word)waiter_code,
                                  .x0 = cap,
                                  .x1 = info,
                                  .x7 = (seL4_Word)number,
                                  .x19 = (seL4_Word)&these->went_on[i],
                                  .x20 = these->park};

    these->went_on[i] = false;
    REQUIRE_OK(
        seL4_TCB_WriteRegisters(these->tcbs + i, true, 0, seL4_UserContext_Length, &registers));
    run(these, i);
}

bool waiter_went_on(const struct waiters *these, unsigned i)
{
    run(these, i);
    return these->went_on[i];
}

unsigned waiters_went_on(const struct waiters *these)
{
    unsigned count = 0;

    for (unsigned i = 0; i < these->count; i++)
        count += waiter_went_on(these, i);
    return count;
}
