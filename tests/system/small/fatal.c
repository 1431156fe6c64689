/* SPDX-License-Identifier: BSD-2-Clause */
/* In place of the VMM's psci.c: the same, and one call more, which the VMM dies of. */
#include "libs/rt/rt.h"
#include "tests/system/small/fatal.h"

#define psci_call psci_call_usual
#include "vmm/dev/psci.c"
#undef psci_call

static void die(enum fatal how)
{
    void (*volatile code)(void) = (void (*)(void))0x700000;

    switch (how) {
    case FATAL_WRITE:
        *(volatile unsigned *)0x1230 = 1;
        break;
    case FATAL_RUN:
        code();
        break;
    case FATAL_UNDEFINED:
        __asm__ volatile("udf #0");
        break;
    case FATAL_CAPABILITY:
        seL4_Send(0x10000, seL4_MessageInfo_new(0, 0, 0, 0));
        break;
    default:
        CHECK(how == FATAL_COUNT);
        break;
    }
}

enum psci_action psci_call(uint64_t function, uint64_t argument, uint64_t *result);

enum psci_action psci_call(uint64_t function, uint64_t argument, uint64_t *result)
{
    if (function == FATAL_CALL)
        die((enum fatal)argument);
    return psci_call_usual(function, argument, result);
}
