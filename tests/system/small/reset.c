/* SPDX-License-Identifier: BSD-2-Clause */
/* A guest that resets itself as soon as it has spoilt its machine, by SMC and HVC in turn, each
 * second time by SYSTEM_RESET2, and powers off in the life after LIVES. */
#include "tests/system/small/life.h"

#define LIVES 200

void guest_main(void)
{
    uint64_t life = life_begin();

    if (life > LIVES)
        power_off();
    life_spoil(life);
    (void)(life & 1 ? secure_call : hypercall)(life & 2 ? PSCI_SYSTEM_RESET2_64 : PSCI_SYSTEM_RESET,
                                               0);
    guest_fault(0, 0, 0);
}
