/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What components may ask of init, as messages at its endpoint (COMPONENT_SLOT_INIT). The badge
 * tells init who asks. Stands on freestanding C alone.
 *
 * A call is answered with label INIT_OK or INIT_REFUSED. INIT_END is a call that is never answered:
 * the caller is stopped and, as its manifest says, started anew, after a pause if it ended at once.
 */
#ifndef ABI_INIT_H
#define ABI_INIT_H

enum init_request {
    INIT_END = 1,   /* MR0: enum init_end, MR1: exit status. Anyone, about itself */
    INIT_LOOK = 2,  /* MR0: component. A console: answers MR0 enum init_state, MR1 restarts so far,
                     * MR2 enum init_end of its last end */
    INIT_START = 3, /* MR0: component. A console: stops it if it runs, and starts it anew */
    INIT_STOP = 4,  /* MR0: component. A console: stops it; it stays off until started */
};

enum init_answer {
    INIT_OK = 0,
    INIT_REFUSED = 1, /* not for this caller, or there is no such component, or a bad argument */
};

enum init_end {
    INIT_END_NONE = 0,      /* has not ended yet */
    INIT_END_POWER_OFF = 1, /* a guest: PSCI SYSTEM_OFF; a program: exit status 0 */
    INIT_END_RESET = 2,     /* a guest: PSCI SYSTEM_RESET, by reboot or panic */
    INIT_END_FAILED = 3,    /* a program: exit status not 0, a check or a panic; a VMM: its guest
                             * cannot be started */
    INIT_END_FAULT = 4,     /* told by init itself: a thread of it faulted */
    INIT_END_STOPPED = 5,   /* a console asked */
    INIT_END_COUNT,
};

enum init_state {
    INIT_STATE_OFF = 0, /* for good, or in the pause before its next start */
    INIT_STATE_RUNNING = 1,
};

#endif
