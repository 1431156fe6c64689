/* SPDX-License-Identifier: BSD-2-Clause */
/* Invocations of interrupts; an interrupt's number is its GIC INTID. Contract: seL4 manual 10.2. */
#pragma once

#include <sel4/invoke.h>

SEL4_INLINE seL4_Error seL4_IRQControl_Get(seL4_IRQControl _service, seL4_Word irq, seL4_CNode root,
                                           seL4_Word index, seL4_Uint8 depth)
{
    return sel4_invoke_cap(_service, IRQIssueIRQHandler, root, 3, irq, index, depth, 0);
}

/* `trigger`: 0 level, 1 edge. */
SEL4_INLINE seL4_Error seL4_IRQControl_GetTrigger(seL4_IRQControl _service, seL4_Word irq,
                                                  seL4_Word trigger, seL4_CNode root,
                                                  seL4_Word index, seL4_Uint8 depth)
{
    return sel4_invoke_cap(_service, ARMIRQIssueIRQHandlerTrigger, root, 4, irq, trigger, index,
                           depth);
}

/* The only way to a private interrupt (below 32). */
SEL4_INLINE seL4_Error seL4_IRQControl_GetTriggerCore(seL4_IRQControl _service, seL4_Word irq,
                                                      seL4_Word trigger, seL4_CNode root,
                                                      seL4_Word index, seL4_Uint8 depth,
                                                      seL4_Word target)
{
    seL4_SetMR(4, target);
    return sel4_invoke_cap(_service, ARMIRQIssueIRQHandlerTriggerCore, root, 5, irq, trigger, index,
                           depth);
}

SEL4_INLINE seL4_Error seL4_IRQHandler_Ack(seL4_IRQHandler _service)
{
    return sel4_invoke0(_service, IRQAckIRQ);
}

SEL4_INLINE seL4_Error seL4_IRQHandler_SetNotification(seL4_IRQHandler _service,
                                                       seL4_CPtr notification)
{
    return sel4_invoke_cap(_service, IRQSetIRQHandler, notification, 0, 0, 0, 0, 0);
}

SEL4_INLINE seL4_Error seL4_IRQHandler_Clear(seL4_IRQHandler _service)
{
    return sel4_invoke0(_service, IRQClearIRQHandler);
}
