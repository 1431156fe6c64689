/* SPDX-License-Identifier: BSD-2-Clause */
/* A guest that asks its monitor what only the tests' monitor hangs of (fatal.c), in two lives; the
 * third powers off. */
#include "tests/system/small/fatal.h"
#include "tests/system/small/life.h"

#define LIVES 3

void guest_main(void)
{
    uint64_t life = life_begin();

    life_want(LIVES);
    print("life ");
    print_number(life);
    print(" begins\n");
    if (life == LIVES)
        power_off();
    life_spoil(life);
    (void)hypercall(PSCI_FEATURES, FATAL_FUNCTION + FATAL_LOOP);
    guest_fault(0, 0, 0);
}
