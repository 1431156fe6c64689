/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/system/small/talk.h"

/* Long enough to count as a life, so that the next one comes at once: init pauses otherwise. */
#define LIFE_MS 120

void guest_interrupt(void)
{
    guest_fault(0, 0, 0); /* they are masked */
}

uint64_t talk(const char *name)
{
    uint64_t life = ++*talk_lives(0), start = guest_time();

    while (guest_time() - start < MILLISECONDS(LIFE_MS))
        continue;
    print(name);
    print(" says in life ");
    print_number(life);
    print(" what it says last, to the end.\n");
    return life;
}
