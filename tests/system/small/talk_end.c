/* SPDX-License-Identifier: BSD-2-Clause */
/* A talker that resets itself, and powers off in its last life. */
#include "tests/system/small/talk.h"

void guest_main(void)
{
    if (talk("talker") == TALK_LIVES)
        power_off();
    (void)hypercall(PSCI_SYSTEM_RESET, 0);
}
