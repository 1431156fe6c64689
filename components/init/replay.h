/* SPDX-License-Identifier: BSD-2-Clause */
/* A component's life: made from the plan's records, started, ended. Stands on memory.h. */
#pragma once

#include "components/init/init.h"

/* Makes what one life consists of, and everything that is the system's. Nothing runs yet. False
 * after a sentence; then replay_undo() removes what was made. */
bool replay_make(struct init *init, uint32_t component);
/* Lets its threads run. */
void replay_start(struct init *init, uint32_t component);
/* Ends whatever is there of a life: its objects, and the copies made for it. */
void replay_undo(struct init *init, uint32_t component);
/* Its guest may run: threads hand their scheduling contexts to their heirs, once a life. */
void replay_ready(struct init *init, uint32_t component);
