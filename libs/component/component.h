/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a component needs of init: its configuration, and requests (abi/init.h). Stands on libs/rt
 * and config.h; keeps nothing but that the configuration was checked. Of components alone, not of
 * root tasks.
 */
#pragma once

#include "abi/component.h"
#include "abi/init.h"
#include "libs/component/config.h"

/* The configuration, checked the first time. A damaged one ends the component with a sentence. */
const void *component_config(void);

/* How often init started this component before. */
uint64_t component_starts(void);

/* Sends what waits of stdout, as the next line would: when COMPONENT_BADGE_CONSOLE was
 * signalled. */
void component_output_send(void);

/* Waits until something of `wanted` is signalled at COMPONENT_SLOT_NOTIFICATION (its badges are in
 * the configuration), and takes it; poll does not wait, and may answer 0. What else is signalled is
 * kept for another call, so a program that uses these two does not wait there itself. */
uint64_t component_wait(uint64_t wanted);
uint64_t component_poll(uint64_t wanted);

/* Tells init that the guest may run (COMPONENT_SLOT_READY). A VMM's handler does it and waits in
 * one system call instead. */
void component_ready(void);

/* Ends this component, never returns. exit() chooses the reason by the status: see libs/rt. */
_Noreturn void component_end(enum init_end reason, int status);

struct component_status {
    enum init_state state;
    enum init_end end; /* of its last life */
    uint64_t restarts;
};

/* A console's alone; false: init refused. */
bool component_look(uint32_t component, struct component_status *status);
bool component_start(uint32_t component);
bool component_stop(uint32_t component);
