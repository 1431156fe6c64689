/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How an object is invoked: a Call whose label names the method. Arguments 0 to 3 travel in
 * registers; the caller has put later ones and the extra capabilities into the IPC buffer. After
 * an error MR0 to MR3 of the reply stand in the IPC buffer, where seL4_GetMR() finds the details.
 */
#pragma once

#include <sel4/syscalls.h>

struct sel4_result {
    seL4_Error error;
    seL4_Word mr0, mr1, mr2, mr3;
};

/* Registers past `length` keep whatever they hold: the kernel does not read them. `length` is a
 * constant at every call, so that this folds to the moves needed and one trap. */
SEL4_INLINE struct sel4_result sel4_invoke_result(seL4_CPtr service, enum invocation_label label,
                                                  unsigned caps, unsigned length, seL4_Word mr0,
                                                  seL4_Word mr1, seL4_Word mr2, seL4_Word mr3)
{
    register seL4_Word x2 __asm__("x2");
    register seL4_Word x3 __asm__("x3");
    register seL4_Word x4 __asm__("x4");
    register seL4_Word x5 __asm__("x5");
    register seL4_Word x0 __asm__("x0") = service;
    register seL4_Word x1 __asm__("x1") = seL4_MessageInfo_new(label, 0, caps, length).words[0];
    register seL4_Word x7 __asm__("x7") = (seL4_Word)seL4_SysCall;

    if (length > 0)
        x2 = mr0;
    else
        __asm__("" : "=r"(x2));
    if (length > 1)
        x3 = mr1;
    else
        __asm__("" : "=r"(x3));
    if (length > 2)
        x4 = mr2;
    else
        __asm__("" : "=r"(x4));
    if (length > 3)
        x5 = mr3;
    else
        __asm__("" : "=r"(x5));
    __asm__ volatile("svc #0"
                     : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3), "+r"(x4), "+r"(x5)
                     : "r"(x7)
                     : "memory");

    struct sel4_result result = {(seL4_Error)(x1 >> 12), x2, x3, x4, x5};
    if (result.error != seL4_NoError)
        sel4_buffer_put(x2, x3, x4, x5);
    return result;
}

SEL4_INLINE seL4_Error sel4_invoke(seL4_CPtr service, enum invocation_label label, unsigned caps,
                                   unsigned length, seL4_Word mr0, seL4_Word mr1, seL4_Word mr2,
                                   seL4_Word mr3)
{
    return sel4_invoke_result(service, label, caps, length, mr0, mr1, mr2, mr3).error;
}

SEL4_INLINE seL4_Error sel4_invoke0(seL4_CPtr service, enum invocation_label label)
{
    return sel4_invoke(service, label, 0, 0, 0, 0, 0, 0);
}

SEL4_INLINE seL4_Error sel4_invoke1(seL4_CPtr service, enum invocation_label label, seL4_Word mr0)
{
    return sel4_invoke(service, label, 0, 1, mr0, 0, 0, 0);
}

SEL4_INLINE seL4_Error sel4_invoke2(seL4_CPtr service, enum invocation_label label, seL4_Word mr0,
                                    seL4_Word mr1)
{
    return sel4_invoke(service, label, 0, 2, mr0, mr1, 0, 0);
}

/* The same with one extra capability. */
SEL4_INLINE seL4_Error sel4_invoke_cap(seL4_CPtr service, enum invocation_label label,
                                       seL4_CPtr cap, unsigned length, seL4_Word mr0, seL4_Word mr1,
                                       seL4_Word mr2, seL4_Word mr3)
{
    seL4_SetCap(0, cap);
    return sel4_invoke(service, label, 1, length, mr0, mr1, mr2, mr3);
}
