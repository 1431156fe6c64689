/* SPDX-License-Identifier: BSD-2-Clause */
/* What is signalled to a component comes all at once: who waits for one of it keeps the rest
 * here. */
#include "libs/component/component.h"
#include "libs/rt/rt.h"

static uint64_t kept;

/* The console's is answered at once, whoever waits. */
static void keep(seL4_Word signals)
{
    kept |= signals;
    if (signals & COMPONENT_BADGE_CONSOLE)
        component_output_send();
}

static uint64_t take(uint64_t wanted)
{
    uint64_t found = kept & wanted;

    kept &= ~found;
    return found;
}

uint64_t component_wait(uint64_t wanted)
{
    seL4_Word signals;

    while ((kept & wanted) == 0) {
        seL4_Wait(COMPONENT_SLOT_NOTIFICATION, &signals);
        keep(signals);
    }
    return take(wanted);
}

uint64_t component_poll(uint64_t wanted)
{
    seL4_Word signals = 0;

    seL4_Poll(COMPONENT_SLOT_NOTIFICATION, &signals);
    keep(signals);
    return take(wanted);
}
