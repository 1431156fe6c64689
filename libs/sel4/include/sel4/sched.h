/* SPDX-License-Identifier: BSD-2-Clause */
/* Invocations of scheduling contexts, their control and domains; times are microseconds.
 * Contract: seL4 manual 10.2. */
#pragma once

#include <sel4/invoke.h>

SEL4_INLINE seL4_Error seL4_SchedControl_ConfigureFlags(seL4_SchedControl _service,
                                                        seL4_SchedContext schedcontext,
                                                        seL4_Time budget, seL4_Time period,
                                                        seL4_Word extra_refills, seL4_Word badge,
                                                        seL4_Word flags)
{
    seL4_SetMR(4, flags);
    return sel4_invoke_cap(_service, SchedControlConfigureFlags, schedcontext, 5, budget, period,
                           extra_refills, badge);
}

SEL4_INLINE seL4_Error seL4_SchedControl_Configure(seL4_SchedControl _service,
                                                   seL4_SchedContext schedcontext, seL4_Time budget,
                                                   seL4_Time period, seL4_Word extra_refills,
                                                   seL4_Word badge)
{
    return seL4_SchedControl_ConfigureFlags(_service, schedcontext, budget, period, extra_refills,
                                            badge, seL4_SchedContext_NoFlag);
}

SEL4_INLINE seL4_Error seL4_SchedContext_Bind(seL4_SchedContext _service, seL4_CPtr cap)
{
    return sel4_invoke_cap(_service, SchedContextBind, cap, 0, 0, 0, 0, 0);
}

SEL4_INLINE seL4_Error seL4_SchedContext_Unbind(seL4_SchedContext _service)
{
    return sel4_invoke0(_service, SchedContextUnbind);
}

SEL4_INLINE seL4_Error seL4_SchedContext_UnbindObject(seL4_SchedContext _service, seL4_CPtr cap)
{
    return sel4_invoke_cap(_service, SchedContextUnbindObject, cap, 0, 0, 0, 0, 0);
}

SEL4_INLINE seL4_SchedContext_Consumed_t seL4_SchedContext_Consumed(seL4_SchedContext _service)
{
    struct sel4_result result = sel4_invoke_result(_service, SchedContextConsumed, 0, 0, 0, 0, 0,
                                                   0);

    return (seL4_SchedContext_Consumed_t){.error = result.error, .consumed = result.mr0};
}

SEL4_INLINE seL4_SchedContext_YieldTo_t seL4_SchedContext_YieldTo(seL4_SchedContext _service)
{
    struct sel4_result result = sel4_invoke_result(_service, SchedContextYieldTo, 0, 0, 0, 0, 0, 0);

    return (seL4_SchedContext_YieldTo_t){.error = result.error, .consumed = result.mr0};
}

SEL4_INLINE seL4_Error seL4_DomainSet_Set(seL4_DomainSet _service, seL4_Uint8 domain,
                                          seL4_TCB thread)
{
    return sel4_invoke_cap(_service, DomainSetSet, thread, 1, domain, 0, 0, 0);
}

SEL4_INLINE seL4_Error seL4_DomainSet_ScheduleConfigure(seL4_DomainSet _service, seL4_Word index,
                                                        seL4_Uint8 domain, seL4_Word duration)
{
    return sel4_invoke(_service, DomainScheduleConfigure, 0, 3, index, domain, duration, 0);
}

SEL4_INLINE seL4_Error seL4_DomainSet_ScheduleSetStart(seL4_DomainSet _service, seL4_Word index)
{
    return sel4_invoke1(_service, DomainScheduleSetStart, index);
}
