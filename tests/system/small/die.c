/* SPDX-License-Identifier: BSD-2-Clause */
/* A guest whose monitor dies of a call that only the tests' monitor has (fatal.c): each life of
 * another cause. */
#include "tests/system/small/fatal.h"
#include "tests/system/small/life.h"

void guest_main(void)
{
    uint64_t life = life_begin();

    life_spoil(life);
    (void)hypercall(PSCI_FEATURES, FATAL_FUNCTION + (life - 1) % FATAL_LOOP);
    guest_fault(0, 0, 0);
}
