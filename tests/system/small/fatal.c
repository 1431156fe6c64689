/* SPDX-License-Identifier: BSD-2-Clause */
/* In place of the VMM's psci.c: the same, but for a question that the VMM dies of, or never
 * answers. */
#include "libs/rt/rt.h"
#include "tests/system/small/fatal.h"

#define psci_features psci_features_usual
#include "vmm/dev/psci.c"
#undef psci_features

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
    case FATAL_LOOP:
        for (;;)
            __asm__ volatile("");
    default:
        CHECK(how == FATAL_COUNT);
        break;
    }
}

uint64_t psci_features(uint32_t function);

uint64_t psci_features(uint32_t function)
{
    if (function - FATAL_FUNCTION < FATAL_COUNT)
        die((enum fatal)(function - FATAL_FUNCTION));
    return psci_features_usual(function);
}
