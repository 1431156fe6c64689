/* SPDX-License-Identifier: BSD-2-Clause */
/* A talker whose monitor dies of what it asks (fatal.c). */
#include "tests/system/small/fatal.h"
#include "tests/system/small/talk.h"

void guest_main(void)
{
    (void)talk("mortal");
    (void)hypercall(PSCI_FEATURES, FATAL_FUNCTION + FATAL_WRITE);
}
