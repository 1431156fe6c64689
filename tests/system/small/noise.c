/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints line after line, as fast as it can, as long as one of the talkers has a life before it. */
#include "tests/system/small/talk.h"

#define ENOUGH_MS 20000

void guest_interrupt(void)
{
    guest_fault(0, 0, 0); /* they are masked */
}

void guest_main(void)
{
    uint64_t start = guest_time();

    while ((*talk_lives(0) < TALK_LIVES || *talk_lives(1) < TALK_LIVES) &&
           guest_time() - start < MILLISECONDS(ENOUGH_MS)) {
        print("noise\n");
        turn(200000);
    }
    power_off();
}
